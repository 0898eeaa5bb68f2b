"""A new note for a deck file: a draft to fill in, and writing it once it is good."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

from srs.collection import Collection, lookup
from srs.collection.folder import edit_deck_files, replace_if_unchanged
from srs.collection.packs import packs_used
from srs.collection.suggest_names import unknown
from srs.core.errors import DeckFolderError, TargetError
from srs.core.files import atomic_write
from srs.core.unicode import nfc
from srs.database import decks
from srs.deckfile import (
    CannotAppend,
    DeckFile,
    FileNote,
    Problem,
    dump_deck_file,
    duplicates,
    first_item,
    parse,
    typeable_id,
    with_ids,
    with_note,
)
from srs.kinds.note import Card, Deck
from srs.kinds.registry import Kinds
from srs.log import event_log


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
    raise unknown("new deck", deck, (found.name for _, found in files))


def name_problem(deck: str, kinds: Kinds) -> str:
    """What is wrong with the name of a new deck; empty if nothing is."""
    found = parse(_new_file(deck, ""), "", kinds).problems
    return next((one.message for one in found if one.line == 1 and one.level == "error"), "")


def draft(collection: Collection, deck_name: str, kind: str | None, *, new_deck: bool = False) -> str:
    """A note to be filled in: the keys that its kind must have, and below them as remarks those that it may have. The kind
    is that of the deck's last note if it is not given. Raises Unknown.
    """
    path, deck = (None, Deck(deck_name)) if new_deck else place(collection, deck_name)
    if kind is None:
        name = path.relative_to(collection.folder).as_posix() if path else ""
        used = [row.kind for row, _ in lookup.notes(collection) if row.path == name]
        kind = used[-1] if used else "phrase" if deck.languages else "basic"
    must = collection.kinds.by_name[kind].draft(deck)
    may = ("id", "because", "note", "example", "hint", "gloss", "tags")
    remarks = "".join(f"#  {key}: {'[]' if key == 'tags' else chr(34) * 2}\n" for key in may)
    return (
        f"# A new note for {deck.name}. Save it and leave the editor to add it; leave it as it is to add nothing.\n"
        f"- {must}\n# What it may have besides; take the # away:\n{remarks}"
    )


def add(
    collection: Collection, deck: str, note: str, now: int, *, new_deck: bool = False, file: str = ""
) -> Added | Refused:
    """Writes the note (YAML, a list of one item; lines that begin with # are left out) into the deck's file, if it is
    good there; for a `new_deck`, into a new file, whose name is `file` with a number if need be, or follows from that of the
    deck. `now` is UTC milliseconds.

    Raises Unknown, DeckFolderError, StoreError, TargetError.
    """
    return edit_deck_files(
        collection.folder, lambda: _add(collection, deck, _listed(note), now, file or deck, new_deck=new_deck)
    )


def _listed(note: str) -> str:
    """A note that came without the dash of its list, such as `front: …` and `back: …` from a pipe, as an item of a list."""
    lines = note.splitlines()
    begins = next((n for n, line in enumerate(lines) if line.strip() and not line.startswith("#")), None)
    if begins is None or not re.match("[a-z_]+:", lines[begins]):
        return note
    indented = [
        line if line.startswith("#") else f"{'- ' if n == begins else '  '}{line}" for n, line in enumerate(lines)
    ]
    return "\n".join(indented)


def _add(collection: Collection, deck: str, note: str, now: int, stem: str, *, new_deck: bool) -> Added | Refused:
    new_deck = _read_decks(collection, deck, now) and new_deck
    kinds = collection.kinds.showing(packs_used(collection.folder, collection.kinds))
    path, before = _target(collection, deck, note, stem if new_deck else "")
    name = path.relative_to(collection.folder).as_posix()
    kept = _kept(note)
    try:
        data, first = with_note(before, "\n".join(line for _, line in kept))
    except CannotAppend as error:
        raise TargetError(path, "not-writable", str(error)) from error
    known, file = parse(before, name, kinds), parse(data, name, kinds)
    if not known.good and not new_deck:
        raise TargetError(path, "not-writable", "it has errors; mend them first (srs check names them)")
    new = file.notes if new_deck else file.notes[len(known.notes) :]
    found = [*file.problems, *duplicates([file]), *_taken(collection, name, new)]
    found = [problem for problem in found if first <= problem.line < first + len(kept)]
    errors = [one for one in found if one.level == "error"]
    if file.deck is None or len(new) != 1 or errors:
        alone = Problem("error", name, first, 1, "one note is wanted here; write `- front: …` and the like")
        return Refused(_at_home(errors or [alone], first, kept))
    without_id = (new[0].line, new[0].column) if new[0].provisional else None  # one is written
    named = _with_typeable_id(collection, file, kinds)
    if new_deck:
        _write_new(path, with_ids(data, named))
    else:
        replace_if_unchanged(path, before, with_ids(data, named))
    written = named.notes[-1]
    cards = kinds.note(written.id, file.deck, written.fields, written.tags).cards()
    warnings = [one for one in found if (one.line, one.column) != without_id]
    return Added(written.id, name, first, cards, _at_home(warnings, first, kept))


def _read_decks(collection: Collection, deck: str, now: int) -> bool:
    """Reads what another command may have added meanwhile, and tells if the folder still lacks the deck."""
    try:
        collection.read_decks(now)
    except DeckFolderError as error:
        if error.problem != "empty":
            raise
        return True
    return all(nfc(found.name) != nfc(deck) for _, found in lookup.files(collection))


def _target(collection: Collection, deck: str, note: str, new_file: str) -> tuple[Path, bytes]:
    """The file that gets the note, a new one if a name is given, and what it holds now."""
    if new_file:
        return collection.folder / _file_name(collection.folder, new_file), _new_file(deck, note)
    path, _ = place(collection, deck)
    try:
        return path, path.read_bytes()
    except OSError as error:
        raise TargetError(path, "not-writable", error.strerror or "") from error


def _file_name(folder: Path, name: str) -> str:
    """`spanish-verbs.yaml` for Spanish::Verbs, with a number if there is such a file."""
    stem = re.sub(r"\W+", "-", nfc(name).lower())[:60].strip("-") or "deck"
    numbered = (f"{stem}-{n}.yaml" for n in count(2))
    return next(name for name in chain([f"{stem}.yaml"], numbered) if not os.path.lexists(folder / name))


def _new_file(deck: str, note: str) -> bytes:
    """A deck file without notes, in the languages of the phrase that comes first."""
    phrase = first_item(note).get("phrase")
    languages = {"languages": {code: code for code in phrase}} if isinstance(phrase, dict) else {}
    return f"{dump_deck_file({'deck': deck, **languages}, ()).rstrip()} []\n".encode()


def _write_new(path: Path, data: bytes) -> None:
    try:
        with atomic_write(path) as file:
            file.write(data)
    except OSError as error:
        raise TargetError.from_os_error(path, error) from error


def _with_typeable_id(collection: Collection, file: DeckFile, kinds: Kinds) -> DeckFile:
    """The file, its last note with an id that one can type if it has none and nothing has used that id."""
    *others, new = file.notes
    if not new.provisional:
        return file
    made, connection = typeable_id(new.fields[kinds.of(new.fields).key]), collection.store.connection
    used = {note.id for note in others} | decks.note_paths(connection, collection.folder_id).keys()
    if not made or made in used or event_log.has_note(connection, made):
        return file
    return replace(file, notes=(*others, replace(new, id=made)))


def _at_home(problems: Sequence[Problem], first: int, kept: Sequence[tuple[int, str]]) -> tuple[Problem, ...]:
    """With the lines of the note as it was given."""
    lines = [n for n, _ in kept] or [1]
    return tuple(replace(problem, line=lines[problem.line - first]) for problem in problems)


def _kept(note: str) -> list[tuple[int, str]]:
    """The lines without remarks, and without blank ones at both ends, each with its number."""
    lines = [(n, line) for n, line in enumerate(note.splitlines(), 1) if not line.startswith("#")]
    filled = [at for at, (_, line) in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _taken(collection: Collection, name: str, new: Sequence[FileNote]) -> Iterator[Problem]:
    held = decks.note_paths(collection.store.connection, collection.folder_id)
    for note in new:
        if held.get(note.id, name) != name:
            message = f"the id '{note.id}' belongs to a note in {held[note.id]}; write another one"
            yield Problem("error", name, note.line, note.column, message)
