"""Files of a shared folder that are damaged or hostile: named, skipped, and never a danger to what is good."""

import tracemalloc
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srs.backup.verify import verify
from srs.core.event import Event, EventSource, Parameters, Rating
from srs.core.event_line import MAX_LINE_BYTES, to_line
from tests.conftest import DAY
from tests.machines import START, Machine, Machines
from tests.strategies import any_events, card_events, mutate


def good_lines(machine: Machine, count: int = 12) -> list[bytes]:
    made = [machine.answer(f"n{n % 4}/back", Rating(n % 4 + 1), START + n * DAY) for n in range(count)]
    return [to_line(event).encode() + b"\n" for event in made]


def put(folder: Path, content: bytes) -> Path:
    file = folder / "somebody" / "2026-03.jsonl"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return file


NASTY = {
    "noise": b"\xff\xfe\x00\x80" * 50,
    "zeros": b"\0" * 5000,
    "escapes": b'{"at":"\x1b[2J\x1b]0;title\x07","sum":"00000000"}',
    "brackets": b"[" * 8000,
    "braces": b'{"a":' * 1600,
    "much too long": b"x" * (3 * MAX_LINE_BYTES),
    "a long number": b'{"at":' + b"9" * 8000 + b"}",
    "the end of a line": b"x" * (MAX_LINE_BYTES + 1),
    "just too long": b"x" * MAX_LINE_BYTES,
    "a carriage return": b"\rx",
}


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_line_costs_nothing_but_itself(machines: Machines, nasty: bytes, place: int) -> None:
    lines = good_lines(machines["one"], 2)
    lines.insert(place, nasty + b"\n")
    put(machines.folder, b"".join(lines))
    done = machines["two"].sync(machines.folder)
    assert done.merged.events == 2
    assert [(problem.line, problem.reason.isprintable()) for problem in done.problems] == [(place + 1, True)]
    assert machines["two"].snapshot()["states"] == machines["one"].snapshot()["states"]


def test_a_line_of_100_megabytes_is_never_held_in_memory(machines: Machines) -> None:
    lines = good_lines(machines["one"], 2)
    with put(machines.folder, lines[0]).open("ab") as file:
        for _ in range(100):
            file.write(b"[" * (1 << 20))
        file.write(b"\n" + lines[1])
    two = machines["two"]
    tracemalloc.start()
    done = two.sync(machines.folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (done.merged.events, [problem.line for problem in done.problems]) == (2, [2])
    assert peak < 20 << 20, f"{peak >> 20} MB"


def test_names_that_are_no_utf8_or_drive_a_terminal_do_no_harm(machines: Machines) -> None:
    lines, folder = good_lines(machines["one"], 2), machines.folder
    for name in (b"\xff\xfe", b"\x1b[2J"):
        home = Path(str(folder) + "/" + name.decode("utf-8", "surrogateescape"))
        home.mkdir()
        (home / "x.jsonl").write_bytes(lines[0] + b"bad\n")
    done = machines["two"].sync(folder)
    assert (done.merged.events, done.skipped) == (1, 2)
    assert machines["two"].sync(folder).merged.events == 0


def test_files_that_are_none_of_ours_are_left_alone(machines: Machines) -> None:
    folder = machines.folder
    for name in (
        ".git/x.jsonl",
        ".stfolder/y.jsonl",
        "README.md",
        "notes.jsonl",
        "machine/readme.txt",
        "machine/.x.jsonl.tmp",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("not for srs\n")
    done = machines["one"].sync(folder)
    assert (done.skipped, done.written) == (0, 0)


def test_parameters_that_no_model_here_accepts_are_named_until_a_newer_srs_takes_them(machines: Machines) -> None:
    one, day = machines["one"], machines["one"].collection.calendar.day(START)
    later = Event("", START, day, EventSource.SRS, "m", Parameters("FSRS-7", (0.5,) * 34))
    put(machines.folder, to_line(later).encode() + b"\n")
    for _ in range(2):
        (left,) = one.sync(machines.folder).newer.values()
        assert (left.count, left.kinds) == (1, ["parameters of FSRS-7"])


def fuzzed(count: int, place: Path) -> int:
    """Syncs mutated event files; how many lines were refused in all. What is good in them must come in, and nothing
    else.
    """
    refused = 0
    with ExitStack() as stack:
        machines = Machines(place, stack)
        one, two = machines["one"], machines["two"]
        lines = good_lines(one)
        known = {text.strip() for text in lines}

        @settings(max_examples=count, database=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.data())
        def check(data: st.DataObject) -> None:
            nonlocal refused
            text = mutate(data, b"".join(lines), list(NASTY.values()))
            put(machines.folder, text)
            done = two.sync(machines.folder)
            refused += done.skipped
            survived = known & {content.rstrip(b"\r") for content in text.split(b"\n")}
            assert survived <= {content.encode() for content in two.snapshot()["lines"]} <= known

        check()
        assert verify(two.collection, START + 99 * DAY).good
        two.sync(machines.folder)
        one.sync(machines.folder)
        two.sync(machines.folder)
        assert one.snapshot() == two.snapshot(), "nothing was lost"
    return refused


def test_mutated_event_files_lose_nothing_that_is_good_and_bring_nothing_else(tmp_path: Path) -> None:
    fuzzed(50, tmp_path)


@pytest.mark.slow
def test_the_same_over_thousands_of_mutated_event_files(tmp_path: Path) -> None:
    print(f"\nmutated event files: 7000 synced, {fuzzed(7000, tmp_path)} lines refused, no traceback, no loss")


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(card_events, max_size=12), st.lists(any_events, max_size=4))
def test_extreme_events_are_taken_in_replayed_and_given_on(
    tmp_path_factory: pytest.TempPathFactory, cards: list[Event], others: list[Event]
) -> None:
    with ExitStack() as stack:
        machines = Machines(tmp_path_factory.mktemp("extreme"), stack)
        others = [event for event in others if not isinstance(event.what, Parameters)]
        put(machines.folder, b"".join(to_line(event).encode() + b"\n" for event in cards + others))
        one, two = machines["one"], machines["two"]
        assert one.sync(machines.folder).skipped == 0
        assert verify(one.collection, START).good
        two.merge(one)
        assert one.snapshot() == two.snapshot()
