"""What a card in Anki must be given, and which log rows it lacks."""

import json
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from srs.anki.card_columns import ExportContext, RevlogRow, StateColumns, card_columns
from srs.anki.diff_cards import TheirCard, TheirReview, card_change, diff_log, undone_answers
from srs.anki.redated import DAY, ReviewContent
from srs.core.card_state import CardState, Learning, Memory, New, Phase, Relearning, Review, Scheduled
from srs.core.clock import Calendar
from srs.core.settings import Settings
from srs.scheduling.scheduler import DEFAULT
from tests.strategies import exported_state

SEOUL = Calendar(ZoneInfo("Asia/Seoul"))
CONTEXT = ExportContext(date(2026, 1, 1), SEOUL, Settings(), DEFAULT)
TODAY = date(2026, 3, 2)
NOON = SEOUL.start(TODAY) + 8 * 3_600_000
REVIEW = Review(Memory(12.5, 4.25), NOON, TODAY, 12, TODAY + timedelta(days=12))
LEARNING = Learning(Memory(2.3, 5.0), NOON, TODAY, 1, 600)
LATER = Relearning(Memory(2.3, 5.0), NOON, TODAY, 0, 80_000)


def as_written(state: StateColumns, **changes: Any) -> TheirCard:
    """The card in Anki after this state was written to it."""
    kind, queue, due, interval, *_, data = card_columns(state, 1, CONTEXT)
    return TheirCard(7, kind, queue, due, interval, data, False, ())._replace(**changes)


@pytest.mark.parametrize("phase", [REVIEW, LEARNING, LATER, New(), Scheduled(12, TODAY + timedelta(days=12))])
@pytest.mark.parametrize("suspended", [False, True])
def test_what_was_written_once_is_not_written_again(phase: Phase, suspended: bool) -> None:
    state = exported_state(CardState(phase, reps=1, suspended=suspended, as_of=NOON))
    assert card_change(state, as_written(state), 1, CONTEXT, TODAY) is None


@pytest.mark.parametrize(
    "other",
    [
        exported_state(CardState(New(), as_of=NOON)),
        exported_state(CardState(LEARNING, reps=1, as_of=NOON)),
        exported_state(CardState(REVIEW, reps=1, suspended=True, as_of=NOON)),
        exported_state(
            CardState(Review(REVIEW.memory, NOON, TODAY, 12, TODAY + timedelta(days=11)), reps=1, as_of=NOON)
        ),
        exported_state(CardState(Review(Memory(12.6, 4.25), NOON, TODAY, 12, REVIEW.due), reps=1, as_of=NOON)),
    ],
)
def test_another_state_is_written(other: StateColumns) -> None:
    state = exported_state(CardState(REVIEW, reps=1, as_of=NOON))
    made = card_change(state, as_written(other), 1, CONTEXT, TODAY)
    assert made
    assert (made.id, made.columns) == (7, card_columns(state, 1, CONTEXT))


def test_a_review_without_a_memory_has_none_in_anki() -> None:
    """Nor an interval, of which Anki would make one; what interval there is does not matter."""
    state = exported_state(CardState(Scheduled(12, TODAY + timedelta(days=12)), as_of=NOON))
    assert card_columns(state, 1, CONTEXT) == (2, 2, CONTEXT.day_number(TODAY) + 12, 0, 2500, 0, 0, 0, 0, '{"pos":1}')
    assert card_change(state, as_written(state, ivl=12, data="{}"), 1, CONTEXT, TODAY) is None
    for there in (as_written(state, due=9), as_written(exported_state(CardState(REVIEW, reps=1, as_of=NOON)))):
        assert card_change(state, there, 1, CONTEXT, TODAY)


def test_buried_today_is_written_as_buried_by_hand_and_yesterday_as_nothing() -> None:
    state = exported_state(CardState(REVIEW, reps=1, buried=TODAY, as_of=NOON))
    made = card_change(state, as_written(exported_state(CardState(REVIEW, reps=1, as_of=NOON))), 1, CONTEXT, TODAY)
    assert made
    assert made.columns[1] == -3
    assert card_change(state, as_written(state, queue=-3), 1, CONTEXT, TODAY) is None
    assert card_change(state, as_written(state, queue=-2), 1, CONTEXT, TODAY) is None
    assert card_change(state, as_written(state), 1, CONTEXT, TODAY + timedelta(days=1)) is None
    assert card_change(state, as_written(state), 1, CONTEXT, TODAY - timedelta(days=1)), (
        "by a clock behind the one that buried it"
    )


def test_ends_of_steps_may_differ_by_what_anki_spreads_them() -> None:
    state = exported_state(CardState(LEARNING, reps=1, as_of=NOON))
    due = LEARNING.due // 1000
    assert card_change(state, as_written(state, due=due + 200), 1, CONTEXT, TODAY) is None
    assert card_change(state, as_written(state, due=due + 2000), 1, CONTEXT, TODAY)
    today = CONTEXT.day_number(TODAY)
    assert card_change(state, as_written(state, queue=3, due=today), 1, CONTEXT, TODAY) is None
    assert card_change(state, as_written(state, queue=3, due=today + 1), 1, CONTEXT, TODAY)


