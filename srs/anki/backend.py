"""The real Anki, of the extra `anki`: the one module that imports it. It is given copies of collections, no others."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from srs.anki.card_columns import LogRow
from srs.anki.diff_cards import CardChange
from srs.core.errors import MissingExtra, PackageError

_CLOSE = 1e-5  # Anki keeps parameters in 32 bits


Preset = dict[str, Any]
"""Deck options by Anki's names."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """`presets` are those of ours that are there and say something else; `fsrs` says that FSRS is on in the collection."""

    presets: tuple[Preset, ...]
    fsrs: bool


class TextChange(NamedTuple):
    """The note with this number gets this HTML in the fields of these names, and these tags."""

    number: int
    fields: Mapping[str, str]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """`package` brings notes; if it `merges`, fields and templates that the learner gave our note types stay. `texts` are
    changed where the note type has such fields: an import would empty what the learner wrote in them. `cards` and `log`
    are what was lived of cards that are there, `presets` are set.
    """

    package: Path | None
    merges: bool
    texts: Sequence[TextChange]
    cards: Sequence[CardChange]
    log: Sequence[LogRow]
    presets: Sequence[Preset]


def prepare(copy: Path, presets: Iterable[Preset]) -> Prepared:
    """Brings the copy up to the schema of this Anki, so that all is read in one form.

    Raises MissingExtra, PackageError.
    """
    collection = _open(copy)
    try:
        if not collection.v3_scheduler():
            raise PackageError(copy, "old-scheduler")
        there = {config["id"]: config for config in collection.decks.all_config()}
        differ = tuple(one for one in presets if one["id"] in there and _differs(one, there[one["id"]]))
        return Prepared(differ, bool(collection.get_config("fsrs", False)))
    finally:
        collection.close(downgrade=False)


def apply(copy: Path, work: Work) -> bool:
    """Does the work, and tells whether it changes what forces Anki into a full sync. Raises PackageError."""
    collection = _open(copy)
    try:
        before = collection.db.scalar("select scm from col")
        if work.package:
            _import(collection, work.package, merges=work.merges)
        for change in work.texts:
            _rewrite(collection, change)
        _insert(collection, work.log)
        collection.update_cards([_changed(collection, change) for change in work.cards])
        for preset in work.presets:
            _set(collection, preset)
        full: bool = collection.db.scalar("select scm from col") != before
        return full
    finally:
        collection.close(downgrade=False)


def _open(copy: Path) -> Any:
    try:
        from anki.collection import Collection  # noqa: PLC0415 - not installed with us
        from anki.errors import AnkiException  # noqa: PLC0415 - as above
    except ImportError as error:
        raise MissingExtra("anki") from error
    try:
        return Collection(str(copy))
    except AnkiException as error:
        raise PackageError(copy, "damaged", str(error)) from error


def _import(collection: Any, package: Path, *, merges: bool) -> None:
    """Texts are replaced whatever their time: whose counts was decided before. A merged note type counts as changed now
    and would refuse our next look, so none is merged without need.
    """
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest  # noqa: PLC0415 - as above
    from anki.import_export_pb2 import IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS  # noqa: PLC0415 - as above

    options = ImportAnkiPackageOptions(
        merge_notetypes=merges,
        with_scheduling=True,
        with_deck_configs=True,
        update_notes=IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS,
    )
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options))


def _rewrite(collection: Any, change: TextChange) -> None:
    note = collection.get_note(change.number)
    for name, html in change.fields.items():
        note[name] = html
    note.tags = list(change.tags)
    collection.update_note(note)


def _insert(collection: Any, rows: Iterable[LogRow]) -> None:
    """At the first free millisecond: log ids are unique over all cards."""
    for at, *rest in rows:
        while collection.db.scalar("select 1 from revlog where id = ?", at):
            at += 1  # noqa: PLW2901 - the same row, a little later
        collection.db.execute("insert into revlog values (?, ?, ?, ?, ?, ?, ?, ?, ?)", at, *rest)


def _changed(collection: Any, change: CardChange) -> Any:
    from anki.cards_pb2 import FsrsMemoryState  # noqa: PLC0415 - as above

    card = collection.get_card(change.number)
    kind, queue, due, interval, factor, reps, lapses, left, flags, data = change.columns
    card.type, card.queue, card.due, card.ivl, card.factor = kind, queue, due, interval, factor
    card.reps, card.lapses, card.left = reps, lapses, left
    card.flags = card.flags or flags
    card.memory_state = card.desired_retention = card.decay = card.last_review_time = None
    values = json.loads(data) if data else {}
    if "s" in values:
        card.memory_state = FsrsMemoryState(stability=values["s"], difficulty=values["d"])
        card.desired_retention, card.decay, card.last_review_time = values["dr"], values["decay"], values["lrt"]
    return card


def _differs(ours: Preset, theirs: Preset) -> bool:
    one, other = _agreed(ours), _agreed(theirs)
    return len(one) != len(other) or any(abs(a - b) > _CLOSE for a, b in zip(one, other, strict=True))


def _agreed(preset: Preset) -> list[float]:
    """What must be equal for both sides to promise the same."""
    steps = (*preset["new"]["delays"], -1.0, *preset["lapse"]["delays"])
    return [*preset["fsrsParams6"], preset["desiredRetention"], preset["rev"]["maxIvl"], *steps]


def _set(collection: Any, preset: Preset) -> None:
    """The rest of the options, among them the limits, stays as the learner has it."""
    config = collection.decks.get_config(preset["id"])
    config |= {name: preset[name] for name in ("fsrsParams6", "desiredRetention")}
    for group, name in (("new", "delays"), ("lapse", "delays"), ("rev", "maxIvl")):
        config[group][name] = preset[group][name]
    collection.decks.update_config(config)
