"""Machines that share a folder."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from srs.backup.rebuild import rebuild
from srs.backup.verify import verify
from srs.core.errors import NothingToUndo, TargetError
from srs.core.event import Event, EventSource, Flagged, Rating, Suspended, Unsuspended, Void
from srs.core.event_line import EVENT_TYPES, to_line
from srs.database import states
from srs.log import event_log
from srs.sync.event_files import FileProblem
from tests.conftest import DAY
from tests.machines import START, Machine, Machines, unknown_event_lines

GOOD, EASY, AGAIN = Rating.GOOD, Rating.EASY, Rating.AGAIN


def own_file(machine: Machine, folder: Path, month: str = "2026-03") -> Path:
    return folder / machine.id / f"{month}.jsonl"


def test_what_one_machine_recorded_is_on_the_other_after_both_synced(machines: Machines) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    one.answer("a/back", EASY, START)
    assert one.sync(folder).written == 1
    two.answer("b/back", GOOD, START)
    came = two.sync(folder)
    assert (came.merged.events, came.merged.cards, came.written) == (1, ["a/back"], 1)
    one.sync(folder)
    assert one.snapshot() == two.snapshot()
    assert len(one.log()) == 2
    assert verify(one.collection, START + DAY).good


def test_a_second_sync_reads_and_writes_nothing(machines: Machines) -> None:
    one, folder = machines["one"], machines.folder
    one.answer("a/back", EASY, START)
    one.sync(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*.jsonl")}
    again = one.sync(folder)
    assert (again.merged.events, again.written, again.skipped) == (0, 0, 0)
    assert {path: path.read_bytes() for path in folder.rglob("*.jsonl")} == before


def test_after_a_rebuild_everything_is_read_again_and_nothing_written(machines: Machines) -> None:
    one, folder = machines["one"], machines.folder
    one.answer("a/back", EASY, START)
    one.recorder.undo()
    one.sync(folder)
    rebuild(one.collection, START)
    again = one.sync(folder)
    assert (again.merged.known, again.written) == (2, 0)


def test_an_empty_log_leaves_no_trace_in_the_folder(machines: Machines) -> None:
    machines["one"].sync(machines.folder)
    assert list(machines.folder.iterdir()) == []


def test_lines_go_to_the_month_of_writing_and_past_months_are_never_touched(machines: Machines) -> None:
    one, folder = machines["one"], machines.folder
    one.answer("a/back", EASY, START)
    one.sync(folder, START)
    march = own_file(one, folder).read_bytes()
    one.answer("b/back", EASY, START)
    one.sync(folder, START + 30 * DAY)
    assert own_file(one, folder).read_bytes() == march
    assert b"b/back" in own_file(one, folder, "2026-04").read_bytes()


def test_only_what_no_file_holds_is_written_whoever_wrote_it(machines: Machines) -> None:
    one, two, three, folder = machines["one"], machines["two"], machines["three"], machines.folder
    one.answer("a/back", EASY, START)
    one.sync(folder)
    two.merge(one)
    three.answer("c/back", EASY, START)
    two.merge(three)
    assert two.sync(folder).written == 1, "what was merged goes out, but not what a file holds already"
    assert b"c/back" in own_file(two, folder).read_bytes()
    assert three.sync(folder).written == 0


def test_an_undo_travels_even_before_its_event(machines: Machines) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    event = one.answer("a/back", EASY, START)
    one.recorder.undo()
    two.add(Void(event.subject, event.at))
    two.sync(folder)
    one.sync(folder)
    two.sync(folder)
    assert one.snapshot() == two.snapshot()
    assert [row["voided"] for row in two.log()] == [True]
    assert states.get_all(two.collection.store.connection) == {}


def test_a_database_from_an_old_backup_gets_everything_back_and_may_undo_its_own(machines: Machines) -> None:
    one, folder = machines["one"], machines.folder
    one.answer("a/back", EASY, START)
    one.sync(folder)
    one.collection.store.connection.execute("pragma wal_checkpoint(truncate)")
    backup = one.database.read_bytes()
    one.answer("b/back", EASY, START + DAY)
    one.sync(folder)
    whole = one.snapshot()
    one.collection.store.close()
    one.database.write_bytes(backup)
    one.open()
    assert one.snapshot() != whole
    assert one.sync(folder).merged.events == 1
    assert one.snapshot() == whole
    assert one.recorder.undo()[0].event.subject == "b/back"


def test_a_new_database_under_the_same_machine_recovers_from_the_folder(machines: Machines) -> None:
    one, folder = machines["one"], machines.folder
    one.answer("a/back", EASY, START)
    one.sync(folder)
    whole = one.snapshot()
    one.collection.store.close()
    for file in one.path.glob("one.db*"):
        file.unlink()
    one.open()
    one.sync(folder)
    assert one.snapshot() == whole


def test_undo_takes_back_nothing_that_another_machine_recorded(machines: Machines) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    one.answer("a/back", EASY, START)
    one.sync(folder)
    two.sync(folder)
    with pytest.raises(NothingToUndo):
        two.recorder.undo()


def test_suspended_here_and_answered_there_both_hold(machines: Machines) -> None:
    """By the order of time: the answer counts, and the card stays suspended, whichever came first."""
    for day, (first, second) in enumerate((("one", "two"), ("two", "one"))):
        card = f"card{day}/back"
        machines["one"].recorder.mark(card, Suspended(), START + (first == "two") * DAY)
        machines["two"].answer(card, EASY, START + (first == "one") * DAY)
        for name in (first, second, first):
            machines[name].sync(machines.folder)
        for machine in (machines["one"], machines["two"]):
            state = states.get(machine.collection.store.connection, card)
            assert (state.suspended, state.reps) == (True, 1)
    machines["one"].recorder.mark("card0/back", Unsuspended(), START + 3 * DAY)
    machines["one"].sync(machines.folder)
    machines["two"].sync(machines.folder)
    assert not states.get(machines["two"].collection.store.connection, "card0/back").suspended


def test_both_answers_of_one_card_count_in_the_order_of_time(machines: Machines) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    two.answer("a/back", AGAIN, START + DAY)
    one.answer("a/back", EASY, START)
    for machine in (two, one, two):
        machine.sync(folder)
    assert one.snapshot() == two.snapshot()
    assert [row["rating"] for row in one.log()] == [4, 1]
    state = states.get(one.collection.store.connection, "a/back")
    assert (state.reps, state.as_of) == (2, START + DAY)


def test_two_events_under_one_key_become_the_smaller_line_everywhere(machines: Machines) -> None:
    one, two, three, folder = machines["one"], machines["two"], machines["three"], machines.folder
    events = [one.answer("a/back", EASY, START), two.answer("a/back", AGAIN, START)]
    for machine in (one, two, three, one, two, three):
        machine.sync(folder)
    smaller = min(events, key=to_line)
    for machine in (one, two, three):
        assert event_log.get_event(machine.collection.store.connection, "a/back", START) == smaller
    assert one.snapshot() == two.snapshot() == three.snapshot()
    assert sum(machine.sync(folder).written for machine in (one, two, three)) == 0


def test_a_smaller_content_that_came_by_merge_goes_out_although_the_folder_has_the_key(machines: Machines) -> None:
    one, two, three, folder = machines["one"], machines["two"], machines["three"], machines.folder
    first, second = sorted(
        (
            Event("a/back", START, (one.collection.calendar.day(START)), EventSource.SRS, name, Suspended())
            for name in "xy"
        ),
        key=to_line,
    )
    one.add(second)
    one.sync(folder)
    two.add(first)
    assert one.merge(two).counts.replaced == 1
    assert one.sync(folder).written == 1
    three.sync(folder)
    assert event_log.get_event(three.collection.store.connection, "a/back", START) == first


def test_a_torn_last_line_is_named_closed_and_nothing_is_lost(machines: Machines) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    one.answer("a/back", EASY, START)
    one.answer("b/back", EASY, START)
    one.sync(folder)
    file = own_file(one, folder)
    whole = file.read_bytes()
    file.write_bytes(whole[:-30])
    (problem,) = two.sync(folder).problems
    assert (problem.file, problem.line) == (f"{one.id}/2026-03.jsonl", 2)
    assert "cut off" in problem.reason
    one.answer("c/back", EASY, START)
    done = one.sync(folder)
    assert done.written == 2, "the torn one again, and the new one"
    assert done.skipped == 1
    lines = file.read_bytes().split(b"\n")
    assert lines[1] == whole[:-30].split(b"\n")[1]
    two.sync(folder)
    assert one.snapshot() == two.snapshot()
    assert len(two.log()) == 3


def test_a_file_that_arrives_in_pieces_is_read_when_it_is_whole(machines: Machines) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    for n in range(5):
        one.answer(f"n{n}/back", EASY, START)
    one.sync(folder)
    file = own_file(one, folder)
    whole = file.read_bytes()
    for size in range(0, len(whole), 97):
        file.write_bytes(whole[:size])
        two.sync(folder)
    file.write_bytes(whole)
    assert two.sync(folder).skipped == 0
    assert two.snapshot() == one.snapshot()
    assert not own_file(two, folder).exists()


def test_a_file_that_is_gone_or_rewritten_is_made_good_by_whoever_has_its_events(machines: Machines) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    one.answer("a/back", EASY, START)
    for machine in (one, two):
        machine.sync(folder)
    shutil.rmtree(folder / one.id)
    assert two.sync(folder).written == 1
    own_file(two, folder).write_bytes(b"")
    assert one.sync(folder).written == 1


def test_lines_with_other_ends_and_empty_ones_are_read(machines: Machines) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    one.answer("a/back", EASY, START)
    one.sync(folder)
    file = own_file(one, folder)
    file.write_bytes(b"\r\n\n" + file.read_bytes().replace(b"\n", b"\r\n"))
    done = two.sync(folder)
    assert (done.merged.events, done.skipped) == (1, 0)


def test_a_carriers_conflict_copy_is_read_like_any_file(machines: Machines) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    one.answer("a/back", EASY, START)
    one.sync(folder)
    file = own_file(one, folder)
    file.rename(file.with_name("2026-03.sync-conflict-20260302-090000-ABCDEFG.jsonl"))
    assert two.sync(folder).merged.events == 1
    assert one.sync(folder).written == 0


def test_two_databases_of_one_machine_may_share_its_file(machines: Machines, tmp_path: Path) -> None:
    one, folder = machines["one"], machines.folder
    one.answer("a/back", EASY, START)
    one.sync(folder)
    twin = machines["twin"]
    shutil.copyfile(tmp_path / "one.id", tmp_path / "twin.id")
    twin.answer("b/back", EASY, START)
    twin.sync(folder)
    one.sync(folder)
    assert twin.id == one.id
    assert twin.snapshot() == one.snapshot()


def test_links_that_lead_out_of_the_folder_are_named_and_not_followed(machines: Machines, tmp_path: Path) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    one.answer("a/back", EASY, START)
    outside = tmp_path / "outside"
    outside.mkdir()
    one.sync(outside)
    (folder / "machine").symlink_to(outside / one.id)
    (folder / "other").mkdir()
    (folder / "other" / "2026-03.jsonl").symlink_to(own_file(one, outside))
    os.mkfifo(folder / "other" / "pipe.jsonl")
    (folder / "other" / "round.jsonl").symlink_to("round.jsonl")
    (folder / "circle").symlink_to("circle")
    done = two.sync(folder)
    assert done.merged.events == 0
    assert {(problem.file, problem.line) for problem in done.problems} == {
        ("machine", 0),
        ("other/2026-03.jsonl", 0),
        ("other/pipe.jsonl", 0),
        ("other/round.jsonl", 0),
    }


def test_a_folder_whose_name_is_no_utf8_is_as_good_as_any(machines: Machines, tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    folder.mkdir()
    machines["one"].answer("a/back", EASY, START)
    assert [machines["one"].sync(folder).written for _ in range(2)] == [1, 0]


def test_a_link_in_place_of_our_own_file_is_never_written_through(machines: Machines, tmp_path: Path) -> None:
    one, folder = machines["one"], machines.folder
    target = tmp_path / "precious"
    target.write_text("precious")
    own_file(one, folder).parent.mkdir()
    own_file(one, folder).symlink_to(target)
    one.answer("a/back", EASY, START)
    with pytest.raises(TargetError):
        one.sync(folder)
    assert target.read_text() == "precious"


def test_a_folder_that_cannot_be_written_changes_nothing(machines: Machines) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    one.answer("a/back", EASY, START)
    one.sync(folder)
    two.answer("b/back", EASY, START)
    before = two.snapshot()
    (folder / two.id).write_text("a file where a folder should be")
    with pytest.raises(TargetError):
        two.sync(folder)
    assert two.snapshot() == before
    (folder / two.id).unlink()
    assert two.sync(folder).merged.events == 1


def test_an_event_that_no_line_can_hold_stays_at_home_and_is_named(machines: Machines) -> None:
    one, folder = machines["one"], machines.folder
    day = one.collection.calendar.day(START)
    one.add(Event("a b/back", START, day, EventSource.SRS, "m", Suspended()))
    done = one.sync(folder)
    assert done.written == 0
    assert "subject" in done.problems[0].reason


def test_problems_are_counted_and_the_first_hundred_named(machines: Machines) -> None:
    folder = machines.folder
    (folder / "m").mkdir()
    (folder / "m" / "x.jsonl").write_text("nonsense\n" * 250)
    for _ in range(2):
        done = machines["one"].sync(folder)
        assert (len(done.problems), done.skipped) == (100, 250)
        assert done.problems[1] == FileProblem("m/x.jsonl", 2, "this is not an event of srs, or it is cut off")


def test_what_a_newer_program_recorded_is_counted_once_for_each_file(machines: Machines) -> None:
    one, folder = machines["one"], machines.folder
    (folder / "m").mkdir()
    known = to_line(Event("a/back", START, date(2026, 3, 2), EventSource.SRS, "m", Flagged()))
    (folder / "m" / "x.jsonl").write_text(f"{unknown_event_lines(3000)}{known}\n{unknown_event_lines(2, 'danced')}")
    (folder / "m" / "y.jsonl").write_text(unknown_event_lines(1))
    done = one.sync(folder)
    assert (done.merged.events, done.problems, done.skipped) == (1, (), 0)
    later = {file: (later.count, later.kinds) for file, later in done.newer.items()}
    assert later == {"m/x.jsonl": (3002, ["sang", "danced"]), "m/y.jsonl": (1, ["sang"])}
    again = one.sync(folder)
    assert (again.newer, again.merged.events, again.written) == (done.newer, 0, 0)


def test_what_was_left_for_later_comes_in_once_the_program_is_newer(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, folder = machines["one"], machines["two"], machines.folder
    one.answer("a/back", EASY, START)
    one.recorder.mark("a/back", Flagged(), START + DAY)
    one.answer("a/back", GOOD, START + 2 * DAY)
    one.sync(folder)
    with monkeypatch.context() as older:
        older.setattr("srs.core.event_line.EVENT_TYPES", EVENT_TYPES - {"flagged"})
        done = two.sync(folder)
        assert (done.merged.events, [later.kinds for later in done.newer.values()]) == (2, [["flagged"]])
        two.answer("b/back", EASY, START)
        two.sync(folder)
    assert two.sync(folder).merged.events == 1
    one.sync(folder)
    assert one.snapshot() == two.snapshot()
    assert len(one.log()) == 4
