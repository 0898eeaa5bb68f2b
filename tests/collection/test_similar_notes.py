"""Which vanished note and which new one may be the same: what is asked, and what is not."""

import sqlite3
from contextlib import closing
from typing import Any
from unicodedata import normalize

import pytest

from srs.backup.rebuild import rebuild
from srs.cli.kinds import KINDS
from srs.collection.recorder import Recorder
from srs.collection.relink import mark_distinct, relink
from srs.collection.similar_notes import Pair, likeness, pairs
from srs.core.event import Rating
from srs.sync.merge import merge
from tests.conftest import BASIC, NOW, PHRASES, Home, answer

SAME = [
    (("one?", "eins"), ("one?", "eins")),
    ((normalize("NFD", "마감이 촉박"), "Ü"), (normalize("NFC", "마감이 촉박"), "U\u0308")),
    (("What is the deadlin?", "마감"), ("What is the deadline?", "마감")),
    (("마감이 촉박했읍니다.", "The deadline was tight."), ("마감이 촉박했습니다.", "The deadline was tight.")),
    (("I found teh root cause.", "근본 원인을 찾았습니다."), ("I found the root cause.", "근본 원인을 찾았습니다.")),
    (("Capital of Slovenia?", "Lubljana"), ("capital of  Slovenia?", "Ljubljana")),
    (("Spend {{c1::half}} of it on {{c2::Action}}.",), ("Spend {{c1::half}} of it on {{c2::the Action}}.",)),
]
OTHER = [
    (("one?", "eins"), ("two?", "zwei")),
    (("마감이 촉박했습니다.", "The deadline was tight."), ("마감이 지났습니다.", "The deadline was missed.")),
    (("What is 12 × 12?", "144"), ("What is 12 × 13?", "156")),
    (("When did World War I begin?", "1914"), ("When did World War II begin?", "1939")),
    (("Capital of Slovenia?", "Ljubljana"), ("Capital of Slovakia?", "Bratislava")),
    (("I led the team.", "팀을 이끌었습니다."), ("I left the team.", "팀을 떠났습니다.")),
    (("front", "back"), ("front", "back", "more")),
    ((), ()),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_fixed_typo_is_the_same_note(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert likeness(one, other) >= 0.85
    assert likeness(one, other) == pytest.approx(likeness(other, one), abs=0.05)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_only_looks_alike_is_another(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert likeness(one, other) == likeness(other, one) == 0


def answered(home: Home, card: str, text: str = PHRASES) -> None:
    home.write("b.yaml", text)
    answer(home.open(), card, Rating.EASY)


def found(home: Home, now: str = "2026-03-03T09:00+09:00") -> list[tuple[str, str]]:
    collection = home.open(now)
    return [(pair.old, pair.new) for pair in pairs(collection.store.connection, collection.folder_id, KINDS)]


RENAMED = PHRASES.replace("id: tight", "id: deadline").replace("was tight", "was so tight")


def test_a_note_that_lost_its_id_is_found_in_the_same_sync_and_later(home: Home) -> None:
    answered(home, "tight/ko-en")
    assert found(home) == []
    home.write("b.yaml", RENAMED)
    assert found(home) == [("tight", "deadline")]
    assert found(home, "2026-05-01T09:00+09:00") == [("tight", "deadline")]
    collection = home.open()
    assert pairs(collection.store.connection, collection.folder_id, KINDS)[0] == Pair(
        "tight", "deadline",
        ("The deadline was tight.", "마감이 촉박했습니다."), ("The deadline was so tight.", "마감이 촉박했습니다."),
    )  # fmt: skip


def test_the_new_note_may_come_in_a_later_sync_and_another_file(home: Home) -> None:
    answered(home, "tight/ko-en")
    head, tight, root = PHRASES.partition("- id: tight")[0], RENAMED.partition("notes:\n")[2], "- id: root"
    home.write("b.yaml", head + root + PHRASES.partition(root)[2])
    assert found(home) == []
    home.write("c.yaml", head + tight.partition(root)[0])
    assert found(home, "2026-03-09T09:00+09:00") == [("tight", "deadline")]


def test_a_note_without_an_id_is_found_after_its_text_was_edited(home: Home) -> None:
    """Its id depends on its text, so an edit looks like a note that went and another that came."""
    text = "deck: D\nnotes:\n- front: What is the deadlin?\n  back: 마감\n"
    home.write("b.yaml", text)
    collection = home.open()
    (card,) = collection.queue(NOW, ["D"]).main
    answered(home, card.card, text)
    home.write("b.yaml", text.replace("deadlin?", "deadline?"))
    assert [old for old, _ in found(home)] == [card.note]


def test_either_answer_is_remembered(home: Home) -> None:
    answered(home, "tight/ko-en")
    home.write("b.yaml", RENAMED)
    collection = home.open()
    mark_distinct(collection, "tight", "deadline", NOW)
    assert found(home) == []
    Recorder(collection).undo()
    assert found(home) == [("tight", "deadline")]
    relink(collection, "tight", "deadline", NOW)
    assert found(home) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("id: root", "id: cause"),  # without history
        lambda text: text.replace("id: tight", "id: deadline").replace("촉박했", "지났").replace("tight.", "missed."),
        lambda text: text.partition("- id: tight")[0] + "- id: root" + text.partition("- id: root")[2],
        lambda text: text.replace("deck: Talk::Phrases", "deck: Renamed"),
    ],
)
def test_nothing_is_asked_where_nothing_was_lost_or_nothing_is_like_it(home: Home, change: Any) -> None:
    answered(home, "tight/ko-en")
    home.write("b.yaml", change(PHRASES))
    assert found(home) == []


def test_a_note_that_was_there_before_the_other_went_is_not_asked_about(home: Home) -> None:
    twice = PHRASES + '- id: twin\n  phrase: {ko: "마감이 촉박했습니다.", en: "The deadline was tight!"}\n'
    answered(home, "tight/ko-en", twice)
    home.write("b.yaml", PHRASES.partition("- id: tight")[0] + "- id: root" + twice.partition("- id: root")[2])
    assert found(home, "2026-03-09T09:00+09:00") == []


def test_a_note_with_progress_of_its_own_is_not_asked_about(home: Home) -> None:
    answered(home, "tight/ko-en")
    answered(home, "deadline/en-ko", RENAMED)
    assert found(home) == []


def test_a_note_that_comes_back_is_let_go_of(home: Home) -> None:
    answered(home, "tight/ko-en")
    home.write("b.yaml", RENAMED)
    assert found(home)
    home.write("b.yaml", PHRASES)
    assert found(home) == []
    assert home.open().store.connection.execute("select count(*) from vanished").fetchone()[0] == 0


def test_a_note_that_another_folder_still_has_is_not_gone(home: Home) -> None:
    answered(home, "tight/ko-en")
    other = Home(home.path / "other", home.stack, database=home.database)
    other.write("b.yaml", PHRASES)
    other.open()
    home.write("b.yaml", RENAMED)
    assert found(home) == []


def test_the_last_texts_survive_rebuild_and_merge(home: Home) -> None:
    answered(home, "tight/ko-en")
    home.write("b.yaml", RENAMED)
    before = found(home)
    rebuild(home.open(), NOW)
    assert found(home) == before
    other = Home(home.path / "other", home.stack)
    other.write("a.yaml", BASIC)
    collection = other.open()
    for _ in range(2):
        merge(collection, home.database)
    other.write("b.yaml", RENAMED)
    assert found(other) == before


def test_a_database_of_an_earlier_version_has_none_and_can_be_merged(home: Home) -> None:
    answered(home, "tight/ko-en")
    with closing(sqlite3.connect(home.database)) as connection:
        connection.executescript("drop table vanished; pragma user_version = 2")
    other = Home(home.path / "other", home.stack)
    other.write("a.yaml", BASIC)
    assert merge(other.open(), home.database).counts.events == 1


def test_each_of_many_finds_its_own_and_the_work_is_bounded(home: Home) -> None:
    """A whole deck of 300 notes gets new ids at once."""
    text = "deck: D\nnotes:\n" + "".join(
        f"- {{id: old-{n}, front: 'What is the capital of country number {n * 7919}?', back: 'City {n * 104_729}'}}\n"
        for n in range(300)
    )
    home.write("b.yaml", text)
    collection = home.open()
    for n in range(0, 300, 2):
        answer(collection, f"old-{n}/back", Rating.EASY)
    home.write("b.yaml", text.replace("old-", "new-").replace("capital", "kapital"))
    pairs_found = found(home)
    assert all(old[4:] == new[4:] for old, new in pairs_found)
    assert len(pairs_found) > 100
