"""The review logs of other tools."""

import json
import sqlite3
import tracemalloc
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

import fsrs
import pytest

from srs.anki.export import export
from srs.backup.verify import verify
from srs.core.event import Answered, Crammed, Days, Event, EventSource, Forgot, Rating, Rescheduled, Step
from srs.database import states
from srs.importers.import_log import import_log
from srs.importers.log_file import read_json_values
from srs.log import event_log
from tests.conftest import BASIC, DAY, Home, answer
from tests.machines import START, Machine, Machines, csv_file

GOOD, EASY, AGAIN = Rating.GOOD, Rating.EASY, Rating.AGAIN


def events(machine: Machine) -> list[Event]:
    return [row.event for row in event_log.history(machine.collection.store.connection)]


def test_a_log_for_fsrs_optimizer_is_taken_in_under_its_own_cards(machines: Machines, tmp_path: Path) -> None:
    one = machines["one"]
    names = "card_id,review_time,review_rating,review_state,review_duration"
    rows: list[tuple[object, ...]] = [
        (17, START + 9 * DAY, 3, 2, 4000),
        (17, START, 4, 0, 2500),
        ("tight/ko-en", START, 1, 0, ""),
        ("my card!", START, 3, 0, 10),
        ("my card?", f"{START}.0", 3, 0, 10),
    ]
    done = one.import_log(csv_file(tmp_path / "revlog.csv", rows, names))
    assert done.bad == ()
    found = {card: state.reps for card, state in states.get_all(one.collection.store.connection).items()}
    assert found.pop("17/back") == 2
    assert found.pop("tight/ko-en") == 1
    assert list(found.values()) == [1, 1], "ids that differ stay two"
    assert all(card.startswith("x-my-card-") and card.endswith("/back") for card in found)
    first = event_log.get_event(one.collection.store.connection, "17/back", START)
    assert first is not None
    assert (first.source, first.machine) == (EventSource.IMPORT, one.id)
    assert isinstance(first.what, Answered)
    assert first.what.duration_ms == 2500
    assert isinstance(first.what.led_to, Days), "Easy on a new card: as the default settings would have it"
    assert verify(one.collection, START + 99 * DAY).good


def test_a_second_import_adds_nothing_even_after_reviews_in_between(machines: Machines, tmp_path: Path) -> None:
    one = machines["one"]
    file = csv_file(tmp_path / "revlog.csv", [(17, START, 4), (17, START + 9 * DAY, 3), (18, START + 5, 2)])
    one.import_log(file)
    one.answer("17/back", AGAIN, START + 30 * DAY)
    before = one.snapshot()
    again = one.import_log(file)
    assert (again.counts.events, again.counts.known) == (0, 3)
    assert one.snapshot() == before


def test_the_review_logs_of_py_fsrs_come_in_with_the_same_memory(machines: Machines, tmp_path: Path) -> None:
    scheduler, card = fsrs.Scheduler(enable_fuzzing=False), fsrs.Card(card_id=1_700_000_000_000)
    moment, reviews = datetime(2026, 3, 2, 3, tzinfo=UTC), []
    for rating in (3, 3, 3, 1, 3, 4):
        card, review = scheduler.review_card(card, fsrs.Rating(rating), moment, 2100)
        reviews.append(review)
        moment += timedelta(days=11)
    kinds: dict[str, str] = {
        "lines.jsonl": "\n".join(review.to_json() for review in reviews),
        "indented.json": "\n".join(review.to_json(indent=2) for review in reviews),
        "array.json": json.dumps([review.to_dict() for review in reviews]),
    }
    for name, text in kinds.items():
        (tmp_path / name).write_text(text)
        one = machines[name[:4]]
        assert one.import_log(tmp_path / name).counts.events == 6
        state = states.get(one.collection.store.connection, "1700000000000/back")
        assert state.phase is not None
        assert state.reps == 6
        memory = getattr(state.phase, "memory")  # noqa: B009 - any phase but New has one
        assert (memory.stability, memory.difficulty) == pytest.approx((card.stability, card.difficulty), rel=1e-12)
    assert machines["line"].log() == machines["inde"].log() == machines["arra"].log()


def test_times_in_iso_8601_and_ratings_by_name_are_taken_in_every_format(machines: Machines, tmp_path: Path) -> None:
    moment = datetime.fromtimestamp(START / 1000, UTC)
    rows: list[tuple[object, ...]] = [
        (1, moment.isoformat(), "Good"),
        (2, moment.isoformat(" "), "easy"),
        (3, f"{moment:%Y-%m-%dT%H:%M:%S}Z", "Rating.Again"),
        (4, START, 2),
    ]
    columns = {"one": "card_id,review_time,review_rating", "two": "card_id,review_datetime,rating"}
    for name, names in columns.items():
        file = csv_file(tmp_path / "log.csv", rows, names)
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
        assert machines[name].import_log(file).bad == ()
        found = [event.what for event in events(machines[name])]
        assert [what.rating for what in found if isinstance(what, Answered)] == [3, 4, 1, 2]
        assert {event.at for event in events(machines[name])} == {START}


def test_json_on_one_line_is_read_whatever_its_size(machines: Machines, tmp_path: Path) -> None:
    rows = [{"card_id": n % 50, "review_time": START + n, "review_rating": 3} for n in range(2000)]
    file = tmp_path / "log.json"
    file.write_text(json.dumps(rows), "utf-8-sig")
    assert file.stat().st_size > 2 * (1 << 16), "more than is read at once"
    assert machines["one"].import_log(file).counts.events == 2000
    rows[1500]["review_rating"] = 9
    file.write_text(json.dumps(rows))
    assert machines["two"].import_log(file).bad == ((1, "review 1501: the rating must be 1–4"),)


