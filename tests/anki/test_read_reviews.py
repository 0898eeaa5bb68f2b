"""What a file from Anki holds of our cards, whatever else is in it."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from srs.anki.package import opened
from srs.anki.read_reviews import AnkiCard, Contents, cards_with_log, read_reviews
from srs.core.errors import PackageError
from tests.conftest import instant

CREATED = instant("2026-03-01T04:00+09:00") // 1000
AT = instant("2026-03-05T12:00+00:00")
OURS = {("guid-one", 0): "one/back", ("guid-two", 0): "two/c1", ("guid-two", 1): "two/c2"}
CONF: dict[str, Any] = {"creationOffset": -540, "rollover": 4, "schedVer": 2}
DECKS = {"1": {"name": "Default"}, "7": {"name": "Talk::Phrases"}, "9": {"name": "Filtered"}}
SCHEMA = """
create table col (id integer primary key, crt, mod, scm, ver, dty, usn, ls, conf, models, decks, dconf, tags);
create table notes (id integer primary key, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data);
create table cards (
    id integer primary key, nid, did, ord, mod, usn, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags, data);
create table revlog (id integer primary key, cid, usn, ease, ivl, lastIvl, factor, time, type);
"""


def collection(path: Path, conf: object = CONF, decks: object = DECKS, crt: object = CREATED) -> Path:
    """Two notes of ours with three cards in all, and one of somebody else's."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        texts = [value if isinstance(value, str) else json.dumps(value) for value in (conf, decks)]
        connection.execute("insert into col values (1, ?, 0, 0, 11, 0, 0, 0, ?, '{}', ?, '{}', '{}')", (crt, *texts))
        for n, guid in ((1, "guid-one"), (2, "guid-two"), (3, "another")):
            connection.execute("insert into notes values (?, ?, 0, 0, 0, '', '', '', 0, 0, '')", (n, guid))
        for number, note, ordinal in ((11, 1, 0), (21, 2, 0), (22, 2, 1), (23, 2, 5), (31, 3, 0)):
            connection.execute(
                "insert into cards values (?, ?, 7, ?, 1772668800, 0, 2, 2, 12, 8, 0, 0, 0, 0, 0, 0, 0, '')",
                (number, note, ordinal),
            )
        connection.execute("insert into revlog values (?, 11, 0, 3, 8, 0, 500, 900, 0)", (AT,))
        connection.commit()
    return path


def changed(path: Path, *statements: str) -> Contents:
    file = collection(path / "c.anki2")
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return contents(file)


def contents(file: Path) -> Contents:
    with opened(file) as found:
        made = read_reviews(found, OURS, UTC)
        return replace(made, batches=tuple(made.batches))


def every(found: Contents) -> list[AnkiCard]:
    return [card for batch in found.batches for card in cards_with_log(batch)]


def one(found: Contents) -> AnkiCard:
    return next(card for card in every(found) if card.card == "one/back")


def test_our_cards_with_their_log_and_the_others_counted(tmp_path: Path) -> None:
    found = contents(collection(tmp_path / "c.anki2"))
    row = (AT, 3, 8, 500, 900, 0, 0)
    assert one(found) == AnkiCard("one/back", "Talk::Phrases", 2, 2, 12, 0, 1_772_668_800_000, [row], interval=8)
    assert [card.card for card in every(found)] == ["one/back", "two/c1", "two/c2"]
    assert (found.count, found.studied, dict(found.others)) == (3, 3, {"Talk::Phrases": 2})


BY_CARD = "create index ix_revlog_cid on revlog (cid)"


