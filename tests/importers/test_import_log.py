"""The log as a file and back, and the logs of other tools."""

import csv
import io
import json
from contextlib import ExitStack
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.backup.verify import verify
from srs.core.clock import to_utc
from srs.core.errors import BadInput, LogFileError
from srs.core.event import Event, EventSource, Fitted, Goal, Parameters, Rating, Suspended, Void
from srs.database import states
from srs.importers.import_log import import_log
from srs.importers.log_file import COLUMNS, csv_rows, json_lines, write_csv
from srs.log import in_force
from srs.scheduling.scheduler import DEFAULT
from tests.conftest import BASIC, DAY, PHRASES, Home
from tests.machines import START, Machine, Machines, csv_file, unknown_event_lines
from tests.strategies import any_events, mutate, voids

GOOD, EASY, AGAIN = Rating.GOOD, Rating.EASY, Rating.AGAIN


def written(machine: Machine, path: Path, kind: str) -> Path:
    connection = machine.collection.store.connection
    if kind == "csv":
        text = io.StringIO()
        write_csv(csv_rows(connection), text)
        path.write_text(text.getvalue(), "utf-8")
    else:
        path.write_text("".join(f"{line}\n" for line in json_lines(connection)), "utf-8")
    return path


def lived(machine: Machine) -> Machine:
    machine.answer("a/back", EASY, START)
    machine.recorder.mark("b/back", Suspended(), START)
    machine.answer("a/back", AGAIN, START + 20 * DAY)
    machine.recorder.undo()
    machine.recorder.cram("a/back", GOOD, 7, START + DAY)
    machine.add(Void("z/back", START))
    return machine


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_what_was_written_comes_back_whole_and_only_once(machines: Machines, tmp_path: Path, kind: str) -> None:
    one, two = lived(machines["one"]), machines["two"]
    file = written(one, tmp_path / f"log.{kind}", kind)
    done = two.import_log(file)
    assert (done.counts.events, done.counts.voids, done.bad) == (4, 2, ())
    assert two.snapshot() == one.snapshot()
    assert written(two, tmp_path / "again", kind).read_bytes() == file.read_bytes()
    again = two.import_log(file)
    assert again.counts.subjects == set()
    assert again.counts.known == 6
    assert verify(two.collection, START + 99 * DAY).good


@settings(max_examples=15)
@given(st.lists(any_events | voids, max_size=15, unique_by=lambda item: (type(item), item.subject, item.at)))
def test_any_log_survives_both_kinds_of_file(
    tmp_path_factory: pytest.TempPathFactory, items: list[Event | Void]
) -> None:
    # parameters that no model here accepts stay out, as everywhere
    items = [item for item in items if not (isinstance(item, Event) and isinstance(item.what, Parameters))]
    place = tmp_path_factory.mktemp("logs")
    with ExitStack() as stack:
        machines = Machines(place, stack)
        machines["one"].add(*items)
        for kind in ("jsonl", "csv"):
            file = written(machines["one"], place / f"log.{kind}", kind)
            assert machines[kind].import_log(file).bad == ()
            assert machines[kind].snapshot()["lines"] == machines["one"].snapshot()["lines"]
            cells = [cell for row in csv.reader(file.read_text().splitlines()) for cell in row] if kind == "csv" else []
            assert all(cell == "" or cell[0].isalnum() or cell[0] == "{" for cell in cells), (
                "no formula for a spreadsheet"
            )


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_fitted_parameters_come_back_from_both_kinds_of_file(machines: Machines, tmp_path: Path, kind: str) -> None:
    fitted = Parameters(DEFAULT.model, DEFAULT.values, Fitted(812, 0.31, 0.04))
    machines["one"].add(Event("", START, to_utc(START).date(), EventSource.SRS, "m", fitted))
    machines["two"].import_log(written(machines["one"], tmp_path / f"log.{kind}", kind))
    assert in_force.stored_parameters(machines["two"].collection.store.connection) == fitted


def test_values_of_a_csv_may_not_stand_twice(machines: Machines, tmp_path: Path) -> None:
    machines["one"].add(Event("x", START, to_utc(START).date(), EventSource.SRS, "m", Goal(None)))
    file = written(machines["one"], tmp_path / "log.csv", "csv")
    for other in ('{""dropped"": true, ""machine"": ""n""}', "{", "{{}}", "[" * 10):
        file.write_text(file.read_text().replace('{""dropped"": true}', other))
        assert len(machines["two"].import_log(file).bad) == 1
        file = written(machines["one"], tmp_path / "log.csv", "csv")