def test_a_row_of_json_is_read_where_it_ends_not_where_the_file_does(tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    file.write_text("[" + f'{{"a": "{"é" * 4000}"}},\n' * 300 + '{"a": 1}]')
    tracemalloc.start()
    values = list(map(itemgetter(0), read_json_values(file)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert values == list(range(1, 302))
    assert peak < 1_000_000, "of the 2.4 MB no more than a piece is held"


REVLOG = "id,cid,usn,ease,ivl,lastIvl,factor,time,type"


def test_rows_of_ankis_revlog_keep_what_they_led_to(machines: Machines, tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        (START, 5, -1, 3, -600, -60, 0, 3100, 0),
        (START + 1000, 5, -1, 3, 4, -600, 2500, 3100, 0),
        (START + 5 * DAY, 5, -1, 1, -600, 4, 2300, 3100, 1),
        (START + 5 * DAY + 1000, 5, -1, 3, 1, -600, 2300, 3100, 2),
        (START + 6 * DAY, 5, -1, 3, 9, 9, 0, 900, 3),
        (START + 7 * DAY, 5, -1, 0, 30, 1, 2500, 0, 4),
        (START + 8 * DAY, 5, -1, 0, 0, 1, 0, 0, 4),
    ]
    one = machines["one"]
    assert one.import_log(csv_file(tmp_path / "revlog.csv", rows, REVLOG)).bad == ()
    assert [event.what for event in events(one)] == [
        Answered(GOOD, 3100, Step(False, 1, 600)),
        Answered(GOOD, 3100, Days(4)),
        Answered(AGAIN, 3100, Step(True, 0, 600)),
        Answered(GOOD, 3100, Days(1)),
        Crammed(GOOD, 900),
        Rescheduled(30),
        Forgot(),
    ]


def test_our_own_reviews_come_back_from_ankis_log_unchanged(home: Home, tmp_path: Path) -> None:
    """Exported to Anki, the rows of its log dumped, and imported with a map: the same answers at the same times."""
    home.write("a.yaml", BASIC)
    collection = home.open()
    for card, rating, day in (("one/back", EASY, 0), ("two/back", GOOD, 0), ("one/back", AGAIN, 12)):
        now = START + day * DAY
        answer(collection, card, rating, now)
    export(collection, tmp_path / "x.apkg", START + 12 * DAY)
    with zipfile.ZipFile(tmp_path / "x.apkg") as package:
        package.extract("collection.anki2", tmp_path)
    with closing(sqlite3.connect(tmp_path / "collection.anki2")) as anki:
        rows = anki.execute("select * from revlog").fetchall()
        fields = dict(anki.execute("select c.id, n.flds from cards c join notes n on n.id = c.nid"))
    csv_file(tmp_path / "revlog.csv", rows, REVLOG)
    (tmp_path / "map.csv").write_text(
        "".join(f"{cid},{'one' if 'eins' in text else 'two'}\n" for cid, text in fields.items())
    )
    before = sorted(event_log.history(collection.store.connection), key=lambda row: (row.event.subject, row.event.at))
    assert import_log(collection, tmp_path / "revlog.csv", tmp_path / "map.csv").counts.events == 0, "all known"
    fresh = Home(tmp_path / "fresh", home.stack)
    fresh.write("a.yaml", BASIC)
    other = fresh.open()
    assert import_log(other, tmp_path / "revlog.csv", tmp_path / "map.csv").counts.events == 3
    after = sorted(event_log.history(other.store.connection), key=lambda row: (row.event.subject, row.event.at))
    for mine, theirs in zip(before, after, strict=True):
        assert 0 <= theirs.event.at - mine.event.at <= 50
        assert (theirs.event.subject, theirs.event.day) == (mine.event.subject, mine.event.day)
        assert theirs.event.what == mine.event.what


BAD_ROWS: list[tuple[str, Any]] = [
    ("card_id,review_time,review_rating", [(1, 1_700_000_000, 3)]),  # seconds
    ("card_id,review_time,review_rating", [(1, START, 0)]),
    ("card_id,review_time,review_rating", [(1, "soon", 3)]),
    ("card_id,review_time,review_rating", [("", START, 3)]),
    ("card_id,review_time,review_rating,review_duration", [(1, START, 3, -4)]),
    ("card_id,review_time,review_rating", [(1,)]),
    ("card_id,rating,review_datetime", [(1, 3, "2026-03-02T09:00:00")]),
    ("card_id,rating,review_datetime", [(1, 3, "noon")]),
    ("card_id,review_time,review_rating", [(1, "2026-03-02T09:00:00", 3)]),
    ("card_id,review_time,review_rating", [(1, START, "Fine")]),
    (REVLOG, [(START, 5, -1, 0, 1, 1, 0, 0, 1)]),
    (REVLOG, [(START, 5, -1, 9, 1, 1, 0, 0, 1)]),
]


@pytest.mark.parametrize(("names", "rows"), BAD_ROWS)
def test_a_row_of_another_tool_that_makes_no_sense_is_named(
    machines: Machines, tmp_path: Path, names: str, rows: list[tuple[object, ...]]
) -> None:
    done = machines["one"].import_log(csv_file(tmp_path / "log.csv", rows, names))
    assert [line for line, _ in done.bad] == [2]
    assert machines["one"].log() == []
