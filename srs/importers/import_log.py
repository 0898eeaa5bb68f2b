"""`srs log --import FILE`: all of it in one transaction, or, where a single line is wrong, nothing.

An import happens once, and a log that came in by half is hard to tell from one that came in whole: so every bad line is
named, and the file is put right first.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from json import dumps as encoded
from pathlib import Path
from typing import Any

from srs.collection import Collection
from srs.collection.merge_events import Tally, settle
from srs.core.errors import BadInput, LogFileError
from srs.core.event import Answered, Crammed, Event
from srs.core.event_line import Later, Newer, Wrong
from srs.core.relinks import Aliases
from srs.core.unicode import nfc
from srs.database import decks
from srs.importers import review_logs
from srs.importers.log_file import COLUMNS, Item, Numbered, header, lines, objects, read_csv, read_json_lines, table
from srs.log import event_log
from srs.log.union import take

_SHOWN = 100  # bad lines by name; the rest is counted
_NEAR = 50  # milliseconds that an answer may have been moved by: the ids of Anki's log are unique over all cards
_CONTAINERS = (b"SQLite format 3", b"PK\x03\x04")

Bad = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Imported:
    """`bad` names lines with what is wrong with them, `more` counts those beyond; if there is any, nothing was
    recorded. `later` are lines that a newer program has written.
    """

    tally: Tally
    bad: tuple[tuple[int, str], ...] = ()
    more: int = 0
    later: Later = field(default_factory=Later)


def import_log(collection: Collection, path: Path, renames: Path | None = None) -> Imported:
    """Takes in what `srs log --format` wrote, or another tool's review log. `renames` is a CSV of two columns: a card
    there, and the card or note here.

    Raises LogFileError if the file is nothing that is known, BadInput for `renames`, StoreError.
    """
    names = _renames(collection, renames) if renames else {}
    read = _reader(path)
    answers, bad = ([], _bad(read(path))) if read else _answers(path)
    if bad:
        return Imported(Tally(), tuple(bad[:_SHOWN]), max(len(bad) - _SHOWN, 0))
    tally, later = Tally(), Later()
    with collection.store.write() as connection:
        before = event_log.aliases(connection)
        items: Iterator[Item]
        if read:
            items = _renamed(path, read, names, later)
        else:
            ours = (
                answer._replace(card=names.get(nfc(answer.card)) or review_logs.subject(answer.card))
                for answer in answers
            )
            made = list(review_logs.events(ours, collection.calendar, collection.machine))
            fresh = [event for event in made if not _answered(connection, event, before)]
            tally.known += len(made) - len(fresh)
            items = iter(fresh)
        for item in items:
            tally.count(item, take(connection, item))
        settle(connection, collection, tally.subjects, before)
    return Imported(tally, later=later)


def _reader(path: Path) -> Callable[[Path], Iterator[Numbered]] | None:
    """What reads a file of our own kinds; None for another's. Raises LogFileError."""
    if path.exists() and not path.is_file():
        raise LogFileError(path, "unreadable", "it is no file")
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise LogFileError(path, "unreadable", error.strerror or str(error)) from error
    if start.startswith(_CONTAINERS):
        raise LogFileError(path, "collection")
    first = _first(path)
    if first == "" or first.startswith('{"at":'):  # the log of who did nothing yet is empty
        return read_json_lines
    return read_csv if set(COLUMNS) <= set(header(path)) else None


def _first(path: Path) -> str:
    return next((text.strip() for _, text in lines(path) if text.strip()), "")


def _bad(found: Iterator[Numbered]) -> Bad:
    wrong = ((one.line, one.says) for one in found if isinstance(one.says, Wrong))
    return [(number, str(error)) for number, error in wrong if not isinstance(error, Newer)]


def _answers(path: Path) -> tuple[list[review_logs.Answer], Bad]:
    """The rows of another tool's file, and its bad lines. Raises LogFileError."""
    answers, bad = list[review_logs.Answer](), Bad()
    json = _first(path).startswith(("{", "["))
    rows: Iterator[tuple[int, Any]] = objects(path) if json else table(path)
    read = None if json else review_logs.reader(header(path))
    for number, row in rows:
        if read is None and isinstance(row, dict):
            read = review_logs.reader(row)
        if read is None:
            break
        try:
            answers.append(read(row))
        except Wrong as error:
            bad.append((number, str(error)))
        except (KeyError, TypeError, AttributeError):
            bad.append((number, "it is not like the first one"))
    if read is None:
        raise LogFileError(path, "unknown")
    return answers, bad


def _renamed(
    path: Path, read: Callable[[Path], Iterator[Numbered]], names: Mapping[str, str], later: Later
) -> Iterator[Item]:
    for one in read(path):
        if isinstance(one.says, Newer):
            later.add(one.says)
            continue
        if isinstance(one.says, Wrong):
            raise LogFileError(path, "damaged", f"line {one.line} has just changed")
        for item in one.says:
            card = "/" in item.subject  # a relink's ids stay what they are
            yield replace(item, subject=names.get(item.subject, item.subject)) if card else item


def _answered(connection: sqlite3.Connection, event: Event, aliases: Aliases) -> bool:
    """Whether the log has it already, under whatever id: something at its very time, or the same answer at most 50 ms
    earlier.
    """
    rating = event.what.rating if isinstance(event.what, Answered | Crammed) else None
    return (
        connection.execute(
            "select 1 from json_each(?1) k join events e on e.subject = k.value"
            " and (at = ?2 or (at between ?2 - ?3 and ?2 and rating = ?4))",
            (encoded(aliases.keys(aliases.card(event.subject))), event.at, _NEAR, rating),
        ).fetchone()
        is not None
    )


def _renames(collection: Collection, path: Path) -> dict[str, str]:
    """A card there → the card here. Raises BadInput, LogFileError."""
    found = {}
    for number, cells in table(path, names=("there", "here")):
        there, here = cells.get("there", "").strip(), cells.get("here", "").strip()
        if there and here:
            found[nfc(there)] = _card(collection, here, f"{path}:{number}")
    return found


def _card(collection: Collection, name: str, place: str) -> str:
    """The card called so; a note stands for its only card, or for `NOTE/back` if no deck has it."""
    if review_logs.subject(name) == name:
        return name
    cards = decks.of_note(collection.store.connection, collection.number, name)
    if len(cards) > 1:
        raise BadInput(place, name, f"one of the note's cards: {', '.join(cards)}")
    if review_logs.subject(name) != f"{name}/back":
        raise BadInput(place, name, "a card (NOTE/TEMPLATE) or a note")
    return cards[0] if cards else f"{name}/back"
