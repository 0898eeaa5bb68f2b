"""`srs log --import FILE`: the whole file in one transaction, or, if a single line is bad, nothing.

A log that was half imported is hard to tell from a whole one, so every bad line is reported, to be corrected first.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import gettempdir
from typing import Any, NamedTuple

from srs.collection import Collection
from srs.collection.merge_events import EventMerger, MergeCounts, merging_events
from srs.core.errors import BadInput, LogFileError
from srs.core.event import Answered, Crammed, Event, Void
from srs.core.event_line import InvalidEvent, NewerEvent, NewerEvents
from srs.core.progress import Done, Progress, counted
from srs.core.relinks import Aliases
from srs.core.unicode import nfc
from srs.database import decks
from srs.database.connection import translate_sqlite_errors
from srs.importers import log_file, review_logs
from srs.log import event_log

_SHOWN = 100  # bad lines by name; the rest is counted
_TOLERANCE_MS = 50  # an answer may have been moved by this much: the ids of Anki's log are unique over all cards
_JSON = ("{", "[")
_CONTAINERS = (b"SQLite format 3", b"PK\x03\x04")

ReadLog = Callable[[Path], Iterator[log_file.ParsedLine]]


class _BadLines(Exception):
    """Rolls the import back; `lines` are the bad lines by number, each with what is wrong."""

    def __init__(self, lines: list[tuple[int, str]]) -> None:
        super().__init__(lines)
        self.lines = lines


@dataclass(frozen=True, slots=True)
class LogImportResult:
    """`bad` are the first bad lines by number, each with what is wrong; `more_bad` counts the rest. If there are any,
    nothing was recorded. `newer` are lines that a newer program has written.
    """

    counts: MergeCounts = field(default_factory=MergeCounts)
    bad: tuple[tuple[int, str], ...] = ()
    more_bad: int = 0
    newer: NewerEvents = field(default_factory=NewerEvents)


def import_log(collection: Collection, path: Path, renames: Path | None = None) -> LogImportResult:
    """Imports what `srs log --format` wrote, or another program's review log. `renames` is a CSV of two columns: a card
    there, and the card or note here.

    Raises LogFileError if the format is unknown, BadInput for `renames`, StoreError.
    """
    names, newer = _read_renames(collection, renames) if renames else {}, NewerEvents()
    read = _reader_of_own_format(path)
    try:
        with ExitStack() as stack:
            sorted_answers = None if read else stack.enter_context(_sorted_answers(path, names, collection.watch))
            merger = stack.enter_context(merging_events(collection))
            total = sorted_answers.total if sorted_answers else log_file.count_lines(path)
            done = stack.enter_context(collection.watch("Importing the log", total))
            if sorted_answers:
                made = review_logs.to_events(sorted_answers.answers, collection.calendar, collection.machine)
                _add_missing(counted(made, done), merger)
            elif read:
                for item in counted(_own_items(read(path), names, newer), done):
                    merger.add(item)
    except _BadLines as error:
        bad = error.lines
        return LogImportResult(bad=tuple(bad[:_SHOWN]), more_bad=max(len(bad) - _SHOWN, 0))
    return LogImportResult(merger.counts, newer=newer)


def _reader_of_own_format(path: Path) -> ReadLog | None:
    """None for another program's file. Raises LogFileError."""
    if path.exists() and not path.is_file():
        raise LogFileError(path, "unreadable", "not a regular file")
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise LogFileError(path, "unreadable", error.strerror or str(error)) from error
    if start.startswith(_CONTAINERS):
        raise LogFileError(path, "collection")
    text = log_file.read_start(path)
    if text == "" or text.startswith('{"at":'):  # an empty log is an empty file
        return log_file.read_json_lines
    if text.startswith(_JSON):
        return None
    return log_file.read_csv if set(log_file.COLUMNS) <= set(log_file.read_header(path)) else None


def _own_items(
    lines: Iterator[log_file.ParsedLine], names: Mapping[str, str], newer: NewerEvents
) -> Iterator[Event | Void]:
    """The items of all lines, up to the first bad one; `newer` gains the lines of a newer program. Raises _BadLines."""
    bad = list[tuple[int, str]]()
    for number, content in lines:
        if isinstance(content, NewerEvent):
            newer.add(content)
        elif isinstance(content, InvalidEvent):
            bad.append((number, str(content)))
        elif not bad:
            for item in content:
                is_card = "/" in item.subject  # note ids, as relinks have them, stay
                yield replace(item, subject=names.get(item.subject, item.subject)) if is_card else item
    if bad:
        raise _BadLines(bad)


