"""Events and voids as lines: exact both ways, and strict with whatever else may come."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zlib import crc32

import pytest
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import example, given, settings
from hypothesis import strategies as st

from srs.core.card_state import Memory
from srs.core.clock import to_utc
from srs.core.event import (
    Aim,
    Answered,
    Crammed,
    Days,
    Event,
    EventSource,
    Fitted,
    Goal,
    Parameters,
    Rating,
    Rescheduled,
    Sm2Memory,
    Softened,
    Step,
    Void,
)
from srs.core.event_line import MAX_LINE_BYTES, InvalidEvent, NewerEvent, check_event, parse_line, to_line
from srs.core.settings import Settings
from srs.scheduling.scheduler import DEFAULT, Scheduler, parameter_problem
from tests.strategies import any_events, card_events, voids

AT = 1_772_409_600_000
ANSWER = Event(
    "one/back", AT, date(2026, 3, 2), EventSource.SRS, "0123456789abcdef", Answered(Rating.GOOD, 1200, Days(3))
)


def with_checksum(text: str) -> bytes:
    """A line with a checksum that fits, whatever it says."""
    body = text.removesuffix("}").encode("utf-8", "surrogatepass")
    return b'%s,"sum":"%08x"}' % (body, crc32(body))


def test_a_line_can_be_read_by_people_and_programs() -> None:
    assert to_line(ANSWER) == (
        '{"at":"2026-03-02T00:00:00.000+00:00","subject":"one/back","day":"2026-03-02","what":"answered","rating":3,'
        '"duration_ms":1200,"state":"review","interval":3,"source":"srs","machine":"0123456789abcdef","sum":"6654402c"}'
    )
    assert json.loads(to_line(Void("one/back", AT))) == {
        "at": "2026-03-02T00:00:00.000+00:00",
        "subject": "one/back",
        "what": "voided",
        "sum": json.loads(to_line(Void("one/back", AT)))["sum"],
    }


@given(any_events | voids)
@example(Event("", AT, date(2026, 3, 2), EventSource.SRS, "m", Parameters("FSRS-7", tuple(0.1 + n for n in range(34)))))
def test_what_is_written_is_read_back_bit_for_bit(item: Event | Void) -> None:
    text = to_line(item)
    check_event(item)
    assert text.isascii()
    assert len(text) < MAX_LINE_BYTES / 2
    assert "\n" not in text
    back = parse_line(text.encode())
    assert back == item
    assert repr(back) == repr(item)


def test_parameters_say_what_they_were_fitted_to_only_where_that_is_known() -> None:
    """Lines that were written before are the same bytes now."""
    event = Event("", AT, date(2026, 3, 2), EventSource.SRS, "m", Parameters("FSRS-6", (0.5, 1.0)))
    start = (
        '{"at":"2026-03-02T00:00:00.000+00:00","subject":"","day":"2026-03-02","what":"parameters","model":"FSRS-6",'
    )
    assert to_line(event) == f'{start}"values":[0.5,1.0],"source":"srs","machine":"m","sum":"67c7c16e"}}'
    fitted = replace(event, what=Parameters("FSRS-6", (0.5, 1.0), Fitted(812, 0.31, 0.025)))
    assert to_line(fitted).startswith(
        f'{start}"values":[0.5,1.0],"reviews":812,"log_loss":0.31,"rmse":0.025,"source":"srs"'
    )


def test_a_given_memory_stands_in_the_line_only_where_there_is_one() -> None:
    start, end = (
        '{"at":"2026-03-02T00:00:00.000+00:00","subject":"one/back","day":"2026-03-02","what":',
        ',"source":"srs"',
    )
    answered = replace(ANSWER, what=Answered(Rating.GOOD, 1200, Days(3), Sm2Memory(3.0, 2.5)))
    values = '"answered","rating":3,"duration_ms":1200,"state":"review","interval":3,"stability":3.0,"ease":2.5'
    assert to_line(answered).startswith(start + values + end)
    moved = replace(ANSWER, what=Rescheduled(9, Memory(3.0, 4.6)))
    assert to_line(moved).startswith(f'{start}"rescheduled","interval":9,"stability":3.0,"difficulty":4.6{end}')
    assert to_line(replace(ANSWER, what=Rescheduled(9))).startswith(f'{start}"rescheduled","interval":9{end}')


@given(any_events, st.data())
def test_a_line_with_a_changed_byte_is_refused(event: Event, data: st.DataObject) -> None:
    text = bytearray(to_line(event).encode())
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidEvent):
        parse_line(bytes(text))


@given(any_events, st.data())
def test_a_line_that_was_cut_or_prolonged_is_refused(event: Event, data: st.DataObject) -> None:
    text = to_line(event).encode()
    with pytest.raises(InvalidEvent):
        parse_line(text[: data.draw(st.integers(0, len(text) - 1))])
    with pytest.raises(InvalidEvent):
        parse_line(text + data.draw(st.binary(min_size=1, max_size=40)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (to_line(ANSWER).replace('"answered"', '"sang"'), "sang"),
        (to_line(Void("", AT)).replace('"voided"', '"danced"'), "danced"),
        (to_line(ANSWER).replace('"rating":3', '"rating":3,"device":"phone"'), "device"),
        (to_line(Void("one/back", AT)).replace('"what"', '"why":"so","what"'), "why"),
    ],
)
def test_what_a_newer_program_has_recorded_is_told_from_damage(text: str, kind: str) -> None:
    with pytest.raises(NewerEvent) as newer:
        parse_line(with_checksum(text.rpartition(',"sum"')[0] + "}"))
    assert newer.value.kind == kind
    with pytest.raises(InvalidEvent) as wrong:
        parse_line(text.encode())
    assert not isinstance(wrong.value, NewerEvent), "the checksum does not match"


@pytest.mark.parametrize("name", ["", "Goal", "go al", "x" * 31, "\u001b[31m", "goal\n"])
def test_what_can_be_no_name_of_an_event_is_damage(name: str) -> None:
    with pytest.raises(InvalidEvent) as wrong:
        parse_line(with_checksum(to_line(ANSWER).rpartition(',"sum"')[0].replace("answered", name) + "}"))
    assert not isinstance(wrong.value, NewerEvent)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


@given(JSON)
def test_any_json_with_a_checksum_that_fits_is_refused(value: Any) -> None:
    with pytest.raises(InvalidEvent):
        parse_line(with_checksum(json.dumps(value)))


@given(any_events | voids, st.data())
def test_a_value_of_another_kind_is_refused_though_the_checksum_fits(item: Event | Void, data: st.DataObject) -> None:
    known = json.loads(to_line(item))
    del known["sum"]
    name = data.draw(st.sampled_from(sorted(known)))
    value = data.draw(JSON.filter(lambda value: value != known[name]))
    try:
        back = parse_line(with_checksum(json.dumps({**known, name: value}, separators=(",", ":"))))
    except InvalidEvent:
        return
    check_event(back)  # it happened to be another good value
    assert json.loads(to_line(back))[name] == value


@pytest.mark.parametrize(
    "text",
    [
        to_line(ANSWER).rpartition(',"sum"')[0].replace('"at"', ' "at"') + "}",
        to_line(ANSWER).rpartition(',"sum"')[0] + ',"more":1}',
        to_line(ANSWER).rpartition(',"sum"')[0].replace('"rating":3', '"rating":4,"rating":3') + "}",
        to_line(ANSWER).rpartition(',"sum"')[0].replace('"rating":3', '"rating":3.0') + "}",
        to_line(ANSWER).rpartition(',"sum"')[0].replace('"rating":3', '"rating":true') + "}",
        to_line(ANSWER).rpartition(',"sum"')[0].replace('"interval":3', '"interval":NaN') + "}",
        to_line(ANSWER).rpartition(',"sum"')[0].replace("one/back", "one\\u002fback") + "}",
        to_line(ANSWER).rpartition(',"sum"')[0].replace("+00:00", "+09:00") + "}",
        to_line(ANSWER).rpartition(',"sum"')[0].replace("answered", "dreamt") + "}",
        "[" * 4000 + "}",
        '{"at":' * 1000 + "}",
        '{"at":"\udc80"}',
        "{" + "9" * 5000 + "}",
    ],
)
def test_other_spellings_and_bombs_are_refused_though_the_checksum_fits(text: str) -> None:
    with pytest.raises(InvalidEvent):
        parse_line(with_checksum(text))


def test_a_line_that_is_too_long_is_refused_unread() -> None:
    with pytest.raises(InvalidEvent, match="too long"):
        parse_line(b"[" * (MAX_LINE_BYTES + 1))


@pytest.mark.parametrize(
    "item",
    [
        replace(ANSWER, at=0),
        replace(ANSWER, at=-5),
        replace(ANSWER, at=7_258_118_400_000),
        replace(ANSWER, day=date(2026, 3, 5)),
        replace(ANSWER, day=date(9999, 12, 31)),
        replace(ANSWER, subject="one"),
        replace(ANSWER, subject=""),
        replace(ANSWER, subject="one/back/x"),
        replace(ANSWER, subject="../back"),
        replace(ANSWER, subject="one/ba\x1b[2Jck"),
        replace(ANSWER, subject="one/back\n"),
        replace(ANSWER, subject="x" * 201 + "/back"),
        replace(ANSWER, machine="../../etc"),
        replace(ANSWER, machine=""),
        replace(ANSWER, what=Answered(Rating.GOOD, -1, Days(3))),
        replace(ANSWER, what=Answered(Rating.GOOD, 0, Days(-1))),
        replace(ANSWER, what=Answered(Rating.GOOD, 0, Days(10**6))),
        replace(ANSWER, what=Answered(Rating.GOOD, 0, Step(False, -1, 60))),
        replace(ANSWER, what=Answered(Rating.GOOD, 0, Step(False, 0, 10**18))),
        replace(ANSWER, what=Crammed(Rating.GOOD, 10**18)),
        *(
            replace(ANSWER, what=Rescheduled(9, Memory(stability, difficulty)))
            for stability, difficulty in (
                *((0.0, 5.0), (-1.0, 5.0), (float("nan"), 5.0), (1e6, 5.0)),
                *((9.0, 0.9), (9.0, 10.1), (9.0, float("nan"))),
            )
        ),
        *(replace(ANSWER, what=Rescheduled(9, Sm2Memory(9.0, ease))) for ease in (1.0, 101.0, float("inf"))),
        replace(ANSWER, what=Answered(Rating.GOOD, 1200, Days(3), Memory(0.0, 5.0))),
        replace(ANSWER, what=Softened(0.0)),
        replace(ANSWER, what=Softened(1.5)),
        replace(ANSWER, what=Softened(float("nan"))),
        replace(ANSWER, what=DEFAULT),
        replace(ANSWER, subject="", what=Parameters("FSRS-6", (float("inf"),))),
        replace(ANSWER, subject="", what=Parameters("FSRS-6", (float("nan"),))),
        replace(ANSWER, subject="", what=Parameters("FSRS-6", (1.0,), Fitted(9, float("nan"), 0.1))),
        replace(ANSWER, subject="", what=Parameters("FSRS-6", (1.0,), Fitted(-1, 0.1, 0.1))),
        replace(ANSWER, subject="", what=Parameters("FSRS-6", ())),
        replace(ANSWER, subject="", what=Parameters("FSRS 6", (1.0,))),
        Void("a b", AT),
        Void("one/back", 0),
    ],
)
def test_a_value_out_of_its_range_is_refused(item: Event | Void) -> None:
    with pytest.raises(InvalidEvent):
        check_event(item)
    with pytest.raises(InvalidEvent):
        parse_line(to_line(item).encode() if "nan" not in repr(item) and "inf" not in repr(item) else b"")


def test_every_day_that_a_zone_and_a_rollover_allow_is_accepted() -> None:
    for days in (-2, -1, 0, 1):
        check_event(replace(ANSWER, day=to_utc(AT).date() + timedelta(days=days)))


bounds = st.tuples(
    *(st.sampled_from(pair) for pair in zip(LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True))
)


@settings(max_examples=50)
@given(st.lists(card_events, max_size=12), bounds)
def test_no_events_that_are_accepted_can_stop_a_replay_or_a_preview(
    events: list[Event], values: tuple[float, ...]
) -> None:
    parameters = Parameters("FSRS-6", values)
    assert not parameter_problem(parameters)
    scheduler = Scheduler(Settings(), parameters)
    state = scheduler.replay(sorted(events, key=lambda event: event.at))
    scheduler.preview("a/back", state, date(2199, 12, 31))


def test_parameters_that_let_a_memory_grow_without_end_cannot_stop_a_replay() -> None:
    """Within the bounds, an answer on the same day may make the stability 400 times as large, again and again."""
    values = (*DEFAULT.values[:17], 2.0, 2.0, 0.0, DEFAULT.values[20])
    scheduler = Scheduler(Settings(), Parameters("FSRS-6", values))
    answers = [replace(ANSWER, at=AT + n, what=Answered(Rating.EASY, 0, Days(1))) for n in range(150)]
    assert scheduler.preview("one/back", scheduler.replay(answers), date(2199, 12, 31))


def test_parameters_of_another_model_or_out_of_bounds_are_not_accepted() -> None:
    assert not parameter_problem(DEFAULT)
    assert parameter_problem(replace(DEFAULT, model="FSRS-7"))
    assert parameter_problem(replace(DEFAULT, values=DEFAULT.values[:-1]))
    assert parameter_problem(replace(DEFAULT, values=(1e9, *DEFAULT.values[1:])))


def test_softening_without_end_leaves_a_memory_that_can_be_answered() -> None:
    day, scheduler = date(2026, 3, 2), Scheduler(Settings())
    soft = [replace(ANSWER, at=AT + n, what=Softened(5e-324)) for n in range(1, 400)]
    state = scheduler.replay([ANSWER, *soft, replace(ANSWER, at=AT + 500)])
    assert scheduler.preview("one/back", state, day)


@pytest.mark.parametrize(("days", "valid"), [(-1, False), (0, True), (366, True), (367, False), (10_000, False)])
def test_a_goal_lies_within_a_year_of_the_day_on_which_it_was_set(days: int, valid: bool) -> None:
    event = Event("exam", AT, to_utc(AT).date(), EventSource.SRS, "m", Goal(Aim(to_utc(AT).date() + timedelta(days))))
    if valid:
        assert parse_line(to_line(event).encode()) == event
    else:
        with pytest.raises(InvalidEvent):
            parse_line(to_line(event).encode())
