"""Ids: provisional ones, duplicates, and writing the missing ones into a file."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from srs.core.quoting import plain, quoted
from srs.deckfile import tree
from srs.deckfile.text import decode
from srs.deckfile.values import DeckFile, FileNote, Problem
from srs.kinds.note import Fields
from srs.kinds.registry import Kinds

_GAP = re.compile(r"\{\{c[\d,]+::|::[^{}]*\}\}|\}\}")
_LINE_END = re.compile(r"\r\n?|\n")


def provisional(deck: str, fields: Fields, kinds: Kinds) -> str:
    """The id of a note without one: some of its words and a digest of the deck's name and the note's content.

    Fixed for ever: progress hangs on it. Two notes of one deck with the same content get the same id, which `duplicates`
    reports.
    """
    kind = kinds.of(fields)
    content = json.dumps([deck, {name: fields[name] for name in kind.identity}], ensure_ascii=False, sort_keys=True)
    digest = blake2b(content.encode(), digest_size=5).hexdigest()
    return f"{_slug(fields[kind.key]) or kind.kind}-{digest}"


def adopted_id(asks: str, guid: str) -> str:
    """The id of a note from Anki: some words of what it asks, as `typeable_id` has them, and a digest of its guid; a
    fixed function of both.
    """
    digest = blake2b(guid.encode(), digest_size=5).hexdigest()
    return f"{typeable_id(asks) or 'note'}-{digest}"


def typeable_id(asks: str | dict[str, str]) -> str:
    """Some words of a question as an id that one can type, in Latin letters without accents; empty if it has none."""
    from anyascii import anyascii  # noqa: PLC0415 - only for new notes

    if isinstance(asks, dict):
        return _slug(asks)
    return _slug(anyascii(unicodedata.normalize("NFC", _GAP.sub(" ", asks[:400]))))


def _slug(text: str | dict[str, str]) -> str:
    """Up to four words of ASCII letters and digits; it begins with a letter, so that YAML reads no number."""
    if not isinstance(text, str):
        text = max(
            (side for _, side in sorted(text.items())), key=lambda side: sum(c.isascii() for c in side) / len(side)
        )
    words = re.findall(r"[a-z0-9]+", _GAP.sub(" ", text[:400]).lower().replace("'", ""))
    while words and not words[0][0].isalpha():
        del words[0]
    return "-".join(words[:4])[:40].rstrip("-")


def duplicates(files: Sequence[DeckFile]) -> tuple[Problem, ...]:
    """One error for every note whose id an earlier one has, files ordered by name."""
    first: dict[str, tuple[str, FileNote]] = {}
    problems: list[Problem] = []
    for file in sorted(files, key=lambda file: file.name):
        for note in file.notes:
            if note.id not in first:
                first[note.id] = file.name, note
                continue
            name, earlier = first[note.id]
            place = f"{plain(name)}:{earlier.line}"
            if note.provisional and earlier.provisional:
                message = f"this note says the same as the one at {place}; delete one, or give it an id of its own"
            else:
                message = f"the id {quoted(note.id)} belongs to the note at {place}; write another one"
            problems.append(Problem("error", file.name, note.line, note.column, message))
    return tuple(problems)


def with_ids(data: bytes, file: DeckFile) -> bytes:
    """The file's bytes with an id written into each provisional note, and otherwise untouched.

    `file` is what `parse` made of `data`. A file with errors stays as it is; of several notes that would get the same
    id only the first gets it.
    """
    first = {note.id: (note.line, note.column) for note in reversed(file.notes) if note.provisional}
    missing = {place: made for made, place in first.items()}
    if not file.good or not missing:
        return data
    text, mark = decode(data)
    report = tree.ProblemCollector(text)
    root = tree.read(text, report)
    assert isinstance(root, tree.Mapping)
    pieces: list[str] = []
    done = 0
    for index, piece in _insertions(text, root, report, missing):
        pieces += text[done:index], piece
        done = index
    return mark + "".join([*pieces, text[done:]]).encode()


def _insertions(
    text: str, root: tree.Mapping, report: tree.ProblemCollector, missing: dict[tuple[int, int], str]
) -> Iterator[tuple[int, str]]:
    notes = root.entries["notes"][1]
    assert isinstance(notes, tree.Sequence)
    for note in notes.items:
        assert isinstance(note, tree.Mapping)
        line, column = report.place(note.start)
        if (line, column) not in missing:
            continue
        new = f"id: {missing[line, column]}"
        if note.block:
            end = _LINE_END.search(text, note.start) or _LINE_END.search(text)
            yield note.start, f"{new}{end[0] if end else chr(10)}{' ' * (column - 1)}"
        elif text[note.start] == "{":
            yield note.start + 1, f" {new}," if text[note.start + 1].isspace() else f"{new}, "
        else:  # `[cloze: …]`, a pair within a flow list, is a mapping without braces
            yield note.start, f"{{{new}, "
            ((_, value),) = note.entries.values()
            assert isinstance(value, tree.Scalar)  # only a cloze is a good note with a single key
            yield value.end, "}"