class _SortedAnswers(NamedTuple):
    answers: Iterator[review_logs.Answer]
    total: int


@contextmanager
def _sorted_answers(path: Path, names: Mapping[str, str], watch: Progress) -> Iterator[_SortedAnswers]:
    """The rows of another program's file by card, which gets our name, and time. They are sorted in a file that SQLite
    deletes, since there may be more than fit into memory. Raises LogFileError, _BadLines.
    """
    bad = list[tuple[int, str]]()
    is_json = log_file.read_start(path).startswith(_JSON)
    columns: Any = next(log_file.read_json_values(path), (0, ()))[1] if is_json else log_file.read_header(path)
    parse_row = review_logs.row_parser(columns if isinstance(columns, dict | list) else ())
    if parse_row is None:
        raise LogFileError(path, "unknown")

    def parsed(done: Done) -> Iterator[tuple[str, int, str]]:
        rows: Iterator[tuple[int, Any]]
        rows = log_file.read_json_values(path, done) if is_json else log_file.read_table(path, done=done)
        for count, (number, row) in enumerate(rows, 1):
            place = f"review {count}: " if is_json else ""  # all may stand on one line
            try:
                answer = parse_row(row)
            except InvalidEvent as error:
                bad.append((number, f"{place}{error}"))
            except (KeyError, TypeError, AttributeError):
                bad.append((number, f"{place}its fields differ from the first one's"))
            else:
                yield (
                    _card_subject(answer.card, names),
                    answer.at,
                    json.dumps({name: row[name] for name in row if name in review_logs.COLUMNS}),
                )

    with closing(sqlite3.connect("")) as sorter:
        with translate_sqlite_errors(Path(gettempdir())), watch("Reading the log", path.stat().st_size) as done:
            sorter.execute("create table answers (card text, at integer, line text)")
            sorter.executemany("insert into answers values (?, ?, ?)", parsed(done))
        if bad:
            raise _BadLines(bad)
        (count,) = sorter.execute("select count(*) from answers").fetchone()
        found = sorter.execute("select card, line from answers order by card, at, rowid")
        yield _SortedAnswers((parse_row(json.loads(line))._replace(card=card) for card, line in found), count)


def _add_missing(events: Iterable[Event], merger: EventMerger) -> None:
    """Adds the events, ordered by card, that the log lacks; the others are counted as known."""
    aliases = event_log.read_aliases(merger.connection)
    for _, of_card in groupby(events, key=attrgetter("subject")):
        some = list(of_card)
        missing = [event for event in some if not _is_known(merger.connection, event, aliases)]
        merger.counts.known += len(some) - len(missing)
        for event in missing:
            merger.add(event)


def _is_known(connection: sqlite3.Connection, event: Event, aliases: Aliases) -> bool:
    """Whether the log has an event of the card, under any of its ids, at the same time, or the same answer at most 50 ms
    earlier.
    """
    rating = event.what.rating if isinstance(event.what, Answered | Crammed) else None
    return (
        connection.execute(
            "select 1 from json_each(?1) k join events e on e.subject = k.value"
            " and (at = ?2 or (at between ?2 - ?3 and ?2 and rating = ?4))",
            (json.dumps(aliases.keys(aliases.card(event.subject))), event.at, _TOLERANCE_MS, rating),
        ).fetchone()
        is not None
    )


def _card_subject(card: str, names: Mapping[str, str]) -> str:
    return names.get(nfc(card)) or review_logs.to_subject(card)


def _read_renames(collection: Collection, path: Path) -> dict[str, str]:
    """A card there → the card here. Raises BadInput, LogFileError."""
    names = {}
    for number, cells in log_file.read_table(path, names=("there", "here")):
        there, here = cells.get("there", "").strip(), cells.get("here", "").strip()
        if there and here:
            names[nfc(there)] = _find_card(collection, here, f"{path}:{number}")
    return names


def _find_card(collection: Collection, name: str, place: str) -> str:
    """The card of this name, or the only card of the note; `NOTE/back` for a note that no deck has. Raises BadInput."""
    subject = review_logs.to_subject(name)
    if subject == name:
        return name
    cards = decks.cards_of_note(collection.store.connection, collection.folder_id, name)
    if len(cards) > 1:
        raise BadInput(place, name, f"one of the note's cards: {', '.join(cards)}")
    if subject != f"{name}/back":
        raise BadInput(place, name, "a card (NOTE/TEMPLATE) or a note")
    return cards[0] if cards else subject
