"""The notes of deck files as rows. Functions that write expect to be inside `Store.write`."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

from srs.core.relinks import Aliases
from srs.kinds.note import Card, Fields

_AT_ONCE = 500


class NoteRow(NamedTuple):
    """A note in use; `tags` are its own."""

    id: str
    path: str
    deck: str
    kind: str
    fields: Fields
    tags: tuple[str, ...]


def ids(connection: sqlite3.Connection, folder: int) -> dict[str, str]:
    """The path of the file that holds each note in use, by note."""
    return dict(connection.execute("select id, path from notes where folder = ?", (folder,)).fetchall())


def clear_notes(connection: sqlite3.Connection, folder: int, path: str) -> None:
    """Takes a file's notes and cards out of use."""
    connection.execute("delete from notes where folder = ? and path = ?", (folder, path))


def put_notes(
    connection: sqlite3.Connection, folder: int, notes: Iterable[tuple[int, NoteRow, Sequence[Card]]], now: int
) -> None:
    """Brings notes into use, each with its position in its file and its cards.

    A note whose text is not the one last seen gets `now` (UTC milliseconds) as the time of its change, and at least the
    next whole second after its last one: Anki compares whole seconds.
    """
    notes = list(notes)
    connection.executemany(
        "insert into notes (folder, path, id, position, deck, kind, fields, tags) values (?, ?, ?, ?, ?, ?, ?, ?)",
        [(folder, *note_values(n, note)) for n, note, _ in notes],
    )
    connection.executemany(
        "insert into cards (folder, path, card, note, template, ordinal, deck, position, new)"
        " values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
        " not exists (select 1 from states where card = ?3 and state <> 'new'))",
        [(folder, *card_values(n, note, card)) for n, note, cards in notes for card in cards],
    )
    connection.executemany(
        "insert into texts (note, digest, changed_at, added_at) values (?1, ?2, ?3, ?3)"
        " on conflict (note) do update set digest = excluded.digest,"
        " changed_at = max(excluded.changed_at, (texts.changed_at / 1000 + 1) * 1000)"
        " where digest <> excluded.digest",
        [(note.id, _digest(note), now) for _, note, _ in notes],
    )


def note_values(position: int, note: NoteRow) -> tuple[Any, ...]:
    """What the table holds of a note, but for its folder; the path comes first."""
    fields, tags = _json(note.fields), _json(note.tags)
    return (note.path, note.id, position, note.deck, note.kind, fields, tags)


def card_values(position: int, note: NoteRow, card: Card) -> tuple[Any, ...]:
    """The same of a card, but for whether it is new."""
    return (note.path, card.key, note.id, card.template, card.ordinal, note.deck, position)


def stored(connection: sqlite3.Connection, folder: int) -> Iterator[tuple[Any, ...]]:
    """The values of all notes and cards."""
    cursor = connection.cursor()
    cursor.row_factory = None
    yield from cursor.execute(
        "select path, id, position, deck, kind, fields, tags from notes where folder = ?", (folder,)
    )
    yield from cursor.execute(
        "select path, card, note, template, ordinal, deck, position from cards where folder = ?", (folder,)
    )


def wrongly_new(connection: sqlite3.Connection) -> list[str]:
    """The cards whose mark as new does not fit their state; those of an id that stands for another note may have any."""
    rows = connection.execute(
        "select distinct card from cards c where new <>"
        " not exists (select 1 from states s where s.card = c.card and s.state <> 'new')"
        " and not exists (select 1 from events e where e.subject = c.note and e.what = 'relinked') order by card"
    )
    return [row[0] for row in rows]


def undated(connection: sqlite3.Connection) -> list[str]:
    """The notes of which it is not known when their text changed."""
    rows = connection.execute(
        "select distinct id from notes n where not exists (select 1 from texts t where t.note = n.id) order by id"
    )
    return [row[0] for row in rows]


def note(connection: sqlite3.Connection, folder: int, note_id: str) -> NoteRow | None:
    row = connection.execute("select * from notes where folder = ? and id = ?", (folder, note_id)).fetchone()
    return _note(row) if row else None


def notes(connection: sqlite3.Connection, folder: int) -> Iterator[NoteRow]:
    """All notes in use, in the decks' order."""
    rows = plain_notes(connection, folder)
    while some := list(islice(rows, _AT_ONCE)):
        values = json.loads(f"[{','.join(f'[{row[4]},{row[5]}]' for row in some)}]")  # one long text reads faster
        for (note_id, path, of_deck, kind, *_), (fields, tags) in zip(some, values, strict=True):
            yield NoteRow(note_id, path, of_deck, kind, fields, tuple(tags))


def plain_notes(connection: sqlite3.Connection, folder: int) -> Iterator[tuple[str, str, str, str, str, str, int]]:
    """id, path, deck, kind, fields and tags (JSON) of all notes in use, in the decks' order, and when their text last
    changed (UTC milliseconds).
    """
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there may be hundreds of thousands
    return cursor.execute(
        "select id, path, deck, kind, fields, tags, ifnull(changed_at, 0) from notes left join texts on note = id"
        " where folder = ? order by path, position",
        (folder,),
    )


