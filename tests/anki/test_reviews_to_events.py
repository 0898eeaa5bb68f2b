"""Rows of Anki's log → events. The rows are as real Anki wrote them; what they mean is in the names."""

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from operator import itemgetter
from typing import NamedTuple

import pytest

from srs.anki.read_reviews import AnkiCard
from srs.anki.reviews_to_events import OwnEvent, PullContext, new_events
from srs.core import event_row
from srs.core.card_state import Memory
from srs.core.clock import Calendar
from srs.core.event import (
    Answered,
    Buried,
    Crammed,
    Days,
    Event,
    EventSource,
    Forgot,
    Rating,
    Rescheduled,
    Sm2Memory,
    Step,
    Suspended,
    Unsuspended,
    What,
)
from srs.core.settings import Settings
from srs.scheduling.scheduler import Scheduler
from tests.conftest import DAY, MINUTE, instant
from tests.strategies import memory_of

AGAIN, HARD, GOOD, EASY = Rating
BASE = date(2026, 3, 1)
ON = {n: instant(f"2026-03-{n + 1:02}T12:00+00:00") for n in range(30)}
"""Noon of each day, by Anki's number of it."""
NOW = ON[29]
CALENDAR = Calendar(UTC)


class Row(NamedTuple):
    at: int
    ease: int
    interval: int
    factor: int
    duration_ms: int
    kind: int
    last: int = 5


class Found(NamedTuple):
    news: list[tuple[int, What]]
    known: int
    ahead: int


def context(now: int = NOW) -> PullContext:
    return PullContext(BASE, CALENDAR, "m", now)


def answer(at: int, ease: int, interval: int, kind: int, factor: int = 500) -> Row:
    return Row(at, ease, interval, factor, 1500, kind)


def card(
    *log: Row, kind: int = 2, queue: int | None = None, due: int = 0, left: int = 0, changed: int | None = None
) -> AnkiCard:
    modified = changed if changed is not None else log[-1].at // 1000 * 1000 if log else ON[0]
    return AnkiCard("n/back", "Talk", kind, kind if queue is None else queue, due, left, modified, log)


def held(at: int, what: What, *, voided: bool = False) -> OwnEvent:
    rating = what.rating.value if isinstance(what, Answered | Crammed) else None
    return OwnEvent(at, str(CALENDAR.day(at)), what.name, rating, voided)


def found(of: AnkiCard, *ours: OwnEvent, now: int = NOW) -> Found:
    news, known, ahead, _, _ = new_events(of, ours, (2, 1), context(now))
    events = [event_row.event_from_row(row) for row in news]
    assert all((event.subject, event.day) == ("n/back", CALENDAR.day(event.at)) for event in events)
    return Found([(event.at, event.what) for event in events], known, ahead)


def whats(of: AnkiCard, *ours: OwnEvent) -> list[What]:
    return [what for _, what in found(of, *ours).news]


def led_to(of: AnkiCard) -> list[object]:
    return [what.led_to for what in whats(of) if isinstance(what, Answered)]


def good(at: int = ON[0], days: int = 3) -> tuple[Row, OwnEvent]:
    """The same answer as a row and as an event of ours."""
    return answer(at, 3, days, 0), held(at, Answered(GOOD, 1500, Days(days)))


def test_a_card_without_a_log_brings_nothing() -> None:
    assert found(card(kind=0)) == Found([], 0, 0)


def test_an_answer_is_an_event_at_its_time_on_its_study_day() -> None:
    late = instant("2026-03-03T03:59+00:00")
    assert found(card(answer(late, 3, 5, 0), due=6)).news == [(late, Answered(GOOD, 1500, Days(5)))]


def test_learning_steps_and_graduation() -> None:
    log = (answer(ON[0], 3, -600, 0), answer(ON[0] + 9 * MINUTE, 1, -60, 0), answer(ON[0] + 10 * MINUTE, 4, 8, 0))
    assert led_to(card(*log, due=8)) == [Step(False, 1, 600), Step(False, 0, 60), Days(8)]


def test_a_lapse_leads_to_relearning_and_back() -> None:
    log = (answer(ON[0], 4, 8, 0), answer(ON[8], 1, -600, 1), answer(ON[8] + 10 * MINUTE, 3, 2, 2))
    assert led_to(card(*log, due=10)) == [Days(8), Step(True, 0, 600), Days(2)]


