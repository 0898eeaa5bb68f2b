"""Both ways with a real Anki sync server, and a phone that syncs with it, too."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from srs.anki import sync_client
from srs.anki.mirror import Mirror, mirror_of
from srs.anki.server_sync import sync_with_server
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncPlan, AnkiSyncResult
from srs.anki.sync_relay import SyncRelay
from srs.backup.verify import verify
from srs.collection import Collection
from srs.core.clock import to_ms
from srs.core.errors import ServerError
from srs.core.event import Rating
from srs.log import event_log
from tests.anki.sync_servers import PASSWORD, USER, Phone, TestServer, started_server
from tests.conftest import DAY, Home, answer

DECK = "deck: Talk\nnotes:\n" + "".join(
    f"- {{id: {n}, front: {n}?, back: 'back of {n}'}}\n" for n in ("one", "two", "three", "four")
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TestServer]:
    with started_server(tmp_path / "server") as server:
        yield server


class Machine:
    """A computer with `srs`; the server compares clocks, so this is the real one."""

    def __init__(self, path: Path, server: TestServer, stack: ExitStack) -> None:
        self.home, self.server = Home(path, stack), server
        self.home.decks.mkdir(parents=True)
        self.home.write("a.yaml", DECK)
        self.key = ""

    @property
    def collection(self) -> Collection:
        return self.home.open(datetime.now(UTC).isoformat())  # noqa: TID251 - the real one

    @property
    def mirror(self) -> Mirror:
        return mirror_of(self.home.path / "mirrors", self.server.address, USER)

    def sync(
        self, agree: Callable[[AnkiSyncPlan], bool] = lambda plan: True, *, ahead: int = 0, dry_run: bool = False
    ) -> AnkiSyncResult:
        if not self.key:
            with SyncRelay(self.server.address) as relay:
                self.key = sync_client.log_in(relay, USER, PASSWORD, self.home.path / "scratch.anki2")
        return sync_with_server(
            self.collection, self.mirror, self.key, now() + ahead, SyncChoices(agree), dry_run=dry_run
        )

    def answer(self, note: str, rating: Rating = Rating.GOOD) -> None:
        answer(self.collection, f"{note}/back", rating, now())

    def edit(self, old: str, new: str) -> None:
        file = self.home.decks / "a.yaml"
        file.write_text(file.read_text().replace(old, new))

    def answers(self) -> int:
        return event_log.count_events(self.collection.store.connection)


def now() -> int:
    return to_ms(datetime.now(UTC))  # noqa: TID251 - as above


@pytest.fixture
def machine(tmp_path: Path, server: TestServer) -> Iterator[Machine]:
    with ExitStack() as stack:
        yield Machine(tmp_path / "desk", server, stack)


@pytest.fixture
def phone(tmp_path: Path, server: TestServer) -> Iterator[Phone]:
    phone = Phone(tmp_path / "phone" / "collection.anki2", server)
    yield phone
    phone.collection.close()


def settled(machine: Machine) -> AnkiSyncPlan:
    """Nothing is left to do, and that is known without comparing; comparing says the same."""
    known = machine.sync().plan
    assert not known.compared
    (machine.mirror.folder / "settled.json").unlink()
    plan = machine.sync().plan
    assert plan.compared
    assert not plan.changes, plan
    assert (plan.conflicts, plan.theirs, plan.undone) == (known.conflicts, known.theirs, known.undone)
    assert verify(machine.collection, now()).good
    return plan


def test_answers_texts_and_pictures_go_both_ways_over_the_server(machine: Machine, phone: Phone) -> None:
    machine.home.write("star.png", b"\x89PNG star")
    machine.edit("'back of two'", "'back of two', image: star.png")
    machine.answer("one")
    first = machine.sync()
    assert (first.done, first.plan.new, first.backup) == (True, ("one", "two", "three", "four"), None)
    settled(machine)
    assert phone.sync() == 3
    assert "srs-" in phone.note("two")["Image"]
    assert [file.suffix for file in Path(phone.collection.media.dir()).iterdir()] == [".png"]
    phone.answer("two", 3)
    phone.sync()
    machine.answer("three")
    machine.edit("back of four", "new back of four")
    plan = machine.sync().plan
    assert (plan.pulled.events, plan.reviews, plan.changed) == (1, 1, ("four",))
    settled(machine)
    assert phone.sync() in {0, 1}
    assert phone.reviews() == machine.answers() == 3
    assert phone.note("four")["Back"] == "new back of four"


def test_texts_changed_on_both_sides_are_overwritten_on_neither(machine: Machine, phone: Phone) -> None:
    machine.sync()
    phone.sync()
    phone.edit("one", "phone")
    phone.edit("two", "phone")
    phone.sync()
    machine.edit("back of one", "desk")
    plan = machine.sync().plan
    assert ([*plan.conflicts], [*plan.theirs]) == (["one"], ["two"])
    settled(machine)
    phone.sync()
    assert (phone.note("one")["Back"], phone.note("two")["Back"]) == ("phone", "phone")


def test_a_mirror_that_is_lost_or_damaged_is_fetched_again(machine: Machine, phone: Phone) -> None:
    machine.sync()
    phone.sync()
    for ruin in (
        lambda: shutil.rmtree(machine.mirror.folder),
        lambda: machine.mirror.collection.write_bytes(b"junk" * 5000),
        lambda: machine.mirror.collection.write_bytes(machine.mirror.collection.read_bytes()[:9000]),
        lambda: (machine.mirror.folder / "settled.json").write_text('{"ours": 1}'),
        lambda: (machine.mirror.folder / "media.anki2").write_bytes(b"junk"),
        lambda: (machine.mirror.folder / "media.media.db2").write_bytes(b"junk"),
    ):
        phone.answer("one", 3)
        phone.sync()
        ruin()
        assert machine.sync().plan.pulled.events == 1
        settled(machine)
    assert machine.answers() == phone.reviews() == 6


def test_an_emptied_server_gets_all_that_the_mirror_had(machine: Machine, phone: Phone, server: TestServer) -> None:
    machine.sync()
    phone.sync()
    phone.add_own("mine")
    phone.sync()
    machine.sync()
    server.wipe()
    dry = machine.sync(lambda plan: False, dry_run=True).plan
    assert dry.full_upload
    assert machine.sync().plan.full_upload
    settled(machine)
    assert phone.sync() == 2
    assert phone.collection.find_notes("mine")


def test_what_a_full_sync_from_another_device_loses_is_sent_again(machine: Machine, phone: Phone) -> None:
    machine.sync()
    phone.sync()
    machine.answer("one")
    machine.sync()
    phone.answer("two", 3)
    phone.collection.mod_schema(check=False)
    assert phone.sync(upload=True) == 2
    plan = machine.sync().plan
    assert (plan.pulled.events, plan.reviews) == (1, 1)
    settled(machine)
    phone.sync()
    assert phone.reviews() == machine.answers() == 2


def test_a_dry_run_changes_nothing_on_either_side(machine: Machine, phone: Phone) -> None:
    dry = machine.sync(lambda plan: False, dry_run=True)
    assert (dry.done, len(dry.plan.new)) == (False, 4)
    assert phone.sync() == 0
    machine.sync()
    phone.sync()
    phone.answer("one", 3)
    phone.sync()
    machine.answer("two")
    dry = machine.sync(lambda plan: False, dry_run=True)
    assert (dry.plan.pulled.events, dry.plan.reviews) == (1, 1)
    assert machine.answers() == 1
    phone.sync()
    assert phone.reviews() == 1


def test_another_device_that_syncs_meanwhile_loses_nothing(machine: Machine, phone: Phone) -> None:
    """Between the download and the upload, it sends answers: these are taken in by the next sync."""
    machine.sync()
    phone.sync()
    machine.answer("one")

    def meanwhile(_: AnkiSyncPlan) -> bool:
        phone.answer("two", 3)
        phone.sync()
        return True

    machine.sync(meanwhile)
    assert machine.sync().plan.pulled.events == 1
    settled(machine)
    phone.sync()
    assert phone.reviews() == machine.answers() == 2


def test_if_another_device_replaces_the_collection_meanwhile_the_sync_starts_again(
    machine: Machine, phone: Phone
) -> None:
    machine.sync()
    phone.sync()
    phone.answer("two", 3)
    phone.sync()
    machine.answer("one")
    asked = []

    def meanwhile(plan: AnkiSyncPlan) -> bool:
        asked.append(plan)
        phone.answer("three", 3)
        phone.collection.mod_schema(check=False)
        phone.sync(upload=True)
        return True

    plan = machine.sync(meanwhile).plan
    assert len(asked) == 1
    assert (plan.pulled.events, plan.reviews) == (2, 1), "what came in at the first attempt counts, too"
    settled(machine)
    phone.sync()
    assert phone.reviews() == machine.answers() == 3


def test_an_answer_given_here_meanwhile_goes_out_next_time(machine: Machine) -> None:
    machine.sync()
    machine.answer("one")

    def meanwhile(_: AnkiSyncPlan) -> bool:
        machine.answer("two")
        return True

    assert machine.sync(meanwhile).plan.reviews == 1
    assert machine.sync().plan.reviews == 1
    settled(machine)


def test_both_sides_are_compared_again_after_any_change_and_on_another_day(machine: Machine) -> None:
    machine.sync()
    assert not machine.sync().plan.compared
    assert machine.sync(ahead=DAY).plan.compared
    machine.sync()
    machine.home.settings = replace(machine.home.settings, desired_retention=0.95)
    assert machine.sync().plan.presets == ("srs",)
    for change in (
        lambda: machine.answer("one"),
        lambda: machine.edit("back of two", "other back"),
        lambda: machine.edit("  other", " other"),
        lambda: machine.home.write("star.png", b"\x89PNG"),
        lambda: machine.home.write("b.yaml", "deck: More\nnotes:\n- {id: more, front: f, back: b}\n"),
        (machine.home.decks / "b.yaml").unlink,
    ):
        machine.sync()
        assert not machine.sync().plan.compared
        change()
    assert machine.sync().plan.compared


def test_a_change_that_needs_a_full_sync_is_refused_and_nothing_is_sent(machine: Machine, phone: Phone) -> None:
    machine.sync()
    phone.sync()
    kind = phone.collection.models.by_name("srs Basic")
    phone.collection.models.remove_field(kind, next(one for one in kind["flds"] if one["name"] == "Spare3"))
    phone.collection.models.update_dict(kind)
    phone.sync(upload=True)
    machine.home.write("b.yaml", "deck: Talk\nnotes:\n- {id: six, front: six?, back: sechs}\n")
    with pytest.raises(ServerError) as raised:
        machine.sync()
    assert raised.value.problem == "full-sync"
    assert phone.sync() == 0
    assert phone.collection.note_count() == 4


def test_one_sync_of_this_computer_waits_for_another_and_says_so(machine: Machine) -> None:
    machine.sync()
    with machine.mirror.locked(), pytest.raises(ServerError) as raised:
        machine.sync()
    assert raised.value.problem == "running"


def test_what_was_killed_leaves_nothing_behind(machine: Machine) -> None:
    left = machine.mirror.folder / ".work-killed"
    left.mkdir(parents=True)
    (left / "collection.anki2").write_bytes(b"half")
    machine.sync()
    assert not left.exists()
    names = {path.name for path in machine.mirror.folder.iterdir()}
    assert names == {"collection.anki2", "media.anki2", "media.media", "media.media.db2", "settled.json"}


@pytest.mark.check
def test_two_machines_at_once_agree_in_the_end(tmp_path: Path, machine: Machine, server: TestServer) -> None:
    with ExitStack() as stack:
        other = Machine(tmp_path / "laptop", server, stack)
        machine.sync()
        other.sync()
        start, errors = threading.Barrier(2), list[Exception]()

        def live(one: Machine, notes: tuple[str, ...]) -> None:
            with ExitStack() as own:  # a connection of SQLite belongs to its thread
                one.home.stack = own
                for note in notes:
                    one.answer(note)
                    start.wait()
                    try:
                        one.sync()
                    except ServerError as error:
                        errors.append(error)

        twice = ((machine, ("one", "two") * 4), (other, ("three", "four") * 4))
        threads = [threading.Thread(target=live, args=arguments) for arguments in twice]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one in (machine, other, machine):
            one.home.stack = stack
            one.sync()
        assert errors == []
        assert machine.answers() == other.answers() == 16


def test_a_change_in_the_very_millisecond_of_another_devices_sync_is_not_taken_for_sent(
    machine: Machine, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anki takes two collections that were last changed in the same millisecond for the same."""
    machine.sync()
    phone.sync()
    machine.answer("one")
    upload, moments = sync_client.upload, list[int]()

    def at_once(relay: SyncRelay, key: str, copy: Path) -> sync_client.Exchanged:
        if not moments:
            phone.answer("two", 3)
            phone.sync()
            moments.append(phone.collection.db.scalar("select mod from col"))
            with closing(sqlite3.connect(copy)) as connection, connection:
                connection.execute("update col set mod = ?", moments)
        return upload(relay, key, copy)

    monkeypatch.setattr(sync_client, "upload", at_once)
    machine.sync()
    settled(machine)
    phone.sync()
    assert phone.reviews() == machine.answers() == 2


def test_pictures_that_could_not_be_sent_are_told_of_and_sent_next_time(
    machine: Machine, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.home.write("star.png", b"\x89PNG star")
    machine.edit("'back of two'", "'back of two', image: star.png")

    def fail(*_: object) -> None:
        raise ServerError(str(machine.server.address), "silent")

    with monkeypatch.context() as patched:
        patched.setattr(Mirror, "sync_media", fail)
        with pytest.raises(ServerError) as raised:
            machine.sync()
    assert (raised.value.problem, raised.value.detail) == ("media", "no answer for 20 seconds")
    assert machine.sync().plan.compared
    phone.sync()
    assert [file.suffix for file in Path(phone.collection.media.dir()).iterdir()] == [".png"]
