"""Writing the whole log as JSON lines or CSV, and reading it back; only what we write is accepted."""

import csv
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from srs.collection.merge_events import reject_unknown_parameters
from srs.core.errors import LogFileError
from srs.core.event import Event, Void
from srs.core.event_line import VOIDED, InvalidEvent, NewerEvent, from_values, parse_line, to_line, to_values
from srs.core.progress import Done, ignore
from srs.log import event_log

COLUMNS = (
    "at", "subject", "day", "what", "rating", "duration_ms", "state", "step", "interval", "factor", "other", "model",
    "values", "source", "machine", VOIDED,
)  # fmt: skip
"""Of the CSV. `values` are the numbers of parameters, or as JSON whatever has no column of its own. Cells begin with a letter,
a digit or a brace, so no spreadsheet takes one for a formula.
"""

_INTEGERS = ("rating", "duration_ms", "step", "interval")
_MAX_LINE = 1 << 16  # characters of a line, or of a value in JSON

_GAP = re.compile(r"[ \t\r\n,\[\]]*+")

Item = Event | Void


class ParsedLine(NamedTuple):
    """`number` counts from 1; `content` is every item of the line, or what is wrong with it."""

    number: int
    content: tuple[Item, ...] | InvalidEvent


def json_lines(connection: sqlite3.Connection) -> Iterator[str]:
    """Events, oldest first, then voids, as in the files of a shared folder."""
    for row in event_log.history(connection):
        yield to_line(row.event)
    for void in event_log.all_voids(connection):
        yield to_line(void)


def csv_rows(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """One row per event, oldest first, with 1 under `voided` if it was undone; then the voids of unknown events."""
    for row in event_log.history(connection):
        yield {**_to_cells(to_values(row.event)), VOIDED: 1 if row.voided else ""}
    for void in event_log.all_voids(connection):
        if event_log.get_event(connection, void.subject, void.at) is None:
            yield {**to_values(void), VOIDED: 1}


def _to_cells(values: dict[str, Any]) -> dict[str, Any]:
    cells = {name: value for name, value in values.items() if name in COLUMNS}
    if cells.keys() < values.keys():
        cells["values"] = json.dumps({name: values[name] for name in values if name not in COLUMNS or name == "values"})
    elif "values" in cells:
        cells["values"] = " ".join(map(repr, cells["values"]))
    return cells


def write_csv(rows: Iterable[dict[str, Any]], file: Any) -> None:
    """Writes a header and the rows; lines end in a newline."""
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)


def read_json_lines(path: Path) -> Iterator[ParsedLine]:
    """Raises LogFileError if the file cannot be read."""
    for number, text in read_lines(path):
        if content := text.rstrip("\r\n"):
            yield _parse_line(number, lambda content: (parse_line(content.encode()),), content)


def read_csv(path: Path) -> Iterator[ParsedLine]:
    """Raises LogFileError if the file cannot be read, or is not a CSV."""
    for number, cells in read_table(path):
        yield _parse_line(number, _parse_cells, cells)


def read_start(path: Path) -> str:
    """The first characters of the file that are not blank, at least six if it has as many. Raises LogFileError."""
    start = ""
    for piece in _read_pieces(path):
        start = (start + piece).lstrip()
        if len(start) >= len('{"at":'):
            break
    return start


def _read_pieces(path: Path) -> Iterator[str]:
    """The file's text in pieces of at most _MAX_LINE characters. Raises LogFileError."""
    try:
        with path.open("r", encoding="utf-8-sig", newline="") as file:
            while piece := file.read(_MAX_LINE):
                yield piece
    except UnicodeDecodeError as error:
        raise LogFileError(path, "damaged", "not UTF-8") from error
    except OSError as error:
        raise LogFileError(path, "unreadable", error.strerror or str(error)) from error


def read_lines(path: Path, done: Done = ignore) -> Iterator[tuple[int, str]]:
    """The file's lines with their numbers, line ends included; `done` is told their characters. Raises LogFileError."""
    number = 0
    try:
        with path.open("r", encoding="utf-8-sig", newline="") as file:
            while text := file.readline(_MAX_LINE):
                number += 1
                if len(text) == _MAX_LINE:
                    raise LogFileError(path, "damaged", f"line {number} is too long")
                done(len(text))
                yield number, text
    except UnicodeDecodeError as error:
        raise LogFileError(path, "damaged", f"not UTF-8 after line {number}") from error
    except OSError as error:
        raise LogFileError(path, "unreadable", error.strerror or str(error)) from error