def test_a_lapse_without_steps_stays_a_review() -> None:
    log = (answer(ON[0], 4, 8, 0), answer(ON[8], 1, 1, 1), answer(ON[9], 3, 3, 1))
    assert led_to(card(*log, due=12)) == [Days(8), Days(1), Days(3)]


def test_a_step_past_the_turn_of_the_day_is_noted_in_days_and_is_a_step_all_the_same() -> None:
    log = (answer(ON[0], 3, 1, 0), answer(ON[1], 3, 3, 0), answer(ON[4], 3, 9, 0))
    assert led_to(card(*log, due=13)) == [Step(False, 1, 86_400), Step(False, 1, 3 * 86_400), Days(9)]
    log = (answer(ON[0], 4, 4, 0), answer(ON[4], 1, 1, 1), answer(ON[5], 3, 2, 2))
    assert led_to(card(*log, due=7)) == [Days(4), Step(True, 0, 86_400), Days(2)]


def test_the_card_itself_says_where_its_last_answer_led() -> None:
    (step,) = led_to(card(answer(ON[0], 3, -600, 0), kind=1, due=(ON[0] + 12 * MINUTE) // 1000, left=1))
    assert step == Step(False, 1, 720)
    (step,) = led_to(card(answer(ON[0], 3, 1, 0), kind=1, queue=3, due=1, left=1))
    assert isinstance(step, Step)
    assert ON[0] + step.seconds * 1000 == CALENDAR.start(BASE + timedelta(days=1))
    (step,) = led_to(card(answer(ON[3], 1, 1, 1), kind=3, queue=3, due=4, left=1))
    assert step == Step(True, 0, 16 * 3600)
    assert led_to(card(answer(ON[0], 3, 10, 1), due=12)) == [Days(12)]


def test_a_due_date_of_the_card_that_makes_no_sense_is_not_believed() -> None:
    for due in (10**18, -(10**18), 80_000):
        assert led_to(card(answer(ON[0], 3, 10, 1), due=due)) == [Days(10)]
        assert led_to(card(answer(ON[0], 3, -600, 0), kind=1, due=10**18)) == [Step(False, 1, 600)]
    assert led_to(card(answer(ON[9], 3, 10, 1), due=2)) == [Days(0)]
    assert led_to(card(answer(ON[0], 3, 10, 1), kind=-1, due=0)) == [Days(10)]


def test_forget_and_due_dates() -> None:
    first = answer(ON[0], 4, 8, 0)
    forget, by_hand, by_anki = Row(ON[5], 0, 0, 0, 0, 4), Row(ON[5], 0, 17, 500, 0, 4), Row(ON[5], 0, 17, 500, 0, 5)
    answered = Answered(EASY, 1500, Days(8))
    assert whats(card(first, forget, kind=0, due=7)) == [answered, Forgot()]
    assert whats(card(first, by_hand, due=9)) == [answered, Rescheduled(4)]
    assert whats(card(first, by_anki, due=17)) == [answered, Rescheduled(12)]
    assert whats(card(first, by_anki, due=2)) == [answered, Rescheduled(0)]
    assert whats(card(first, by_hand, answer(ON[17], 3, 20, 1), due=37))[1] == Rescheduled(12)


def test_cramming_and_rows_of_no_kind_are_skipped_and_filtered_reviews_are_not() -> None:
    first = answer(ON[0], 4, 8, 0)
    cram, early = answer(ON[2], 1, -60, 3, factor=0), answer(ON[3], 3, 12, 3)
    odd = (Row(ON[4], 0, 5, 500, 0, 1), answer(ON[4] + 1, 3, 5, 4))
    assert led_to(card(first, cram, early, *odd, due=15)) == [Days(8), Days(12)]


def test_a_review_is_known_by_its_rating_up_to_50_ms_earlier() -> None:
    row, _ = good()
    for earlier, known in ((0, 1), (50, 1), (51, 0), (-1, 0)):
        ours = held(ON[0] - earlier, Answered(GOOD, 9, Days(3)))
        assert found(card(row, due=3), ours).known == known
    assert found(card(row, due=3), held(ON[0], Answered(HARD, 9, Days(3)))).known == 0


def test_one_event_makes_only_one_row_known() -> None:
    log = (answer(ON[0], 1, -60, 0), answer(ON[0] + 30, 1, -60, 0))
    result = found(
        card(*log, kind=1, due=ON[0] // 1000 + 60, left=2), held(ON[0], Answered(AGAIN, 0, Step(False, 0, 60)))
    )
    assert ([at for at, _ in result.news], result.known) == ([ON[0] + 30], 1)


def test_a_taken_millisecond_moves_the_event_and_it_is_known_there() -> None:
    row, _ = good()
    taken_keys = (held(ON[0], Suspended()), held(ON[0] + 1, Unsuspended()))
    ((at, what),) = found(card(row, due=3), *taken_keys).news
    assert at == ON[0] + 2
    assert found(card(row, due=3), *taken_keys, held(at, what)).news == []


def test_what_was_voided_here_stays_void() -> None:
    row, ours = good()
    result = found(card(row, due=3), ours._replace(voided=True))
    assert (result.news, result.known) == ([], 1)


def test_forgets_and_due_dates_are_known_as_well() -> None:
    first, ours = good()
    log = (first, Row(ON[1] + 5, 0, 9, 500, 0, 4), Row(ON[2], 0, 0, 0, 0, 4))
    before = (ours, held(ON[1], Rescheduled(8)), held(ON[2], Forgot()))
    assert found(card(*log, kind=0), *before).news == []
    assert [type(what) for what in whats(card(*log, kind=0), ours)] == [Rescheduled, Forgot]


def test_the_future_is_left_for_later() -> None:
    log = (answer(ON[0], 3, 3, 0), answer(ON[5], 3, 9, 1))
    result = found(card(*log, due=14), now=ON[3])
    assert ([at for at, _ in result.news], result.ahead) == ([ON[0]], 1)
    assert result.news[0][1] == Answered(GOOD, 1500, Days(3))


def test_suspended_there_is_suspended_here_when_the_card_last_changed() -> None:
    row, ours = good()
    assert found(card(row, queue=-1, due=3, changed=ON[4]), ours).news == [(ON[4], Suspended())]
    # the very answer suspended it (a leech): to the second, the card changed before its answer
    leech = card(row._replace(at=ON[0] + 700), queue=-1, due=3, changed=ON[0])
    assert found(leech, ours._replace(at=ON[0] + 700)).news == [(ON[0] + 701, Suspended())]


@pytest.mark.parametrize("what", [Answered(GOOD, 0, Days(5)), Unsuspended()])
def test_a_later_answer_or_unsuspend_of_ours_keeps_a_card_going(what: What) -> None:
    row, ours = good()
    assert whats(card(row, queue=-1, due=3, changed=ON[4]), ours, held(ON[5], what)) == []
    assert whats(card(row, queue=-1, due=3, changed=ON[4]), ours, held(ON[3], what)) == [Suspended()]
    assert whats(card(row, queue=-1, due=3, changed=ON[4]), ours, held(ON[5], what, voided=True)) == [Suspended()]


def test_suspended_on_both_sides_is_no_news() -> None:
    row, ours = good()
    assert whats(card(row, queue=-1, due=3, changed=ON[4]), ours, held(ON[2], Suspended())) == []
    assert whats(card(row, queue=-1, due=3, changed=ON[4]), ours, held(ON[4], Suspended(), voided=True)) == []


def test_a_review_after_our_suspend_unsuspends_just_before_it() -> None:
    row, ours = good()
    news = found(card(row, answer(ON[4], 3, 9, 1), due=13), ours, held(ON[2], Suspended())).news
    assert news == [(ON[4] - 1, Unsuspended()), (ON[4], Answered(GOOD, 1500, Days(9)))]
    assert whats(card(row, due=3), ours, held(ON[2], Suspended())) == []
    again = (ours, held(ON[2], Suspended()), *(held(at, what) for at, what in news))
    assert whats(card(row, answer(ON[4], 3, 9, 1), due=13), *again) == []
    voided = (ours, held(ON[2], Suspended()), held(ON[4], Answered(GOOD, 0, Days(9)), voided=True))
    assert whats(card(row, answer(ON[4], 3, 9, 1), due=13), *voided) == []


def test_a_card_that_was_suspended_on_both_sides_is_unsuspended_by_the_later_change_of_either() -> None:
    row, ours = good()
    suspended = held(ON[2], Suspended())
    later = card(row, due=3, changed=ON[4])._replace(marked=1)
    assert found(later, ours, suspended).news == [(ON[4], Unsuspended())]
    assert whats(later._replace(modified_ms=ON[1]), ours, suspended) == []
    assert whats(later._replace(marked=0), ours, suspended) == []
    assert whats(later, ours, suspended, held(ON[4], Unsuspended())) == []
    still = later._replace(queue=-1)
    assert whats(still, ours, held(ON[2], Suspended(), voided=True)) == []
    assert whats(still, ours, suspended, held(ON[3], Unsuspended())._replace(from_srs=True)) == []
    assert whats(still, ours, suspended, held(ON[3], Unsuspended())) == [Suspended()], "suspended again in Anki"
    assert whats(still, ours) == [Suspended()], "by another machine, whose log is not here"


def test_columns_that_come_from_an_earlier_answer_do_not_say_where_the_last_one_led() -> None:
    """Of two devices that answered the card, the later column and the later row may not be of the same one."""
    lapse = card(answer(ON[0], 3, 9, 0), answer(ON[4], 1, -600, 1), due=9)
    assert led_to(lapse)[-1] == Step(True, 0, 600)
    review = card(answer(ON[0], 3, 9, 0), answer(ON[4], 3, 20, 1), due=9)
    assert led_to(review._replace(reviewed=ON[0] // 1000))[-1] == Days(20)
    assert led_to(review._replace(reviewed=ON[4] // 1000))[-1] == Days(5)


def test_a_review_in_anki_after_our_forget_begins_a_memory_of_its_interval() -> None:
    """As Anki will read it when it knows of the forget."""
    row, ours = good()
    forget = held(ON[2], Forgot())
    (answered,) = whats(card(row, answer(ON[4], 3, 9, 1), due=13), ours, forget)
    assert isinstance(answered, Answered)
    assert answered.given == Memory(9.0, 4.6)
    known = card(row, Row(ON[2], 0, 0, 0, 0, 4), answer(ON[4], 3, 9, 1), due=13)
    assert whats(known, ours, forget) == [answered]
    assert whats(card(row, answer(ON[4], 3, 9, 1), due=13), ours, held(ON[2], Forgot(), voided=True)) == [
        Answered(GOOD, 1500, Days(9))
    ]


def test_buried_by_hand_counts_unless_we_did_something_later_that_day() -> None:
    row, ours = good()
    buried = card(row, queue=-3, due=3, changed=ON[4])
    assert found(buried, ours).news == [(ON[4], Buried())]
    assert whats(buried, ours, held(ON[4], Buried())) == []
    assert whats(buried, ours, held(ON[4] + 1, Crammed(GOOD, 0))) == []
    assert whats(buried, ours, held(ON[5], Crammed(GOOD, 0))) == [Buried()]
    assert whats(buried._replace(queue=-2), ours) == []


@pytest.mark.parametrize("changed", [0, -5, 10**18, NOW + DAY])
def test_a_time_of_change_that_makes_no_sense_is_now(changed: int) -> None:
    row, ours = good()
    assert found(card(row, queue=-1, due=3, changed=changed), ours).news == [(NOW, Suspended())]


def _orders() -> Sequence[tuple[int, ...]]:
    return [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 1, 2)]


@pytest.mark.parametrize("order", _orders())
def test_files_may_come_in_any_order(order: tuple[int, ...]) -> None:
    rows = (answer(ON[0], 4, 8, 0), answer(ON[8], 1, -600, 1), answer(ON[8] + 10 * MINUTE, 3, 2, 2))
    dues = {1: 8, 2: (ON[8] + 10 * MINUTE) // 1000, 3: 10}
    types = {1: 2, 2: 3, 3: 2}
    ours: list[tuple[int, What]] = []
    for length in order:
        file = card(*rows[:length], kind=types[length], due=dues[length], left=1)
        ours += found(file, *(held(at, what) for at, what in ours)).news
        ours.sort(key=itemgetter(0))
    assert [what for _, what in ours] == [
        Answered(EASY, 1500, Days(8)),
        Answered(AGAIN, 1500, Step(True, 0, 600)),
        Answered(GOOD, 1500, Days(2)),
    ]


FULL = (answer(ON[0], 4, 8, 0), answer(ON[8], 3, 12, 1), answer(ON[20], 3, 9, 1), answer(ON[29], 1, -600, 1))


def pulled_in_turn(*files: AnkiCard) -> list[tuple[int, What]]:
    """All events after these files were pulled, and nothing more by pulling them again."""
    ours: list[tuple[int, What]] = []
    for file in (*files, *files):
        held_ones = [held(at, what) for at, what in ours]
        ours = sorted(ours + found(file, *held_ones).news, key=itemgetter(0))
    return ours


def memory_after(events: list[tuple[int, What]]) -> Memory:
    scheduler = Scheduler(Settings())
    return memory_of(
        scheduler.replay(Event("n/back", at, CALENDAR.day(at), EventSource.ANKI, "m", what) for at, what in events)
    )


@pytest.mark.parametrize("first", range(1, 4))
def test_a_file_with_the_first_answers_may_come_after_one_without_them(first: int) -> None:
    whole, cut = (card(*log, kind=3, queue=1, due=ON[29] // 1000 + 600, left=1) for log in (FULL, FULL[first:]))
    assert memory_after(pulled_in_turn(cut)) != memory_after(pulled_in_turn(whole))
    for files in ((cut, whole), (whole, cut)):
        assert memory_after(pulled_in_turn(*files)) == memory_after(pulled_in_turn(whole))


def test_a_forget_without_a_row_comes_a_millisecond_before_the_answer_and_once() -> None:
    file = card(*FULL[:2], answer(ON[20], 3, 4, 0), due=24)
    assert [(at, type(what)) for at, what in pulled_in_turn(file)] == [
        (ON[0], Answered),
        (ON[8], Answered),
        (ON[20] - 1, Forgot),
        (ON[20], Answered),
    ]


def test_an_answer_to_a_card_that_was_new_here_forgets_nothing_that_was_answered_in_anki_before() -> None:
    ours = held(ON[20], Answered(GOOD, 1500, Days(4)))
    file = card(*FULL[:2], answer(ON[20], 3, 4, 0), due=24)
    assert [type(what) for what in whats(file, ours._replace(from_srs=True))] == [Answered, Answered]
    assert [type(what) for what in whats(file, ours)] == [Answered, Answered, Forgot]


def learnt(*log: Row, due: int = 12, queue: int = 2) -> AnkiCard:
    """A review of ten days without an answer in its log."""
    return card(*log, due=due, queue=queue, changed=ON[9])._replace(interval=10, factor=2500)


def test_a_review_without_a_log_begins_its_interval_before_its_due_date() -> None:
    given = Sm2Memory(10.0, 2.5)
    assert found(learnt()).news == [(CALENDAR.start(BASE + timedelta(2)), Rescheduled(10, given))]
    assert found(learnt(due=25)).news == [(CALENDAR.start(BASE + timedelta(9)), Rescheduled(16, given))], "not yet"
    assert found(learnt(due=-30_000)).news == [(CALENDAR.start(date(1971, 1, 1)), Rescheduled(0, given))]
    suspended = learnt(queue=-1)
    assert [type(what) for _, what in pulled_in_turn(suspended)] == [Rescheduled, Suspended]


def test_what_is_known_of_a_card_counts_more_than_its_columns() -> None:
    _, ours = good()
    assert whats(learnt(), ours) == whats(learnt(), ours._replace(voided=True)) == []
    forget, by_hand = Row(ON[1], 0, 0, 0, 0, 4), Row(ON[2], 0, 0, 2500, 0, 4, 0)
    assert whats(learnt(forget, by_hand)) == [Forgot(), Rescheduled(10)]
    assert whats(learnt(by_hand)) == [Rescheduled(10)]
    assert found(learnt(answer(ON[9], 3, 9, 1)), now=ON[5]) == Found([], 0, 1), "answered ahead of the clock"


@pytest.mark.parametrize("factor", [-5, 0, 70_000])
def test_a_factor_that_anki_never_writes_is_the_usual_ease(factor: int) -> None:
    assert found(learnt()._replace(factor=factor)).news == found(learnt()).news
