"""Parameters and due dates that a fit brings: recorded at one instant, and taken back bit for bit."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest

from srs.backup.verify import verify
from srs.collection.optimize import due_dates_under, fit_to_log
from srs.collection.recorder import Recorder
from srs.core.card_state import Review
from srs.core.errors import NothingToUndo
from srs.core.event import Event, EventSource, Fitted, Parameters, Rating, Rescheduled
from srs.database import states
from srs.log.event_log import LoggedEvent
from srs.log.replay import current_parameters, replay_all
from srs.scheduling.fit import Fit, NoFit
from srs.scheduling.scheduler import DEFAULT
from tests.machines import Machine, insert_events
from tests.simulated_learner import DAY_MS, FORGETFUL, live

LIFE = live(7, cards=120, days=50)
FITTED = Parameters(DEFAULT.model, FORGETFUL, Fitted(800, 0.3, 0.02))
NOW = LIFE.end


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with ExitStack() as stack:
        machine = Machine(tmp_path, "one", stack)
        with machine.collection.store.write() as connection:
            insert_events(connection, LIFE.events)
            replay_all(connection)
        yield machine


def apply(machine: Machine, now: int = NOW, parameters: Parameters = FITTED) -> list[Event]:
    moves = due_dates_under(machine.collection, parameters, now)
    return machine.recorder.set_parameters(parameters, moves.due, now)


def due_dates(machine: Machine) -> dict[str, date]:
    found = states.get_all(machine.collection.store.connection)
    return {card: state.phase.due for card, state in found.items() if isinstance(state.phase, Review)}


def is_sound(machine: Machine) -> bool:
    return verify(machine.collection, NOW + DAY_MS).good


def test_several_processes_fit_the_same_as_one(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("srs.scheduling.fit.FEW", 300)
    monkeypatch.setattr("srs.scheduling.fit.MANY", 300)
    alone = fit_to_log(machine.collection, NOW)
    monkeypatch.setattr("srs.collection.optimize.MANY", 300)
    assert isinstance(alone.found, Fit)
    assert not alone.found.only_first_four
    assert fit_to_log(machine.collection, NOW) == alone


def test_the_parameters_are_in_force_and_every_state_is_replayed(machine: Machine) -> None:
    before = due_dates(machine)
    machine.recorder.set_parameters(FITTED, {}, NOW)
    assert current_parameters(machine.collection.store.connection) == FITTED
    assert due_dates(machine) == before
    assert is_sound(machine)


def test_new_due_dates_come_at_the_same_instant(machine: Machine) -> None:
    moves = due_dates_under(machine.collection, FITTED, NOW)
    events = machine.recorder.set_parameters(FITTED, moves.due, NOW)
    assert len(events) == len(moves.due) + 1 > 50
    assert len({(event.at, event.day) for event in events}) == 1
    assert {card: due for card, due in due_dates(machine).items() if card in moves.due} == moves.due
    assert is_sound(machine)


@pytest.mark.parametrize("how", [Recorder.undo, lambda recorder: recorder.undo_last(Parameters)])
def test_one_undo_restores_every_state_bit_for_bit(
    machine: Machine, how: Callable[[Recorder], tuple[LoggedEvent, ...]]
) -> None:
    before = machine.snapshot()["states"]
    events = apply(machine)
    assert machine.snapshot()["states"] != before
    undone = how(machine.recorder)
    assert [row.event for row in undone] == [events[0], *events[1:]]
    assert machine.snapshot()["states"] == before
    assert current_parameters(machine.collection.store.connection) == DEFAULT
    assert is_sound(machine)


def test_undoing_a_fit_keeps_what_was_done_since(machine: Machine) -> None:
    apply(machine)
    card = next(iter(due_dates(machine)))
    machine.answer(card, Rating.GOOD, NOW + 60_000)
    machine.recorder.undo_last(Parameters)
    assert machine.log()[-1] | {"voided": True} != machine.log()[-1]
    assert states.get(machine.collection.store.connection, card).as_of == NOW + 60_000
    assert is_sound(machine)


def test_each_undo_goes_back_by_one_fit_until_there_is_none(machine: Machine) -> None:
    other = Parameters(DEFAULT.model, (*FORGETFUL[:3], 5.0, *FORGETFUL[4:]))
    apply(machine)
    apply(machine, parameters=other)
    machine.recorder.undo_last(Parameters)
    assert current_parameters(machine.collection.store.connection) == FITTED
    machine.recorder.undo_last(Parameters)
    with pytest.raises(NothingToUndo):
        machine.recorder.undo_last(Parameters)
    assert is_sound(machine)


def test_parameters_of_another_machine_are_not_undone(machine: Machine) -> None:
    machine.add(Event("", NOW, LIFE.events[-1].day, EventSource.SRS, "other", FITTED))
    with pytest.raises(NothingToUndo):
        machine.recorder.undo_last(Parameters)


def test_two_fits_at_one_instant_are_undone_one_by_one(machine: Machine) -> None:
    """As with a clock that stands still."""
    first = apply(machine)
    second = machine.recorder.set_parameters(Parameters(DEFAULT.model, DEFAULT.values), {}, NOW)
    assert second[0].at == first[0].at + 1
    assert len(machine.recorder.undo()) == 1
    assert len(machine.recorder.undo()) == len(first)


def test_a_card_answered_meanwhile_keeps_its_due_date(machine: Machine) -> None:
    moves = due_dates_under(machine.collection, FITTED, NOW)
    card = next(iter(moves.due))
    machine.answer(card, Rating.GOOD, NOW + 500)
    promised = due_dates(machine).get(card)
    events = machine.recorder.set_parameters(FITTED, moves.due, NOW)
    assert card not in {event.subject for event in events}
    assert due_dates(machine).get(card) == promised
    assert is_sound(machine)


def test_parameters_are_later_than_those_in_force(machine: Machine) -> None:
    """A clock that is a little behind takes nothing from them."""
    machine.add(Event("", NOW + 5000, LIFE.events[-1].day + timedelta(1), EventSource.SRS, "other", DEFAULT))
    machine.recorder.set_parameters(FITTED, {}, NOW)
    assert current_parameters(machine.collection.store.connection) == FITTED


def test_parameters_dated_in_the_future_are_not_overtaken(machine: Machine) -> None:
    machine.add(Event("", NOW + 9 * DAY_MS, LIFE.events[-1].day + timedelta(10), EventSource.SRS, "other", DEFAULT))
    found = fit_to_log(machine.collection, NOW).found
    assert isinstance(found, NoFit)
    assert (found.problem, found.detail) == ("clock", "2026-03-01")


def test_the_whole_log_is_fitted_under_the_parameters_in_force(machine: Machine) -> None:
    first = fit_to_log(machine.collection, NOW)
    assert isinstance(first.found, Fit)
    assert (first.current, first.ahead) == (DEFAULT, 0)
    machine.recorder.set_parameters(first.found.parameters, {}, NOW)
    assert fit_to_log(machine.collection, NOW).current == first.found.parameters


def test_merged_with_another_machine_the_fit_is_in_force_there(machine: Machine, tmp_path: Path) -> None:
    with ExitStack() as stack:
        other = Machine(tmp_path, "two", stack)
        apply(machine)
        other.merge(machine)
        assert other.snapshot() == machine.snapshot()
        assert current_parameters(other.collection.store.connection) == FITTED
        assert any(row["what"] == Rescheduled.name for row in other.log())
