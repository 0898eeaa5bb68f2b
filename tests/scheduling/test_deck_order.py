"""Decks that come after others."""

from collections.abc import Mapping, Set

from hypothesis import given
from hypothesis import strategies as st

from srs.scheduling.deck_order import circles, named_decks, prerequisites, stages

DECKS = ("A", "A::B", "A::C", "D", "E")


def waits(after: Mapping[str, list[str]]) -> Mapping[str, Set[str]]:
    return prerequisites(named_decks(DECKS, after.items()))


def test_a_name_means_its_deck_and_those_below_it() -> None:
    assert waits({"D": ["A"], "E": ["A::B", "D"]}) == {"D": {"A", "A::B", "A::C"}, "E": {"A::B", "D"}}


def test_a_name_that_means_no_deck_holds_nobody_back() -> None:
    assert waits({"D": ["Z", "A::B::C"]}) == {"D": set()}


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert named_decks(["caf\u00e9", "D"], [("D", ["cafe\u0301"])]) == {"D": {"caf\u00e9"}}


def test_the_decks_of_a_circle_do_not_wait_for_each_other_but_for_all_others() -> None:
    after = {"A::B": ["A::C", "E"], "A::C": ["D"], "D": ["A::B"]}
    assert waits(after) == {"A::B": {"E"}, "A::C": set(), "D": set()}
    circle = {"A::B", "A::C", "D"}
    assert circles(named_decks(DECKS, after.items())) == dict.fromkeys(circle, circle)


def test_decks_that_name_the_same_one_hold_what_it_means_once() -> None:
    """Thousands of decks after thousands of others do not fill the memory."""
    graph = named_decks(DECKS, {"D": ["A"], "E": ["A"]}.items())
    assert graph["D"] is graph["E"]
    waiting = prerequisites(graph)
    assert waiting["D"] is waiting["E"]


def test_a_deck_does_not_wait_for_itself() -> None:
    assert waits({"A::B": ["A"]}) == {"A::B": {"A", "A::C"}}
    assert waits({"D": ["D"]}) == {"D": set()}


def test_a_deck_behind_a_circle_waits_for_it() -> None:
    assert waits({"D": ["E"], "E": ["D"], "A::B": ["D"]})["A::B"] == {"D"}


def test_two_decks_below_one_that_both_name_it_are_a_circle_without_it() -> None:
    assert waits({"A::B": ["A"], "A::C": ["A"]}) == {"A::B": {"A"}, "A::C": {"A"}}


def test_stages_count_the_longest_way() -> None:
    graph = named_decks(DECKS, {"D": ["A"], "A::C": ["A::B"], "E": ["D", "A::B"]}.items())
    assert stages(graph) == {"A::C": 1, "D": 2, "E": 3}
    assert stages(named_decks(DECKS, {"D": ["E"], "E": ["D"]}.items())) == {"D": 0, "E": 0}


def test_a_long_chain_and_many_names_take_no_time_to_speak_of() -> None:
    names = [f"A::{n:04}" for n in range(2000)]
    graph = named_decks(names, ((name, [names[n - 1]] if n else []) for n, name in enumerate(names)))
    assert stages(graph)[names[-1]] == 1999
    circle = named_decks(names[:500], ((name, ["A"]) for name in names[:500]))
    assert circles(circle)[names[0]] == set(names[:500])


NAMES = st.sampled_from(["A", "A::B", "A::C", "D", "E", "F"])


@given(st.dictionaries(NAMES, st.lists(NAMES, max_size=3)))
def test_nothing_waits_for_itself_however_the_decks_name_each_other(after: dict[str, list[str]]) -> None:
    graph = named_decks([*DECKS, "F"], after.items())
    left, done = prerequisites(graph), set[str]()
    assert all(others <= graph[deck] for deck, others in left.items())
    for _ in left:
        done |= {deck for deck, others in left.items() if not (others & left.keys()) - done}
    assert done == left.keys(), "one after the other"
    in_circle = circles(graph)
    for deck, others in graph.items():
        assert others - left[deck] == others & in_circle.get(deck, set()), "only a circle sets a deck free"