def test_a_csv_that_went_through_a_spreadsheet_is_read(machines: Machines, tmp_path: Path) -> None:
    one, two = lived(machines["one"]), machines["two"]
    file = written(one, tmp_path / "log.csv", "csv")
    rows = list(csv.reader(file.read_text().splitlines()))
    with file.open("w", encoding="utf-8-sig", newline="") as again:
        csv.writer(again, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    assert two.import_log(file).bad == ()
    assert two.snapshot() == one.snapshot()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("rating", "5"), ("rating", "x"), ("day", "2027-01-01"), ("at", "yesterday"), ("what", "dreamt"), ("rating", ""),
        ("subject", "=cmd()"), ("interval", "-3"), ("source", "mars"), ("factor", "0.5"), ("voided", "2"),
    ],
)  # fmt: skip
def test_one_bad_row_is_named_and_nothing_is_recorded(
    machines: Machines, tmp_path: Path, column: str, value: str
) -> None:
    one, two = lived(machines["one"]), machines["two"]
    file = written(one, tmp_path / "log.csv", "csv")
    rows = list(csv.DictReader(file.read_text().splitlines()))
    rows[0 if rows[0]["what"] == "answered" else 1][column] = value
    with file.open("w") as again:
        write_csv(rows, again)
    done = two.import_log(file)
    assert [line for line, _ in done.bad] in ([2], [3])
    assert two.log() == []


def test_a_torn_line_is_named_and_nothing_is_recorded(machines: Machines, tmp_path: Path) -> None:
    file = written(lived(machines["one"]), tmp_path / "log.jsonl", "jsonl")
    file.write_bytes(file.read_bytes()[:-20] + b"\nnonsense\n")
    done = machines["two"].import_log(file)
    assert [line for line, _ in done.bad] == [6, 7]
    assert machines["two"].log() == []


def test_a_map_names_cards_and_notes_and_what_it_lacks_keeps_its_id(home: Home, tmp_path: Path) -> None:
    home.write("a.yaml", BASIC)
    home.write("b.yaml", PHRASES)
    collection = home.open()
    csv_file(tmp_path / "log.csv", [(n, START, 3) for n in range(1, 6)])
    (tmp_path / "map.tsv").write_text("1\tone\n2\ttight/en-ko\n3\tlater-note\n4\tgone/c1\n")
    import_log(collection, tmp_path / "log.csv", tmp_path / "map.tsv")
    known = set(states.get_all(collection.store.connection))
    assert known == {"one/back", "tight/en-ko", "later-note/back", "gone/c1", "5/back"}
    assert collection.due_counts(START).total.learning == 2, "the cards of the decks are no longer new"


def test_a_map_knows_a_name_however_its_letters_are_composed(home: Home, tmp_path: Path) -> None:
    home.write("a.yaml", BASIC)
    collection = home.open()
    csv_file(tmp_path / "log.csv", [("마감", START, 3)])
    (tmp_path / "map.csv").write_text(f"{normalize('NFD', '마감')},one\n", "utf-8")
    import_log(collection, tmp_path / "log.csv", tmp_path / "map.csv")
    assert set(states.get_all(collection.store.connection)) == {"one/back"}


@pytest.mark.parametrize("target", ["tight", "no card", "a/b/c"])
def test_a_map_that_leads_nowhere_is_named_with_its_line(home: Home, tmp_path: Path, target: str) -> None:
    home.write("b.yaml", PHRASES)
    csv_file(tmp_path / "log.csv", [(1, START, 3)])
    (tmp_path / "map.csv").write_text(f"7,x\n1,{target}\n")
    with pytest.raises(BadInput) as caught:
        import_log(home.open(), tmp_path / "log.csv", tmp_path / "map.csv")
    assert caught.value.name.endswith("map.csv:2")


