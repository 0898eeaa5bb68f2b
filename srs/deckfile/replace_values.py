"""New values for keys of notes, at their place in a deck file, and nothing else touched."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from srs.core.markup import map_texts, texts_with_paths
from srs.core.quoting import CONTROL
from srs.deckfile import dump, tree
from srs.deckfile.text import NotText, decode
from srs.kinds.note import Fields

_LINE_END = re.compile(r"\r\n?|\n")
_END = re.compile(r"(?=[\r\n])|\Z")
_HEADER = re.compile(r"[|>][-+0-9]*")
_BLANKS = " \t\r\n"


class CannotReplace(ValueError):
    """Says in a sentence why values cannot be written into the file by a program."""


def with_values(data: bytes, changes: Mapping[str, Fields]) -> tuple[bytes, dict[str, str]]:
    """The file's bytes with new values for keys of notes, by id, where None deletes a key; and the notes that cannot be
    changed, with the reason. All other bytes are the same, and the file is read again to make sure that it says what is
    wanted. Blanks around a text do not count. Raises CannotReplace.
    """
    text, mark, before = _read(data)
    notes = {note.data.get("id"): note for note in _notes(before) if isinstance(note, tree.Mapping)}
    editor, refused = _Editor(text), dict[str, str]()
    for note_id, values in changes.items():
        if note_id not in notes:
            refused[note_id] = "its deck file does not have it any more"
            continue
        try:
            editor.change_note(notes[note_id], values)
        except CannotReplace as error:
            refused[note_id] = str(error)
    changed = mark + editor.edited().encode()
    _check(before, _read(changed)[2], {note: values for note, values in changes.items() if note not in refused})
    return changed, refused


def _read(data: bytes) -> tuple[str, bytes, tree.Mapping]:
    try:
        text, mark = decode(data)
    except NotText as error:
        raise CannotReplace(str(error)) from error
    report = tree.ProblemCollector(text)
    root = tree.read(text, report)
    if not isinstance(root, tree.Mapping) or not report.good:
        raise CannotReplace("its deck file has errors; mend them first (srs check names them)")
    return text, mark, root


def _notes(root: tree.Mapping) -> list[tree.Node]:
    notes = root.entries["notes"][1] if "notes" in root.entries else None
    return notes.items if isinstance(notes, tree.Sequence) else []


def _check(before: tree.Mapping, after: tree.Mapping, changes: Mapping[str, Fields]) -> None:
    """Raises CannotReplace unless all values are as they were, or as they are wanted."""
    old, new = dict(before.data), dict(after.data)
    old_notes, new_notes = old.pop("notes"), new.pop("notes")
    if old != new or len(old_notes) != len(new_notes):
        raise CannotReplace("its deck file would say something else; write it by hand")
    for was, now in zip(old_notes, new_notes, strict=True):
        values = changes.get(str(was.get("id")), {}) if isinstance(was, dict) else {}
        wanted = was
        if values:
            wanted = {key: value for key, value in was.items() if key not in values}
            wanted |= {key: value for key, value in values.items() if value is not None}
            now = {key: stripped(value) if key in values else value for key, value in now.items()}  # noqa: PLW2901
            wanted = {key: stripped(value) if key in values else value for key, value in wanted.items()}
        if now != wanted:
            raise CannotReplace("its deck file would say something else; write it by hand")


def stripped(value: Any) -> Any:
    """The value without blanks around its texts, which do not count in a deck file."""
    return map_texts(value, str.strip)


class _Place:
    """Where a value stands: from `start` to `end`, and on further lines from `line_end` to `below`. Of a text in a block, the
    former is its sign; of a collection in lines, it is the place behind the key. `indent` is the column of what holds the
    value, `key` its key in a mapping. Between brackets it is in `flow`.
    """

    def __init__(self, text: str, node: tree.Node, indent: int, key: tree.Scalar | None, *, flow: bool) -> None:
        self.indent, self.key, self.flow = indent, key, flow
        self.start = node.start
        self.is_block = not flow and text[node.start : node.start + 1] in {"|", ">"} and isinstance(node, tree.Scalar)
        last = _last(text, node)
        if self.is_block:
            header = _HEADER.match(text, node.start)
            assert header
            self.end = header.end()
        elif isinstance(node, tree.Scalar) or text[node.start] in "[{":
            self.end = last
        else:  # a collection on lines of its own
            self.end = text.index(":", key.end) + 1 if key else node.start
            self.start = self.end
        self.line_end = _line_end(text, self.end)
        self.below = max(self.line_end, _line_end(text, last))


class _Editor:
    """Collects what is to be written where."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = tree.ProblemCollector(text)
        found = _LINE_END.search(text)
        self._newline = found[0] if found else "\n"
        self._edits: list[tuple[int, int, str]] = []

    def edited(self) -> str:
        pieces: list[str] = []
        done = 0
        for start, end, piece in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < done:
                raise CannotReplace("two of its changes meet in one place; write it by hand")
            pieces += self._text[done:start], piece
            done = end
        return "".join([*pieces, self._text[done:]])

    def change_note(self, note: tree.Mapping, values: Fields) -> None:
        """All of the values, or none of them where it raises CannotReplace."""
        kept = [entry for key, entry in note.entries.items() if values.get(key, "") is not None]
        before = len(self._edits)
        try:
            for key, value in values.items():
                if key not in note.entries:
                    if value is not None:
                        self._add(note, kept[-1], key, value)
                elif value is None:
                    self._delete(note, key)
                else:
                    self._change_entry(note, key, value)
        except CannotReplace:
            del self._edits[before:]
            raise

    def _change_entry(self, mapping: tree.Mapping, name: str, value: Any) -> None:
        key, node = mapping.entries[name]
        flow = not mapping.block
        self._change(node, value, _Place(self._text, node, self._column(mapping.start), key, flow=flow))

    def _change(self, node: tree.Node, value: Any, place: _Place) -> None:
        if stripped(node.data) == stripped(value):
            return
        match node, value:
            case tree.Scalar(), str():
                self._write_text(node, value, place)
            case tree.Mapping(), dict() if node.entries.keys() == value.keys():
                for name, one in value.items():
                    self._change_entry(node, name, one)
            case tree.Sequence(), list() if len(node.items) == len(value):
                flow = self._text[node.start] == "["
                indent = self._column(node.start)
                for item, one in zip(node.items, value, strict=True):
                    self._change(item, one, _Place(self._text, item, indent, None, flow=flow))
            case _:
                self._write_whole(node, value, place)

    def _write_text(self, node: tree.Scalar, value: str, place: _Place) -> None:
        value = _checked(value)
        opening = self._text[node.start : node.start + 1]
        in_block = not place.flow and dump.fits_block(value)
        if in_block and (place.is_block or "\n" in value):
            header, indent = "|-", place.indent + 2
            if place.is_block and self._text[place.start : place.end] in {"|", "|-"}:
                header = self._text[place.start : place.end]
                indent = self._indent_below(place) or indent
            lines = [f"{' ' * indent}{line}" if line else "" for line in value.split("\n")]
            self._put(place, header, lines)
        elif opening == '"' or "\n" in value:
            self._put(place, json.dumps(value, ensure_ascii=False))
        elif opening == "'":
            self._put(place, "'" + value.replace("'", "''") + "'")
        else:
            self._put(place, _in_flow(value) if place.flow else dump.scalar(value))

    def _write_whole(self, node: tree.Node, value: Any, place: _Place) -> None:
        """Writes a value of another form than it has."""
        value = _checked(value)
        if self._has_comment(node, place.start if place.start < place.end else place.line_end):
            raise CannotReplace("a comment stands inside of what would be replaced; write it by hand")
        if place.flow:
            self._put(place, _in_flow(value))
            return
        if place.key is None:
            raise CannotReplace("an item of a list would become something else; write it by hand")
        if isinstance(value, list) and not isinstance(node, tree.Scalar) and self._text[node.start] == "-":
            lines = ["", *dump.items(value, " " * self._column(node.start))]
        else:
            first, *below = dump.entry("k", value, " " * place.indent)
            lines = [first[place.indent + 2 :], *below]
        place.start = self._text.index(":", place.key.end) + 1
        self._put(place, lines[0], lines[1:])

    def _has_comment(self, node: tree.Node, start: int) -> bool:
        """Whether there is one from `start` to the end of the value, which is no part of a text. That of a single text, behind
        it, stays.
        """
        if isinstance(node, tree.Scalar):
            return False
        at, end = start, _last(self._text, node)
        for leaf in _leaves(node):
            is_block = self._text[leaf.start : leaf.start + 1] in {"|", ">"}
            if "#" in self._text[at : _line_end(self._text, leaf.start) if is_block else leaf.start]:
                return True
            at = max(leaf.end, at)
        end = end if self._text[node.start] in "[{" else _line_end(self._text, end)
        return "#" in self._text[at:end]

    def _put(self, place: _Place, inline: str, below: list[str] | None = None) -> None:
        self._edits.append((place.start, place.end, inline))
        lines = "".join(f"{self._newline}{line}" for line in below or ())
        if lines or place.below > place.line_end:
            self._edits.append((place.line_end, place.below, lines))

    def _add(self, note: tree.Mapping, last: tuple[tree.Scalar, tree.Node], key: str, value: Any) -> None:
        """After the last of the note's keys."""
        value = _checked(value)
        if note.block:
            column = self._column(note.start)
            place = _Place(self._text, last[1], column, last[0], flow=False)
            lines = dump.entry(key, value, " " * column)
            self._edits.append((place.below, place.below, "".join(f"{self._newline}{line}" for line in lines)))
        elif self._text[note.start] == "{":
            at = _last(self._text, last[1])
            self._edits.append((at, at, f", {key}: {_in_flow(value)}"))
        else:  # `[cloze: …]`, a pair within a flow list
            raise CannotReplace("it is written without braces, so no key can be added; write it by hand")

    def _delete(self, note: tree.Mapping, name: str) -> None:
        """With its lines; the comment behind a text stays."""
        names = list(note.entries)
        n, (key, node) = names.index(name), note.entries[name]
        place = _Place(self._text, node, self._column(note.start), key, flow=not note.block)
        comment = ""
        if n and note.block:
            start, end = self._line_start(key.start), place.below
            comment = self._text[place.end : place.line_end].strip()
        elif n:
            start, end = _last(self._text, note.entries[names[n - 1]][1]), _last(self._text, node)
        elif len(names) > 1:
            start, end = key.start, note.entries[names[1]][0].start
        else:
            raise CannotReplace("nothing would be left of it; delete it by hand")
        beside = (start, key.start) if n else (_last(self._text, node), end)
        if self._has_comment(node, node.start) or (comment and not isinstance(node, tree.Scalar)):
            raise CannotReplace("a comment stands inside of what would be deleted; delete it by hand")
        if "#" in self._text[slice(*beside)]:
            raise CannotReplace("a comment stands beside what would be deleted; delete it by hand")
        if comment:
            self._edits.append((start, end, " " * self._column(note.start) + comment))
            return
        if n and note.block:
            found = _LINE_END.match(self._text, end)
            end = found.end() if found else end
            start = start if found else len(self._text[:start].rstrip("\r\n"))
        self._edits.append((start, end, ""))

    def _column(self, index: int) -> int:
        return self._lines.place(index)[1] - 1

    def _line_start(self, index: int) -> int:
        return index - self._column(index)

    def _indent_below(self, place: _Place) -> int:
        """The indent of the lines that a block text has now."""
        for line in _LINE_END.split(self._text[place.line_end : place.below]):
            if line.strip(" "):
                return len(line) - len(line.lstrip(" "))
        return 0


