"""Builds an Anki collection (schema 11) as bytes, from genanki's schema and JSON, with the rows inserted in bulk.

Adds what genanki lacks: the second scheduler, the base day with its offset, presets, times and ids that do not come from
the clock, and cards with progress.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from srs.anki.card_columns import ExportContext, RevlogRow
from srs.anki.ids import stable_id
from srs.anki.markup_to_html import markup_to_html
from srs.anki.note_row import NoteColumns
from srs.anki.notetypes import VERSION, NoteType
from srs.anki.read_presets import MARK
from srs.core.clock import to_utc
from srs.core.deck_names import with_ancestors
from srs.core.settings import Limits, Settings
from srs.core.unicode import caseless
from srs.database.bulk_insert import insert_many
from srs.kinds.note import Deck

CardRow = tuple[Any, ...]
"""All eighteen columns of Anki's table `cards`."""

EARLIEST = date(2020, 1, 1)
"""Day 0, unless the log goes further back."""

PRESET = stable_id("preset", "srs")
_DEFAULT = 1  # the id of the deck that no collection lacks
_NO_LIMIT = 9999  # the most that Anki takes
_TABLES = APKG_SCHEMA.partition("CREATE INDEX")[0]
_INDEX = "create index ix_revlog_cid on revlog (cid)"
"""Older Anki and AnkiDroid read the log card by card when they import; they read all else from end to end, into tables with
indexes of their own.
"""


def base_day(first: date | None) -> date:
    """Day 0 of a collection whose log begins on the day `first`. It does not depend on the clock, so that equal input gives
    equal bytes.
    """
    return min(first or EARLIEST, EARLIEST)


class _Model(genanki.Model):  # type: ignore[misc] # genanki has no types
    @property
    def _req(self) -> list[list[Any]]:
        """Replaces genanki's slow search for the fields that a template needs; Anki finds them by itself."""
        return [[ordinal, "any", [0]] for ordinal in range(len(self.templates))]


def model_json(note_type: NoteType) -> dict[str, Any]:
    """The note type as in Anki, with ids by which Anki recognises fields and templates after they were renamed."""
    model = _Model(
        note_type.id,
        note_type.name,
        fields=[{"name": name, "id": number} for name, number in note_type.fields],
        templates=[
            {"name": name, "id": number, "qfmt": front, "afmt": back}
            for name, number, front, back in note_type.templates
        ],
        css=note_type.css,
        model_type=genanki.Model.CLOZE if note_type.cloze else genanki.Model.FRONT_BACK,
    )
    values: dict[str, Any] = model.to_json(VERSION, 1)
    return values


def deck_ids(decks: Iterable[Deck]) -> dict[str, int]:
    """The id of every deck and of those above it, by name. Every collection has a deck "Default" already."""
    names = {name for deck in decks for name in with_ancestors(deck.name)}
    return {name: _DEFAULT if caseless(name) == "default" else stable_id("deck", name) for name in sorted(names)}


def collection_bytes(
    context: ExportContext,
    *,
    decks: Sequence[Deck],
    note_types: Iterable[NoteType],
    notes: Sequence[NoteColumns],
    cards: Sequence[CardRow],
    log: Sequence[RevlogRow],
) -> bytes:
    """A SQLite file; equal input gives equal bytes."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript("pragma journal_mode = off;" + _TABLES + APKG_COL)
        connection.execute("begin")
        _set_up(connection, context, decks, note_types)
        # in the order of their ids, and indexed afterwards: each page is written once
        insert_many(connection, "insert into notes", sorted(notes, key=itemgetter(0)))
        insert_many(connection, "insert into cards", sorted(cards, key=itemgetter(0)))
        insert_many(connection, "insert into revlog", log)
        connection.execute(_INDEX)
        connection.execute("commit")
        return connection.serialize()


def _set_up(
    connection: sqlite3.Connection, context: ExportContext, decks: Sequence[Deck], note_types: Iterable[NoteType]
) -> None:
    conf, decks_text, presets_text = connection.execute("select conf, decks, dconf from col").fetchone()
    created = context.calendar.start(context.base)
    west = -(to_utc(created).astimezone(context.calendar.zone).utcoffset() or timedelta())
    conf = json.loads(conf) | {
        "schedVer": 2,
        "sched2021": True,
        "creationOffset": west // timedelta(minutes=1),
        "rollover": context.calendar.rollover // 60,
    }
    presets = json.loads(presets_text)
    presets |= {str(preset["id"]): preset for preset in deck_presets(presets["1"], context, decks)}
    values = {
        "crt": created // 1000,
        "mod": VERSION * 1000,
        "scm": VERSION * 1000,
        "conf": json.dumps(conf),
        "models": json.dumps({str(kind.id): model_json(kind) for kind in note_types}),
        "decks": json.dumps(json.loads(decks_text) | _decks(decks, context.settings)),
        "dconf": json.dumps(presets),
    }
    connection.execute(f"update col set {', '.join(f'{name} = ?' for name in values)}", tuple(values.values()))


def _decks(decks: Sequence[Deck], settings: Settings) -> dict[str, Any]:
    descriptions = {deck.name: markup_to_html(deck.description) for deck in decks}
    values: dict[str, Any] = {}
    for name, number in deck_ids(decks).items():
        shape = genanki.Deck(number, name, descriptions.get(name, "")).to_json()
        nothing = {key: [0, 0] for key in ("newToday", "revToday", "lrnToday", "timeToday")}
        conf = stable_id("preset", name) if name in settings.decks else PRESET
        values[str(number)] = shape | nothing | {"conf": conf, "mod": VERSION, "extendNew": 0, "extendRev": 0}
    return values


def deck_presets(default: dict[str, Any], context: ExportContext, decks: Sequence[Deck]) -> Iterator[dict[str, Any]]:
    """Deck options: one for all decks, and one for each deck with settings of its own; `default` has the other options."""
    yield _preset(default, PRESET, "srs", context)
    overall = context.settings.limits
    for deck in decks:
        if own := context.settings.decks.get(deck.name):
            limits = [
                all_decks if limit is None else limit for limit, all_decks in zip(own.limits, overall, strict=True)
            ]
            of_deck = replace(context, settings=replace(own, limits=Limits(*limits)))
            yield _preset(default, stable_id("preset", deck.name), f"srs {deck.name}", of_deck)


def _preset(default: dict[str, Any], number: int, name: str, context: ExportContext) -> dict[str, Any]:
    """Deck options with the learner's steps and limits, and the FSRS parameters."""
    settings = context.settings
    values = {"fsrsParams6": list(context.parameters.values), "desiredRetention": settings.desired_retention}
    options = {"id": number, "name": name, "mod": VERSION, "easyDaysPercentages": [1.0] * 7, MARK: values}
    preset = deepcopy(default) | options | values
    preset["new"] |= {"delays": _minutes(settings.learning_steps), "perDay": _limit(settings.limits.new), "bury": True}
    preset["rev"] |= {"perDay": _limit(settings.limits.reviews), "bury": True, "maxIvl": settings.maximum_interval}
    preset["lapse"] |= {"delays": _minutes(settings.relearning_steps)}
    return preset


def _minutes(steps: Iterable[int]) -> list[float]:
    return [seconds / 60 for seconds in steps]


def _limit(limit: int | None) -> int:
    return _NO_LIMIT if limit is None else min(limit, _NO_LIMIT)
