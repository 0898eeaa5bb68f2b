"""A new note for a deck file: a draft to fill in, and writing it once it is good."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from srs.collection import Collection, lookup
from srs.collection.folder import edit_deck_files, replace_if_unchanged
from srs.collection.packs import packs_used
from srs.collection.suggest_names import unknown
from srs.core.errors import TargetError
from srs.core.unicode import nfc
from srs.database import decks
from srs.deckfile import CannotAppend, FileNote, Problem, duplicates, parse, with_ids, with_note
from srs.kinds.note import Card, Deck


@dataclass(frozen=True, slots=True)
class Added:
    """The note's place in its file (relative to the deck folder), its cards, and what may be better."""

    note: str
    file: str
    line: int
    cards: tuple[Card, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was written. The lines of the problems are those of the note as it was given."""

    problems: tuple[Problem, ...]


def place(collection: Collection, deck: str) -> tuple[Path, Deck]:
    """The deck file that gets the notes of a deck, the first if there are several. Raises Unknown."""
    files = list(lookup.files(collection))
    for path, found in files:
        if nfc(found.name) == nfc(deck):
            return collection.folder / path, found
    raise unknown("deck", deck, (found.name for _, found in files))


def draft(collection: Collection, deck_name: str, kind: str | None) -> str:
    """A note to be filled in: the keys that its kind must have, and below them as remarks those that it may have. The kind
    is that of the deck's last note if it is not given. Raises Unknown.
    """
    path, deck = place(collection, deck_name)
    if kind is None:
        name = path.relative_to(collection.folder).as_posix()
        used = [row.kind for row, _ in lookup.notes(collection) if row.path == name]
        kind = used[-1] if used else "phrase" if deck.languages else "basic"
    must = collection.kinds.by_name[kind].draft(deck)
    may = ("id", "because", "note", "example", "hint", "gloss", "tags")
    remarks = "".join(f"#  {key}: {'[]' if key == 'tags' else chr(34) * 2}\n" for key in may)
    return (
        f"# A new note for {deck.name}. Save it and leave the editor to add it; leave it as it is to add nothing.\n"
        f"- {must}\n# What it may have besides; take the # away:\n{remarks}"
    )


def add(collection: Collection, deck: str, note: str, now: int) -> Added | Refused:
    """Writes the note (YAML, a list of one item; lines that begin with # are left out) into the deck's file, if it is
    good there. `now` is UTC milliseconds. Raises Unknown, DeckFolderError, StoreError, TargetError.
    """
    return edit_deck_files(collection.folder, lambda: _add(collection, deck, note, now))


def _add(collection: Collection, deck: str, note: str, now: int) -> Added | Refused:
    collection.read_decks(now)  # another command may have added a note meanwhile
    kinds = collection.kinds.showing(packs_used(collection.folder, collection.kinds))
    path, _ = place(collection, deck)
    name = path.relative_to(collection.folder).as_posix()
    kept = _kept(note)
    try:
        before = path.read_bytes()
        data, first = with_note(before, "\n".join(line for _, line in kept))
    except (OSError, CannotAppend) as error:
        detail = str(error) if isinstance(error, CannotAppend) else error.strerror or ""
        raise TargetError(path, "not-writable", detail) from error
    known, file = parse(before, name, kinds), parse(data, name, kinds)
    if not known.good:
        raise TargetError(path, "not-writable", "it has errors; mend them first (srs check names them)")
    new = file.notes[len(known.notes) :]
    found = [*file.problems, *duplicates([file]), *_taken(collection, name, new)]
    found = [problem for problem in found if first <= problem.line < first + len(kept)]
    errors = [one for one in found if one.level == "error"]
    if file.deck is None or len(new) != 1 or errors:
        alone = Problem("error", name, first, 1, "one note is wanted here; write `- front: …` and the like")
        return Refused(_at_home(errors or [alone], first, kept))
    replace_if_unchanged(path, before, with_ids(data, file))
    made = kinds.note(new[0].id, file.deck, new[0].fields, new[0].tags).cards()
    without_id = (new[0].line, new[0].column) if new[0].provisional else None  # one is written
    warnings = [one for one in found if (one.line, one.column) != without_id]
    return Added(new[0].id, name, first, made, _at_home(warnings, first, kept))


def _at_home(problems: Sequence[Problem], first: int, kept: Sequence[tuple[int, str]]) -> tuple[Problem, ...]:
    """With the lines of the note as it was given."""
    lines = [n for n, _ in kept] or [1]
    return tuple(replace(problem, line=lines[problem.line - first]) for problem in problems)


def _kept(note: str) -> list[tuple[int, str]]:
    """The lines without remarks, and without blank ones at both ends, each with its number."""
    lines = [(n, line) for n, line in enumerate(note.splitlines(), 1) if not line.startswith("#")]
    while lines and not lines[0][1].strip():
        lines.pop(0)
    while lines and not lines[-1][1].strip():
        lines.pop()
    return lines


def _taken(collection: Collection, name: str, new: Sequence[FileNote]) -> Iterator[Problem]:
    held = decks.note_paths(collection.store.connection, collection.folder_id)
    for note in new:
        if held.get(note.id, name) != name:
            message = f"the id '{note.id}' belongs to a note in {held[note.id]}; write another one"
            yield Problem("error", name, note.line, note.column, message)
