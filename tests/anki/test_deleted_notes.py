"""Notes that are deleted in Anki, with real collections and a real sync server."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from srs.anki.sync import sync
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncPlan, AnkiSyncResult
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core.event import Suspended, Unsuspended
from srs.database import states
from tests.anki.conftest import Anki
from tests.anki.sync_servers import Phone, started_server
from tests.anki.test_server_sync import Machine
from tests.conftest import Home, instant

NOW = instant("2026-03-05T09:00+09:00")
MANY = 30
ALL = "".join(f"- {{id: n{n}, front: q{n}, back: a}}\n" for n in range(MANY))


@pytest.fixture
def ours(home: Home) -> Collection:
    home.write("a.yaml", f"deck: Talk\nnotes:\n{ALL}")
    return home.open("2026-03-05T09:00+09:00")


@pytest.fixture
def synced(ours: Collection, tmp_path: Path, anki: Anki) -> Callable[..., AnkiSyncResult]:
    """Makes a sync with a profile that has all of the notes since the sync before."""

    def run(**options: Any) -> AnkiSyncResult:
        return sync(ours, tmp_path / "real.anki2", NOW, SyncChoices(lambda plan: True, **options))

    anki()
    assert len(run().plan.new) == MANY
    return run


def delete(anki: Anki, *notes: str) -> int:
    found: int = anki(*(f'delete:"Srs:{note} *"' for note in notes))["notes"]
    return found


def suspended(collection: Collection) -> set[str]:
    found = states.get_all(collection.store.connection)
    return {card.removesuffix("/back") for card, state in found.items() if state.suspended}


def settled(run: Callable[..., AnkiSyncResult]) -> AnkiSyncPlan:
    plan = run().plan
    assert not plan.changes, plan
    return plan


def test_a_few_are_suspended_as_one_and_not_sent_again(
    ours: Collection, synced: Callable[..., AnkiSyncResult], anki: Anki
) -> None:
    assert delete(anki, "n1", "n2") == MANY - 2
    plan = synced().plan
    assert (plan.deleted.found, plan.deleted.suspends) == ({"n1": ("n1/back",), "n2": ("n2/back",)}, True)
    assert (plan.new, plan.pushes) == ((), False)
    assert suspended(ours) == {"n1", "n2"}
    assert settled(synced).deleted.away == ("n1", "n2")
    assert {one.event.subject for one in Recorder(ours).undo()} == {"n1/back", "n2/back"}
    assert synced().plan.new == ("n1", "n2")
    assert anki()["notes"] == MANY
    assert settled(synced).deleted.notes == set()


def test_unsuspended_it_is_sent_again_and_may_be_deleted_again(
    ours: Collection, synced: Callable[..., AnkiSyncResult], anki: Anki
) -> None:
    for _ in range(2):
        delete(anki, "n1")
        assert synced().plan.deleted.found
        Recorder(ours).mark("n1/back", Unsuspended(), NOW)
        assert synced().plan.new == ("n1",)
        assert anki()["notes"] == MANY
        settled(synced)


def test_many_are_only_listed_unless_one_agrees(
    ours: Collection, synced: Callable[..., AnkiSyncResult], anki: Anki
) -> None:
    delete(anki, *(f"n{n}" for n in range(21)))
    for _ in range(2):
        plan = settled(synced)
        assert (len(plan.deleted.found), plan.deleted.suspends, plan.new) == (21, False, ())
    assert not suspended(ours)
    assert len(synced(suspends=lambda found: True).plan.deleted.suspended) == 21
    assert len(suspended(ours)) == 21
    assert len(settled(synced).deleted.away) == 21


def test_one_that_was_suspended_before_is_not_sent_again_until_it_is_wanted(
    ours: Collection, synced: Callable[..., AnkiSyncResult], anki: Anki
) -> None:
    Recorder(ours).mark("n3/back", Suspended(), NOW)
    synced()
    delete(anki, "n3")
    assert settled(synced).deleted.away == ("n3",)
    Recorder(ours).mark("n3/back", Unsuspended(), NOW)
    assert synced().plan.new == ("n3",)


def test_what_is_refused_or_only_looked_at_changes_nothing(
    ours: Collection, synced: Callable[..., AnkiSyncResult], anki: Anki, tmp_path: Path
) -> None:
    delete(anki, "n1")
    for _ in range(2):
        plan = sync(ours, tmp_path / "real.anki2", NOW, SyncChoices(lambda plan: False)).plan
        assert (list(plan.deleted.found), plan.changes) == (["n1"], True)
    assert not suspended(ours)


@pytest.mark.parametrize("restored", [True, False])
def test_a_collection_restored_from_a_backup_or_made_anew_gets_all(
    ours: Collection, synced: Callable[..., AnkiSyncResult], anki: Anki, tmp_path: Path, restored: bool
) -> None:
    """Nothing was deleted there."""
    (tmp_path / "real.anki2").unlink()
    (backup,) = (tmp_path / "srs-backups").iterdir()
    if restored:
        (tmp_path / "real.anki2").write_bytes(backup.read_bytes())
    anki()
    plan = synced().plan
    assert (len(plan.new), plan.deleted.found) == (MANY, {})


def test_without_the_cache_it_comes_back_once(
    ours: Collection, synced: Callable[..., AnkiSyncResult], anki: Anki
) -> None:
    delete(anki, "n1")
    with ours.store.write_cache() as connection:
        connection.execute("delete from anki_notes")
    assert synced().plan.new == ("n1",)
    delete(anki, "n1")
    assert list(synced().plan.deleted.found) == ["n1"]


def test_deleted_on_a_phone_it_comes_back_over_the_server_only_when_wanted(tmp_path: Path) -> None:
    with started_server(tmp_path / "server") as server, ExitStack() as stack:
        machine = Machine(tmp_path / "desk", server, stack)
        machine.sync()
        phone = Phone(tmp_path / "phone" / "collection.anki2", server)
        stack.callback(phone.collection.close)
        phone.sync()
        phone.collection.remove_notes([phone.note("two").id])
        phone.sync()
        synced = machine.sync()
        assert (synced.done, list(synced.plan.deleted.found)) == (True, ["two"])
        known = machine.sync().plan
        assert (known.compared, known.changes, known.deleted.away) == (False, False, ("two",))
        (machine.mirror.folder / "settled.json").unlink()
        assert machine.sync().plan.deleted.away == ("two",)
        assert len(Recorder(machine.collection).undo()) == 1
        assert machine.sync().plan.new == ("two",)
        phone.sync()
        assert phone.note("two")
