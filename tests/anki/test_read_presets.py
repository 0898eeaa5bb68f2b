"""Presets in files that Anki would not write, as text in an older collection and as messages in a newer one."""

import json
import math
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from srs.anki.export import export
from srs.anki.package import opened
from srs.anki.preset_offer import Offer, RefusedPreset
from srs.anki.pull import pull
from srs.anki.read_presets import PresetValues, TheirPreset, read_mark, read_presets
from srs.collection import Collection
from srs.scheduling.scheduler import DEFAULT
from tests.conftest import NOW, Home, answer

OTHER = (*(round(value * 1.05, 4) for value in DEFAULT.values[:20]), 0.2)
NEWER = """
create table col (id integer primary key, crt integer, ver integer);
create table notes (id integer primary key);
create table cards (id integer primary key);
create table revlog (id integer primary key);
create table decks (id integer primary key, name text, kind blob);
create table deck_config (id integer primary key, name text, config blob);
insert into col values (1, 0, 18);
"""

Change = Callable[[Callable[[dict[str, Any]], object]], Path]


@pytest.fixture
def ours(home: Home) -> Collection:
    home.write("a.yaml", "deck: Talk\nnotes:\n- {id: one, front: q, back: a}\n- {id: two, front: r, back: a}\n")
    collection = home.open()
    answer(collection, "one/back")
    return collection


@pytest.fixture
def changed(ours: Collection, tmp_path: Path) -> Change:
    """Makes our export a bare collection, with a change of our preset."""

    def make(change: Callable[[dict[str, Any]], object]) -> Path:
        export(ours, tmp_path / "ours.apkg", NOW)
        with zipfile.ZipFile(tmp_path / "ours.apkg") as package:
            package.extract("collection.anki2", tmp_path)
        with closing(sqlite3.connect(tmp_path / "collection.anki2")) as connection, connection:
            presets = json.loads(connection.execute("select dconf from col").fetchone()[0])
            (preset,) = (one for one in presets.values() if one["name"] == "srs")
            change(preset)
            connection.execute("update col set dconf = ?", (json.dumps(presets),))
        return tmp_path / "collection.anki2"

    return make


def parameters(*values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda preset: preset.update(fsrsParams6=values)


def test_our_own_export_offers_nothing(ours: Collection, changed: Change) -> None:
    assert pull(ours, changed(lambda _: None), NOW).offer == Offer()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (parameters(*OTHER, *OTHER[:13]), "there are 34 parameters; FSRS-6 has 21"),
        (
            parameters(math.nan, 1000.0, *OTHER[2:]),
            "w[0] is nan, not 0.001 to 100.0; w[1] is 1000.0, not 0.001 to 100.0",
        ),
        (parameters(1e300, *OTHER[1:]), "w[0] is 1e+300, not 0.001 to 100.0"),
        (parameters(math.inf, *OTHER[1:]), "w[0] is inf, not 0.001 to 100.0"),
    ],
    ids=["34", "NaN and one more", "too large for Anki", "infinite"],
)
def test_what_is_wrong_with_parameters_is_named_at_once(
    ours: Collection, changed: Change, change: Callable[[dict[str, Any]], object], named: str
) -> None:
    assert pull(ours, changed(change), NOW).offer == Offer(refused=(RefusedPreset("srs", "parameters", named, 0.9),))


@pytest.mark.parametrize(
    "change",
    [
        parameters("0.2", *OTHER[1:]),
        parameters([], *OTHER[1:]),
        parameters(None),
        lambda preset: preset.update(fsrsParams6=7),
        lambda preset: preset.update(name=7, fsrsParams6=OTHER),
        lambda preset: preset.update(desiredRetention="0.8"),
        lambda preset: preset.update(desiredRetention=10**400, fsrsParams6=OTHER),
        lambda preset: preset.pop("name"),
        lambda preset: preset.clear(),
    ],
)
def test_a_preset_that_makes_no_sense_offers_nothing_and_stops_nothing(
    ours: Collection, changed: Change, change: Callable[[dict[str, Any]], object]
) -> None:
    pulled = pull(ours, changed(change), NOW)
    assert pulled.offer == Offer()
    assert pulled.decks[0].known == 1


@pytest.mark.parametrize("text", ["", "null", "[]", "{", '{"1": 7}', '{"x": {}}', "[" * 100_000])
@pytest.mark.parametrize("column", ["dconf"])
def test_presets_that_are_no_json_stop_nothing(ours: Collection, changed: Change, text: str, column: str) -> None:
    file = changed(lambda _: None)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"update col set {column} = ?", (text,))
    pulled = pull(ours, file, NOW)
    assert (pulled.offer, pulled.decks[0].known) == (Offer(), 1)


def test_numbers_come_back_as_they_were_written_though_anki_keeps_them_in_32_bits(tmp_path: Path) -> None:
    data = struct.pack("<21f", *OTHER)
    mark = json.dumps({"srs": {"fsrsParams6": DEFAULT.values, "desiredRetention": 0.9}})
    config = field(6, data) + float_field(37, 0.87) + field(255, mark.encode())
    (preset,) = newer(tmp_path, field(1, b"\x08\x05"), config)
    assert preset == TheirPreset("Mine", PresetValues(OTHER, 0.87), PresetValues(DEFAULT.values, 0.9), ("one/back",))


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        (b"", b""),
        (b"\xff\xff", b""),
        (7, b""),
        (None, b""),
        (b"\x0a\x02\x08\x05", b"\xff\xff"),
        (b"\x0a\x02\x08\x05", 7),
        (b"\x0a\x02\x08\x05", b"\x32\x03abc"),
        (b"\x0a\x02\x08\x05", b"\xfa\x0f\x01{"),
        (b"\x12\x00", b""),
        (b"\x08\x05", b""),
    ],
)
def test_messages_that_make_no_sense_are_no_presets(tmp_path: Path, kind: Any, config: Any) -> None:
    assert [preset for preset in newer(tmp_path, kind, config) if preset.values.parameters] == []


@pytest.mark.parametrize(
    "statement",
    ["drop table deck_config", "drop table deck_config; create view deck_config as select 1 as id"],
    ids=["missing", "a view"],
)
def test_without_a_plain_table_there_are_no_presets(tmp_path: Path, statement: str) -> None:
    assert newer(tmp_path, b"\x0a\x02\x08\x05", b"", statement) == []


@pytest.mark.parametrize("mark", [None, 7, [], {}, {"fsrsParams6": [1.0]}, {"fsrsParams6": "x", "desiredRetention": 1}])
def test_what_is_no_mark_of_ours_is_none(mark: Any) -> None:
    assert read_mark(mark) is None


def newer(tmp_path: Path, kind: Any, config: Any, *statements: str) -> list[TheirPreset]:
    with closing(sqlite3.connect(tmp_path / "newer.anki2")) as connection, connection:
        connection.executescript(NEWER)
        connection.execute("insert into decks values (1, 'Talk', ?)", (kind,))
        connection.execute("insert into deck_config values (5, 'Mine', ?)", (config,))
        for statement in statements:
            connection.executescript(statement)
    with opened(tmp_path / "newer.anki2") as file:
        return read_presets(file, {1: ["one/back"]})


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def float_field(number: int, value: float) -> bytes:
    return varint(number << 3 | 5) + struct.pack("<f", value)


def varint(value: int) -> bytes:
    more = value >> 7
    return bytes([value & 0x7F | (0x80 if more else 0)]) + (varint(more) if more else b"")
