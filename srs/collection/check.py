"""`check`: everything that is wrong with a folder's files, read afresh."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, islice
from pathlib import Path

from srs.collection import similar_notes
from srs.collection.check_after import check_after
from srs.collection.check_named import check_named
from srs.collection.folder import edit_deck_files, find_deck_files, replace_if_unchanged, resolve_folder
from srs.collection.media import LARGE, MB, MediaFolder, problem_message
from srs.collection.packs import packs_used
from srs.collection.sync_files import parsed_file
from srs.core import media_types
from srs.core.harmless_html import removed_parts
from srs.core.progress import Progress, no_progress
from srs.core.unicode import nfc
from srs.database import Store, deck_files, decks
from srs.deckfile import DeckFile, Problem, duplicates, repeated, same_in_anki, with_ids
from srs.kinds.registry import Kinds
from srs.log import event_log

_NUMBER = re.compile(r"-?\d+$")

_NAMED = 3  # of what is left out of one text
_MANY = 50  # files that no note names, each on a line of its own


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`counts` holds the notes and cards of each file, none for a file with an error; problems are ordered by file, line and
    column. `items` are those of each file, as in `DeckFile`.
    """

    counts: Mapping[str, tuple[int, int]]
    problems: tuple[Problem, ...]
    items: Mapping[str, tuple[tuple[int, str], ...]]

    @property
    def files(self) -> int:
        return len(self.counts)

    @property
    def notes(self) -> int:
        return sum(notes for notes, _ in self.counts.values())

    @property
    def cards(self) -> int:
        return sum(cards for _, cards in self.counts.values())

    def of_files(self, names: Set[str]) -> "CheckReport":
        """What the report says of these files, and of those in these folders (`.` is all)."""
        counts = {file: count for file, count in self.counts.items() if not names.isdisjoint(_places(file))}
        found = (problem for problem in self.problems if not names.isdisjoint(_places(problem.file)))
        return CheckReport(counts, tuple(found), self.items)

    def not_covered(self, names: frozenset[str]) -> frozenset[str]:
        """Those of the names that are neither of a deck file nor of a folder with one."""
        return names.difference(*map(_places, (*self.counts, *(problem.file for problem in self.problems))))

    @property
    def good(self) -> bool:
        return all(problem.level != "error" for problem in self.problems)


def _places(file: str) -> list[str]:
    """The file and the folders that it is in, `.` for that of all."""
    return [".", *accumulate(file.removesuffix("/").split("/"), "{}/{}".format)]


def check(folder: Path, kinds: Kinds, store: Store | None = None, watch: Progress = no_progress) -> CheckReport:
    """Reads all files. With a store, which is up to date with them, cards that lost their question to an edit are warned
    of, and ids that are not what they seem. Raises DeckFolderError.
    """
    files = [file for _, file in _read(folder, kinds.showing(packs_used(folder, kinds)), watch)]
    problems = [problem for file in files for problem in file.problems]
    problems += duplicates(files)
    problems += repeated(files, kinds)
    problems += same_in_anki(files)
    problems += check_after(files)
    problems += check_named(files)
    broken = {problem.file for problem in problems if problem.level == "error"}
    notes = {
        file.name: [kinds.note(note.id, file.deck, note.fields, note.tags) for note in file.notes]
        for file in files
        if file.deck is not None and file.name not in broken
    }
    problems += _media(files, folder, complete=not broken)
    problems += _html(files)
    if store is not None:
        every = (note for of_file in notes.values() for note in of_file)
        unasked = {card.key for note in every for card in note.unasked_cards()}
        problems += _progress(files, folder, kinds, store, kept=unasked)
    problems.sort(key=lambda problem: (problem.file, problem.line, problem.column))
    counts = {
        file.name: (len(found := notes.get(file.name, [])), sum(len(note.cards()) for note in found))
        for file in files
        if not file.name.endswith("/")  # a folder that cannot be read is no file
    }
    return CheckReport(counts, tuple(problems), {file.name: file.items for file in files})


def fix(folder: Path, kinds: Kinds) -> list[tuple[str, int]]:
    """Writes the missing ids into every file without an error, and nothing else; (file, ids written) for each.

    A file is replaced in one step. Raises DeckFolderError and TargetError.
    """
    written = Counter[str]()
    edit_deck_files(folder, partial(_fix, folder, kinds, written))
    return list(written.items())


def _fix(folder: Path, kinds: Kinds, written: Counter[str]) -> None:
    """Counts the ids of each file in `written` as soon as they are on disk."""
    for data, file in _fixable(folder, kinds):
        replace_if_unchanged(folder / file.name, data, with_ids(data, file))
        written[file.name] += sum(note.provisional for note in file.notes)


def fixable(folder: Path, kinds: Kinds) -> bool:
    """Whether `fix` would write anything. Raises DeckFolderError."""
    return bool(_fixable(folder, kinds))