@pytest.mark.parametrize(
    "index",
    [
        [],
        [BY_CARD],
        ['create index "odd "" name" on revlog (cid)'],
        ["create index ix_revlog_cid on revlog (usn, cid)"],
        [f"{BY_CARD} where ease > 3"],
    ],
    ids=["none", "Anki's", "another name", "of something else", "partial"],
)  # fmt: skip
def test_whatever_index_there_is_the_log_comes_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, index: list[str]
) -> None:
    """Two cards at a time."""
    monkeypatch.setattr("srs.anki.read_reviews._BATCH", 2)
    rows = [
        f"insert into revlog values ({AT + n}, {(11, 21, 22)[n % 3]}, 0, {n % 4 + 1}, 8, 0, 500, 900, 0)"
        for n in range(1, 9)
    ]
    found = changed(tmp_path, *rows, *index)
    assert {card.card: [row[0] - AT for row in card.log] for card in every(found)} == {
        "one/back": [0, 3, 6],
        "two/c1": [1, 4, 7],
        "two/c2": [2, 5, 8],
    }
    assert len(tuple(found.batches)) == (
        2 if index in ([BY_CARD], ['create index "odd "" name" on revlog (cid)']) else 1
    )


@pytest.mark.parametrize("index", [f"cid) where id <> {AT + 1}", f"iif(id = {AT + 1}, 21, cid))"])
def test_an_index_that_does_not_fit_the_log_is_damage(tmp_path: Path, index: str) -> None:
    """It lacks a row, or has it under another card."""
    with pytest.raises(PackageError) as caught:
        changed(
            tmp_path,
            f"insert into revlog values ({AT + 1}, 22, 0, 3, 8, 0, 500, 900, 0)",
            f"create index ix_revlog_cid on revlog ({index}",
            "pragma writable_schema = on",
            f"update sqlite_master set sql = '{BY_CARD}' where name = 'ix_revlog_cid'",
        )
    assert (caught.value.problem, "index" in caught.value.detail) == ("damaged", True)


def test_a_card_whose_number_is_none_is_not_ours(tmp_path: Path) -> None:
    found = changed(
        tmp_path,
        "create table odd as select * from cards",
        "drop table cards",
        "alter table odd rename to cards",
        "update cards set id = x'00' where id = 11",
        BY_CARD,
    )
    assert [card.card for card in every(found)] == ["two/c1", "two/c2"]


def test_day_0_is_the_date_where_and_when_the_collection_was_made(tmp_path: Path) -> None:
    file = tmp_path / "c.anki2"
    assert contents(collection(file)).base == date(2026, 3, 1)
    assert contents(collection(file, {"creationOffset": 480})).base == date(2026, 2, 28)
    without: tuple[object, ...] = ({}, {"creationOffset": "x"}, {"creationOffset": 10**9}, [])
    for conf in without:
        with opened(collection(file, conf)) as found:
            assert read_reviews(found, OURS, ZoneInfo("Asia/Seoul")).base == date(2026, 3, 1)


def test_in_a_filtered_deck_a_card_is_where_it_belongs(tmp_path: Path) -> None:
    away = one(changed(tmp_path, "update cards set did = 9, odid = 7, due = -99999, odue = 33 where id = 11"))
    assert (away.deck, away.due) == ("Talk::Phrases", 33)
    step = one(changed(tmp_path, "update cards set did = 9, odid = 7, type = 1, due = 1772668800 where id = 11"))
    assert step.due == 1_772_668_800


def test_of_the_first_scheduler_only_the_queue_says_that_a_review_is_in_its_steps(tmp_path: Path) -> None:
    first = "update col set conf = '{}'"
    for queue, kind in ((1, 3), (3, 3), (2, 2), (-1, 2)):
        assert one(changed(tmp_path, first, f"update cards set queue = {queue} where id = 11")).type == kind
        assert one(changed(tmp_path, f"update cards set queue = {queue} where id = 11")).type == 2


def test_the_log_comes_in_the_order_of_time(tmp_path: Path) -> None:
    found = changed(tmp_path, f"insert into revlog values ({AT - 5}, 11, 0, 1, -60, 0, 500, 900, 0)")
    assert [row[0] for row in one(found).log] == [AT - 5, AT]


