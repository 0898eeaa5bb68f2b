"""The digest in the hidden field tells on which side a text was changed."""

from dataclasses import replace
from typing import Any
from unicodedata import normalize

import pytest

from srs.anki.compare_texts import Difference, TheirText, ankis_tags, compare_texts
from srs.anki.notetypes import fields, note_type
from srs.cli.kinds import KINDS
from srs.kinds.note import Deck, Note

DECK = Deck("Talk", tags=("all",))
BASIC: dict[str, Any] = {"front": "one?", "back": "eins & *zwei*"}
NOTE = KINDS.note("one", DECK, BASIC, ["b", "a"])
NAMES = tuple(name for name, _ in note_type(NOTE).fields)


def exported(note: Note, **changes: str) -> TheirText:
    """As Anki has it after an import, with the changes that were made there since."""
    values = dict(zip(NAMES, fields(note), strict=True)) | changes
    return TheirText(1, note_type(note).id, NAMES, tuple(values.values()), tuple(sorted(note.tags)))


def edited(**changes: str) -> Note:
    return KINDS.note("one", DECK, BASIC | changes, ["b", "a"])


def test_nothing_changed() -> None:
    assert compare_texts(NOTE, {}, exported(NOTE)).changed == "same"


def test_changed_here() -> None:
    assert compare_texts(edited(back="drei"), {}, exported(NOTE)).changed == "here"
    assert compare_texts(KINDS.note("one", DECK, BASIC, ["c"]), {}, exported(NOTE)).changed == "here"


def test_changed_there() -> None:
    verdict = compare_texts(NOTE, {}, exported(NOTE, Back="vier"))
    assert verdict.changed == "there"
    assert verdict.differences == (Difference("Back", "eins &amp; <i>zwei</i>", "vier"),)


def test_changed_on_both_sides() -> None:
    held = exported(NOTE, Back="vier")._replace(tags=("a", "all", "mine"))
    verdict = compare_texts(edited(back="drei"), {}, held)
    assert verdict.changed == "both"
    assert verdict.differences == (Difference("Back", "drei", "vier"), Difference("Tags", "a all b", "a all mine"))


def test_changed_to_the_same_on_both_sides_only_the_digest_is_out_of_date() -> None:
    assert compare_texts(edited(back="drei"), {}, exported(NOTE, Back="drei")).changed == "here"


def test_a_hidden_field_that_was_emptied_is_no_licence_to_overwrite() -> None:
    assert compare_texts(edited(back="drei"), {}, exported(NOTE, Srs="")).changed == "both"


@pytest.mark.parametrize("tags", [("leech",), ("Marked", "leech")])
def test_tags_that_anki_gives_are_no_change_and_stay(tags: tuple[str, ...]) -> None:
    held = exported(NOTE)
    held = held._replace(tags=(*held.tags, *tags))
    assert compare_texts(NOTE, {}, held).changed == "same"
    assert ankis_tags(held) == tags


def test_order_and_case_of_tags_and_decomposed_letters_are_no_change() -> None:
    note = KINDS.note("one", DECK, BASIC | {"front": "Cafe\u0301 마감"}, ["Star", "b", normalize("NFD", "É동사")])
    held = exported(note)
    assert held.fields[0] == "Caf\u00e9 마감"
    assert (
        compare_texts(note, {}, held._replace(tags=("star", "ALL", "b", normalize("NFC", "é동사")))).changed == "same"
    )


def test_another_note_type_is_left_alone() -> None:
    held = exported(NOTE)
    assert compare_texts(NOTE, {}, held._replace(note_type=1)).changed == "foreign"
    assert compare_texts(NOTE, {}, held._replace(names=("Front", "Rear"))).changed == "foreign"


def test_fields_in_another_order_or_of_the_learners_own_do_not_matter() -> None:
    held = exported(NOTE)
    moved = held._replace(names=(*reversed(held.names), "Own"), fields=(*reversed(held.fields), "mine"))
    assert compare_texts(NOTE, {}, moved).changed == "same"
    assert compare_texts(replace(NOTE, hint="new"), {}, moved).changed == "here"
