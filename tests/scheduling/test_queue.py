"""What to study, in which order."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.settings import Limits, Settings
from srs.scheduling.queue import Candidates, Counts, DoneToday, Queue, QueuedCard, build_queue, intersperse

DAY = date(2026, 3, 2)
ANY = Settings(limits=Limits())


def cards(names: str, deck: str = "D", due: int = 0) -> list[QueuedCard]:
    """`a/1 b/1` → cards of the notes a and b."""
    return [QueuedCard(name, name.partition("/")[0], deck, due) for name in names.split()]


def candidates(
    learning: Sequence[QueuedCard] = (),
    reviews: Sequence[QueuedCard] = (),
    new: Sequence[QueuedCard] = (),
    notes: str = "",
    done: dict[str, DoneToday] | None = None,
) -> Candidates:
    decks = dict.fromkeys(card.deck for card in new)
    by_deck = {deck: [card for card in new if card.deck == deck] for deck in decks}
    return Candidates(learning, reviews, by_deck, frozenset(notes.split()), done or {})


def names(queued: Sequence[QueuedCard]) -> str:
    return " ".join(card.card for card in queued)


def test_steps_that_are_due_come_first_then_the_rest_then_steps_that_are_nearly_due() -> None:
    queue = build_queue(candidates(cards("l/1", due=5_000) + cards("m/1", due=1_000), cards("r/1", due=7)), ANY, DAY)
    assert names(queue.learning) == "m/1 l/1"
    assert queue.next_card(1_000, 0) == queue.learning[0]
    assert queue.next_card(999, 0) == queue.main[0]
    queue.remove("r/1")
    assert queue.next_card(999, 0) is None
    assert queue.next_card(0, 1) == queue.learning[0]
    assert Queue().next_card(0, 1200) is None


@pytest.mark.parametrize(
    ("reviews", "new", "order"),
    [
        ("a b c d", "", "a b c d"),
        ("", "x y", "x y"),
        ("a b c d", "x", "a b x c d"),
        ("a b c d", "x y", "a x b c y d"),
        ("a", "x y z", "x a y z"),
        ("a b", "x y", "a x b y"),
    ],
)
def test_new_cards_are_mixed_evenly_into_the_reviews(reviews: str, new: str, order: str) -> None:
    assert names(list(intersperse(cards(reviews), cards(new)))) == order


@given(st.integers(0, 40), st.integers(0, 40))
def test_mixing_loses_nothing_keeps_both_orders_and_spreads_evenly(reviews: int, new: int) -> None:
    a, b = cards(" ".join(f"r{n}" for n in range(reviews))), cards(" ".join(f"n{n}" for n in range(new)))
    order = list(intersperse(a, b))
    assert [card for card in order if card in a] == a
    assert [card for card in order if card in b] == b
    for length in range(len(order) + 1):
        expected = length * new / max(len(order), 1)
        assert abs(sum(card in b for card in order[:length]) - expected) <= 1


def test_reviews_go_by_the_day_they_were_due_and_are_shuffled_within_it() -> None:
    many = [QueuedCard(f"n{n}/1", f"n{n}", "D", n % 2) for n in range(40)]
    first = build_queue(candidates(reviews=many), ANY, DAY).main
    assert [card.due for card in first] == [0] * 20 + [1] * 20
    assert list(first) != sorted(first, key=lambda card: (card.due, card.card))
    assert build_queue(candidates(reviews=many[::-1]), ANY, DAY).main == first, "the same order all day"
    assert build_queue(candidates(reviews=many), ANY, date(2026, 3, 3)).main != first, "another one tomorrow"


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        (candidates(reviews=cards("a/1 a/2", due=1)), 1),
        (candidates(reviews=cards("a/1"), new=cards("a/2 b/1")), 2),
        (candidates(new=cards("a/1 a/2 b/1")), 2),
        (candidates(cards("a/1"), cards("a/2"), cards("a/3 b/1")), 2),
        (candidates(cards("a/1 a/2")), 2),
        (candidates(reviews=cards("a/1 b/1"), new=cards("a/2"), notes="a"), 1),
        (candidates(cards("a/1"), notes="a"), 1),
    ],
    ids=[
        "two reviews of a note",
        "a review keeps a new sibling away",
        "two new of a note",
        "a card in its steps keeps the others away",
        "two cards in their steps both go on",
        "a note that was answered today",
        "steps go on although the note was answered today",
    ],
)
def test_siblings_do_not_meet_on_one_day(waiting: Candidates, expected: int) -> None:
    queue = build_queue(waiting, ANY, DAY)
    assert len(queue.learning) + len(queue.main) == expected


@pytest.mark.parametrize(
    ("settings", "done", "expected"),
    [
        (Settings(limits=Limits(new=3)), {}, Counts(3, 0, 6)),
        (Settings(limits=Limits(new=3)), {"A": DoneToday(new=2)}, Counts(1, 0, 6)),
        (Settings(limits=Limits(new=3)), {"elsewhere": DoneToday(new=5)}, Counts(0, 0, 6)),
        (Settings(limits=Limits(reviews=4)), {"A::x": DoneToday(reviews=1)}, Counts(6, 0, 3)),
        (Settings(limits=Limits(), decks={"A": Settings(limits=Limits(new=1))}), {}, Counts(4, 0, 6)),
        (
            Settings(
                limits=Limits(),
                decks={"A": Settings(limits=Limits(new=2, reviews=0)), "A::x": Settings(limits=Limits(new=1))},
            ),
            {},
            Counts(5, 0, 2),
        ),
        (
            Settings(limits=Limits(), decks={"A": Settings(limits=Limits(new=2))}),
            {"A::x": DoneToday(new=1)},
            Counts(4, 0, 6),
        ),
        (Settings(limits=Limits(new=0, reviews=0)), {}, Counts(0, 0, 0)),
        (Settings(limits=Limits(new=4), decks={"A": Settings(limits=Limits(new=1))}), {}, Counts(4, 0, 6)),
    ],
)
def test_limits_hold_for_the_day_for_a_deck_and_for_those_above_it(
    settings: Settings, done: dict[str, DoneToday], expected: Counts
) -> None:
    reviews = cards("a/1 b/1", "A") + cards("c/1 d/1", "A::x") + cards("e/1 f/1", "AB")
    new = cards("g/1 h/1", "A") + cards("i/1", "A::x") + cards("j/1 k/1 l/1", "AB")
    assert build_queue(candidates(reviews=reviews, new=new, done=done), settings, DAY).counts == expected


def test_new_cards_are_read_no_further_than_needed() -> None:
    read = []

    def endless() -> Iterator[QueuedCard]:
        n = 0
        while True:
            read.append(n)
            yield QueuedCard(f"n{n}/1", f"n{n}", "D")
            n += 1

    queue = build_queue(candidates()._replace(new={"D": endless()}), Settings(limits=Limits(new=5)), DAY)
    assert len(queue.main) == len(read) == 5


def test_the_decks_take_turns_also_when_one_had_new_cards_today_already() -> None:
    many = cards("a/1 b/1 c/1 d/1", "A") + cards("e/1 f/1 g/1", "B")
    assert names(list(build_queue(candidates(new=many), ANY, DAY).main)) == "a/1 e/1 b/1 f/1 c/1 g/1 d/1"
    done = {"A": DoneToday(new=2)}
    assert names(list(build_queue(candidates(new=many, done=done), ANY, DAY).main)) == "e/1 f/1 a/1 g/1 b/1 c/1 d/1"


decks_of_cards = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["A", "A::x", "B"])), max_size=16)


@given(decks_of_cards, st.integers(0, 9), st.integers(0, 4))
def test_the_rest_of_the_day_stays_the_same_when_it_is_planned_anew(
    notes: list[tuple[str, str]], limit: int, of_deck: int
) -> None:
    """Siblings, and limits of the day and of a deck: after each answer the plan is what was left of it before."""
    cards = [QueuedCard(f"{note}/{n}", note, deck) for n, (note, deck) in enumerate(notes)]
    settings = Settings(limits=Limits(new=limit), decks={"A": Settings(limits=Limits(new=of_deck))})
    done, answered = dict.fromkeys(["A", "A::x", "B"], DoneToday()), set[str]()
    planned = list(build_queue(candidates(new=cards, done=done), settings, DAY).main)
    while planned:
        first = planned.pop(0)
        cards.remove(first)
        answered.add(first.note)
        done[first.deck] = DoneToday(new=done[first.deck].new + 1)
        anew = candidates(new=cards, notes=" ".join(answered), done=done)
        # a deck all of whose cards are answered keeps its place
        anew = anew._replace(new={deck: anew.new.get(deck, ()) for deck in dict.fromkeys(deck for _, deck in notes)})
        assert list(build_queue(anew, settings, DAY).main) == planned


def test_an_answer_takes_the_card_out_or_puts_it_back_into_its_steps() -> None:
    queue = build_queue(candidates(cards("l/1", due=50), cards("r/1"), cards("n/1")), ANY, DAY)
    (new,) = (card for card in queue.main if card.card in queue.new)
    queue.reschedule(new, 20)
    assert names(queue.learning) == "n/1 l/1"
    assert queue.learning[0].due == 20
    assert queue.counts == Counts(0, 2, 1)
    queue.reschedule(queue.learning[0], 90)
    assert names(queue.learning) == "l/1 n/1"
    assert queue.counts == Counts(0, 2, 1)
    queue.remove("l/1")
    queue.remove("r/1")
    assert queue.counts == Counts(0, 1, 0)


def test_a_postponed_deck_comes_after_all_others() -> None:
    queue = build_queue(candidates(cards("l/1", "A", due=50), cards("a/1", "A") + cards("b/1", "B")), ANY, DAY)
    assert queue.postpone_deck("A", 0, 0)
    assert names(list(queue.main)) == "b/1 a/1"
    queue.remove("b/1")
    assert not queue.postpone_deck("A", 0, 0), "only this deck is left"
