"""What an Anki package is made of, gathered as plain values for `srs.anki`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from srs.anki.media import MediaFile, media_file
from srs.anki.write import CardProgress, Exported, Logged, Package, Written, write
from srs.collection import Collection, lookup
from srs.collection.media import MediaFolder, Trouble
from srs.collection.recorder import Recorder
from srs.collection.unknown import unknown
from srs.event import Event
from srs.markup import may_refer, references
from srs.memory import UNSEEN
from srs.note import Note, cards
from srs.scheduler import Scheduler
from srs.store import decks, log
from srs.store.decks import NoteRow

_NO_MEDIA: Mapping[str, MediaFile] = MappingProxyType({})


class LeftOut(NamedTuple):
    """A picture or sound that is not in the package: the deck file and the note that name it, and why."""

    deck_file: str
    note: str
    file: str
    why: Trouble


class Result(NamedTuple):
    written: Written
    left_out: tuple[LeftOut, ...]


def export(
    collection: Collection, target: Path, *, names: Sequence[str] = (), tags: Sequence[str] = (), fresh: bool = False
) -> Result:
    """Writes the notes that lie in one of the decks called `names` and have one of the `tags`; all if there is none.

    `fresh` leaves the progress out. Raises Unknown, TargetError.
    """
    wanted = set(collection.deck_names(names))
    notes: Iterable[tuple[NoteRow, Note]] = (pair for pair in lookup.notes(collection) if pair[0].deck in wanted)
    if tags:
        notes = _tagged(list(notes), tags)
        wanted = {note.deck for _, note in notes}
    scheduler = Recorder(collection).scheduler
    progress = {} if fresh else _progress(collection, scheduler)
    changed = decks.changed(collection.store.connection)
    media = _Media(collection)
    package = Package(
        decks=[deck for deck in lookup.used_decks(collection) if deck.name in wanted],
        notes=(
            Exported(note, max(changed[note.id], since), _of(note, progress), files)
            for row, note in notes
            for files, since in (media.of(row),)
        ),
        days=(logged.event.day for of_card in progress.values() for logged in of_card.log),
        settings=collection.settings,
        parameters=scheduler.parameters,
        calendar=collection.calendar,
    )
    return Result(write(package, target), tuple(media.left_out))


class _Media:
    """Finds the pictures and sounds of notes, reading each file once."""

    def __init__(self, collection: Collection) -> None:
        self.left_out: list[LeftOut] = []
        self._folder = MediaFolder(collection.folder)
        self._read: dict[Path, MediaFile] = {}

    def of(self, row: NoteRow) -> tuple[Mapping[str, MediaFile], int]:
        """A note's files by the names that it uses, and when the last of them changed (UTC milliseconds)."""
        if not may_refer(row.fields):
            return _NO_MEDIA, 0
        files: dict[str, MediaFile] = {}
        since = 0
        for file in dict.fromkeys(file for _, file in references(row.fields)):
            found = self._folder.find(row.path, file)
            if not isinstance(found, str):
                try:
                    files[file] = self._file(found.path)
                    since = max(since, found.changed_at)
                    continue
                except OSError:
                    found = "unreadable"
            self.left_out.append(LeftOut(row.path, row.id, file, found))
        return files, since

    def _file(self, path: Path) -> MediaFile:
        if path not in self._read:
            self._read[path] = media_file(path)
        return self._read[path]


def _tagged(notes: list[tuple[NoteRow, Note]], tags: Sequence[str]) -> list[tuple[NoteRow, Note]]:
    known = {tag for _, note in notes for tag in note.tags}
    for tag in tags:
        if tag not in known:
            raise unknown("tag", tag, known)
    return [(row, note) for row, note in notes if set(tags) & set(note.tags)]


def _of(note: Note, progress: Mapping[str, CardProgress]) -> dict[str, CardProgress]:
    return {card.key: progress[card.key] for card in cards(note) if card.key in progress} if progress else {}


def _progress(collection: Collection, scheduler: Scheduler) -> dict[str, CardProgress]:
    """Of every card that has events, by its key."""
    events = log.by_card(collection.store.connection)
    lived = {card: tuple(_lived(scheduler, of_card)) for card, of_card in groupby(events, lambda event: event.subject)}
    return {card: CardProgress(rows[-1].after, rows) for card, rows in lived.items()}


def _lived(scheduler: Scheduler, events: Iterator[Event]) -> Iterator[Logged]:
    state = UNSEEN
    for event in events:
        before, state = state, scheduler.apply(state, event)
        yield Logged(before, event, state)
