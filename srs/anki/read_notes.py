"""Reads the notes of somebody's Anki collection, with their note types and decks."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from srs.anki import protobuf
from srs.anki.package import Opened, require_tables
from srs.core.errors import PackageError
from srs.core.quoting import CONTROL

MOST_TEXT = 256 << 20
"""The most characters in the fields of all notes together."""

_MOST_CARDS = 3_000_000
_IMAGE_OCCLUSION = 6  # Anki's number for the stock type


@dataclass(frozen=True, slots=True)
class ImportedTemplate:
    name: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class ImportedNoteType:
    """`templates` are by ordinal."""

    name: str
    is_cloze: bool
    is_image_occlusion: bool
    fields: tuple[str, ...]
    templates: tuple[ImportedTemplate, ...]
    css: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class ImportedNote:
    """`values` are by field, without control characters; `cards` are the (ordinal, deck) of each, ascending."""

    guid: str
    kind: ImportedNoteType | None
    values: Mapping[str, str]
    tags: tuple[str, ...]
    cards: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ImportedNotes:
    """`decks` are (name, description in HTML) by id."""

    opened: Opened
    kinds: Mapping[int, ImportedNoteType]
    decks: Mapping[int, tuple[str, str]]

    def count(self) -> int:
        number: int = self.opened.connection.execute("select count(*) from notes").fetchone()[0]
        return number

    def notes(self) -> Iterator[ImportedNote]:
        """Notes without new cards in the order of their creation, then new ones by position. Raises PackageError where
        there are too many cards or too much text.
        """
        cards: dict[Any, list[tuple[int, str]]] = defaultdict(list)
        rows = self.opened.connection.execute("select nid, ord, iif(odid, odid, did) from cards order by ord")
        for count, (note, ordinal, deck) in enumerate(rows):
            if count == _MOST_CARDS:
                raise PackageError(self.opened.path, "too-large")
            if isinstance(ordinal, int) and 0 <= ordinal < 10_000:
                cards[note].append((ordinal, self.decks.get(deck, ("Default", ""))[0]))
        total = 0
        for nid, guid, mid, tags, fields in self.opened.connection.execute(
            "select id, guid, mid, tags, flds from notes left join"
            " (select nid, min(iif(odid, odue, due)) as position from cards where type = 0 group by nid) on nid = id"
            " order by coalesce(position, -1), id"
        ):
            total += len(fields) if isinstance(fields, str) else 0
            if total > MOST_TEXT:
                raise PackageError(self.opened.path, "too-large")
            kind = self.kinds.get(mid)
            yield ImportedNote(
                _text(guid),
                kind,
                dict(zip(kind.fields, _values(fields), strict=False)) if kind else {},
                tuple(dict.fromkeys(_text(tags).split())),
                tuple(dict(cards.get(nid, ())).items()),
            )


def read_notes(opened: Opened) -> ImportedNotes:
    """Raises PackageError for note types and decks that cannot be read."""
    opened.connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        if opened.schema == 18:
            require_tables(opened.path, opened.connection, ("decks", "notetypes", "fields", "templates"))
            return ImportedNotes(opened, _note_types_18(opened.connection), _decks_18(opened.connection))
        models, decks = opened.connection.execute("select models, decks from col").fetchone()
        return ImportedNotes(opened, _note_types_11(json.loads(models)), _decks_11(json.loads(decks)))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise PackageError(opened.path, "damaged", "its note types or decks cannot be read") from error


def _values(joined: object) -> list[str]:
    return [_text(value) for value in joined.split("\x1f")] if isinstance(joined, str) else [""]


def _text(value: object) -> str:
    """The text without control characters, which no deck file may hold; empty for any other value."""
    text = value if isinstance(value, str) else ""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _note_types_11(models: dict[str, Any]) -> dict[int, ImportedNoteType]:
    def by_ordinal(parts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(parts, key=lambda part: int(part["ord"]))

    return {
        int(mid): ImportedNoteType(
            _text(model["name"]),
            model.get("type") == 1,
            model.get("originalStockKind") == _IMAGE_OCCLUSION,
            tuple(_text(field["name"]) for field in by_ordinal(model["flds"])),
            tuple(
                ImportedTemplate(_text(template["name"]), _text(template["qfmt"]), _text(template["afmt"]))
                for template in by_ordinal(model["tmpls"])
            ),
            _text(model.get("css")),
            int(mid),
        )
        for mid, model in models.items()
    }


def _decks_11(decks: dict[str, Any]) -> dict[int, tuple[str, str]]:
    return {int(did): (_text(deck["name"]), _text(deck.get("desc"))) for did, deck in decks.items()}


def _note_types_18(connection: sqlite3.Connection) -> dict[int, ImportedNoteType]:
    fields: dict[int, list[str]] = defaultdict(list)
    for mid, name in connection.execute("select ntid, name from fields order by ntid, ord"):
        fields[mid].append(_text(name))
    templates: dict[int, list[ImportedTemplate]] = defaultdict(list)
    for mid, name, data in connection.execute("select ntid, name, config from templates order by ntid, ord"):
        config = dict(protobuf.read(data))
        templates[mid].append(ImportedTemplate(_text(name), _utf8(config.get(1)), _utf8(config.get(2))))
    kinds = {}
    for mid, name, data in connection.execute("select id, name, config from notetypes"):
        config = dict(protobuf.read(data))
        is_cloze, is_occlusion = config.get(1) == 1, config.get(9) == _IMAGE_OCCLUSION
        names, sides, css = tuple(fields[mid]), tuple(templates[mid]), _utf8(config.get(3))
        kinds[mid] = ImportedNoteType(_text(name), is_cloze, is_occlusion, names, sides, css, mid)
    return kinds


def _decks_18(connection: sqlite3.Connection) -> dict[int, tuple[str, str]]:
    """In `kind`, field 1 is a deck that is not filtered, and field 4 of it the description."""
    decks = {}
    for did, name, kind in connection.execute("select id, name, kind from decks"):
        normal = dict(protobuf.read(kind)).get(1)
        config = dict(protobuf.read(normal)) if isinstance(normal, bytes) else {}
        decks[did] = (_text("::".join(str(name).split("\x1f"))), _utf8(config.get(4)))
    return decks


def _utf8(value: object) -> str:
    return _text(value.decode("utf-8", "replace")) if isinstance(value, bytes) else ""
