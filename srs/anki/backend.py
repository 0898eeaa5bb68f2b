"""Runs the real Anki, of the extra `anki`, on copies of collections. Only `sync_client` runs it, too."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from typing import Any, NamedTuple

from srs.anki.card_columns import RevlogRow
from srs.anki.custom_data import with_values_of
from srs.anki.diff_cards import CardChange
from srs.anki.due_mark import DUE_KEY
from srs.anki.read_presets import MARK, are_close, read_mark
from srs.anki.suspension_mark import SUSPENDED_KEY, with_mark, without_mark
from srs.core.errors import MissingExtra, PackageError, TargetError

Preset = dict[str, Any]
"""Deck options by Anki's names."""


@dataclass(frozen=True, slots=True)
class UpgradedCopy:
    """`presets` are all of the collection by their id; `fsrs` says that FSRS is on in it."""

    presets: Mapping[int, Preset]
    fsrs: bool

    def outdated(self, ours: Iterable[Preset]) -> list[Preset]:
        """Our presets that the collection has with other values."""
        there = self.presets
        return [preset for preset in ours if preset["id"] in there and _differs(preset, there[preset["id"]])]


class TextChange(NamedTuple):
    """The note with this id gets this HTML in the fields of these names, and these tags."""

    id: int
    fields: Mapping[str, str]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CollectionChanges:
    """`package` is imported; if it `merges`, fields and templates that the learner added to our note types stay. `texts` are
    written where the note type has such fields, which an import would empty. `cards` and `log` belong to cards that exist
    there, `presets` are set. The cards with the ids in `unasked` are suspended and marked.
    """

    package: Path | None
    merges: bool
    texts: Sequence[TextChange]
    cards: Sequence[CardChange]
    log: Sequence[RevlogRow]
    presets: Sequence[Preset]
    unasked: Sequence[int]


def upgrade(copy: Path) -> UpgradedCopy:
    """Upgrades the copy to the schema of this Anki, so that it is read in one form.

    Raises MissingExtra, PackageError.
    """
    collection = open_collection(copy)
    try:
        if not collection.v3_scheduler():
            raise PackageError(copy, "old-scheduler")
        presets = {config["id"]: config for config in collection.decks.all_config()}
        return UpgradedCopy(presets, bool(collection.get_config("fsrs", False)))
    finally:
        collection.close(downgrade=False)


def apply_changes(copy: Path, changes: CollectionChanges) -> bool:
    """Returns whether the changes force Anki into a full sync. Raises PackageError."""
    collection = open_collection(copy)
    try:
        before = collection.db.scalar("select scm from col")
        if changes.package:
            _import(collection, changes.package, merges=changes.merges)
        for change in changes.texts:
            _rewrite(collection, change)
        _insert_log(collection, changes.log)
        collection.update_cards([_changed_card(collection, change) for change in changes.cards])
        _suspend(collection, changes.unasked)
        for preset in changes.presets:
            _set_preset(collection, preset)
        full: bool = collection.db.scalar("select scm from col") != before
        return full
    finally:
        collection.close(downgrade=False)


def open_collection(copy: Path) -> Any:
    """Raises MissingExtra, PackageError, TargetError."""
    try:
        from anki.collection import Collection  # noqa: PLC0415 - not installed with us
        from anki.errors import AnkiException  # noqa: PLC0415 - as above
    except ImportError as error:
        raise MissingExtra("anki") from error
    try:
        return Collection(str(copy))
    except AnkiException as error:
        raise storage_error(copy, error) from error


def storage_error(path: Path, error: Exception) -> PackageError | TargetError:
    """What an error of Anki's library says of the collection that it has open."""
    text = str(error)
    if "DiskFull" in text or f"os error {ENOSPC}" in text:
        return TargetError(path, "full")
    return PackageError(path, "damaged", text)


