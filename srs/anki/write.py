"""Notes, states and log rows as plain values → an .apkg file, in one step."""

import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import IO

from srs.anki.card_columns import Difficulty, ExportContext, StateColumns, card_columns, revlog_rows
from srs.anki.collection import CardRow, base_day, collection_bytes, deck_ids
from srs.anki.export_media import MediaFile, media_list, store_file
from srs.anki.ids import UniqueIds, cid
from srs.anki.note_row import AnkiNote, NoteColumns
from srs.anki.notetypes import NoteType
from srs.core.clock import Calendar
from srs.core.errors import TargetError
from srs.core.event import Parameters
from srs.core.files import atomic_write
from srs.core.settings import Settings
from srs.core.target_file import check_target
from srs.kinds.note import Deck
from srs.log.event_log import LogEntry

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_COMPRESSION = 1  # of 9: the file is hardly larger than with 6, and written sooner


@dataclass(frozen=True, slots=True)
class Package:
    """Every note lies in one of `decks`. `notes` are read once. `positions` give each card's place among new cards, by its
    key; without them, new cards come in the order of the notes. `planned` has the days that goals planned for reviews.

    `state` gives a card's by its key; `log`, in the order of time, may contain other cards too, and `first_day` is its
    first study day: none may lie before day 0 of Anki's count. What is later than `until` (UTC milliseconds) stays out of
    the log, because Anki would date it back; `state` is as if it had not happened.
    """

    decks: Sequence[Deck]
    notes: Iterable[AnkiNote]
    state: Callable[[str], StateColumns | None]
    log: Iterable[LogEntry]
    until: int
    first_day: date | None
    difficulty: Difficulty
    settings: Settings
    parameters: Parameters
    calendar: Calendar
    positions: Mapping[str, int] = field(default_factory=dict)
    planned: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """`adopted` counts the notes that came from Anki, under their own guids, `ahead` the events later than `until`."""

    notes: int
    cards: int
    reviews: int
    media: int = 0
    adopted: int = 0
    ahead: int = 0


@dataclass(slots=True)
class _Rows:
    notes: list[NoteColumns] = field(default_factory=list)
    cards: list[CardRow] = field(default_factory=list)
    note_types: dict[int, NoteType] = field(default_factory=dict)
    card_ids: dict[str, int] = field(default_factory=dict)
    media: dict[str, MediaFile] = field(default_factory=dict)
    adopted: int = 0


def write_package(package: Package, target: Path) -> Written:
    """Writes the package beside the target and renames it into place; equal input gives equal bytes.

    Raises TargetError, after which nothing has changed.
    """
    check_target(target, ".apkg", why=", or Anki will not open it")
    context = ExportContext(base_day(package.first_day), package.calendar, package.settings, package.parameters)
    rows = _rows(package, context)
    entries = [entry for entry in package.log if entry[0] in rows.card_ids]
    in_time = bisect_right(entries, package.until, key=itemgetter(1))
    log = list(revlog_rows(entries[:in_time], rows.card_ids, package.difficulty))
    data = collection_bytes(
        context, decks=package.decks, note_types=rows.note_types.values(), notes=rows.notes, cards=rows.cards, log=log
    )
    media = [file for _, file in sorted(rows.media.items())]
    try:
        with atomic_write(target) as file:
            _write_zip(file, data, media)
    except OSError as error:
        failure = TargetError.from_os_error(target, error)
        if error.filename in {str(file.path) for file in media}:
            failure.detail += f" ({error.filename})"
        raise failure from error
    return Written(len(rows.notes), len(rows.cards), len(log), len(media), rows.adopted, len(entries) - in_time)


def _rows(package: Package, context: ExportContext) -> _Rows:
    rows = _Rows()
    note_ids, card_ids, decks = UniqueIds(), UniqueIds(), deck_ids(package.decks)
    contexts = {deck.name: context.for_deck(deck.name) for deck in package.decks}
    for columns, note_type, deck, cards, media, adopted in package.notes:
        rows.note_types[note_type.id] = note_type
        if media:
            rows.media.update((file.name, file) for file in media)
        rows.adopted += adopted
        note_id = note_ids.free(columns.id)
        rows.notes.append(columns if note_id == columns.id else columns._replace(id=note_id))
        for key, ordinal in cards:
            rows.card_ids[key] = card_id = card_ids.free(cid(note_id, ordinal))
            ids, state = (card_id, note_id, decks[deck], ordinal), package.state(key)
            position = package.positions.get(key, len(rows.cards) + 1)
            rows.cards.append(_card_row(ids, state, position, contexts[deck], columns.mod, package.planned.get(key)))
    return rows


def _card_row(
    ids: tuple[int, int, int, int],
    state: StateColumns | None,
    position: int,
    context: ExportContext,
    modified: int,
    planned: date | None,
) -> CardRow:
    """`ids` are those of the card, the note and the deck, and the ordinal."""
    kind, queue, due, interval, factor, reps, lapses, left, flags, data = card_columns(
        state, position, context, planned
    )
    return (
        *ids, max(modified, state.as_of // 1000 if state else 0), -1, kind, queue, due, interval, factor, reps,
        lapses, left, 0, 0, flags, data,
    )  # fmt: skip


def _write_zip(file: IO[bytes], data: bytes, media: Sequence[MediaFile]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as package:
        for member, content in (("collection.anki2", data), ("media", media_list(media))):
            info = _member(member)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content, compresslevel=_COMPRESSION)
        for number, attached in enumerate(media):
            store_file(package, _member(str(number)), attached.path)


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _ZIP_TIME)
    info.external_attr = 0o644 << 16
    return info
