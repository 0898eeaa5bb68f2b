"""Rehearsals are events of notes: they sync, merge and undo, and touch no card."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from srs.backup.verify import verify
from srs.core.event import Event, EventSource, Rating, Rehearsal, Relinked
from srs.core.event_line import InvalidEvent, from_values, parse_line, to_line, to_values
from srs.core.event_row import COLUMNS, event_to_row, parse_event
from srs.log.rehearsals import read_rehearsals
from tests.conftest import DAY
from tests.machines import START, Machine, Machines

TODAY = date(2026, 3, 2)
SECONDS = (("situation", 31), ("task", 14), ("action", 76), ("result", 30))
TOLD = Rehearsal("q01-star", Rating.HARD, SECONDS, 340, 4, (("length", True), ("result", False)), "amazon")


def rehearsals(machine: Machine) -> list[tuple[str, int, Rehearsal]]:
    return [
        (row.note, row.at, row.rehearsal)
        for row in read_rehearsals(machine.collection.store.connection)
        if row.day == machine.collection.calendar.day(row.at)
    ]


def test_what_is_not_known_is_absent_from_the_line() -> None:
    event = Event("latency", START, TODAY, EventSource.SRS, "m", TOLD)
    assert json.loads(to_line(event)) == {
        "at": "2026-03-02T00:00:00.000+00:00",
        "subject": "latency",
        "day": "2026-03-02",
        "what": "rehearsed",
        "question": "q01-star",
        "rating": 2,
        "seconds": dict(SECONDS),
        "words": 340,
        "fillers": 4,
        "checks": {"length": True, "result": False},
        "company": "amazon",
        "source": "srs",
        "machine": "m",
        "sum": to_line(event)[-10:-2],
    }
    bare = replace(event, what=Rehearsal("q01-star", Rating.GOOD, (("whole", 150),)))
    assert to_values(bare).keys() == to_values(event).keys() - {"words", "fillers", "checks", "company"}
    assert parse_line(to_line(bare).encode()) == bare
    assert TOLD.total == 151


@pytest.mark.parametrize(
    ("key", "value", "wrong"),
    [
        ("subject", "latency/which", "subject"),
        ("subject", "", "subject"),
        ("question", "no id", "question"),
        ("question", 7, "question"),
        ("rating", 5, "value"),
        ("seconds", {"situation": -1}, "seconds"),
        ("seconds", {"situation": 1.5}, "seconds"),
        ("seconds", {"situation": True}, "seconds"),
        ("seconds", {"No slug": 1}, "seconds"),
        ("seconds", {f"part-{n}": 1 for n in range(21)}, "seconds"),
        ("seconds", [1, 2], "value"),
        ("seconds", 150, "value"),
        ("words", -1, "words"),
        ("words", "many", "words"),
        ("fillers", 10**7, "fillers"),
        ("checks", {"length": 1}, "checks"),
        ("checks", "length", "value"),
        ("company", "x" * 41, "company"),
        ("company", ["amazon"], "company"),
    ],
)
def test_values_that_srs_never_writes_are_refused(key: str, value: Any, wrong: str) -> None:
    values = to_values(Event("latency", START, TODAY, EventSource.SRS, "m", TOLD))
    with pytest.raises(InvalidEvent, match=wrong):
        from_values({**values, key: value})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"question": "q"}', "[" * 9999])
def test_a_row_of_another_database_is_checked_as_well(text: str) -> None:
    row = dict(
        zip(
            COLUMNS,
            event_to_row(Event("latency", START, TODAY, EventSource.SRS, "m", TOLD)),
            strict=True,
        )
    )
    assert parse_event(row).what == TOLD
    with pytest.raises(InvalidEvent):
        parse_event({**row, "parameters": text})


def test_a_rehearsal_touches_no_card_and_undo_takes_it_back(machines: Machines) -> None:
    one = machines["one"]
    one.answer("latency/which", Rating.GOOD, START)
    before = one.snapshot()["states"]
    told = one.recorder.rehearse("latency", TOLD, START)
    again = one.recorder.rehearse("latency", replace(TOLD, company=""), START)
    assert (told.at, again.at) == (START, START + 1), "no two events have one key"
    assert rehearsals(one) == [("latency", START, TOLD), ("latency", START + 1, replace(TOLD, company=""))]
    assert one.snapshot()["states"] == before
    (row, _) = [row for row in one.log() if row["what"] == "rehearsed"]
    assert (row["card"], row["note"], row["question"], row["rating"]) == (None, "latency", "q01-star", 2)
    (undone,) = one.recorder.undo()
    assert undone.event == again
    assert rehearsals(one) == [("latency", START, TOLD)]
    assert verify(one.collection, START + DAY).good


def test_rehearsals_of_two_machines_are_united_by_folder_and_by_database(machines: Machines) -> None:
    one, two, three = machines["one"], machines["two"], machines["three"]
    one.recorder.rehearse("latency", TOLD, START)
    two.recorder.rehearse("latency", replace(TOLD, rating=Rating.EASY), START)  # the same key: one of them stays
    two.recorder.rehearse("migration", TOLD, START + 5)
    two.recorder.undo()
    for machine in (one, two, one):
        machine.sync(machines.folder)
    three.merge(one)
    assert one.snapshot() == two.snapshot() == three.snapshot()
    assert len(rehearsals(three)) == 1


def test_rehearsals_follow_a_relink(machines: Machines) -> None:
    one = machines["one"]
    one.recorder.rehearse("latency", TOLD, START)
    one.add(Event("latency", START + 1, TODAY, EventSource.SRS, "m", Relinked("latency-2")))
    one.recorder.rehearse("latency", TOLD, START + 2)
    assert [note for note, _, _ in rehearsals(one)] == ["latency-2", "latency-2"]
