"""FSRS parameters and the desired retention that were changed in real Anki: offered, taken, refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from srs.anki.export import export
from srs.anki.preset_offer import Offer, OfferedRetention, RefusedPreset, Taken
from srs.anki.pull import pull
from srs.anki.sync import sync
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncResult
from srs.backup.verify import verify
from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core.event import Parameters
from srs.database import states
from srs.log.replay import current_parameters, replay_all
from srs.scheduling.scheduler import DEFAULT
from tests.anki.conftest import TimedAnki
from tests.conftest import SEOUL, Home
from tests.machines import insert_events
from tests.simulated_learner import FORGETFUL, live

LIFE = live(1, cards=150, days=60)
NOW = LIFE.end
DECK = "deck: Talk\nnotes:\n" + "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(100))
MORE = "deck: More\nnotes:\n" + "".join(f"- {{id: n{n}, front: f{n}, back: b}}\n" for n in range(100, 150))
OTHER = (*(round(value * 1.05, 4) for value in DEFAULT.values[:20]), 0.2)
THIRD = (*(round(value * 0.95, 4) for value in DEFAULT.values[:20]), 0.2)

Steps = Callable[..., Any]


@pytest.fixture
def anki(timed_anki: TimedAnki) -> Steps:
    return lambda *steps: timed_anki(["at", NOW], *steps, zone="Asia/Seoul")


@pytest.fixture
def ours(home: Home) -> Collection:
    """Somebody who has studied for two months, and forgets faster than the default parameters say."""
    home.write("a.yaml", DECK)
    home.write("b.yaml", MORE)
    collection = opened(home)
    with collection.store.write() as connection:
        insert_events(connection, LIFE.events)
        replay_all(connection)
    return collection


def opened(home: Home) -> Collection:
    return home.open("2026-03-02T09:00+09:00")


def synced(
    collection: Collection, tmp_path: Path, choose: Callable[[Offer], Taken] = lambda _: Taken()
) -> AnkiSyncResult:
    return sync(collection, tmp_path / "timed.anki2", NOW, SyncChoices(lambda plan: True, choose=choose))


def all_of(offer: Offer) -> Taken:
    return Taken(
        offer.parameters.parameters if offer.parameters else None, offer.retention.theirs if offer.retention else None
    )


def settled(collection: Collection, tmp_path: Path) -> None:
    """A sync finds nothing to do, offers nothing, and does nothing."""
    before = (tmp_path / "timed.anki2").read_bytes()
    found = synced(collection, tmp_path, all_of)
    assert not found.plan.changes, found.plan
    assert found.plan.offer == Offer()
    assert (tmp_path / "timed.anki2").read_bytes() == before


def in_force(collection: Collection) -> Parameters:
    return current_parameters(collection.store.connection)


def all_states(collection: Collection) -> list[Any]:
    return list(map(tuple, collection.store.connection.execute("select * from states order by card")))


@pytest.mark.parametrize("kind", ["apkg", "apkg-old", "colpkg", "colpkg-old", "anki2"])
def test_what_was_changed_in_anki_is_offered_from_every_form_of_file(
    ours: Collection, tmp_path: Path, anki: Steps, kind: str
) -> None:
    export(ours, tmp_path / "ours.apkg", NOW)
    file = tmp_path / ("timed.anki2" if kind == "anki2" else f"theirs.{kind.partition('-')[0]}")
    leave = [] if kind == "anki2" else [["export", kind, str(file)]]
    anki(["fsrs"], ["import", str(tmp_path / "ours.apkg")], *leave)
    assert pull(ours, file, NOW, dry_run=True).offer == Offer()
    anki(["options", "srs", {"fsrsParams6": OTHER, "desiredRetention": 0.87}], *leave)
    before = all_states(ours)
    offer = pull(ours, file, NOW).offer
    assert offer.parameters
    assert offer.parameters[:3] == ("srs", 150, Parameters(DEFAULT.model, OTHER))
    assert offer.retention == OfferedRetention("srs", 0.9, 0.87)
    assert (offer.others, offer.refused) == ((), ())
    assert (in_force(ours), all_states(ours)) == (DEFAULT, before)


def test_what_anki_optimized_predicts_better_and_is_taken_whole(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki(["fsrs"])
    synced(ours, tmp_path)
    there = anki(["optimize_preset", "srs"])
    assert there["parameters"]["srs"] != pytest.approx(DEFAULT.values, abs=1e-3)
    before = all_states(ours)
    found = synced(ours, tmp_path, all_of).plan
    assert found.offer.parameters
    compared = found.offer.parameters.comparison
    assert compared
    assert compared.measured > 200
    assert compared.theirs.log_loss < compared.ours.log_loss
    assert in_force(ours).values == pytest.approx(there["parameters"]["srs"], abs=1e-6)
    assert all_states(ours) != before
    after = anki()
    assert after["parameters"]["srs"] == there["parameters"]["srs"]
    for card, state in states.get_all(ours.store.connection).items():
        note = card.partition("/")[0]
        memory = getattr(state.phase, "memory", None)
        if memory:
            assert after["cards"][f"{note}/0"]["again_stability"] == pytest.approx(memory.stability, rel=1e-4)
    settled(ours, tmp_path)
    assert verify(ours, NOW).good
    (undone,) = Recorder(ours).undo()
    assert isinstance(undone.event.what, Parameters)
    assert all_states(ours) == before
    plan = synced(ours, tmp_path, all_of).plan
    assert plan.offer == Offer()
    assert plan.presets == ("srs",)
    assert anki()["parameters"]["srs"] == pytest.approx(DEFAULT.values, abs=1e-6)
    settled(ours, tmp_path)


def test_what_is_not_taken_is_replaced_by_ours(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki()
    synced(ours, tmp_path)
    anki(["options", "srs", {"fsrsParams6": OTHER, "desiredRetention": 0.87}])
    plan = synced(ours, tmp_path).plan
    assert plan.offer.asks
    assert plan.presets == ("srs",)
    there = anki()
    assert there["parameters"]["srs"] == pytest.approx(DEFAULT.values, abs=1e-6)
    assert there["presets"]["srs"] == pytest.approx(0.9)
    settled(ours, tmp_path)


def test_what_we_wrote_there_is_not_offered_when_ours_has_changed_since(
    home: Home, ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    """Whichever way ours has changed: fitted and taken back, or set."""
    anki()
    Recorder(ours).set_parameters(Parameters(DEFAULT.model, FORGETFUL), {}, NOW)
    home.settings = replace(SEOUL, desired_retention=0.95)
    synced(opened(home), tmp_path)
    assert anki()["presets"]["srs"] == pytest.approx(0.95)
    Recorder(ours).undo_last(Parameters)
    home.settings = replace(SEOUL, desired_retention=0.92)
    plan = synced(opened(home), tmp_path, all_of).plan
    assert (plan.offer, plan.presets) == (Offer(), ("srs",))
    there = anki()
    assert there["parameters"]["srs"] == pytest.approx(DEFAULT.values, abs=1e-6)
    assert there["presets"]["srs"] == pytest.approx(0.92)


def test_parameters_that_another_machine_wrote_there_are_none_of_ankis(
    home: Home, ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    """Though its log was not merged yet: they come with it."""
    anki()
    home.database = tmp_path / "other.db"
    other = opened(home)
    Recorder(other).set_parameters(Parameters(DEFAULT.model, OTHER), {}, NOW)
    synced(other, tmp_path)
    plan = synced(ours, tmp_path, all_of).plan
    assert plan.offer.parameters is None
    assert in_force(ours) == DEFAULT


def test_a_retention_that_is_taken_is_given_to_the_settings_and_marked_as_known(
    home: Home, ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki()
    synced(ours, tmp_path)
    anki(["preset", "srs", 0.87])
    written = list[float]()
    sync(
        ours, tmp_path / "timed.anki2", NOW, SyncChoices(lambda plan: True, choose=all_of, set_retention=written.append)
    )
    assert written == [0.87]
    home.settings = replace(SEOUL, desired_retention=0.87)
    settled(opened(home), tmp_path)
    home.settings = replace(SEOUL, desired_retention=0.9)
    plan = synced(opened(home), tmp_path, all_of).plan
    assert (plan.offer, plan.presets) == (Offer(), ("srs",))


@pytest.mark.parametrize("refuses", ["agree", "choose"])
def test_until_the_plan_is_agreed_to_nothing_is_taken(
    ours: Collection, tmp_path: Path, anki: Steps, refuses: str
) -> None:
    anki()
    synced(ours, tmp_path)
    anki(["options", "srs", {"fsrsParams6": OTHER, "desiredRetention": 0.87}])
    before, states_before = (tmp_path / "timed.anki2").read_bytes(), all_states(ours)
    written = list[float]()
    choose: Callable[[Offer], Taken] = all_of if refuses == "agree" else lambda _: Taken()
    sync(ours, tmp_path / "timed.anki2", NOW, SyncChoices(lambda _: False, choose=choose, set_retention=written.append))
    assert (tmp_path / "timed.anki2").read_bytes() == before
    assert (written, all_states(ours), in_force(ours)) == ([], states_before, DEFAULT)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"fsrsParams6": [*OTHER[:20], 0.95]}, "w[20] is 0.95, not 0.1 to 0.8"),
        ({"fsrsParams6": [], "fsrsParams5": OTHER[:19]}, "there are 19 parameters; FSRS-6 has 21"),
        ({"fsrsParams6": [], "fsrsWeights": OTHER[:17]}, "there are 17 parameters; FSRS-6 has 21"),
    ],
    ids=["bounds", "FSRS-5", "FSRS-4.5"],
)
def test_parameters_that_cannot_be_used_are_named_and_not_taken(
    ours: Collection, tmp_path: Path, anki: Steps, options: dict[str, Any], named: str
) -> None:
    anki()
    synced(ours, tmp_path)
    anki(["options", "srs", options])
    plan = synced(ours, tmp_path, all_of).plan
    assert plan.offer == Offer(refused=(RefusedPreset("srs", "parameters", named, 0.9),))
    assert in_force(ours) == DEFAULT
    assert anki()["parameters"]["srs"] == pytest.approx(DEFAULT.values, abs=1e-6)
    settled(ours, tmp_path)


def test_of_several_presets_the_one_of_most_cards_is_offered(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki()
    synced(ours, tmp_path)
    mine = {"fsrsParams6": OTHER, "desiredRetention": 0.87}
    anki(
        ["options", "srs", {"fsrsParams6": THIRD, "desiredRetention": 0.8}],
        ["new_preset", "Mine", "Talk", mine],
        ["new_preset", "Nobody's", "Default", {"fsrsParams6": FORGETFUL}],
    )
    found = synced(ours, tmp_path, all_of).plan
    assert found.offer.parameters
    assert found.offer.parameters[:3] == ("Mine", 100, Parameters(DEFAULT.model, OTHER))
    assert found.offer.retention == OfferedRetention("Mine", 0.9, 0.87)
    assert found.offer.others == ("srs",)
    there = anki()["parameters"]
    assert there["srs"] == there["Mine"] == pytest.approx(OTHER, abs=1e-6)


def test_a_deck_file_keeps_its_own_retention(home: Home, ours: Collection, tmp_path: Path, anki: Steps) -> None:
    home.write("b.yaml", MORE.replace("notes:", "settings: {desired_retention: 0.8}\nnotes:"))
    anki()
    synced(opened(home), tmp_path)
    anki(["preset", "srs More", 0.85])
    plan = synced(opened(home), tmp_path, all_of).plan
    assert plan.offer == Offer(refused=(RefusedPreset("srs More", "deck-file", "b.yaml:2", 0.85),))
    assert anki()["presets"]["srs More"] == pytest.approx(0.8)


def test_a_retention_that_srs_does_not_take_is_named(ours: Collection, tmp_path: Path, anki: Steps) -> None:
    anki()
    synced(ours, tmp_path)
    anki(["preset", "srs", 0.65])
    offer = synced(ours, tmp_path, all_of).plan.offer
    assert offer == Offer(refused=(RefusedPreset("srs", "retention", "a probability from 0.7 to 0.99", 0.65),))


def test_parameters_in_force_that_are_dated_later_would_stay_in_force(
    ours: Collection, tmp_path: Path, anki: Steps
) -> None:
    anki()
    synced(ours, tmp_path)
    Recorder(ours).set_parameters(Parameters(DEFAULT.model, FORGETFUL), {}, NOW + 3 * 86_400_000)
    anki(["options", "srs", {"fsrsParams6": OTHER}])
    offer = synced(ours, tmp_path, all_of).plan.offer
    assert offer == Offer(refused=(RefusedPreset("srs", "clock", "2026-03-05", 0.9),))