def count_lines(path: Path) -> int:
    """How many lines the file has. Raises LogFileError."""
    return sum(1 for _ in read_lines(path))


def read_header(path: Path) -> list[str]:
    """The names in the first line of a CSV. Raises LogFileError."""
    return _read_rows(path)[0]


def read_table(path: Path, names: Sequence[str] = (), done: Done = ignore) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a CSV by the names in its header, with its line number; of a file without a header by `names`.

    Raises LogFileError.
    """
    first, rows = _read_rows(path, done)
    if names:
        yield 1, dict(zip(names, first, strict=False))
    for number, row in rows:
        if row:
            yield number, dict(zip(names or first, row, strict=False))


def _read_rows(path: Path, done: Done = ignore) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The first row, and the others with their line numbers. Commas, semicolons or tabs separate the columns."""
    first = next(read_lines(path), (0, ""))[1]
    reader = csv.reader((text for _, text in read_lines(path, done)), delimiter=max(",;\t", key=first.count))

    def read() -> Iterator[tuple[int, list[str]]]:
        try:
            for row in reader:
                yield reader.line_num, [cell.strip() for cell in row]
        except csv.Error as error:
            raise LogFileError(path, "damaged", f"line {reader.line_num}: {error}") from error

    rows = read()
    return next(rows, (0, []))[1], rows


def read_json_values(path: Path, done: Done = ignore) -> Iterator[tuple[int, Any]]:
    """Every JSON value of a file, one after the other or in one array, with its line number; `done` is told the characters that
    were read. Raises LogFileError.

    A value is decoded once as many characters are at hand as it may have, so that none is tried twice.
    """
    decode, pieces = json.JSONDecoder().raw_decode, _read_pieces(path)
    text, place, number, arrays = "", 0, 1, 0
    while True:
        start, place = place, _end_of_gap(text, place)
        gap = text[start:place]
        number, arrays = number + gap.count("\n"), arrays + gap.count("[") - gap.count("]")
        if len(text) - place < _MAX_LINE and (piece := next(pieces, "")):
            text, place = text[place:] + piece, 0
            done(len(piece))
        elif place < len(text):
            try:
                value, end = decode(text, place)
            except (ValueError, RecursionError) as error:
                long = f", or a value has more than {_MAX_LINE:,} characters" if len(text) - place >= _MAX_LINE else ""
                raise LogFileError(path, "damaged", f"line {number} is not JSON{long}") from error
            yield number, value
            number, place = number + text.count("\n", place, end), end
        elif arrays:
            raise LogFileError(path, "damaged", "the bracket at the end of its array is missing")
        else:
            return


def _end_of_gap(text: str, start: int) -> int:
    """Where what stands between values ends."""
    found = _GAP.match(text, start)
    return found.end() if found else start


def _parse_line(number: int, parse_content: Callable[[Any], tuple[Item, ...]], content: Any) -> ParsedLine:
    try:
        items = parse_content(content)
        for item in items:
            reject_unknown_parameters(item)
    except InvalidEvent as error:
        return ParsedLine(number, error)
    return ParsedLine(number, items)


def _parse_cells(cells: dict[str, str]) -> tuple[Item, ...]:
    """The event or void of a row, or both. Raises InvalidEvent."""
    fields: dict[str, Any] = {"subject": "", **{name: cell for name, cell in cells.items() if cell != ""}}
    for name in _INTEGERS:
        try:
            if name in fields:
                fields[name] = int(fields[name])
        except ValueError as error:
            raise InvalidEvent(f"{name} is not a whole number") from error
    if "values" in fields:
        fields.update(_parse_values(fields.pop("values")))
    try:
        item = from_values(fields)
    except NewerEvent as error:  # without a checksum it may be a typing error as well
        raise InvalidEvent(f"{error}, or it is misspelt") from error
    if set(to_values(item)) - {"subject"} != set(fields) - {VOIDED, "subject"} or fields.get(VOIDED, "1") != "1":
        raise InvalidEvent("a value that this type of event does not have")
    if isinstance(item, Event) and VOIDED in fields:
        return item, Void(item.subject, item.at)
    return (item,)


def _parse_values(text: str) -> dict[str, Any]:
    if not text.startswith("{"):
        return {"values": text.split(" ")}
    try:
        values: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidEvent("values is not JSON") from error
    if values.keys() & set(COLUMNS) - {"values"}:
        raise InvalidEvent("values has what has a column of its own")
    return values
