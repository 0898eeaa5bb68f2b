"""The notes and cards of deck files as rows. Functions that write must be called inside `Store.write`.

A note is in use if a deck file in a synced folder has it.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any, Literal, NamedTuple

from srs.core.relinks import Aliases
from srs.database.bulk_insert import select_tuples
from srs.kinds.note import Card, Fields

_BATCH = 500
_LETTERS = 3  # of a name that are looked for in capitals, too


class NoteRow(NamedTuple):
    """A note in use; `tags` are without those of its file."""

    id: str
    path: str
    deck: str
    kind: str
    fields: Fields
    tags: tuple[str, ...]


class StoredNote(NamedTuple):
    """The rows of a note: `note` and those of its `cards` without the folder, which begin with the path of its file; and a
    digest of its text.
    """

    id: str
    note: tuple[Any, ...]
    cards: tuple[tuple[Any, ...], ...]
    digest: str


class Group(NamedTuple):
    """Deck and kind of a card."""

    deck: str
    kind: str


def note_paths(connection: sqlite3.Connection, folder: int) -> dict[str, str]:
    """The path of each note's file, by note."""
    return dict(connection.execute("select id, path from notes where folder = ?", (folder,)).fetchall())


def paths_of_notes(connection: sqlite3.Connection, folder: int, notes: Sequence[str]) -> dict[str, str]:
    """The path of the file of each of these notes that is in use."""
    rows = select_tuples(
        connection,
        "select n.id, n.path from json_each(?) j join notes n on n.folder = ? and n.id = j.value",
        (json.dumps(notes), folder),
    )
    return dict(rows.fetchall())


def names_beginning(
    connection: sqlite3.Connection, folder: int, what: Literal["notes", "cards"], typed: str
) -> list[str]:
    """The ids of notes or cards that begin so, in whatever case; some others, if it has more than three letters."""
    column = {"notes": "id", "cards": "card"}[what]
    rows = (
        select_tuples(
            connection,
            f"select {column} from {what} where folder = ? and {column} >= ? and {column} < ?",
            (folder, spelling, f"{spelling}\U0010ffff"),
        )
        for spelling in _spellings(typed)
    )
    return [name for found in rows for (name,) in found]


def _spellings(typed: str) -> list[str]:
    """What was typed up to its third letter, in capitals and not: an index finds what begins so."""
    spellings, letters = [""], 0
    for character in typed:
        cases = {case for case in (character, character.lower(), character.upper()) if len(case) == 1}
        letters += len(cases) > 1
        if letters > _LETTERS:
            break
        spellings = [f"{spelling}{case}" for spelling in spellings for case in sorted(cases)]
    return spellings


def delete_notes(connection: sqlite3.Connection, folder: int, path: str) -> None:
    """Deletes a file's notes and cards."""
    connection.execute("delete from notes where folder = ? and path = ?", (folder, path))


def insert_notes(
    connection: sqlite3.Connection,
    folder: int,
    notes: Sequence[StoredNote],
    now: int,
) -> None:
    """Inserts notes.

    If a note's text changed, its time of change becomes `now` (UTC milliseconds), but at least the next whole second
    after the last change, because Anki compares whole seconds.
    """
    connection.executemany(
        "insert into notes (folder, path, id, position, deck, kind, fields, tags, words) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(folder, *note.note) for note in notes],
    )
    connection.executemany(
        "insert into cards (folder, path, card, note, template, ordinal, deck, position, new)"
        " values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
        " not exists (select 1 from states where card = ?3 and state <> 'new'))",
        [(folder, *card) for note in notes for card in note.cards],
    )
    connection.executemany(
        "insert into texts (note, digest, changed_at, added_at) values (?1, ?2, ?3, ?3)"
        " on conflict (note) do update set digest = excluded.digest,"
        " changed_at = max(excluded.changed_at, (texts.changed_at / 1000 + 1) * 1000)"
        " where digest <> excluded.digest",
        [(note.id, note.digest, now) for note in notes],
    )


def stored_note(
    row: NoteRow, position: int, rank: int, cards: Sequence[Card], head: Sequence[str], words: str
) -> StoredNote:
    """The rows of a note at a position in its file, whose cards come at the place `rank` when they are new; `head` is what the
    file's head adds to the note in Anki, `words` are all its words, as `caseless` returns them.
    """
    fields, tags = _json(row.fields), _json(row.tags)
    return StoredNote(
        row.id,
        (row.path, row.id, position, row.deck, row.kind, fields, tags, words),
        tuple((row.path, card.key, row.id, card.template, card.ordinal, row.deck, rank) for card in cards),
        _digest(row, head),
    )


def all_values(connection: sqlite3.Connection, folder: int) -> Iterator[tuple[Any, ...]]:
    """The rows of all notes and cards, as a `StoredNote` has them."""
    for columns in (
        "path, id, position, deck, kind, fields, tags, words from notes",
        "path, card, note, template, ordinal, deck, position from cards",
    ):
        yield from select_tuples(connection, f"select {columns} where folder = ?", (folder,))


