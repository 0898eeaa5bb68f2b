"""The rule that aims at a date: its cases by hand, and laws."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.scheduling import fsrs6
from srs.scheduling.goal import READY, Costs, SeenCard, build_at, last_reviews_over, new_today, reviews_today
from srs.scheduling.scheduler import DEFAULT

COSTS = Costs(recalled=8, again=20, new=15)
RECALL = fsrs6.recall_model(DEFAULT.values)
PLENTY = 10_000.0


def today(
    cards: list[SeenCard], days_left: int, *, rho: float = 0.8, budget: float = PLENTY, missed: float = 0.0
) -> str:
    """The cards of the day in the order of asking."""
    planned = reviews_today(cards, days_left, rho, budget, COSTS, RECALL, missed)
    return " ".join(review.card for review in planned)


def test_a_card_that_will_not_be_ready_is_built_up_as_soon_as_its_recall_falls_to_the_threshold() -> None:
    assert RECALL(5, 4) > build_at(0.8) > RECALL(5, 5)
    assert RECALL(5, 5 + 30) < 0.8
    assert not today([SeenCard("a", 5, 4)], 30)
    assert today([SeenCard("a", 5, 5)], 30) == "a"


def test_a_card_that_will_be_well_enough_is_not_built_up_however_low_its_recall_is() -> None:
    assert 0.8 < RECALL(60, 40 + 10) < RECALL(60, 40) < 0.93
    assert not today([SeenCard("a", 60, 40)], 10)
    assert today([SeenCard("a", 60, 40)], 10, rho=0.92) == "a"


def test_a_card_that_is_ready_is_left_alone_also_on_the_last_day() -> None:
    ready = SeenCard("a", 1000, 1)
    assert RECALL(1000, 11) > READY
    assert not today([ready], 10, rho=0.92)
    assert not today([ready], 1, rho=0.92)


def test_a_card_without_a_memory_is_asked_first_and_takes_as_long_as_a_forgotten_one() -> None:
    planned = reviews_today([SeenCard("a", 5, 5), SeenCard("b", 0, 0)], 30, 0.8, PLENTY, COSTS, RECALL, 0.0)
    assert [review.card for review in planned] == ["b", "a"]
    assert planned[0].seconds == COSTS.again
    assert planned[1].seconds == pytest.approx(8 + (1 - RECALL(5, 5)) * 12)


@pytest.mark.parametrize(("rho", "threshold"), [(0.5, 0.91), (0.83, 0.91), (0.86, 0.94), (0.88, 0.96), (0.92, 0.96)])
def test_the_threshold_of_building_up_follows_rho_within_bounds(rho: float, threshold: float) -> None:
    assert build_at(rho) == pytest.approx(threshold)


LAST = [SeenCard("fragile", 12, 9), SeenCard("stable", 40, 9), SeenCard("middle", 24, 9)]


@pytest.mark.parametrize(
    ("budget", "missed", "expected"),
    [
        (7, 0.01, ""),  # six days for last reviews at 80 %: time for all three
        (5, 0.01, "stable"),
        (3, 0.01, "middle stable"),
        (0.1, 0.01, "fragile middle stable"),
        (inf, 0.01, ""),
        (14, 0.2, ""),  # five days at 65 %
        (7, 0.2, "stable"),
        (5, 0.2, "middle stable"),
        (0.1, 0.2, "fragile middle stable"),
        (inf, 0.2, ""),
    ],
)
def test_last_reviews_come_as_late_as_the_time_allows_and_the_most_stable_first(
    budget: float, missed: float, expected: str
) -> None:
    """The chosen ones are asked in the usual order: the least stable of them has the lowest recall. Who misses days does them
    earlier.
    """
    assert all(0.8 < RECALL(card.stability, card.elapsed + 7) < READY for card in LAST)
    assert today(LAST, 7, budget=budget, missed=missed) == expected


def test_a_card_that_was_answered_today_takes_of_the_time_for_last_reviews_too() -> None:
    assert today(LAST, 7, budget=6) == ""
    assert today([*LAST, SeenCard("answered today", 9, 0)], 7, budget=6) == "stable"


def test_on_the_last_day_all_are_asked_that_are_not_ready_those_forgotten_soonest_first() -> None:
    cards = [*LAST, SeenCard("ready", 2000, 3), SeenCard("answered today", 20, 0), SeenCard("low", 3, 20)]
    assert today(cards, 1) == today(cards, 1, budget=inf) == "low fragile middle stable"


def test_who_misses_days_does_all_last_reviews_on_the_last_day_but_one_already() -> None:
    assert today(LAST, 3, missed=0.2) == ""
    assert today(LAST, 2, missed=0.2) == "fragile middle stable"
    assert today(LAST, 2, missed=0.01) == ""
    assert today(LAST, 2, budget=inf, missed=0.2) == "", "without a limit, the last day has time for all"


def test_a_forgotten_review_counts_with_what_follows_on_that_day() -> None:
    assert COSTS.review(1.0) == 8
    assert COSTS.review(0.0) == 20
    assert COSTS.review(0.5) == 14


stabilities = st.one_of(st.just(0.0), st.floats(0.01, 400))
seen_cards = st.lists(st.tuples(stabilities, st.integers(0, 60)), max_size=40).map(
    lambda cards: [SeenCard(f"n{n}", *card) for n, card in enumerate(cards)]
)
rhos = st.floats(0.5, 0.92)
shares = st.sampled_from((0.01, 0.2))
budgets = st.floats(0.1, 2000)


@given(seen_cards, st.integers(1, 100), rhos, st.one_of(budgets, st.just(inf)), shares)
def test_a_card_is_asked_once_and_none_that_was_answered_today(
    cards: list[SeenCard], days_left: int, rho: float, budget: float, missed: float
) -> None:
    by_name = {card.card: card for card in cards}
    names = [review.card for review in reviews_today(cards, days_left, rho, budget, COSTS, RECALL, missed)]
    assert len({*names}) == len(names)
    assert all(by_name[name].elapsed or not by_name[name].stability for name in names)
    recalls = [RECALL(c.stability, c.elapsed) if c.stability else 0 for c in map(by_name.__getitem__, names)]
    assert recalls == sorted(recalls)


@given(seen_cards, st.integers(2, 100), rhos, budgets, shares)
def test_so_many_last_reviews_are_asked_that_the_days_to_come_have_time_for_the_others_and_not_one_more(
    cards: list[SeenCard], days_left: int, rho: float, budget: float, missed: float
) -> None:
    asked = {review.card for review in reviews_today(cards, days_left, rho, budget, COSTS, RECALL, missed)}
    total, waiting, early = 0.0, list[SeenCard](), list[tuple[SeenCard, float]]()
    for card in cards:
        on_date = RECALL(card.stability, card.elapsed + days_left) if card.stability else 0.0
        now = RECALL(card.stability, card.elapsed) if card.stability else 0.0
        if on_date >= READY or (on_date < rho and now <= build_at(rho)):
            continue
        total += COSTS.review(on_date)
        if card.card in asked:
            early.append((card, COSTS.review(on_date)))
        elif card.elapsed:
            waiting.append(card)
    over = last_reviews_over(total, days_left, budget, missed)
    done = sum(cost for _, cost in early)
    assert not waiting or done >= over - 1e-6
    if early:
        least_stable, cost = min(early, key=lambda one: one[0].stability)
        assert done - cost < over + 1e-6 or any(
            c.stability == least_stable.stability for c, _ in early if c is not least_stable
        )
        assert all(card.stability <= least_stable.stability for card in waiting)


def lived(unseen: int, days: int, studied: set[int], budget: float = inf, costs: Costs = COSTS) -> list[int]:
    """New cards of each day, of which those in `studied` are studied (the days left, with today)."""
    counts = []
    for days_left in range(days, 0, -1):
        count = new_today(unseen, days, days_left, budget, costs) if days_left in studied else 0
        unseen -= count
        counts.append(count)
    return counts


@pytest.mark.parametrize(
    ("days", "unseen", "expected"),
    [
        (10, 30, [5] * 6 + [0] * 4),
        (10, 8, [2, 2, 1, 1, 1, 1, 0, 0, 0, 0]),
        (5, 10, [5, 5, 0, 0, 0]),
        (4, 7, [7, 0, 0, 0]),
        (3, 7, [7, 0, 0]),
        (1, 7, [7]),
    ],
)
def test_new_cards_come_evenly_over_the_first_60_percent_and_never_in_the_last_three_days_if_there_are_others(
    days: int, unseen: int, expected: list[int]
) -> None:
    assert lived(unseen, days, {*range(1, days + 1)}) == expected


def test_no_more_new_cards_than_fit_into_60_percent_of_the_day_but_one_at_least() -> None:
    assert new_today(100, 10, 10, 100, COSTS) == 4
    assert new_today(100, 10, 10, 5, COSTS) == 1
    assert new_today(100, 10, 10, 5, COSTS._replace(new=0)) == 17
    assert new_today(0, 10, 10, 100, COSTS) == 0


def test_new_cards_whose_days_were_missed_or_that_were_added_late_come_evenly_until_three_days_before() -> None:
    assert lived(30, 20, {4, 5, 6}) == [0] * 14 + [10, 10, 10, 0, 0, 0]
    assert new_today(5, 20, 3, PLENTY, COSTS) == 0
    assert new_today(5, 20, 0, PLENTY, COSTS) == 0


@given(st.integers(0, 200), st.integers(1, 100), st.data())
def test_all_new_cards_are_begun_if_the_last_day_for_them_is_studied(
    unseen: int, days: int, data: st.DataObject
) -> None:
    last = min(days, 4)
    studied = data.draw(st.sets(st.integers(1, days))) | {last}
    counts = lived(unseen, days, studied)
    assert sum(counts) == unseen
    assert days < 4 or counts[-3:] == [0, 0, 0]


@given(st.integers(0, 300), st.integers(1, 100))
def test_no_day_has_more_than_one_new_card_more_than_another(unseen: int, days: int) -> None:
    counts = lived(unseen, days, {*range(1, days + 1)})
    first = counts[: max(min(int(days * 0.6), days - 3), 1)]
    assert sum(first) == unseen
    assert max(first) - min(first) <= 1
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(("days_left", "begun"), [(3, 9), (2, 9), (1, 9)])
def test_of_a_goal_of_three_days_every_day_may_begin_new_cards(days_left: int, begun: int) -> None:
    assert new_today(9, 3, days_left, 600, COSTS) == begun
