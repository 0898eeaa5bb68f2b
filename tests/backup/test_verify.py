"""Proof that the caches are what the log amounts to."""

import pytest

from srs.backup.rebuild import rebuild
from srs.backup.repair import repair_database
from srs.backup.verify import diagnose_failure, verify
from srs.cli.kinds import KINDS
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core.event import Rating, Suspended
from tests.conftest import BASIC, DAY, NOW, Home


@pytest.fixture
def lived(home: Home) -> Collection:
    home.write("a.yaml", BASIC)
    collection = home.open()
    recorder = Recorder(collection)
    for day in range(3):
        now = NOW + day * 20 * DAY
        recorder.answer(recorder.preview("one/back", now), Rating.GOOD, 0, now)
    recorder.mark("two/back", Suspended(), NOW)
    recorder.undo()
    return collection


def test_what_was_lived_is_what_is_replayed(lived: Collection) -> None:
    found = verify(lived, NOW + 90 * DAY)
    assert found.good
    assert (found.events, found.cards, found.future) == (3, 1, ())


@pytest.mark.parametrize(
    ("damage", "card"),
    [
        ("update states set stability = stability * (1 + 1e-15) where card = 'one/back'", "one/back"),
        ("update states set reps = reps + 1", "one/back"),
        ("delete from states", "one/back"),
        ("insert into voids select subject, at from events where what = 'answered' order by at limit 1", "one/back"),
    ],
)
def test_a_state_that_differs_in_the_last_bit_is_named(lived: Collection, damage: str, card: str) -> None:
    lived.store.connection.execute(damage)
    assert verify(lived, NOW + 90 * DAY).differ == (card,)


def test_a_state_without_an_event_is_named(lived: Collection) -> None:
    lived.store.connection.execute("delete from events where subject = 'one/back'")
    assert verify(lived, NOW + 90 * DAY).differ == ("one/back",)


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("update notes set fields = '{}' where id = 'one'", "a.yaml: its stored notes and cards"),
        ("update notes set position = 7 where id = 'one'", "a.yaml: its stored notes and cards"),
        ("update cards set ordinal = 1 where card = 'two/back'", "a.yaml: its stored notes and cards"),
        ("delete from cards where card = 'two/back'", "a.yaml: its stored notes and cards"),
        ("update files set deck = '{}'", "a.yaml: its stored notes and cards"),
        ("update files set problems = 'x'", "a.yaml: its stored notes and cards"),
        ("update cards set new = 1 where card = 'one/back'", "one/back: it is wrongly listed"),
        ("update cards set new = 0 where card = 'two/back'", "two/back: it is wrongly listed"),
        ("delete from texts where note = 'two'", "two: the time of its last change is missing"),
    ],
)
def test_what_is_kept_of_the_deck_files_is_compared_with_them(lived: Collection, damage: str, named: str) -> None:
    lived.store.connection.execute(damage)
    found = verify(lived, NOW + 90 * DAY)
    assert not found.good
    assert named in found.decks[0]
    rebuild(lived, NOW)
    assert verify(lived, NOW + 90 * DAY).good


def test_a_folder_whose_name_is_no_path_does_not_keep_the_caches_from_being_made_again(lived: Collection) -> None:
    lived.store.connection.execute("update folders set path = char(0)")
    lived.store.connection.execute("update states set reps = 99")
    rebuild(lived, NOW)
    assert verify(lived, NOW + 90 * DAY).good


def test_a_file_with_errors_is_compared_with_its_last_good_version(home: Home, lived: Collection) -> None:
    home.write("a.yaml", "notes: [")
    assert verify(home.open(), NOW + 90 * DAY).good


@pytest.mark.parametrize(
    "nonsense",
    [
        "update events set day = '2026-13-45'",
        "update events set day = '2099-01-01'",
        "update events set interval = null",
        "update events set interval = 9999999",
        "update events set at = -5 where seq = 1",
        "update events set subject = '../../x' where seq = 1",
        "update events set machine = ''",
        "insert into voids values ('', -1)",
        "update texts set changed_at = -1",
    ],
)
def test_what_srs_never_wrote_is_named_and_left_out_by_a_salvage(home: Home, lived: Collection, nonsense: str) -> None:
    lived.store.connection.execute(nonsense)
    assert verify(lived, NOW + 90 * DAY).damage
    lived.store.close()
    blame = diagnose_failure(home.database, KINDS)
    assert blame
    assert blame.problem == "invalid-rows"
    repair_database(home.database, NOW)
    assert verify(home.open(), NOW + 90 * DAY).good
    assert diagnose_failure(home.database, KINDS) is None


def test_a_state_that_is_not_the_logs_is_what_a_failure_is_put_down_to(home: Home, lived: Collection) -> None:
    assert diagnose_failure(home.database, KINDS) is None
    lived.store.connection.execute("update states set due_day = 'never'")
    blame = diagnose_failure(home.database, KINDS)
    assert blame
    assert (blame.problem, blame.detail) == ("outdated", "one/back")


def test_events_in_the_future_are_listed_and_are_no_damage(lived: Collection) -> None:
    found = verify(lived, NOW + DAY)
    assert found.good
    assert [event.at - NOW for event in found.future] == [20 * DAY, 40 * DAY]


def test_rows_that_refer_to_nothing_are_named(lived: Collection) -> None:
    lived.store.connection.execute("pragma foreign_keys = off")
    lived.store.connection.execute("delete from files")
    assert "refers to a row of files" in verify(lived, NOW + 90 * DAY).damage[0]