def _import(collection: Any, package: Path, *, merges: bool) -> None:
    """Replaces texts whatever their time: whose text counts was decided before. A merged note type counts as changed now and
    would refuse our next look, so none is merged without need.
    """
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest  # noqa: PLC0415 - as above
    from anki.import_export_pb2 import IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS  # noqa: PLC0415 - as above

    options = ImportAnkiPackageOptions(
        merge_notetypes=merges,
        with_scheduling=True,
        with_deck_configs=True,
        update_notes=IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS,
    )
    before = _cards_by_place(collection)
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options))
    _remove_twins(collection, before)


def _cards_by_place(collection: Any) -> dict[tuple[int, int], int]:
    return {(note, ordinal): card for card, note, ordinal in collection.db.all("select id, nid, ord from cards")}


def _remove_twins(collection: Any, before: Mapping[tuple[int, int], int]) -> None:
    """Where the front of a template changed, Anki makes the cards of a note again if those it has do not follow each other by
    id and it reads them in that order, as it does once it has counted that most cards are of this note type.
    """
    rows = collection.db.all("select id, nid, ord from cards")
    twins = [card for card, *place in rows if before.get(tuple(place), card) != card]
    if twins:
        collection.remove_cards_and_orphaned_notes(twins)


def _rewrite(collection: Any, change: TextChange) -> None:
    note = collection.get_note(change.id)
    for name, html in change.fields.items():
        note[name] = html
    note.tags = list(change.tags)
    collection.update_note(note)


def _insert_log(collection: Any, rows: Iterable[RevlogRow]) -> None:
    """Inserts each row at the first free millisecond: log ids are unique over all cards."""
    for at, *rest in rows:
        while collection.db.scalar("select 1 from revlog where id = ?", at):
            at += 1  # noqa: PLW2901 - the same row, a little later
        collection.db.execute("insert into revlog values (?, ?, ?, ?, ?, ?, ?, ?, ?)", at, *rest)


def _changed_card(collection: Any, change: CardChange) -> Any:
    from anki.cards_pb2 import FsrsMemoryState  # noqa: PLC0415 - as above

    card = collection.get_card(change.id)
    kind, queue, due, interval, factor, reps, lapses, left, flags, data = change.columns
    card.type, card.queue, card.due, card.ivl, card.factor = kind, queue, due, interval, factor
    card.reps, card.lapses, card.left = reps, lapses, left
    card.flags = card.flags or flags
    card.memory_state = card.desired_retention = card.decay = card.last_review_time = None
    if queue >= 0:
        card.custom_data = without_mark(card.custom_data)
    values = json.loads(data) if data else {}
    card.custom_data = with_values_of(card.custom_data, (DUE_KEY, SUSPENDED_KEY), values.get("cd", ""))
    if "s" in values:
        card.memory_state = FsrsMemoryState(stability=values["s"], difficulty=values["d"])
        card.desired_retention, card.decay, card.last_review_time = values["dr"], values["decay"], values["lrt"]
    return card


def _suspend(collection: Any, ids: Sequence[int]) -> None:
    collection.sched.suspend_cards(ids)
    for card in map(collection.get_card, ids):
        card.custom_data = with_mark(card.custom_data)
        collection.update_card(card)


def _differs(ours: Preset, theirs: Preset) -> bool:
    return not are_close(_compared_values(ours), _compared_values(theirs))


def _compared_values(preset: Preset) -> list[float]:
    """What must be equal for both sides to promise the same intervals, and our mark."""
    mark = read_mark(preset.get(MARK))
    marked = [*mark.parameters, mark.desired_retention] if mark else []
    steps = (*preset["new"]["delays"], -1.0, *preset["lapse"]["delays"])
    return [*preset["fsrsParams6"], preset["desiredRetention"], preset["rev"]["maxIvl"], *steps, -1.0, *marked]


def _set_preset(collection: Any, preset: Preset) -> None:
    """Leaves the other options, among them the limits, as the learner has them."""
    config = collection.decks.get_config(preset["id"])
    config |= {name: preset[name] for name in ("fsrsParams6", "desiredRetention", MARK)}
    for group, name in (("new", "delays"), ("lapse", "delays"), ("rev", "maxIvl")):
        config[group][name] = preset[group][name]
    collection.decks.update_config(config)
