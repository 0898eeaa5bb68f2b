"""The notes of somebody's Anki collection, with their note types and decks, as plain values."""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from srs.anki import protobuf
from srs.anki.package import Opened, require_tables
from srs.core.errors import PackageError

MOST_TEXT = 256 << 20
"""Characters in the fields of all notes together."""

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_MOST_CARDS = 3_000_000
_IMAGE_OCCLUSION = 6  # Anki's number for the stock type


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A note type; `templates` are by ordinal."""

    name: str
    cloze: bool
    occlusion: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class ForeignNote:
    """`values` are by field, without control characters; `cards` are (ordinal, deck) of those that exist, ascending."""

    guid: str
    kind: Kind | None
    values: Mapping[str, str]
    tags: tuple[str, ...]
    cards: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Foreign:
    """`decks` are (name, description in HTML) by id."""

    opened: Opened
    kinds: Mapping[int, Kind]
    decks: Mapping[int, tuple[str, str]]

    def notes(self) -> Iterator[ForeignNote]:
        """In the order in which new ones are to come; those before them that are not new, in the order in which they were
        made. Raises PackageError where there is too much of them.
        """
        cards: dict[Any, list[tuple[int, str]]] = defaultdict(list)
        rows = self.opened.connection.execute("select nid, ord, iif(odid, odid, did) from cards order by ord")
        for count, (note, ordinal, deck) in enumerate(rows):
            if count == _MOST_CARDS:
                raise PackageError(self.opened.path, "too-large")
            if isinstance(ordinal, int) and 0 <= ordinal < 10_000:
                cards[note].append((ordinal, self.decks.get(deck, ("Default", ""))[0]))
        total = 0
        for number, guid, kind, tags, values in self.opened.connection.execute(
            "select id, guid, mid, tags, flds from notes left join"
            " (select nid, min(iif(odid, odue, due)) as position from cards where type = 0 group by nid) on nid = id"
            " order by coalesce(position, -1), id"
        ):
            total += len(values) if isinstance(values, str) else 0
            if total > MOST_TEXT:
                raise PackageError(self.opened.path, "too-large")
            of_kind = self.kinds.get(kind)
            yield ForeignNote(
                _text(guid),
                of_kind,
                dict(zip(of_kind.fields, _values(values), strict=False)) if of_kind else {},
                tuple(dict.fromkeys(_text(tags).split())),
                tuple(dict(cards.get(number, ())).items()),
            )


def foreign(opened: Opened) -> Foreign:
    """Raises PackageError for a collection that makes no sense."""
    opened.connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        if opened.schema == 18:
            require_tables(opened.path, opened.connection, ("decks", "notetypes", "fields", "templates"))
            return Foreign(opened, _kinds_18(opened.connection), _decks_18(opened.connection))
        models, decks = opened.connection.execute("select models, decks from col").fetchone()
        return Foreign(opened, _kinds_11(json.loads(models)), _decks_11(json.loads(decks)))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise PackageError(opened.path, "damaged", "its note types or decks make no sense") from error


def _values(joined: object) -> list[str]:
    text = joined if isinstance(joined, str) else ""
    return [_text(value) for value in text.split("\x1f")]


def _text(value: object) -> str:
    """Without control characters, which no deck file may hold."""
    text = value if isinstance(value, str) else ""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _kinds_11(models: dict[str, Any]) -> dict[int, Kind]:
    made = {}
    for number, model in models.items():
        templates = sorted(model["tmpls"], key=lambda one: int(one["ord"]))
        made[int(number)] = Kind(
            _text(model["name"]),
            model.get("type") == 1,
            model.get("originalStockKind") == _IMAGE_OCCLUSION,
            tuple(_text(one["name"]) for one in sorted(model["flds"], key=lambda one: int(one["ord"]))),
            tuple(Template(_text(one["name"]), _text(one["qfmt"]), _text(one["afmt"])) for one in templates),
        )
    return made


def _decks_11(decks: dict[str, Any]) -> dict[int, tuple[str, str]]:
    return {int(number): (_text(deck["name"]), _text(deck.get("desc"))) for number, deck in decks.items()}


def _kinds_18(connection: sqlite3.Connection) -> dict[int, Kind]:
    fields: dict[int, list[str]] = defaultdict(list)
    for kind, name in connection.execute("select ntid, name from fields order by ntid, ord"):
        fields[kind].append(_text(name))
    templates: dict[int, list[Template]] = defaultdict(list)
    for kind, name, config in connection.execute("select ntid, name, config from templates order by ntid, ord"):
        held = dict(protobuf.read(config))
        templates[kind].append(Template(_text(name), _string(held.get(1)), _string(held.get(2))))
    made = {}
    for number, name, config in connection.execute("select id, name, config from notetypes"):
        held = dict(protobuf.read(config))
        made[number] = Kind(
            _text(name),
            held.get(1) == 1,
            held.get(9) == _IMAGE_OCCLUSION,
            tuple(fields[number]),
            tuple(templates[number]),
        )
    return made


def _decks_18(connection: sqlite3.Connection) -> dict[int, tuple[str, str]]:
    """The description is the fourth field of what is the first of `kind`, for decks that are not filtered."""
    found = {}
    for number, name, kind in connection.execute("select id, name, kind from decks"):
        normal = dict(protobuf.read(kind)).get(1)
        held = dict(protobuf.read(normal)) if isinstance(normal, bytes) else {}
        found[number] = (_text("::".join(str(name).split("\x1f"))), _string(held.get(4)))
    return found


def _string(value: object) -> str:
    return _text(value.decode("utf-8", "replace")) if isinstance(value, bytes) else ""