def test_a_memory_that_cannot_be_read_is_written_again() -> None:
    state = exported_state(CardState(REVIEW, reps=1, as_of=NOON))
    for data in ("", "{}", "[]", "junk", '{"s": "x", "d": 1}', '{"s": null, "d": 1}'):
        assert card_change(state, as_written(state, data=data), 1, CONTEXT, TODAY)


def row(at: int, ease: int, interval: int = 1, duration: int = 0) -> RevlogRow:
    return at, 7, -1, ease, interval, 0, 200, duration, 1


def held(*rows: tuple[int, int] | tuple[int, int, int, int]) -> TheirCard:
    log = tuple(TheirReview(at, ReviewContent(*(*says, 1, 0)[:3]), says[0] > 0) for at, *says in rows)
    return TheirCard(7, 2, 2, 0, 0, "", False, log)


def test_rows_that_anki_has_under_nearly_the_same_time_are_not_missing() -> None:
    rows = [row(NOON, 3), row(NOON + 1000, 1), row(NOON + 1000, 2), row(NOON + 2000, 3)]
    assert diff_log(rows, held((NOON + 3, 3), (NOON + 1000, 1)), ()).missing == rows[2:]


def test_missing_answers_before_one_in_the_first_steps_there_are_such_answers_too() -> None:
    """Anki would read the later one as the first after a forget."""
    due_date, forget = (NOON + 3, 7, -1, 0, 9, 0, 500, 0, 4), (NOON + 4, 7, -1, 0, 0, 0, 0, 0, 4)
    rows = [row(NOON, 3), row(NOON + DAY, 1), due_date, row(NOON + 2 * DAY, 2)]
    learns = TheirReview(NOON + DAY + 9, ReviewContent(3, 1, 0), is_answer=True, learns=True)
    there = held()._replace(log=(learns,))
    first, second, _, last = rows
    assert diff_log(rows, there, ()).missing == [(*first[:8], 0), (*second[:8], 0), last]
    assert diff_log([first, forget], there, ()).missing == [first, forget]
    assert diff_log(rows, held(), ()).missing == rows


def test_a_card_that_is_suspended_on_both_sides_is_marked() -> None:
    state = exported_state(CardState(REVIEW, reps=1, suspended=True, as_of=NOON))
    written = as_written(state)
    assert card_change(state, written, 1, CONTEXT, TODAY) is None
    data = json.loads(written.data)
    plain = json.dumps({name: value for name, value in data.items() if name != "cd"})
    made = card_change(state, written._replace(data=plain), 1, CONTEXT, TODAY)
    assert made
    assert json.loads(made.columns[-1])["cd"] == '{"srs-susp": 1}'
    full = json.dumps(data | {"cd": json.dumps({"other": "x" * 85})})
    assert card_change(state, written._replace(data=full), 1, CONTEXT, TODAY) is None, "others left no room"


def test_answers_taken_back_here_that_anki_still_counts() -> None:
    there = held((NOON, 3), (NOON + 500, 0), (NOON + 1000, 1))
    extras = diff_log([row(NOON, 3)], there, ()).extra
    assert extras == [TheirReview(NOON + 1000, ReviewContent(1, 1, 0), is_answer=True)]
    assert undone_answers(extras, [(NOON + 1000, 1), (NOON + 9000, 1)]) == [NOON + 1000]
    assert diff_log([row(NOON, 3), row(NOON + 1001, 1)], there, ()).extra == []


def test_what_anki_dated_back_is_neither_missing_nor_extra() -> None:
    rows = [row(NOON, 3), row(NOON + 9 * DAY, 1, -600, 80), row(NOON + 12 * DAY, 4, 30, 90)]
    there = held((NOON, 3), (NOON + DAY, 1, -600, 80), (NOON + DAY + 1, 4, 30, 90), (NOON + 2 * DAY, 3))
    back = {NOON + DAY, NOON + DAY + 1}
    assert diff_log(rows, there, back) == (
        [],
        [TheirReview(NOON + 2 * DAY, ReviewContent(3, 1, 0), is_answer=True)],
        False,
    )
    assert diff_log(rows[:2], there, back).ahead
    assert diff_log(rows, there, ()).missing == rows[1:]


def test_a_forget_that_anki_sees_in_the_next_answer_is_not_missing() -> None:
    forget: RevlogRow = (NOON - 1, 7, -1, 0, 0, 0, 0, 0, 4)
    rows = [row(NOON - DAY, 3), forget, row(NOON, 3)]
    assert diff_log(rows, held((NOON - DAY, 3), (NOON, 3)), ()).missing == []
    assert diff_log(rows, held((NOON - DAY, 3)), ()).missing == rows[1:]
    earlier: RevlogRow = (NOON - 60_000, *forget[1:])
    assert diff_log([rows[0], earlier, rows[2]], held((NOON - DAY, 3), (NOON, 3)), ()).missing == [earlier]


def test_a_memory_that_anki_makes_of_interval_and_ease_is_not_written() -> None:
    state = exported_state(CardState(REVIEW, as_of=NOON))
    assert card_change(state, as_written(state, data="{}"), 1, CONTEXT, TODAY) is None
    assert card_change(state, as_written(state, data=""), 1, CONTEXT, TODAY) is None
    assert card_change(state, as_written(state, data='{"s":1,"d":2}'), 1, CONTEXT, TODAY)
