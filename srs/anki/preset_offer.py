"""What was changed in Anki's deck options, usually by its own "Optimize": FSRS parameters and a desired retention that the
learner may take. Nothing is taken without being asked for.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from srs.anki.read_presets import TheirPreset, are_close
from srs.collection import Collection
from srs.collection.settings_file import Override, deck_overrides
from srs.core.event import Parameters
from srs.core.settings import InvalidSetting, Settings, with_setting
from srs.database import decks
from srs.log import in_force
from srs.log.histories import read_histories
from srs.log.replay import current_parameters
from srs.scheduling.fit import Comparison, compare
from srs.scheduling.scheduler import DEFAULT, parameter_problem

RETENTION = "desired_retention"
"""The setting's name."""

_HOUR = 3_600_000


class OfferedParameters(NamedTuple):
    """`cards` of ours have the preset. `comparison` is None where there are too few reviews for one."""

    preset: str
    cards: int
    parameters: Parameters
    comparison: Comparison | None


class OfferedRetention(NamedTuple):
    """Two probabilities: the learner's setting, and what the preset says."""

    preset: str
    ours: float
    theirs: float


class RefusedPreset(NamedTuple):
    """What cannot be taken. "parameters": the detail says what is wrong with them; "retention": what it may be; "clock": since
    which study day, ahead of today, our parameters are in force; "deck-file": the place that sets the retention of its deck.
    `retention` is the preset's.
    """

    preset: str
    problem: Literal["parameters", "retention", "clock", "deck-file"]
    detail: str
    retention: float


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be taken. `others` are presets of fewer cards that were changed in another way."""

    parameters: OfferedParameters | None = None
    retention: OfferedRetention | None = None
    others: tuple[str, ...] = ()
    refused: tuple[RefusedPreset, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there is anything to take."""
        return bool(self.parameters or self.retention)


class Taken(NamedTuple):
    """What the learner takes of an offer."""

    parameters: Parameters | None = None
    retention: float | None = None


NOTHING = Offer()
NOTHING_TAKEN = Taken()


def take_nothing(_: Offer) -> Taken:
    return NOTHING_TAKEN


def find_offer(
    collection: Collection, connection: sqlite3.Connection, presets: Sequence[TheirPreset], now: int
) -> Offer:
    """What of the presets is neither ours, nor what we wrote there, nor Anki's default. The comparison is by the reviews up to
    the instant `now`. To be called inside a transaction.
    """
    parameters, refused = _changed_parameters(collection, connection, presets, now)
    retentions, refused_retentions = _changed_retentions(collection, connection, presets)
    offered = None
    if parameters:
        first, theirs = parameters[0], Parameters(DEFAULT.model, parameters[0].values.parameters)
        histories = read_histories(connection, now).cards
        comparison = compare(histories, current_parameters(connection).values, theirs.values)
        offered = OfferedParameters(first.name, len(first.cards), theirs, comparison)
    others = [
        one.name for one in parameters[1:] if not are_close(one.values.parameters, parameters[0].values.parameters)
    ]
    others += [one.preset for one in retentions[1:] if one.theirs != retentions[0].theirs]
    return Offer(
        offered,
        retentions[0] if retentions else None,
        tuple(dict.fromkeys(others)),
        (*refused, *refused_retentions),
    )


def _changed_parameters(
    collection: Collection, connection: sqlite3.Connection, presets: Sequence[TheirPreset], now: int
) -> tuple[list[TheirPreset], list[RefusedPreset]]:
    """The presets whose parameters can be taken, and those whose cannot."""
    known = [DEFAULT.values, *(parameters.values for parameters in in_force.all_parameters(connection))]
    since = in_force.parameters_since(connection)
    usable, refused = [], []
    for preset in presets:
        theirs, retention = preset.values
        written = [preset.written.parameters] if preset.written else []
        if not theirs or any(are_close(theirs, values) for values in (*known, *written)):
            continue
        if problem := parameter_problem(Parameters(DEFAULT.model, theirs)):
            refused.append(RefusedPreset(preset.name, "parameters", problem, retention))
        elif since > now + _HOUR:  # they would stay the latest
            day = collection.calendar.day(since).isoformat()
            refused.append(RefusedPreset(preset.name, "clock", day, retention))
        else:
            usable.append(preset)
    return usable, refused


def _changed_retentions(
    collection: Collection, connection: sqlite3.Connection, presets: Sequence[TheirPreset]
) -> tuple[list[OfferedRetention], list[RefusedPreset]]:
    """The presets whose retention can be taken, and those whose cannot."""
    own = {one.deck: one for one in deck_overrides(collection.store, collection.folder_id) if one.name == RETENTION}
    deck_of = decks.decks_of_cards(connection, collection.folder_id) if own else {}
    ours, offered, refused = collection.settings.desired_retention, list[OfferedRetention](), list[RefusedPreset]()
    for preset in presets:
        theirs = preset.values.desired_retention
        if theirs in {Settings().desired_retention, preset.written and preset.written.desired_retention}:
            continue
        held = [own.get(deck_of.get(card, "")) for card in preset.cards]
        if None not in held:
            refused += _held(preset, {one.deck: one for one in held if one}.values())
        elif theirs != ours:
            try:
                with_setting(Settings(), RETENTION, theirs)
                offered.append(OfferedRetention(preset.name, ours, theirs))
            except InvalidSetting as error:
                refused.append(RefusedPreset(preset.name, "retention", str(error), theirs))
    return offered, refused


def _held(preset: TheirPreset, overrides: Iterable[Override]) -> Iterator[RefusedPreset]:
    """Deck files that set another retention than the preset has."""
    theirs = preset.values.desired_retention
    for one in overrides:
        if one.value != theirs:
            yield RefusedPreset(preset.name, "deck-file", f"{one.file}:{one.line}", theirs)


def with_taken_retention(collection: Collection, taken: Taken) -> Collection:
    """The collection as it is once its setting is written."""
    if taken.retention is None:
        return collection
    settings = with_setting(collection.settings, RETENTION, taken.retention)
    return replace(collection, settings=settings).with_current_settings()