def _in_flow(value: Any) -> str:
    return dump.flow(value) or json.dumps(value, ensure_ascii=False)


def _leaves(node: tree.Node) -> Iterator[tree.Scalar]:
    match node:
        case tree.Scalar():
            yield node
        case tree.Sequence(items=items):
            for item in items:
                yield from _leaves(item)
        case tree.Mapping(entries=entries):
            for key, value in entries.values():
                yield key
                yield from _leaves(value)


def _last(text: str, node: tree.Node) -> int:
    """Where the node's text ends, without blanks after it."""
    match node:
        case tree.Scalar(start, end) if text[start : start + 1] in {"|", ">"}:
            return start + len(text[start:end].rstrip(_BLANKS))
        case tree.Scalar():
            return node.end
        case tree.Sequence(items=[*_, last]) if text[node.start] != "[":
            return _last(text, last)
        case tree.Mapping(block=True) if node.entries:
            return _last(text, list(node.entries.values())[-1][1])
        case _:
            return node.end


def _line_end(text: str, index: int) -> int:
    found = _END.search(text, index)
    return found.start() if found else len(text)


def _checked(value: Any) -> Any:
    """The value, without blanks around its texts. Raises CannotReplace for what no deck file may hold."""
    for _, one in texts_with_paths(value, ()):
        if found := CONTROL.search(one):
            raise CannotReplace(f"it has a control character (U+{ord(found[0]):04X}), which no deck file may hold")
    return stripped(value)
