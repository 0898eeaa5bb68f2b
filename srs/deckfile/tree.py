"""Text → a tree of values that know their places. Tags, anchors and aliases are refused before anything is made of them.

The events of libyaml's parser come one by one, so a file that nests without end is left at depth 31.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

import yaml

from srs.core.quoting import CONTROL, code, escaped, quoted
from srs.deckfile import yaml_errors, yaml_types
from srs.kinds.checks import Unquoted

DEEPEST = 30
MOST = 1_000_000
"""Values in a file; ten thousand rich notes have about two hundred thousand."""

_MOST_DIRECTIVES = 100  # libyaml compares each with all before it
_RAW_CONTROL = re.compile(CONTROL.pattern.replace("\x0b-\x1f", "\x0b\x0c\x0e-\x1f"))  # CR ends lines
_OPENS, _CLOSES = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068", "\u202c\u2069"
_BIDI = re.compile(f"[{_OPENS}{_CLOSES}]")
_CONFLICT = re.compile(r"^(?:<{7} .*|\|{7} .*|={7}[ \t\r]*|>{7} .*)$", re.MULTILINE)
_MEANT = re.compile(r"[ \t]#|[ \t]+#[^\s#]")  # set off by two blanks and one, it is no slip


@dataclass(slots=True)
class Scalar:
    """`means` is the YAML type if that is not text; a refused one is said to be wrong already."""

    start: int
    end: int
    text: str
    data: Any
    means: str | None = None
    refused: bool = False


@dataclass(slots=True)
class Sequence:
    """Its `end` is that of the bracket, if it has one."""

    start: int
    data: list[Any] = field(default_factory=list)
    items: list["Node"] = field(default_factory=list)
    end: int = 0


@dataclass(slots=True)
class Mapping:
    """`end` as of `Sequence`."""

    start: int
    block: bool
    data: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, tuple[Scalar, "Node"]] = field(default_factory=dict)
    end: int = 0


Node = Scalar | Sequence | Mapping
# None of them is frozen: they are made by the hundred thousand, and only here.


class ProblemCollector:
    """Collects what is wrong with a text, by character index; knows the text's lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[tuple[Literal["error", "warning"], int, str]] = []
        self._starts = [0, *(end.end() for end in re.finditer(r"\r\n?|\n", text))]

    def add(self, level: Literal["error", "warning"], index: int, message: str) -> None:
        self.found.append((level, index, message))

    def error(self, index: int, message: str) -> None:
        self.add("error", index, message)

    def warning(self, index: int, message: str) -> None:
        self.add("warning", index, message)

    @property
    def good(self) -> bool:
        return all(level == "warning" for level, _, _ in self.found)

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, from 1. Unlike libyaml's marks they agree with editors on U+2028."""
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1


def read(text: str, report: ProblemCollector) -> Node | None:
    """The root of the file's one document; None if there is none or it cannot be read to its end."""
    if conflicts := list(_CONFLICT.finditer(text)):
        _report_conflicts(conflicts, report)
        return None
    controls = list(islice(_RAW_CONTROL.finditer(text), 20))
    for found in controls:
        report.error(found.start(), f"a file cannot hold the character U+{ord(found[0]):04X}; delete it")
    if len(controls) == 20:  # no text at all, most likely
        return None
    if controls:
        text = _RAW_CONTROL.sub("\ufffd", text)  # so that the rest can be read
    if text.count("%TAG") > _MOST_DIRECTIVES:
        report.error(text.index("%TAG"), "there are too many %TAG directives; a deck file needs none")
        return None
    try:
        builder = _Builder(report)
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.add_event(event)
            if builder.stopped:
                return None
    except yaml.MarkedYAMLError as error:
        report.error(*yaml_errors.place_and_message(error, text))
    except yaml.YAMLError:  # libyaml's reader; what it refuses is replaced above
        report.error(0, "this is not a YAML text; write it as UTF-8 without control characters")
    else:
        return builder.root
    return None


def _report_conflicts(markers: list[re.Match[str]], report: ProblemCollector) -> None:
    """One error for each conflict that git left, and for each marker that is left of one."""
    begun: int | None = None
    for marker in markers:
        match marker[0][0]:
            case "<" if begun is None:
                begun = marker.start()
            case ">" if begun is not None:
                end = report.place(marker.start())[0]
                message = (
                    f"git left a conflict here, up to line {end}; keep one side, and delete the lines with its markers"
                )
                report.error(begun, message)
                begun = None
            case _ if begun is None:
                report.error(marker.start(), "this line is a conflict marker of git; delete it")
    if begun is not None:
        report.error(begun, "git left a conflict here; keep one side, and delete the lines with its markers")