@pytest.mark.parametrize(
    "values",
    [
        "5, 11, 0, 3, 8, 0, 500, 900, 0",
        "9000000000000, 11, 0, 3, 8, 0, 500, 900, 0",
        "1772668800001, 11, 0, 9, 8, 0, 500, 900, 0",
        "1772668800001, 11, 0, -1, 8, 0, 500, 900, 0",
        "1772668800001, 11, 0, '3', 8, 0, 500, 900, 0",
        "1772668800001, 11, 0, 3, -40000000, 0, 500, 900, 0",
        "1772668800001, 11, 0, 3, 99999999, 0, 500, 900, 0",
        "1772668800001, 11, 0, 3, null, 0, 500, 900, 0",
        "1772668800001, 11, 0, 3, 1e300, 0, 500, 900, 0",
        "1772668800001, 11, 0, 3, 8, 0, x'00ff', 900, 0",
        "1772668800001, 11, 0, 3, 8, 0, 500, 900, 77",
    ],
)
def test_a_row_that_makes_no_sense_is_left_out_and_counted(tmp_path: Path, values: str) -> None:
    found = changed(tmp_path, f"insert into revlog values ({values})")
    assert (sum(batch.senseless for batch in found.batches), len(one(found).log)) == (1, 1)


def test_a_time_that_an_answer_took_is_not_worth_its_row(tmp_path: Path) -> None:
    for time in ("'long'", "-1", "1e99", "null"):
        assert one(changed(tmp_path, f"update revlog set time = {time}")).log == [(AT, 3, 8, 500, 0, 0, 0)]


def test_rows_of_cards_that_are_nobodys_or_odd_are_passed_by(tmp_path: Path) -> None:
    found = changed(
        tmp_path,
        "insert into revlog values (1772668800001, 'x', 0, 3, 8, 0, 500, 900, 0)",
        "insert into revlog values (1772668800002, x'00', 0, 3, 8, 0, 500, 900, 0)",
        "insert into cards values (99, 'x', 7, 0, 0, 0, 2, 2, 12, 8, 0, 0, 0, 0, 0, 0, 0, '')",
        "insert into notes values (98, x'00ff', 0, 0, 0, '', '', '', 0, 0, '')",
    )
    assert len(every(found)) == 3


@pytest.mark.parametrize("column", ["type", "queue", "due", "left", "odue", "odid"])
def test_a_card_whose_columns_make_no_sense_keeps_its_log(tmp_path: Path, column: str) -> None:
    card = one(changed(tmp_path, f"update cards set {column} = 'x' where id = 11"))
    assert (card.type, card.queue, card.due, len(card.log)) == (-1, 0, 0, 1)


def test_of_two_notes_with_one_guid_the_first_counts(tmp_path: Path) -> None:
    found = changed(tmp_path, "update notes set guid = 'guid-one' where id = 3")
    assert [card.card for card in every(found)] == ["one/back", "two/c1", "two/c2"]
    assert len(one(found).log) == 1


@pytest.mark.parametrize("crt", [0, -5, 10**15, "x", None, 1.5])
def test_a_collection_made_at_no_time_is_refused(tmp_path: Path, crt: object) -> None:
    with pytest.raises(PackageError):
        contents(collection(tmp_path / "c.anki2", crt=crt))


@pytest.mark.parametrize("decks", ["", "{", "[]", "null", '{"x": {"name": 1}}', "[" * 50_000])
def test_decks_that_are_none_are_refused(tmp_path: Path, decks: str) -> None:
    with pytest.raises(PackageError):
        contents(collection(tmp_path / "c.anki2", decks=decks))


def test_a_log_longer_than_any_life_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("srs.anki.read_reviews._MAX_ROWS", 3)
    rows = [f"insert into revlog values ({AT + n}, {(11, 21)[n % 2]}, 0, 3, 8, 0, 500, 900, 0)" for n in range(1, 4)]
    assert len(one(changed(tmp_path, *rows[:2])).log) == 2
    with pytest.raises(PackageError) as caught:
        changed(tmp_path, BY_CARD, *rows)
    assert caught.value.problem == "too-large"
