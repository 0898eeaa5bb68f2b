"""Writes texts from Anki into deck files, at their place: file by file, each as before or as after."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from stat import S_IWUSR
from typing import Any

from srs.anki.find_texts import ChangedNote
from srs.anki.import_decks import FileNames
from srs.anki.new_notes import NewNote
from srs.collection import Collection
from srs.collection.folder import edit_deck_files, find_deck_files, replace_if_unchanged
from srs.core.errors import TargetError
from srs.core.files import atomic_write
from srs.core.unicode import caseless
from srs.deckfile import (
    CannotAppend,
    CannotReplace,
    dump_deck_file,
    dump_note,
    duplicates,
    parse,
    with_ids,
    with_note,
    with_values,
)
from srs.kinds.registry import Kinds

_CHANGED = "its deck file was changed meanwhile"
_BROKEN = "its deck file has errors; mend them first (srs check names them)"


@dataclass(slots=True)
class WrittenTexts:
    """The `notes` in deck files that got texts, changed or new, each with the name of its file; why others did not get them."""

    notes: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def write_texts(
    collection: Collection, changed: Sequence[ChangedNote], new: Sequence[NewNote], now: int
) -> WrittenTexts:
    """Writes the texts and reads the deck files again; `now` is UTC milliseconds. What is wrong with one note keeps no other
    from being written.

    Raises TargetError for a file that cannot be written; those before it have been.
    """
    written = WrittenTexts()
    files = defaultdict[str, tuple[list[ChangedNote], list[NewNote]]](lambda: ([], []))
    for note in changed:
        files[note.own.path][0].append(note)
    new_files = defaultdict[str, list[NewNote]](list)
    for one in new:
        if one.path:
            files[one.path][1].append(one)
        else:
            new_files[repr(one.head)].append(one)
    try:
        for path, (texts, notes) in files.items():
            work = partial(_change_file, collection.folder, path, texts, notes, collection.kinds)
            _add(written, path, edit_deck_files(collection.folder, work))
        for notes in new_files.values():
            path = edit_deck_files(collection.folder, partial(_make_file, collection.folder, notes))
            _add(written, path, dict.fromkeys((note.id for note in notes), ""))
    finally:
        if written.notes:
            collection.read_decks(now)
    return written


def _add(written: WrittenTexts, path: str, results: Mapping[str, str]) -> None:
    for note, why in results.items():
        if why:
            written.refused[note] = why
        else:
            written.notes[note] = path


def _change_file(
    folder: Path, name: str, changed: Sequence[ChangedNote], new: Sequence[NewNote], kinds: Kinds
) -> dict[str, str]:
    """Why each of the notes was not written, empty if it was."""
    path = folder / name
    try:
        before, writable = path.read_bytes(), path.stat().st_mode & S_IWUSR
    except OSError as error:
        raise TargetError(path, "not-writable", error.strerror or "") from error
    if not writable:
        raise TargetError(path, "not-writable", "it is read-only")
    results = dict.fromkeys([*(note.id for note in changed), *(note.id for note in new)], "")
    file = parse(before, name, kinds, lint=False)
    if not file.good or duplicates([file]):
        return dict.fromkeys(results, _BROKEN)
    found = {note.id: note for note in file.notes}
    for one in changed:
        there = found.get(one.id)
        if there is None or (there.fields, there.tags) != (one.own.fields, one.own.tags):
            results[one.id] = _CHANGED
    for other in new:
        if other.id in found:
            results[other.id] = "another note has its id"
    wanted = {note.id: note.changes.values for note in changed if not results[note.id]}
    # a provisional id follows from the texts, so it is written before they change
    provisional = replace(file, notes=tuple(note for note in file.notes if note.id in wanted))
    data = with_ids(before, provisional)
    try:
        data, refused = with_values(data, wanted)
        results |= refused
        added = [note for note in new if not results[note.id]]
        if added:
            data, _ = with_note(data, "".join(dump_note(note.keys) for note in added))
    except CannotReplace as error:
        return dict.fromkeys(results, str(error))
    except CannotAppend as error:
        return results | {note.id: str(error) for note in new} | _change_file(folder, name, changed, (), kinds)
    _check(path, data, name, len(file.notes), added, kinds)
    if data != before:
        replace_if_unchanged(path, before, data)
    return results


def _check(path: Path, data: bytes, name: str, count: int, added: Sequence[NewNote], kinds: Kinds) -> None:
    """Raises TargetError unless the file would be read with the notes that are added, and without errors."""
    file = parse(data, name, kinds, lint=False)
    problem = next((one.message for one in file.problems if one.level == "error"), "")
    if problem:
        raise TargetError(path, "not-writable", f"it would have an error: {problem}")
    keys = [{"id": note.id, **note.fields} | _tags(note.tags) for note in file.notes[count:]]
    if keys != [dict(note.keys) for note in added]:
        raise TargetError(path, "not-writable", "its new notes would say something else; write them by hand")


def _tags(tags: Sequence[str]) -> dict[str, Any]:
    return {"tags": list(tags)} if tags else {}


def _make_file(folder: Path, notes: Sequence[NewNote]) -> str:
    """The name of a new file with the notes."""
    name = FileNames(map(caseless, find_deck_files(folder))).free(notes[0].deck)
    try:
        with atomic_write(folder / name) as file:
            file.write(dump_deck_file(notes[0].head, [note.keys for note in notes]).encode())
    except OSError as error:
        raise TargetError.from_os_error(folder / name, error) from error
    return name
