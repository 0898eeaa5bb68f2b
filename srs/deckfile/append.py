"""One more note at the end of a deck file's list, and nothing else touched."""

import re
from collections.abc import Mapping
from typing import Any

from srs.deckfile import tree
from srs.deckfile.text import NotText, decode

_LINE_END = re.compile(r"\r\n?|\n")


class CannotAppend(ValueError):
    """Says in a sentence why a note cannot be written into the file by a program."""


def with_note(data: bytes, note: str) -> tuple[bytes, int]:
    """The file's bytes with the note, a YAML list of one item (`- front: …`), after all others, and its first line.

    Whether it makes sense is for `parse` to say. Raises CannotAppend.
    """
    try:
        text, mark = decode(data)
    except NotText as error:
        raise CannotAppend(str(error)) from error
    report = tree.ProblemCollector(text)
    root = tree.read(text, report)
    key, notes = root.entries.get("notes", (None, None)) if isinstance(root, tree.Mapping) else (None, None)
    if not isinstance(root, tree.Mapping) or key is None or not isinstance(notes, tree.Sequence) or not report.good:
        raise CannotAppend("the file has errors; mend them first (srs check names them)")
    found = _LINE_END.search(text)
    end, indent, gap = found[0] if found else "\n", "", False
    if not notes.items:  # `notes: []`
        text = text[: notes.start].rstrip() + text[text.index("]", notes.start) + 1 :]
        found = _LINE_END.search(text, key.end)
        at = found.end() if found else len(text)
    elif text[notes.start] == "-":
        indent, at = " " * (report.place(notes.start)[1] - 1), list_end(text, root, notes.start)
        last = text[: notes.items[-1].start].rstrip("- ")
        gap = len(notes.items) > 1 and last.endswith(end * 2)
    else:
        raise CannotAppend("its notes are between [ and ]; write each on its own lines, after a dash")
    before = text[:at] if text[:at].endswith(("\n", "\r")) else text[:at] + end
    before += end if gap else ""
    lines = (f"{indent}{line}" if line.strip() else "" for line in note.strip("\r\n").splitlines())
    return mark + (before + "".join(f"{line}{end}" for line in lines) + text[at:]).encode(), before.count(end) + 1


def first_item(text: str) -> Mapping[str, Any]:
    """The keys and values of the first item of a YAML list, as far as they can be read."""
    root = tree.read(text, tree.ProblemCollector(text))
    item = root.items[0] if isinstance(root, tree.Sequence) and root.items else None
    return item.data if isinstance(item, tree.Mapping) else {}


def list_end(text: str, root: tree.Mapping, notes: int) -> int:
    """Where the list ends: before the next key of the file and the remarks above it, or with the text's last line."""
    later = [key.start for key, _ in root.entries.values() if key.start > notes]
    if not later:
        found = _LINE_END.search(text, len(text.rstrip()))
        return found.end() if found else len(text)
    lines = text[: min(later)].splitlines(keepends=True)
    while not lines[-1].strip() or lines[-1].startswith("#"):
        lines.pop()
    return sum(map(len, lines))