def _fixable(folder: Path, kinds: Kinds) -> list[tuple[bytes, DeckFile]]:
    """The files without an error that lack ids, with their bytes."""
    read = _read(folder, kinds)
    broken = {problem.file for _, file in read for problem in file.problems if problem.level == "error"}
    broken |= {problem.file for problem in duplicates([file for _, file in read])}
    return [
        (data, file)
        for data, file in read
        if data is not None and file.name not in broken and any(note.provisional for note in file.notes)
    ]


def _read(folder: Path, kinds: Kinds, watch: Progress = no_progress) -> list[tuple[bytes | None, DeckFile]]:
    """The bytes of every deck file, None if they cannot be read, and what they make."""
    files, found = [], find_deck_files(folder)
    with watch("Checking the deck files", sum(size for size, _ in found.values())) as done:
        for name in found:
            try:
                data: bytes | None = (folder / name).read_bytes()
            except OSError:
                data = None
            files.append((data, parsed_file(data, name, kinds, lint=True, done=done)))
    return files


def _media(files: Sequence[DeckFile], folder: Path, *, complete: bool) -> Iterator[Problem]:
    """Pictures and sounds that are not there, too large or spelled otherwise; and, if it is `complete` what the files
    name, those that no note names.
    """
    found, used = MediaFolder(folder), set[str]()
    for file in files:
        for one in (one for note in file.notes for one in note.media):
            path, kind = media_types.path_in_folder(file.name, one.file), media_types.media_kind(one.file)
            if path is None or kind is None:
                continue  # said by the deck file
            what, place = found.find(file.name, one.file), (file.name, one.line, one.column)
            used |= {path} if isinstance(what, str) else {what.name, what.real}
            if isinstance(what, str):
                why = f": {found.active_content(file.name, one.file)}" if what == "active" else ""
                yield Problem(
                    "error" if what == "outside" else "warning", *place, problem_message(one.file, what) + why
                )
                continue
            if what.size > LARGE[kind]:
                size = f"{one.file!r} has {what.size / MB:.1f} MB"
                yield Problem("warning", *place, f"{size}; make it smaller, {LARGE[kind] // MB} MB are plenty")
            if nfc(what.name) != nfc(path):
                message = f"the disk spells this file {what.name!r}; write it so, or other systems will not find it"
                yield Problem("warning", *place, message)
    unused = [name for name in found.all_files() if name not in used] if complete else []
    for name in unused[:_MANY]:
        message = "no note shows or plays this file; name it in one, or delete it"
        yield Problem("warning", os.fsencode(name).decode("utf-8", "replace"), 1, 1, message)
    if more := unused[_MANY:]:
        message = f"{len(more)} more files from here on are named by no note"
        yield Problem("warning", os.fsencode(more[0]).decode("utf-8", "replace"), 1, 1, message)


def _html(files: Sequence[DeckFile]) -> Iterator[Problem]:
    """What of a note that is HTML would run or load something, and is shown to nobody."""
    for file in files:
        for html, line, column in (text for note in file.notes for text in note.html):
            if found := list(islice(removed_parts(html), _NAMED + 1)):
                more = " and more" if len(found) > _NAMED else ""
                message = f"{', '.join(found[:_NAMED])}{more} is left out of what is shown, here and in Anki; delete it"
                yield Problem("warning", file.name, line, column, message)


def _has_fewer(cards: Sequence[str], lost: str) -> bool:
    """The note still has cards of this sort: one gap less is no other kind of note."""
    return _NUMBER.sub("", lost) in {_NUMBER.sub("", card) for card in cards}


def _progress(files: Sequence[DeckFile], folder: Path, kinds: Kinds, store: Store, kept: Set[str]) -> Iterator[Problem]:
    """Where the progress of cards is not where their file seems to put it; that of `kept` cards is in its place."""
    number, connection = deck_files.folder_id(store.connection, resolve_folder(folder)), store.connection
    if number is None:
        return
    places = {note.id: (file.name, note.line, note.column) for file in files for note in file.notes}
    for note, card in decks.orphaned_cards(connection, number):
        if note in places and card not in kept and not _has_fewer(decks.cards_of_note(connection, number, note), card):
            message = (
                f"the card {card} has progress, but the note no longer asks it: a change of kind or languages starts new"
                " cards; undo the change, or give the note a new id"
            )
            yield Problem("warning", *places[note], message)
    for old, new in event_log.read_aliases(connection).current.items():
        if old in places:
            message = f"the history of {old!r} is that of {new!r} by now, so this note is not asked; give it another id"
            yield Problem("warning", *places[old], message)
    for pair in similar_notes.pairs(connection, number, kinds):
        if pair.new in places:
            message = (
                f"this note is like {pair.old!r}, which is gone and has progress; if they are the same:"
                f" srs relink {pair.old} {pair.new}, if not: srs distinct {pair.old} {pair.new}"
            )
            yield Problem("warning", *places[pair.new], message)