def cards_with_wrong_flag(connection: sqlite3.Connection) -> list[str]:
    """The cards whose `new` contradicts their state, without those of relinked notes."""
    rows = connection.execute(
        "select distinct card from cards c where new <>"
        " not exists (select 1 from states s where s.card = c.card and s.state <> 'new')"
        " and not exists (select 1 from events e where e.subject = c.note and e.what = 'relinked') order by card"
    )
    return [card for (card,) in rows]


def undated_notes(connection: sqlite3.Connection) -> list[str]:
    """The notes without a time of change."""
    rows = connection.execute(
        "select distinct id from notes n where not exists (select 1 from texts t where t.note = n.id) order by id"
    )
    return [note for (note,) in rows]


def get_note(connection: sqlite3.Connection, folder: int, note_id: str) -> NoteRow | None:
    row = connection.execute(
        "select id, path, deck, kind, fields, tags from notes where folder = ? and id = ?", (folder, note_id)
    ).fetchone()
    if row is None:
        return None
    name, path, deck_name, kind, fields, tags = row
    return NoteRow(name, path, deck_name, kind, json.loads(fields), tuple(json.loads(tags)))


def get_notes(connection: sqlite3.Connection, folder: int) -> Iterator[NoteRow]:
    """All notes in use, in the order of their files."""
    rows = note_tuples(connection, folder)
    while batch := list(islice(rows, _BATCH)):
        pairs = ",".join(f"[{fields},{tags}]" for _, _, _, _, fields, tags, _ in batch)
        values = json.loads(f"[{pairs}]")  # one long text is parsed faster
        for (note_id, path, deck, kind, *_), (fields, tags) in zip(batch, values, strict=True):
            yield NoteRow(note_id, path, deck, kind, fields, tuple(tags))


def find_notes(
    connection: sqlite3.Connection, folder: int, condition: str, values: Sequence[Any]
) -> Iterator[list[tuple[NoteRow, str]]]:
    """Some hundreds at a time of the notes in use, in the order of their files, that fulfil a condition on their row `n`,
    each with its words.
    """
    rows = select_tuples(
        connection,
        "select id, path, deck, kind, fields, tags, words from notes n"
        f" where folder = ? and {condition} order by path, position",
        (folder, *values),
    )
    while batch := list(islice(rows, _BATCH)):
        pairs = ",".join(f"[{fields},{tags}]" for _, _, _, _, fields, tags, _ in batch)
        yield [
            (NoteRow(note_id, path, deck, kind, fields, tuple(tags)), words)
            for (note_id, path, deck, kind, _, _, words), (fields, tags) in zip(
                batch, json.loads(f"[{pairs}]"), strict=True
            )
        ]


def note_tuples(connection: sqlite3.Connection, folder: int) -> Iterator[tuple[str, str, str, str, str, str, int]]:
    """id, path, deck, kind, fields and tags (JSON), and time of change (UTC milliseconds) of all notes in use, in the order
    of their files.
    """
    return select_tuples(
        connection,
        "select id, path, deck, kind, fields, tags, ifnull(changed_at, 0) from notes left join texts on note = id"
        " where folder = ? order by path, position",
        (folder,),
    )


def notes_of_file(connection: sqlite3.Connection, folder: int, path: str) -> list[NoteRow]:
    """The notes of one file, in its order."""
    rows = connection.execute(
        "select id, path, deck, kind, fields, tags from notes where folder = ? and path = ? order by position",
        (folder, path),
    )
    return [
        NoteRow(note, path, deck, kind, json.loads(fields), tuple(json.loads(tags)))
        for note, path, deck, kind, fields, tags in rows
    ]


def has_kind(connection: sqlite3.Connection, folder: int, kind: str) -> bool:
    """Whether a note of the kind is in use."""
    row = connection.execute("select 1 from notes where folder = ? and kind = ? limit 1", (folder, kind)).fetchone()
    return row is not None


def count_notes(connection: sqlite3.Connection, folder: int) -> int:
    number: int = connection.execute("select count(*) from notes where folder = ?", (folder,)).fetchone()[0]
    return number


def note_tags(connection: sqlite3.Connection, folder: int) -> set[str]:
    """The notes' own tags, without those of their files."""
    rows = connection.execute("select distinct value from notes, json_each(tags) where folder = ?", (folder,))
    return {tag for (tag,) in rows}


def deck_header(connection: sqlite3.Connection, folder: int, path: str) -> str:
    """What the file says of all its notes, as JSON."""
    query = "select deck from files where folder = ? and path = ?"
    header: str = connection.execute(query, (folder, path)).fetchone()[0]
    return header


def changed_times(connection: sqlite3.Connection) -> dict[str, int]:
    """When each note's text last changed (UTC milliseconds), by note."""
    return dict(connection.execute("select note, changed_at from texts").fetchall())


def changes(connection: sqlite3.Connection) -> tuple[int, int]:
    """Two numbers that are others after the text of any note has changed."""
    return tuple(connection.execute("select count(*), coalesce(sum(changed_at), 0) from texts").fetchone())


