"""The gloss and its older name are one key: renaming it is no edit, here or in Anki."""

from srs.anki.notetypes import fields
from srs.cli.kinds import KINDS
from srs.collection import lookup
from srs.collection.check import check
from srs.database import decks
from srs.kinds.note import Deck
from tests.conftest import Home

TEXT = "deck: D\nnotes:\n- id: one\n  front: one?\n  back: eins\n  ko: 하나\n"


def test_renaming_ko_to_gloss_does_not_count_as_an_edit(home: Home) -> None:
    home.write("a.yaml", TEXT)
    connection = home.open("2026-03-02T09:00+09:00").store.connection
    before = decks.changed_times(connection)
    home.write("a.yaml", TEXT.replace("ko:", "gloss:"))
    collection = home.open("2026-03-03T09:00+09:00")
    assert decks.changed_times(connection) == before
    row, note = lookup.note(collection, "one")
    assert (row.fields["gloss"], note.gloss) == ("하나", "하나")
    home.write("a.yaml", TEXT.replace("하나", "둘"))
    home.open("2026-03-04T09:00+09:00")
    assert decks.changed_times(connection) != before


def test_both_names_are_the_same_field_in_anki() -> None:
    old, new = (KINDS.note("n", Deck("D"), {"front": "f", "back": "b", key: "하나"}) for key in ("ko", "gloss"))
    assert fields(old) == fields(new)


def test_a_note_has_one_of_the_two_names(home: Home) -> None:
    home.write("a.yaml", TEXT + "  gloss: 둘\n")
    (problem,) = check(home.decks, KINDS).problems
    assert (problem.level, problem.line) == ("error", 6)
    assert problem.message == "`ko` is the older name of `gloss`; keep one of them"
