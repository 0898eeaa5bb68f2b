"""What counts in the log as columns, for counting hundreds of thousands of entries at a time."""

import json
import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from srs.core.relinks import Aliases
from srs.log.event_log import COUNTS, card_key_range, duplicate_keys

LAST_SUBJECT = "\N{REPLACEMENT CHARACTER}"
"""Comes after every subject."""


class EntryColumns(NamedTuple):
    """Answers, forgets and due dates in no order; `days` are study days (ISO), a `value` is what an SQL expression makes of the
    event, an integer, and a `duration` is in milliseconds.
    """

    cards: list[str]
    at: list[int]
    days: list[str]
    values: list[int]
    durations: list[int]


def entry_columns(
    connection: sqlite3.Connection, value: str, since: int, low: str = "", high: str = LAST_SUBJECT
) -> EntryColumns:
    """Those from the instant `since` on, of the subjects from `low` to below `high`; relinks are not followed."""
    # the table is in order of time, and reading a large one in an index's order takes ten times as long
    return _read(connection, value, "not indexed where at >= ? and subject >= ? and subject < ?", (since, low, high))


def relinked_columns(connection: sqlite3.Connection, value: str, aliases: Aliases) -> EntryColumns:
    """Those of all relinked cards, under their current keys."""
    duplicates = duplicate_keys(connection, aliases)
    rows = [
        (aliases.card(row[0]), *row[1:])
        for note in (note for notes in aliases.members.values() for note in notes)
        for row in zip(
            *_read(connection, value, "where subject > ? and subject < ?", card_key_range(note)), strict=True
        )
        if row[:2] not in duplicates
    ]
    return EntryColumns(*map(list, zip(*rows, strict=True))) if rows else EntryColumns([], [], [], [], [])


def _read(connection: sqlite3.Connection, value: str, where: str, values: tuple[int | str, ...]) -> EntryColumns:
    # JSON arrays take a third of the time of rows, or of window functions
    row = connection.execute(
        "select json_group_array(subject), json_group_array(at), json_group_array(day),"
        f" json_group_array({value}), json_group_array(coalesce(duration_ms, 0)) from events e {where}"
        f" and (what = 'answered' or what in ('crammed', 'forgot', 'rescheduled')) and {COUNTS}",
        values,
    ).fetchone()
    return EntryColumns(*map(json.loads, row))


def last_values(
    connection: sqlite3.Connection, value: str, until: int, cards: Collection[str], names: Collection[str]
) -> list[int | None]:
    """Of each card, the value of its last entry of these types before an instant, None if there is none; relinks are not
    followed.
    """
    (found,) = connection.execute(
        f"select json_group_array((select {value} from events e where subject = c.value and at < ?"
        f" and what in (select value from json_each(?)) and {COUNTS} order by at desc limit 1)) from json_each(?) c",
        (until, json.dumps(list(names)), json.dumps(list(cards))),
    ).fetchone()
    values: list[int | None] = json.loads(found)
    return values
