"""What the log says of how the learner answers."""

import pytest

from srs.collection.habits import AnswerCounts, count_answers, habits
from srs.log.event_log import LogEntry


def entry(card: str, rating: int, led_to: str = "review", duration_ms: int = 0, what: str = "answered") -> LogEntry:
    return card, 0, what, rating, duration_ms, led_to, 1, None


def test_first_answers_and_recalled_reviews_are_counted() -> None:
    counts = count_answers(
        [
            entry("a", 1, "learning"),
            entry("a", 3),  # a step, neither first nor a review
            entry("a", 2),
            entry("a", 1, "relearning"),
            entry("a", 3),  # a step again
            entry("a", 4),
            entry("a", 0, what="forgot"),
            entry("a", 4),
            entry("b", 0, what="rescheduled"),
            entry("b", 3),  # the first, though its due date was set
            entry("a", 3, what="crammed"),
        ]
    )
    assert counts.first == {1: 1, 4: 1, 3: 1}
    assert counts.recalled == {2: 1, 4: 1}


def test_an_answer_to_a_card_that_was_learnt_elsewhere_is_no_first_one() -> None:
    given = '{"stability": 9.0, "ease": 2.5}'
    begun = [
        (*entry("a", 3)[:-1], given),
        entry("a", 2),
        (*entry("b", 0, what="rescheduled")[:-1], given),
        entry("b", 4),
    ]
    counts = count_answers(begun)
    assert (sum(counts.first.values()), counts.recalled) == (0, {2: 1, 4: 1})


def test_only_timed_answers_have_times() -> None:
    counts = count_answers([entry("a", 3), entry("a", 3, duration_ms=4000), entry("a", 1, "relearning", 9000)])
    assert (list(counts.again), list(counts.others)) == ([9], [4])
    assert counts.timed == 2


@pytest.mark.parametrize(
    ("again", "others", "expected"),
    [
        ([], [5.0] * 49, (16, 8)),  # too few answers
        ([30.0] * 50, [], (16, 8)),  # nothing on what takes most answers
        ([], [5.0] * 50, (10, 5)),
        ([30.0] * 9, [5.0] * 50, (10, 5)),  # too few of Again
        ([30.0] * 10, [4.0, 5.0, 90.0] * 15, (30, 5)),  # medians
    ],
)
def test_seconds_are_the_learners_own_where_there_are_enough(
    again: list[float], others: list[float], expected: tuple[float, float]
) -> None:
    found = habits(AnswerCounts({}, {}, again, others))
    assert (found.seconds_again, found.seconds_recalled) == expected


def test_shares_move_from_the_usual_ones_to_the_learners_own() -> None:
    usual, some, many = (habits(AnswerCounts({1: n}, {2: n}, (), ())) for n in (0, 50, 50_000))
    assert usual.first == (0.24, 0.09, 0.5, 0.17)
    assert usual.recalled == pytest.approx((0.22, 0.63, 0.15))
    assert some.first[0] == pytest.approx((50 + 12) / 100)
    assert many.recalled[0] == pytest.approx(1, abs=0.01)
    for found in (usual, some, many):
        assert sum(found.first) == pytest.approx(1)
        assert sum(found.recalled) == pytest.approx(1)


def test_of_a_part_of_the_log_the_first_answer_of_a_card_is_only_timed() -> None:
    entries = [entry("a", 3, duration_ms=4000), entry("a", 2), entry("b", 1, "learning")]
    counts = count_answers(entries, from_the_start=False)
    assert (sum(counts.first.values()), dict(counts.recalled), counts.timed) == (0, {2: 1}, 1)
