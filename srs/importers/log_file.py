"""The whole log as a file, JSON lines or CSV, and back; either is read as strictly as it is written."""

import csv
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from srs.collection.merge_events import admit
from srs.core.errors import LogFileError
from srs.core.event import Event, Void
from srs.core.event_line import VOIDED, Newer, Wrong, build, line, parse, values
from srs.log import event_log

COLUMNS = (
    "at", "subject", "day", "what", "rating", "duration_ms", "state", "step", "interval", "factor", "other", "model",
    "values", "source", "machine", VOIDED,
)  # fmt: skip
"""Of the CSV. A cell can only begin with a letter or a digit, so no spreadsheet takes one for a formula."""

_WHOLE = ("rating", "duration_ms", "step", "interval")
_LONGEST = 1 << 16  # characters of a line

Item = Event | Void


class Numbered(NamedTuple):
    """A line's number, from 1, with what it says: as many items as it holds, or what is wrong with it."""

    line: int
    says: tuple[Item, ...] | Wrong


def json_lines(connection: sqlite3.Connection) -> Iterator[str]:
    """Events, oldest first, then voids; as machines write them for each other."""
    for row in event_log.history(connection):
        yield line(row.event)
    for void in event_log.voids(connection):
        yield line(void)


def csv_rows(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """One row per event, oldest first, with 1 under `voided` where it does not count; then the voids of events that are
    not known.
    """
    for row in event_log.history(connection):
        cells = values(row.event)
        if "values" in cells:
            cells["values"] = " ".join(map(repr, cells["values"]))
        yield {**cells, VOIDED: 1 if row.voided else ""}
    for void in event_log.voids(connection):
        if event_log.get(connection, void.subject, void.at) is None:
            yield {**values(void), VOIDED: 1}


def write_csv(rows: Iterable[dict[str, Any]], file: Any) -> None:
    """With a header; lines end in a newline."""
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)


def read_json_lines(path: Path) -> Iterator[Numbered]:
    """Raises LogFileError if the file cannot be read."""
    for number, text in lines(path):
        content = text.rstrip("\r\n")
        if content:
            yield _said(number, _parsed, content)


def read_csv(path: Path) -> Iterator[Numbered]:
    """Raises LogFileError if the file cannot be read, or is no CSV."""
    for number, cells in table(path):
        yield _said(number, _items, cells)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The file's lines with their numbers, their ends included. Raises LogFileError."""
    number = 0
    try:
        with path.open("r", encoding="utf-8-sig", newline="") as file:
            while text := file.readline(_LONGEST):
                number += 1
                if len(text) == _LONGEST:
                    raise LogFileError(path, "damaged", f"line {number} is too long")
                yield number, text
    except UnicodeDecodeError as error:
        raise LogFileError(path, "damaged", f"after line {number} it is not UTF-8") from error
    except OSError as error:
        raise LogFileError(path, "unreadable", error.strerror or str(error)) from error


def header(path: Path) -> list[str]:
    """The names in the first line of a CSV. Raises LogFileError."""
    names, _ = _rows(path)
    return names


def table(path: Path, names: Sequence[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a CSV by its header's names, with its line; or, without a header, by the `names` given.

    Raises LogFileError.
    """
    found, rows = _rows(path)
    if names:
        yield 1, dict(zip(names, found, strict=False))
    for number, row in rows:
        if row:
            yield number, dict(zip(names or found, row, strict=False))


def _rows(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The first row, and the others with their lines. Columns may be parted by commas, semicolons or tabs."""
    first = next(lines(path), (0, ""))[1]
    reader = csv.reader((text for _, text in lines(path)), delimiter=max(",;\t", key=first.count))

    def rows() -> Iterator[tuple[int, list[str]]]:
        try:
            for row in reader:
                yield reader.line_num, [cell.strip() for cell in row]
        except csv.Error as error:
            raise LogFileError(path, "damaged", f"line {reader.line_num}: {error}") from error

    found = rows()
    return next(found, (0, []))[1], found


def objects(path: Path, most: int = 1 << 28) -> Iterator[tuple[int, Any]]:
    """Every JSON value of a file with its line: one after the other, or in one array. At most `most` bytes are read.

    Raises LogFileError.
    """
    try:
        if path.stat().st_size > most:
            raise LogFileError(
                path, "damaged", f"it is larger than {most >> 20} MB; split it, one JSON object per line"
            )
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LogFileError(path, "damaged", "it is not UTF-8") from error
    except OSError as error:
        raise LogFileError(path, "unreadable", error.strerror or str(error)) from error
    decode = json.JSONDecoder().raw_decode
    place, number, counted = 0, 1, 0
    array = text.lstrip().startswith("[")
    between = " \t\r\n," + "[]" * array
    while True:
        while place < len(text) and text[place] in between:
            place += 1
        number, counted = number + text.count("\n", counted, place), place
        if place == len(text):
            return
        try:
            value, place = decode(text, place)
        except (ValueError, RecursionError) as error:
            raise LogFileError(path, "damaged", f"line {number} is no JSON") from error
        yield number, value


def _said(number: int, read: Callable[[Any], tuple[Item, ...]], written: Any) -> Numbered:
    try:
        says = read(written)
        for item in says:
            admit(item)
    except Wrong as error:
        return Numbered(number, error)
    return Numbered(number, says)


def _parsed(content: str) -> tuple[Item, ...]:
    return (parse(content.encode()),)


def _items(cells: dict[str, str]) -> tuple[Item, ...]:
    found: dict[str, Any] = {name: cell for name, cell in cells.items() if cell != ""}
    found.setdefault("subject", "")
    try:
        for name in _WHOLE:
            if name in found:
                found[name] = int(found[name])
        if "values" in found:
            found["values"] = found["values"].split(" ")
    except ValueError as error:
        raise Wrong("it has a number that is not a number") from error
    try:
        item = build(found)
    except Newer as error:  # here is no checksum, which only a program would make
        raise Wrong(f"{error}, or it is misspelt") from error
    if set(values(item)) - {"subject"} != set(found) - {VOIDED, "subject"} or found.get(VOIDED, "1") != "1":
        raise Wrong("it has a value that this type of event does not have")
    if isinstance(item, Event) and VOIDED in found:
        return item, Void(item.subject, item.at)
    return (item,)
