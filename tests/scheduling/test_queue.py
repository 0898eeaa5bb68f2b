"""What to study, in which order."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.settings import Limits, Settings
from srs.scheduling.queue import (
    Candidates,
    Counts,
    DoneToday,
    GoalCards,
    Queue,
    QueuedCard,
    build_queue,
    intersperse,
)

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


def goal_cards(names: str, deck: str = "D", seconds: float = 10, due: int = 7) -> list[QueuedCard]:
    return [card._replace(seconds=seconds) for card in cards(names, deck, due)]


def goal(
    reviews: Sequence[QueuedCard] = (),
    new: Sequence[QueuedCard] = (),
    new_left: int = 99,
    seconds_left: float = 1000,
    name: str = "exam",
) -> GoalCards:
    by_deck = {deck: [card for card in new if card.deck == deck] for deck in dict.fromkeys(card.deck for card in new)}
    return GoalCards(name, reviews, by_deck, new_left, seconds_left)


def asked(queue: Queue, *, spend: bool = False) -> str:
    """The cards in the order of asking, each of which takes as long as expected or, without `spend`, no time."""
    order = []
    while card := queue.next_card(0, 0):
        if spend and queue.of_goals and queue.of_goals[0][1] == card:
            queue.spend(queue.of_goals[0][0], card.seconds)
        order.append(card)
        queue.remove(card.card)
    return names(order)


def test_the_cards_of_a_goal_come_after_steps_that_are_due_and_before_all_others() -> None:
    waiting = candidates(cards("l/1"), cards("r/1", due=1), cards("n/1"))
    queue = build_queue(waiting._replace(goals=[goal(goal_cards("b/1 a/1"))]), ANY, DAY)
    assert queue.counts == Counts(1, 1, 3)
    order = asked(queue)
    assert order.startswith("l/1 b/1 a/1 "), "in the goal's order"
    assert sorted(order.split()[3:]) == ["n/1", "r/1"]


def test_new_cards_of_a_goal_are_mixed_into_the_reviews_that_fit_into_its_time() -> None:
    reviews, new = goal_cards("a/1 b/1 c/1 d/1 e/1 f/1"), goal_cards("x/1 y/1", seconds=20, due=0)
    one = goal(reviews, new, seconds_left=80)  # 40 seconds are left for reviews
    queue = build_queue(candidates()._replace(goals=[one]), ANY, DAY)
    assert names([card for _, card in queue.of_goals]) == "a/1 x/1 b/1 c/1 y/1 d/1 e/1 f/1"
    assert queue.new == {"x/1", "y/1"}
    assert queue.counts == Counts(2, 0, 4)
    assert asked(queue, spend=True) == "a/1 x/1 b/1 c/1 y/1 d/1"


def test_a_goal_stops_when_its_time_is_really_used_up_and_what_has_nothing_to_do_with_it_goes_on() -> None:
    waiting = candidates(reviews=cards("r/1", due=1), new=cards("n/1"))
    one = goal(goal_cards("a/1 b/1"), goal_cards("x/1", due=0), seconds_left=25)
    queue = build_queue(waiting._replace(goals=[one]), ANY, DAY)
    assert queue.counts == Counts(2, 0, 3)
    queue.spend("exam", 25)
    assert queue.counts == Counts(1, 0, 1)
    assert sorted(asked(queue).split()) == ["n/1", "r/1"]
    assert not queue.of_goals
    assert queue.new == set()


def test_a_card_is_asked_as_long_as_any_time_is_left_so_a_day_is_at_most_one_answer_too_long() -> None:
    queue = build_queue(candidates()._replace(goals=[goal(goal_cards("a/1 b/1 c/1"), seconds_left=10.5)]), ANY, DAY)
    assert queue.counts == Counts(0, 0, 2)
    assert asked(queue, spend=True) == "a/1 b/1"


def test_no_more_new_cards_of_a_goal_than_it_begins_today_and_the_limits_of_settings_do_not_hold_for_it() -> None:
    new = goal_cards("a/1 b/1 c/1", "A", due=0) + goal_cards("d/1 e/1", "B", due=0)
    done = {"A": DoneToday(new=1)}
    one = goal(goal_cards("r/1"), new, new_left=2)
    one = one._replace(done=done)
    queue = build_queue(candidates()._replace(goals=[one]), Settings(limits=Limits(new=0, reviews=0)), DAY)
    assert queue.counts == Counts(2, 0, 1)
    assert sorted(queue.new) == ["a/1", "d/1"], "the decks take turns, and the one with fewer today begins"
    assert [card.card for _, card in queue.of_goals if card.card in queue.new] == ["d/1", "a/1"]


@pytest.mark.parametrize(
    ("waiting", "one", "expected"),
    [
        (candidates(notes="a"), goal(goal_cards("a/1 b/1")), "b/1"),
        (candidates(cards("a/1", due=99)), goal(goal_cards("a/2 b/1")), "b/1"),
        (candidates(), goal(goal_cards("a/1 a/2 b/1")), "a/1 b/1"),
        (candidates(), goal(goal_cards("a/1"), goal_cards("a/2 b/1", due=0)), "a/1 b/1"),
        (candidates(reviews=cards("a/2 b/1", due=1)), goal(goal_cards("a/1")), "a/1 b/1"),
        (candidates(new=cards("a/2 b/1")), goal(goal_cards("a/1")), "a/1 b/1"),
    ],
    ids=[
        "a note that was answered today",
        "a card in its steps",
        "two reviews of a goal",
        "a review and a new card of a goal",
        "a goal's card keeps a review away",
        "a goal's card keeps a new card away",
    ],
)
def test_siblings_do_not_meet_where_a_goal_asks_one_of_them(waiting: Candidates, one: GoalCards, expected: str) -> None:
    assert asked(build_queue(waiting._replace(goals=[one]), ANY, DAY)) == expected


def test_two_goals_come_one_after_the_other_each_with_its_own_time() -> None:
    first, second = goal(goal_cards("a/1 b/1")), goal(goal_cards("c/1 d/1 e/1"), seconds_left=15, name="talk")
    queue = build_queue(candidates()._replace(goals=[first._replace(seconds_left=10), second]), ANY, DAY)
    assert queue.counts == Counts(0, 0, 3)
    assert asked(queue, spend=True) == "a/1 c/1 d/1"
    assert queue.seconds_left == {"exam": 0, "talk": -5}


def test_a_skipped_deck_of_a_goal_comes_after_its_others() -> None:
    reviews = goal_cards("a/1", "A") + goal_cards("b/1", "B") + goal_cards("c/1", "A")
    queue = build_queue(candidates()._replace(goals=[goal(reviews)]), ANY, DAY)
    assert queue.postpone_deck("A", 0, 0)
    assert asked(queue) == "b/1 a/1 c/1"


def test_a_skipped_deck_of_a_goal_gives_way_to_the_main_queue_too() -> None:
    one, others = goal(goal_cards("a/1 b/1", "A")), cards("r/1", "B", due=1) + cards("s/1", "A", due=1)
    queue = build_queue(candidates(reviews=others)._replace(goals=[one]), ANY, DAY)
    assert queue.postpone_deck("A", 0, 0)
    assert asked(queue) == "r/1 a/1 b/1 s/1"
    only = build_queue(candidates(reviews=others[1:])._replace(goals=[one]), ANY, DAY)
    assert not only.postpone_deck("A", 0, 0)
    assert asked(only) == "a/1 b/1 s/1"


def test_a_goals_card_goes_into_its_steps_and_can_be_removed_from_anywhere() -> None:
    queue = build_queue(candidates()._replace(goals=[goal(goal_cards("a/1 b/1 c/1"))]), ANY, DAY)
    queue.reschedule(queue.of_goals[0][1], 60_000)
    assert queue.counts == Counts(0, 1, 2)
    queue.remove("c/1")
    assert queue.counts == Counts(0, 1, 1)
    assert asked(queue) == "b/1"


@given(
    st.lists(st.tuples(st.sampled_from("abcdefghij"), st.floats(0.5, 30), st.booleans()), max_size=20),
    st.floats(-5, 200),
    st.integers(0, 8),
)
def test_as_many_are_asked_as_the_counts_say_and_no_more_than_one_answer_beyond_the_time(
    drawn: list[tuple[str, float, bool]], seconds_left: float, new_left: int
) -> None:
    all_cards = [
        QueuedCard(f"{note}/{n}", note, "D", 0 if new else 7, seconds) for n, (note, seconds, new) in enumerate(drawn)
    ]
    one = goal([c for c in all_cards if c.due], [c for c in all_cards if not c.due], new_left, seconds_left)
    queue = build_queue(candidates()._replace(goals=[one]), ANY, DAY)
    counts = queue.counts
    order = asked(queue, spend=True).split()
    by_name = {card.card: card for card in all_cards}
    assert counts.new == sum(not by_name[name].due for name in order) <= new_left
    assert counts.review == sum(by_name[name].due > 0 for name in order)
    assert sum(by_name[name].seconds for name in order[:-1]) < max(seconds_left, 0) or not order
