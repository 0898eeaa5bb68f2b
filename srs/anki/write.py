"""Notes, states and log rows as plain values → an .apkg file, in one step."""

import errno
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import IO

from srs.anki.card_columns import Difficulty, Entry, Frame, State, columns, log_rows
from srs.anki.collection import CardRow, base_day, collection_bytes, deck_rows
from srs.anki.export_media import MediaFile, media_list, store_file
from srs.anki.ids import UniqueIds, cid
from srs.anki.note_row import Drawn, NoteRow
from srs.anki.notetypes import NoteType
from srs.core.clock import Calendar
from srs.core.errors import TargetError, TargetProblem
from srs.core.event import Parameters
from srs.core.files import replacing
from srs.core.settings import Settings
from srs.kinds.note import Deck

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_COMPRESSION = 1  # of 9: the file is hardly larger than with 6, and written sooner


@dataclass(frozen=True, slots=True)
class Package:
    """`notes` are in the order in which new cards are to come, and are read once; `decks` are all that they lie in, and
    `media` all that they show and play, by name, as soon as they have been read.

    `state` gives a card's by its key; `log`, in the order of time, may speak of other cards too, and `first_day` is its
    first study day: none may lie before day 0 of Anki's count. What is later than `until` (UTC milliseconds) stays out of
    the log: Anki would date it back. `state` is as if it had not happened.
    """

    decks: Sequence[Deck]
    notes: Iterable[Drawn]
    media: Mapping[str, MediaFile]
    state: Callable[[str], State | None]
    log: Iterable[Entry]
    until: int
    first_day: date | None
    difficulty: Difficulty
    settings: Settings
    parameters: Parameters
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Written:
    """`adopted` counts the notes that came from Anki, under their own guids, `ahead` the events that stayed out."""

    notes: int
    cards: int
    reviews: int
    media: int = 0
    adopted: int = 0
    ahead: int = 0


@dataclass(slots=True)
class _Rows:
    notes: list[NoteRow] = field(default_factory=list)
    cards: list[CardRow] = field(default_factory=list)
    models: dict[int, NoteType] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
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
    frame = Frame(base_day(package.first_day), package.calendar, package.settings, package.parameters)
    rows = _rows(package, frame)
    entries = [entry for entry in package.log if entry[0] in rows.numbers]
    lived = bisect_right(entries, package.until, key=itemgetter(1))
    log = list(log_rows(entries[:lived], rows.numbers, package.difficulty))
    data = collection_bytes(
        frame=frame, decks=package.decks, models=rows.models.values(), notes=rows.notes, cards=rows.cards, log=log
    )
    media = [file for _, file in sorted(package.media.items())]
    try:
        with replacing(target) as file:
            _pack(file, data, media)
    except OSError as error:
        problem: TargetProblem = "full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "not-writable"
        gone = f" ({error.filename})" if error.filename in {str(file.path) for file in media} else ""
        raise TargetError(target, problem, f"{error.strerror or ''}{gone}") from error
    return Written(len(rows.notes), len(rows.cards), len(log), len(media), rows.adopted, len(entries) - lived)


def _rows(package: Package, frame: Frame) -> _Rows:
    rows = _Rows()
    note_ids, card_ids, decks = UniqueIds(), UniqueIds(), deck_rows(package.decks)
    frames = {deck.name: replace(frame, settings=frame.settings.of(deck.name)) for deck in package.decks}
    for row, kind, deck, keys, adopted in package.notes:
        rows.models[kind.id] = kind
        number, modified = note_ids.free(row[0]), row[3]
        rows.adopted += adopted
        rows.notes.append(row if number == row[0] else (number, *row[1:]))
        for key, ordinal in keys:
            rows.numbers[key] = own = card_ids.free(cid(number, ordinal))
            ids, state = (own, number, decks[deck], ordinal), package.state(key)
            rows.cards.append(_card_row(ids, state, len(rows.cards) + 1, frames[deck], modified))
    return rows


def _card_row(
    ids: tuple[int, int, int, int], state: State | None, position: int, frame: Frame, modified: int
) -> CardRow:
    """`ids` are those of the card, the note and the deck, and the ordinal."""
    kind, queue, due, interval, factor, reps, lapses, left, flags, data = columns(state, position, frame)
    return (
        *ids, max(modified, state.as_of // 1000 if state else 0), -1, kind, queue, due, interval, factor, reps,
        lapses, left, 0, 0, flags, data,
    )  # fmt: skip


def _pack(file: IO[bytes], data: bytes, media: Sequence[MediaFile]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as package:
        for member, content in (("collection.anki2", data), ("media", media_list(media))):
            info = _member(member)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content, compresslevel=_COMPRESSION)
        for number, one in enumerate(media):
            store_file(package, _member(str(number)), one.path)


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _ZIP_TIME)
    info.external_attr = 0o644 << 16
    return info
