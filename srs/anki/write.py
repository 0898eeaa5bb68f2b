"""Notes, states and log rows as plain values → an .apkg file, in one step."""

import contextlib
import errno
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

from srs.anki.collection import CardRow, NoteRow, base_day, collection_bytes, deck_rows
from srs.anki.ids import Unique, card_number, guid_and_number
from srs.anki.notetypes import NoteType, fields, note_type
from srs.anki.progress import NONE, CardProgress, Frame, Logged, columns, log_rows
from srs.clock import Calendar
from srs.errors import TargetError, TargetProblem
from srs.event import Parameters
from srs.note import Card, Deck, Note, cards
from srs.settings import Settings

__all__ = ["CardProgress", "Exported", "Logged", "Package", "Written", "write"]

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_COMPRESSION = 1  # of 9: the file is hardly larger than with 6, and written sooner


@dataclass(frozen=True, slots=True)
class Exported:
    """A note with what its cards have lived, by card key; one that is missing is new. `changed_at` (UTC milliseconds)
    is when its text last changed: Anki takes a text only if it is newer than its own.
    """

    note: Note
    changed_at: int
    progress: Mapping[str, CardProgress]


@dataclass(frozen=True, slots=True)
class Package:
    """`notes` are in the order in which new cards are to come, and are read once; `decks` are all that they lie in.

    `days` are the study days of the log: none may lie before day 0 of Anki's count.
    """

    decks: Sequence[Deck]
    notes: Iterable[Exported]
    days: Iterable[date]
    settings: Settings
    parameters: Parameters
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Written:
    """`adopted` counts the notes that came from Anki, under their own guids."""

    notes: int
    cards: int
    reviews: int
    adopted: int = 0


@dataclass(slots=True)
class _Rows:
    notes: list[NoteRow] = field(default_factory=list)
    cards: list[CardRow] = field(default_factory=list)
    models: dict[int, NoteType] = field(default_factory=dict)
    progress: dict[int, CardProgress] = field(default_factory=dict)
    adopted: int = 0


def write(package: Package, target: Path) -> Written:
    """Writes the package beside the target and renames it into place; equal input gives equal bytes.

    Raises TargetError, after which nothing has changed.
    """
    if target.suffix != ".apkg":
        raise TargetError(target, "wrong-ending")
    if target.is_dir():
        raise TargetError(target, "is-a-folder")
    if not target.parent.is_dir():
        raise TargetError(target, "no-folder")
    frame = Frame(base_day(package.days), package.calendar, package.settings, package.parameters)
    rows = _rows(package, frame)
    log = list(log_rows(rows.progress))
    data = collection_bytes(
        frame=frame, decks=package.decks, models=rows.models.values(), notes=rows.notes, cards=rows.cards, log=log
    )
    try:
        _replace(target, data)
    except OSError as error:
        problem: TargetProblem = "full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "not-writable"
        raise TargetError(target, problem, error.strerror or "") from error
    return Written(len(rows.notes), len(rows.cards), len(log), rows.adopted)


def _rows(package: Package, frame: Frame) -> _Rows:
    rows = _Rows()
    note_ids, card_ids, decks = Unique(), Unique(), deck_rows(package.decks)
    frames = {deck.name: replace(frame, settings=frame.settings.of(deck.name)) for deck in package.decks}
    for exported in package.notes:
        note = exported.note
        kind = note_type(note)
        if kind.id not in rows.models:
            rows.models[kind.id] = kind
        guid, number = guid_and_number(note.id)
        number, modified = note_ids.free(number), exported.changed_at // 1000
        rows.adopted += bool(note.guid)
        rows.notes.append(_note_row(note, (number, note.guid or guid), kind, modified))
        for card in cards(note):
            progress = exported.progress.get(card.key, NONE) if exported.progress else NONE
            own = card_ids.free(card_number(number, card.ordinal))
            if progress.log:
                rows.progress[own] = progress
            ids = (own, number, decks[note.deck])
            rows.cards.append(_card_row(ids, card, progress, len(rows.cards) + 1, frames[note.deck], modified))
    return rows


def _note_row(note: Note, ids: tuple[int, str], kind: NoteType, modified: int) -> NoteRow:
    """`ids` are the note's number and guid. Anki works out the checksum of the first field by itself."""
    values = fields(note)
    number, guid = ids
    return number, guid, kind.id, modified, -1, _tags(note.tags), "\x1f".join(values), values[0], 0, 0, ""


@cache
def _tags(tags: tuple[str, ...]) -> str:
    """Anki parts tags by blanks, and looks for them between blanks."""
    return f" {' '.join('_'.join(tag.split()) for tag in tags)} " if tags else ""


def _card_row(
    ids: tuple[int, int, int], card: Card, progress: CardProgress, position: int, frame: Frame, modified: int
) -> CardRow:
    """`ids` are those of the card, the note and the deck."""
    kind, queue, due, interval, factor, reps, lapses, left, flags, data = columns(progress.state, position, frame)
    return (
        *ids, card.ordinal, max(modified, progress.state.as_of // 1000), -1, kind, queue, due, interval, factor, reps,
        lapses, left, 0, 0, flags, data,
    )  # fmt: skip


def _replace(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as package:
                for member, content in (("collection.anki2", data), ("media", b"{}")):
                    info = zipfile.ZipInfo(member, _ZIP_TIME)
                    info.external_attr = 0o644 << 16
                    info.compress_type = zipfile.ZIP_DEFLATED
                    package.writestr(info, content, compresslevel=_COMPRESSION)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    """The mask that other new files of the learner get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
