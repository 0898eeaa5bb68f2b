"""`check`: everything that is wrong with a folder's files, read afresh."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from srs.collection.changes import parsed_file
from srs.collection.folder import replace_file, stamps
from srs.deckfile import DeckFile, Problem, duplicates, repeated, with_ids
from srs.note import cards, make
from srs.store import Store, decks, folders


@dataclass(frozen=True, slots=True)
class Report:
    """`notes` and `cards` count those of files without an error; problems are ordered by file, line and column."""

    files: int
    notes: int
    cards: int
    problems: tuple[Problem, ...]

    @property
    def good(self) -> bool:
        return all(problem.level != "error" for problem in self.problems)


def check(folder: Path, store: Store | None = None) -> Report:
    """Reads all files. With a store, cards that lost their question to an edit are warned of. Raises NoDecks."""
    files = _read(folder)
    problems = [problem for file in files for problem in file.problems]
    problems += duplicates(files)
    problems += repeated(files)
    broken = {problem.file for problem in problems if problem.level == "error"}
    notes = [
        make(note.id, file.deck, note.fields, note.tags)
        for file in files
        if file.deck is not None and file.name not in broken
        for note in file.notes
    ]
    if store is not None:
        problems += _orphaned(files, folder, store)
    problems.sort(key=lambda problem: (problem.file, problem.line, problem.column))
    return Report(len(files), len(notes), sum(len(cards(note)) for note in notes), tuple(problems))


def fix(folder: Path) -> list[tuple[str, int]]:
    """Writes the missing ids into every file without an error, and nothing else; (file, ids written) for each.

    A file is replaced in one step. Raises NoDecks and TargetError.
    """
    files = _read(folder)
    broken = {problem.file for file in files for problem in file.problems if problem.level == "error"}
    broken |= {problem.file for problem in duplicates(files)}
    fixed = []
    for file in files:
        missing = sum(note.provisional for note in file.notes)
        if missing and file.name not in broken:
            path = folder / file.name
            replace_file(path, with_ids(path.read_bytes(), file))
            fixed.append((file.name, missing))
    return fixed


def _read(folder: Path) -> list[DeckFile]:
    files = []
    for name in stamps(folder):
        try:
            data: bytes | None = (folder / name).read_bytes()
        except OSError:
            data = None
        files.append(parsed_file(data, name))
    return files


def _orphaned(files: Sequence[DeckFile], folder: Path, store: Store) -> list[Problem]:
    """A note whose kind or languages changed has started new cards; the progress of the old ones is kept unseen."""
    number = folders.number(store.connection, folder.resolve())
    if number is None:
        return []
    places = {note.id: (file.name, note.line, note.column) for file in files for note in file.notes}
    return [
        Problem(
            "warning",
            *places[note],
            f"the card {card} has progress, but the note no longer asks it: a change of kind or languages starts new"
            " cards; undo the change, or give the note a new id",
        )
        for note, card in decks.orphans(store.connection, number)
        if note in places
    ]