def test_a_map_renames_our_own_kinds_as_well(machines: Machines, tmp_path: Path) -> None:
    file = written(lived(machines["one"]), tmp_path / "log.csv", "csv")
    (tmp_path / "map.csv").write_text("a/back,new/back\n")
    machines["two"].import_log(file, tmp_path / "map.csv")
    assert {row["card"] for row in machines["two"].log()} == {"new/back", "b/back"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a,b,c\n1,2,3\n", "unknown"),
        (b"[1, 2]", "unknown"),
        (b'[{"x": 1}]', "unknown"),
        (b"{" + b"[" * 100_000, "damaged"),
        (b'{"card_id": 1,', "damaged"),
        (b'[{"card_id": 1, "review_time": 1772409600000, "review_rating": 3},', "damaged"),
        (b'[{"card_id": 1, "note": "' + b"x" * 300_000 + b'"}]', "damaged"),
        (b"card_id,review_time,review_rating\n\xff\xfe\n", "damaged"),
        (b"x" * 1_000_000, "damaged"),
        (b'card_id,review_time,review_rating\n"' + b"x\n" * 200_000, "damaged"),
        (b"SQLite format 3\0" + b"\0" * 100, "collection"),
        (b"PK\x03\x04" + b"\0" * 100, "collection"),
        (b"\0\0\0\0", "unknown"),
    ],
)
def test_a_file_that_is_no_log_is_refused(machines: Machines, tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "log").write_bytes(content)
    with pytest.raises(LogFileError) as caught:
        machines["one"].import_log(tmp_path / "log")
    assert caught.value.problem == problem


def test_a_file_that_is_not_there_is_named(machines: Machines, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(LogFileError) as caught:
            machines["one"].import_log(path)
        assert caught.value.problem == "unreadable"


def test_bad_lines_are_counted_and_the_first_hundred_named(machines: Machines, tmp_path: Path) -> None:
    done = machines["one"].import_log(csv_file(tmp_path / "log.csv", [(1, START, 9)] * 300))
    assert (len(done.bad), done.more_bad) == (100, 200)


def fuzzed(count: int, place: Path) -> int:
    """Imports mutated logs of all kinds; how many were refused. Nothing but our own errors may come."""
    refused = 0
    with ExitStack() as stack:
        machines = Machines(place, stack)
        one = lived(machines["one"])
        texts = [written(one, place / kind, kind).read_bytes() for kind in ("jsonl", "csv")]
        texts.append(csv_file(place / "o", [(n, START + n, n % 4 + 1) for n in range(5)]).read_bytes())
        texts.append(
            csv_file(
                place / "r",
                [(START + n, n, -1, 3, 4, 2, 2500, 9, 1) for n in range(5)],
                "id,cid,usn,ease,ivl,lastIvl,factor,time,type",
            ).read_bytes()
        )
        texts.append(
            json.dumps(
                [{"card_id": 1, "rating": 3, "review_datetime": "2026-03-02T09:00:00Z", "review_duration": None}] * 3
            ).encode()
        )

        @settings(max_examples=count, database=None)
        @given(st.data())
        def check(data: st.DataObject) -> None:
            nonlocal refused
            file = place / "log"
            file.write_bytes(mutate(data, data.draw(st.sampled_from(texts)), [b"\0\x1b[2J\xff", b'"', b"[" * 5000]))
            try:
                refused += bool(machines["two"].import_log(file).bad)
            except LogFileError:
                refused += 1

        check()
        assert verify(machines["two"].collection, START + 9999 * DAY).differ == ()
    return refused


def test_mutated_logs_bring_no_traceback_and_no_wrong_state(tmp_path: Path) -> None:
    fuzzed(60, tmp_path)


@pytest.mark.slow
def test_the_same_over_thousands_of_mutated_logs(tmp_path: Path) -> None:
    print(f"\nmutated logs: 7000 imported, {fuzzed(7000, tmp_path)} of them refused, no traceback")


def test_the_columns_are_those_that_the_documents_name() -> None:
    assert COLUMNS[:4] == ("at", "subject", "day", "what")


def test_lines_of_a_newer_program_are_left_and_the_rest_comes_in(machines: Machines, tmp_path: Path) -> None:
    one, two = lived(machines["one"]), machines["two"]
    file = written(one, tmp_path / "log.jsonl", "jsonl")
    file.write_text(unknown_event_lines(200) + file.read_text())
    done = two.import_log(file)
    assert (done.bad, done.newer.count, done.newer.kinds) == ((), 200, ["sang"])
    assert two.snapshot() == one.snapshot()
    file.write_text(unknown_event_lines(1) + "nonsense\n")
    assert two.import_log(file).bad == ((2, "this is not an event of srs, or it is cut off"),)