def count(connection: sqlite3.Connection, folder: int) -> int:
    """How many notes there are in use."""
    found: int = connection.execute("select count(*) from notes where folder = ?", (folder,)).fetchone()[0]
    return found


def own_tags(connection: sqlite3.Connection, folder: int) -> set[str]:
    """The tags of notes in use, less those that only their files have."""
    rows = connection.execute("select distinct value from notes, json_each(tags) where folder = ?", (folder,))
    return {row[0] for row in rows}


def deck(connection: sqlite3.Connection, folder: int, path: str) -> str:
    """What the file in use says of all its notes, as JSON."""
    row = connection.execute("select deck from files where folder = ? and path = ?", (folder, path)).fetchone()
    text: str = row[0]
    return text


def changed(connection: sqlite3.Connection) -> dict[str, int]:
    """When each note's text last changed, UTC milliseconds."""
    return dict(connection.execute("select note, changed_at from texts").fetchall())


def added(connection: sqlite3.Connection) -> dict[str, int]:
    """When each note was first seen, UTC milliseconds."""
    return dict(connection.execute("select note, added_at from texts").fetchall())


DATE_ADDED = (
    "update texts set added_at = min(changed_at, ifnull((select min(at) from events"
    " where subject > note || '/' and subject < note || '0'), changed_at)) where added_at = 0"
)
"""Where it is not known when a note was first seen: its first event tells, or the last change of its text."""


def card_names(connection: sqlite3.Connection, folder: int) -> list[str]:
    return [row[0] for row in connection.execute("select card from cards where folder = ?", (folder,))]


def guids(connection: sqlite3.Connection, folder: int) -> Iterator[tuple[str, str | None]]:
    """Each note in use and the guid that its file gives it, of all folders, those of `folder` last."""
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there may be hundreds of thousands
    return cursor.execute(
        "select id, iif(instr(fields, '\"guid\"'), json_extract(fields, '$.guid'), null) from notes order by folder = ?",
        (folder,),
    )


def ordinals(connection: sqlite3.Connection, folder: int) -> Iterator[tuple[str, int, str]]:
    """note, ordinal and name of each card in use, of all folders, those of `folder` last."""
    cursor = connection.cursor()
    cursor.row_factory = None  # as above
    return cursor.execute("select note, ordinal, card from cards order by folder = ?", (folder,))


def decks_of_cards(connection: sqlite3.Connection, folder: int) -> dict[str, str]:
    """The deck of each card in use, by card."""
    return dict(connection.execute("select card, deck from cards where folder = ?", (folder,)).fetchall())


def of_note(connection: sqlite3.Connection, folder: int, note: str) -> list[str]:
    """The cards of a note in use, in the order of their templates' ordinals."""
    rows = connection.execute("select card from cards where folder = ? and note = ? order by ordinal", (folder, note))
    return [row[0] for row in rows]


def of_card(connection: sqlite3.Connection, folder: int, card: str) -> str:
    """The deck of a card in use, empty for another."""
    row = connection.execute("select deck from cards where folder = ? and card = ?", (folder, card)).fetchone()
    return row[0] if row else ""


def every_card(connection: sqlite3.Connection, note: str) -> list[str]:
    """The cards of a note that are in use in any folder, or of which something is known."""
    rows = connection.execute(
        "select card from cards where folder in (select id from folders) and note = :note"
        " union select card from states where card > :note || '/' and card < :note || '0'",
        {"note": note},
    )
    return [row[0] for row in rows]


def with_progress(connection: sqlite3.Connection) -> list[str]:
    """The notes of which a card was answered, in whatever folder or in none."""
    return [row[0] for row in connection.execute("select distinct note from states where state <> 'new'")]


def silence(connection: sqlite3.Connection, aliases: Aliases) -> None:
    """Cards of ids that stand for another note are not new: what happens to them happened to that note's."""
    connection.executemany(
        "update cards set new = 0 where new and note = ? and folder in (select id from folders)",
        [(note,) for note in aliases.current],
    )


def orphans(connection: sqlite3.Connection, folder: int) -> list[tuple[str, str]]:
    """(note, card) for each card with progress whose note is in use, but has no such card any more."""
    rows = connection.execute(
        "select n.id, s.card from states s join notes n on n.folder = :folder and n.id = s.note"
        " where s.state <> 'new' and not exists (select 1 from cards c where c.folder = :folder and c.card = s.card)"
        " order by s.card",
        {"folder": folder},
    )
    return [tuple(row) for row in rows]


def _note(row: sqlite3.Row) -> NoteRow:
    fields, tags = json.loads(row["fields"]), tuple(json.loads(row["tags"]))
    return NoteRow(row["id"], row["path"], row["deck"], row["kind"], fields, tags)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _digest(row: NoteRow) -> str:
    """Of the text; the gloss counts by its older name, so that renaming the key is no edit."""
    fields = {("ko" if key == "gloss" else key): value for key, value in row.fields.items()}
    return sha256(_json([row.kind, fields, row.tags]).encode()).hexdigest()
