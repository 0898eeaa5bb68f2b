"""What relinks amount to: laws over random sets of them, against the rules as they are worded."""

from collections.abc import Sequence
from datetime import date
from random import Random  # noqa: TID251 - seeded by hypothesis

from hypothesis import given
from hypothesis import strategies as st

from srs.core.event import Event, EventSource, Relinked
from srs.core.event_line import to_line
from srs.core.relinks import NO_RELINKS, resolve_relinks


def relinked(old: str, new: str, at: int = 1, machine: str = "m") -> Event:
    return Event(old, at, date(1970, 1, 1), EventSource.SRS, machine, Relinked(new))


notes = st.sampled_from("abcdef")
relinks = st.lists(st.builds(relinked, notes, notes, st.integers(1, 6), st.sampled_from("mn")), max_size=14)


def resolve_by_definition(events: Sequence[Event], chance: Random) -> dict[str, str]:
    """The rules one by one, whichever circle is met first: where each id leads in the end."""
    left = list(events)
    while True:
        in_force: dict[str, Event] = {}
        for event in left:
            known = in_force.get(event.subject)
            if known is None or _later(event, known):
                in_force[event.subject] = event
        circle = _cycle(in_force, chance)
        if not circle:
            return {one: _end(one, in_force) for one in in_force}
        latest = circle[0]
        for event in circle[1:]:
            latest = event if _later(event, latest) else latest
        left = [event for event in left if event != latest]


def _later(one: Event, other: Event) -> bool:
    return one.at > other.at or (one.at == other.at and to_line(one) < to_line(other))


def _other(event: Event) -> str:
    assert isinstance(event.what, Relinked)
    return event.what.other


def _cycle(in_force: dict[str, Event], chance: Random) -> list[Event]:
    for start in chance.sample(sorted(in_force), len(in_force)):
        path, one = list[Event](), start
        while one in in_force:
            path.append(in_force[one])
            one = _other(in_force[one])
            if one == start:
                return path
            if len(path) > len(in_force):
                break
    return []


def _end(one: str, in_force: dict[str, Event]) -> str:
    while one in in_force:
        one = _other(in_force[one])
    return one


@given(relinks, st.randoms(use_true_random=False))
def test_the_resolution_depends_on_the_set_of_relinks_alone_and_follows_the_rules(
    events: list[Event], chance: Random
) -> None:
    found = resolve_relinks(events)
    assert found.current == resolve_by_definition(events, chance)
    shuffled = [*chance.sample(events, len(events)), *chance.choices(events or [relinked("a", "b")], k=len(events))]
    assert resolve_relinks(shuffled) == found


@given(relinks)
def test_resolving_twice_is_resolving_once_and_ids_and_first_ids_agree(events: list[Event]) -> None:
    found = resolve_relinks(events)
    for one in "abcdef":
        end = found.note(one)
        assert found.note(end) == end
        assert one in found.ids(end)
        assert found.first_id(one) == found.first_id(end)
        assert found.first_id(one) in found.ids(end)
        assert found.card(f"{one}/x") == f"{end}/x"
        assert (found.ids(one) == ()) == (one != end)
        assert found.is_relinked(one) or found.keys(f"{one}/x") == (f"{one}/x",)
    assert found.changed_notes(found) == set()
    assert resolve_relinks([]).changed_notes(found) == {
        note for one in found.current for note in (one, found.note(one))
    }


def test_of_two_relinks_of_one_id_the_later_wins() -> None:
    found = resolve_relinks([relinked("a", "c", 2), relinked("a", "b", 1)])
    assert (found.note("a"), found.ids("b"), found.ids("c")) == ("c", ("b",), ("c", "a"))


def test_of_a_circle_the_latest_has_no_effect_and_what_it_replaced_counts_again() -> None:
    found = resolve_relinks([relinked("a", "c", 1), relinked("b", "a", 2), relinked("a", "b", 3)])
    assert dict(found.current) == {"a": "c", "b": "c"}


def test_a_relink_to_itself_says_nothing() -> None:
    assert resolve_relinks([relinked("a", "a")]) == NO_RELINKS


def test_the_first_id_is_the_oldest_of_the_chain_and_of_several_notes_the_one_relinked_first() -> None:
    found = resolve_relinks([relinked("a", "b", 1), relinked("b", "c", 2), relinked("x", "c", 3)])
    assert (found.first_id("c"), found.first_id("b"), found.first_id("x"), found.first_id("y")) == ("a", "a", "a", "y")
    assert resolve_relinks([relinked("x", "c", 1), relinked("a", "b", 2), relinked("b", "c", 3)]).first_id("c") == "x"


def test_keys_of_a_card_are_those_of_all_ids_with_the_same_template() -> None:
    found = resolve_relinks([relinked("a", "b", 1), relinked("b", "c", 2)])
    assert found.keys("c/ko-en") == ("c/ko-en", "a/ko-en", "b/ko-en")
    assert found.keys("a/ko-en") == ()
    assert found.keys("") == ("",)
    assert found.keys("a") == ("a",), "a note's own events stay under its id"


def test_ten_thousand_relinks_in_one_chain_or_onto_one_note_are_resolved() -> None:
    chain = [relinked(f"n{n}", f"n{n + 1}", n + 1) for n in range(10_000)]
    assert resolve_relinks(chain).note("n0") == "n10000"
    star = [relinked(f"n{n}", "z", n + 1) for n in range(10_000)]
    assert len(resolve_relinks(star).ids("z")) == 10_001