def changed_time(connection: sqlite3.Connection, note: str) -> int:
    """When the note's text last changed (UTC milliseconds), 0 if that is unknown."""
    row = connection.execute("select changed_at from texts where note = ?", (note,)).fetchone()
    return row[0] if row else 0


def added_times(connection: sqlite3.Connection) -> dict[str, int]:
    """When each note was first seen (UTC milliseconds), by note."""
    return dict(connection.execute("select note, added_at from texts").fetchall())


SET_ADDED_AT = (
    "update texts set added_at = min(changed_at, ifnull((select min(at) from events"
    " where subject > note || '/' and subject < note || '0'), changed_at)) where added_at = 0"
)
"""Fills in when notes were first seen, if that is unknown: at their first event, else at the last change of their text."""


def card_keys(connection: sqlite3.Connection, folder: int) -> list[str]:
    return [card for (card,) in connection.execute("select card from cards where folder = ?", (folder,))]


def guids(connection: sqlite3.Connection, folder: int) -> Iterator[tuple[str, str | None]]:
    """Each note and the guid that its file gives it, of all folders, those of `folder` last."""
    return select_tuples(
        connection,
        "select id, iif(instr(fields, '\"guid\"'), json_extract(fields, '$.guid'), null) from notes order by folder = ?",
        (folder,),
    )


def ordinals(connection: sqlite3.Connection, folder: int) -> Iterator[tuple[str, int, str]]:
    """note, ordinal and key of each card, of all folders, those of `folder` last."""
    return select_tuples(connection, "select note, ordinal, card from cards order by folder = ?", (folder,))


def decks_of_cards(connection: sqlite3.Connection, folder: int) -> dict[str, str]:
    """The deck of each card, by card."""
    return dict(connection.execute("select card, deck from cards where folder = ?", (folder,)).fetchall())


def groups(connection: sqlite3.Connection, folder: int) -> dict[str, Group]:
    """Of every card of the folder; equal ones are the same object."""
    rows = select_tuples(
        connection,
        "select c.deck, n.kind, json_group_array(c.card) from cards c join notes n on n.folder = c.folder and n.id = c.note"
        " where c.folder = ? group by c.deck, n.kind",
        (folder,),
    )
    found = dict[str, Group]()
    for deck, kind, cards in rows:
        found |= dict.fromkeys(json.loads(cards), Group(deck, kind))
    return found


def cards_of_note(connection: sqlite3.Connection, folder: int, note: str) -> list[str]:
    """The note's cards, by ordinal."""
    rows = connection.execute("select card from cards where folder = ? and note = ? order by ordinal", (folder, note))
    return [card for (card,) in rows]


def cards_of_deck(connection: sqlite3.Connection, folder: int, deck: str) -> list[str]:
    """The cards of the deck itself, in the order of its files."""
    rows = connection.execute(
        "select card from cards where folder = ? and deck = ? order by path, position, ordinal", (folder, deck)
    )
    return [card for (card,) in rows]


def deck_of_card(connection: sqlite3.Connection, folder: int, card: str) -> str:
    """The card's deck, empty if the card is not in use."""
    row = connection.execute("select deck from cards where folder = ? and card = ?", (folder, card)).fetchone()
    return row[0] if row else ""


def all_cards_of_note(connection: sqlite3.Connection, note: str) -> list[str]:
    """The note's cards that are in use in any folder or have a state."""
    rows = connection.execute(
        "select card from cards where folder in (select id from folders) and note = :note"
        " union select card from states where card > :note || '/' and card < :note || '0'",
        {"note": note},
    )
    return [card for (card,) in rows]


def notes_with_progress(connection: sqlite3.Connection) -> list[str]:
    """The notes with an answered card, in any folder or none."""
    return [note for (note,) in connection.execute("select distinct note from states where state <> 'new'")]


def clear_new_flags(connection: sqlite3.Connection, aliases: Aliases) -> None:
    """Marks the cards of relinked ids as not new: their history is that of the current note."""
    connection.executemany(
        "update cards set new = 0 where new and note = ? and folder in (select id from folders)",
        [(note,) for note in aliases.current],
    )


def orphaned_cards(connection: sqlite3.Connection, folder: int) -> list[tuple[str, str]]:
    """(note, card) of each card with progress whose note is in use but no longer has that card."""
    rows = connection.execute(
        "select n.id, s.card from states s join notes n on n.folder = :folder and n.id = s.note"
        " where s.state <> 'new' and not exists (select 1 from cards c where c.folder = :folder and c.card = s.card)"
        " order by s.card",
        {"folder": folder},
    )
    return [tuple(row) for row in rows]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _digest(row: NoteRow, head: Sequence[str]) -> str:
    """Of the text, of which the rank is no part, and of the `head`, if there is one; the gloss counts by its older name, so
    that renaming the key is no edit.
    """
    fields = {("ko" if key == "gloss" else key): value for key, value in row.fields.items() if key != "order"}
    return sha256(_json([row.kind, fields, row.tags, *([head] if head else [])]).encode()).hexdigest()