class _Builder:
    """Puts the events' nodes together. `stopped` is set once the rest of the file is not worth reading."""

    def __init__(self, report: ProblemCollector) -> None:
        self.root: Node | None = None
        self.stopped = False
        self._report = report
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []  # of each open collection: the key that waits for its value
        self._documents = self._count = 0

    def add_event(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._place(_scalar(event, self._report))
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            _refuse_properties(event, self._report)
            start = event.start_mark.index
            self._enter(Sequence(start) if kind is yaml.SequenceStartEvent else Mapping(start, not event.flow_style))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._open.pop().end = event.end_mark.index
            self._keys.pop()
        elif kind is yaml.AliasEvent:
            start, end = event.start_mark.index, event.end_mark.index
            alias = code(f"*{event.anchor}")
            self._report.error(start, f"an alias ({alias}) is not possible in a deck file; write the value out")
            self._place(Scalar(start, end, "", Unquoted(""), refused=True))
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                self._stop(event.start_mark.index, "a file holds one deck; move this second document to another file")

    def _stop(self, index: int, message: str) -> None:
        self._report.error(index, message)
        self.stopped = True

    def _enter(self, node: Sequence | Mapping) -> None:
        self._place(node)
        self._open.append(node)
        self._keys.append(None)
        if len(self._open) > DEEPEST:
            self._stop(node.start, f"this is nested more than {DEEPEST} deep; a deck file needs four levels")

    def _place(self, node: Node) -> None:
        self._count += 1
        if self._count > MOST:
            self._stop(node.start, f"the file holds more than {MOST:,} values; split it into several deck files")
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            parent.data.append(node.data)
        elif (key := self._keys[-1]) is None:
            self._keys[-1] = _key(node, parent, self._report)
        else:
            self._keys[-1] = None
            if not key.refused:
                parent.entries[key.text] = key, node
                parent.data[key.text] = node.data


def _scalar(event: Any, report: ProblemCollector) -> Scalar:
    text: str = event.value
    start, end = event.start_mark.index, event.end_mark.index
    if event.tag is not None or event.anchor is not None:
        _refuse_properties(event, report)
        return Scalar(start, end, text, text)
    if event.style == '"' and CONTROL.search(text):  # only in double quotes do escapes bring in what a file cannot hold
        for character in dict.fromkeys(CONTROL.findall(text)):
            what = f"U+{ord(character):04X}, written {escaped(character)}"
            report.error(start, f"a text cannot hold the control character {what}; leave it out")
    if not text.isascii() and _BIDI.search(text):
        _check_direction(text, start, report)
    if text[:1].isspace() or text[-1:].isspace():
        _check_edges(event, report)
    if not event.style and (means := yaml_types.meaning(text)) is not None:
        number = yaml_types.parse_int(text)
        return Scalar(start, end, text, Unquoted(text) if number is None else number, means)
    if not event.style and _MEANT.match(report.text, end):
        message = (
            "YAML reads what follows # as a comment; put the text in quotes if it belongs to it, or set the comment off with"
            " two blanks before # and one after it"
        )
        report.warning(start, message)
    return Scalar(start, end, text, text)


def _key(node: Node, parent: Mapping, report: ProblemCollector) -> Scalar:
    """The node as a key of `parent`; refused if it cannot be one."""
    if not isinstance(node, Scalar):
        report.error(node.start, "a key is a single word; write `key: value`")
        return Scalar(node.start, node.start, "", None, refused=True)
    if node.refused:
        return node
    if node.means is not None:
        node.refused = node.means in {"null", "merge"}
        if node.means == "null":
            report.error(node.start, "there is a value without a key; write `key: value`")
        else:
            report.error(node.start, yaml_types.message(node.text, node.means))
    if node.text in parent.entries:
        line = report.place(parent.entries[node.text][0].start)[0]
        report.error(node.start, f"the key {quoted(node.text)} repeats line {line}; keep one of them")
        node.refused = True
    return node


def _refuse_properties(event: Any, report: ProblemCollector) -> None:
    if event.tag is not None:
        report.error(
            event.start_mark.index,
            f"the YAML tag {code(event.tag)} is not possible in a deck file; write the value without it",
        )
    if event.anchor is not None:
        anchor = code(f"&{event.anchor}")
        report.error(
            event.start_mark.index, f"the anchor {anchor} is not possible in a deck file; write the value without it"
        )


def _check_edges(event: Any, report: ProblemCollector) -> None:
    """Warns of blanks around a text in quotes; block texts end in a line end by their nature."""
    if event.style in {"'", '"'} and event.value.strip():
        report.warning(event.start_mark.index, "the text begins or ends with blanks; delete them")


def _check_direction(text: str, start: int, report: ProblemCollector) -> None:
    """Warns of a direction that is changed and not changed back before its line ends."""
    for line in text.splitlines():
        waiting: list[str] = []
        for sign in _BIDI.findall(line):
            if sign in _OPENS:
                waiting.append("\u2069" if sign >= "\u2066" else "\u202c")
            elif waiting and waiting[-1] == sign:
                waiting.pop()
            else:
                waiting.append(sign)
                break
        if waiting:
            report.warning(
                start, "the text changes its direction and does not change it back; end it with U+2069 or U+202C"
            )
            return
