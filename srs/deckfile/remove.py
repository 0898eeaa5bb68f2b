"""Notes taken out of a deck file, and nothing else touched: remarks between notes stay."""

import re
from collections.abc import Container, Sequence

from srs.deckfile import tree
from srs.deckfile.append import list_end
from srs.deckfile.reading import parse
from srs.deckfile.text import decode
from srs.deckfile.values import DeckFile
from srs.kinds.note import Deck, Fields
from srs.kinds.registry import Kinds

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


class CannotRemove(ValueError):
    """Says in a sentence why notes cannot be taken out of the file by a program."""


def without_notes(data: bytes, unwanted: Container[str], kinds: Kinds) -> bytes:
    """The file's bytes without the notes of these ids. The file is read again to make sure that all else in it says the same.

    A remark stays unless it lies between the lines of such a note. Raises CannotRemove.
    """
    before = parse(data, "", kinds, lint=False)
    if not before.good:
        raise CannotRemove("the file has errors; mend them first (srs check names them)")
    text, mark = decode(data)
    report = tree.ProblemCollector(text)
    root = tree.read(text, report)
    assert isinstance(root, tree.Mapping)
    notes = root.entries["notes"][1]
    assert isinstance(notes, tree.Sequence)
    gone = [at for at, note in enumerate(before.notes) if note.id in unwanted]
    if not gone:
        return data
    if text[notes.start] != "-":
        raise CannotRemove("its notes are between [ and ]; delete the note by hand")
    lines = _LINE.findall(text)
    column = report.place(notes.start)[1] - 1
    starts = [_dash_line(lines, report.place(item.start)[0] - 1, column) for item in notes.items]
    stop = report.place(list_end(text, root, notes.start) - 1)[0]
    for at in reversed(gone):
        following = starts[at + 1] if at + 1 < len(starts) else stop
        start, end = _lines_of(lines, starts[at], min(following, len(lines)), column)
        if end == len(lines):
            while not lines[start - 1].strip():
                start -= 1
        del lines[start:end]
    changed = "".join(lines)
    if len(gone) == len(notes.items):
        at = root.entries["notes"][0].end + 1  # after the colon
        changed = f"{changed[:at]} []{changed[at:]}"
    result = mark + changed.encode()
    if _content(parse(result, "", kinds, lint=False), ()) != _content(before, unwanted):
        raise CannotRemove("the file would say something else; delete the note by hand")
    return result


def _dash_line(lines: Sequence[str], line: int, column: int) -> int:
    """The line with the dash of a list's item that begins on `line`."""
    while lines[line][column : column + 1] != "-" or lines[line][:column].strip():
        line -= 1
    return line


def _lines_of(lines: Sequence[str], start: int, end: int, column: int) -> tuple[int, int]:
    """Of the lines from an item's dash up to the next one's, those that go: without the remarks above the next one, and with
    one of two gaps.
    """
    while end - 1 > start and (not lines[end - 1].strip() or _is_remark(lines[end - 1], column)):
        end -= 1
    if not lines[start - 1].strip():
        while end < len(lines) and not lines[end].strip():
            end += 1
    return start, end


def _is_remark(line: str, column: int) -> bool:
    """Further to the right it may be a line of a text."""
    return line.lstrip().startswith("#") and len(line) - len(line.lstrip()) <= column


def _content(file: DeckFile, unwanted: Container[str]) -> tuple[Deck | None, list[tuple[str, Fields, tuple[str, ...]]]]:
    return file.deck, [(note.id, note.fields, note.tags) for note in file.notes if note.id not in unwanted]
