"""A deck file may choose its cards: the others are not asked, and what was learnt of them stays."""

import pytest

from srs.anki.export import export
from srs.backup.rebuild import rebuild
from srs.backup.verify import verify
from srs.cli.kinds import KINDS
from srs.collection import Collection, lookup
from srs.collection.check import check
from srs.collection.relink import change_meaning, relink
from srs.core.card_state import New
from srs.core.errors import NotAnswerable, Unknown
from srs.core.event import Forgot, Rating
from srs.review.session import Session
from tests.conftest import DAY, NOW, PHRASES, Clock, Home, answer, state_of

CHOSEN = PHRASES.replace("tags: [phrase]", "tags: [phrase]\ncards: [ko-en]")


def templates(collection: Collection) -> set[str]:
    return {card.template for _, note in lookup.notes(collection) for card in note.cards()}


def asked(home: Home, days: int) -> list[str]:
    """Everything that a session asks so many days from now."""
    session = Session(home.open(), Clock(NOW + days * DAY))
    keys = []
    while session.question:
        keys.append(session.question.card.key)
        session.answer(Rating.EASY)
    return keys


def learnt(home: Home) -> Collection:
    """Both cards of the first phrase were answered, and then the file chose one of them."""
    home.write("a.yaml", PHRASES)
    collection = home.open()
    answer(collection, "tight/en-ko", Rating.EASY)
    answer(collection, "tight/ko-en", Rating.EASY)
    home.write("a.yaml", CHOSEN)
    return home.open()


def test_only_the_chosen_cards_are_asked_listed_and_counted(home: Home) -> None:
    home.write("a.yaml", CHOSEN)
    collection = home.open()
    assert templates(collection) == {"ko-en"}
    assert collection.due_counts(NOW).total.new == 2
    assert check(home.decks, KINDS).cards == 2
    assert asked(home, 30) == ["tight/ko-en", "root/ko-en"]
    assert {card.key for card in lookup.unasked_cards(collection)} == {"tight/en-ko", "root/en-ko"}


def test_a_card_that_is_due_is_no_longer_asked_and_keeps_its_progress(home: Home) -> None:
    collection = learnt(home)
    assert asked(home, 30) == ["tight/ko-en", "root/ko-en"]
    assert state_of(collection, "tight/en-ko").reps == 1
    home.write("a.yaml", PHRASES)
    assert not isinstance(state_of(home.open(), "tight/en-ko").phase, New)
    assert "tight/en-ko" in asked(home, 60)


def test_check_verify_and_rebuild_have_nothing_to_say_of_such_progress(home: Home) -> None:
    collection = learnt(home)
    assert check(home.decks, KINDS, collection.store).problems == ()
    assert verify(collection, NOW).good
    before = state_of(collection, "tight/en-ko")
    rebuild(collection, NOW)
    assert state_of(collection, "tight/en-ko") == before


def test_to_answer_another_card_says_that_the_deck_does_not_ask_it(home: Home) -> None:
    collection = learnt(home)
    with pytest.raises(NotAnswerable) as raised:
        lookup.card(collection, "tight/en-ko")
    assert raised.value.problem == "not-asked"
    with pytest.raises(Unknown):
        lookup.card(collection, "tight/en-fr")


def test_an_undone_answer_to_a_card_that_is_no_longer_asked_is_taken_back(home: Home) -> None:
    home.write("a.yaml", PHRASES)
    answer(home.open(), "tight/en-ko", Rating.EASY)
    home.write("a.yaml", CHOSEN)
    session = Session(home.open(), Clock())
    session.undo()
    assert state_of(session.collection, "tight/en-ko").reps == 0
    assert session.question is not None
    assert session.question.card.template == "ko-en"


def test_a_change_of_meaning_reaches_the_cards_that_are_not_asked(home: Home) -> None:
    collection = learnt(home)
    events = change_meaning(collection, "tight", "over", 0.5, NOW + DAY)
    assert {(event.subject, event.what) for event in events} == {
        ("tight/en-ko", Forgot()),
        ("tight/ko-en", Forgot()),
    }


def test_a_relink_brings_the_history_of_the_cards_that_are_not_asked(home: Home) -> None:
    learnt(home)
    home.write("a.yaml", CHOSEN.replace("id: tight", "id: strict"))
    collection = home.open()
    result = relink(collection, "tight", "strict", NOW + DAY)
    assert set(result.cards) == {"strict/en-ko", "strict/ko-en"}
    assert result.orphaned == ()
    assert state_of(collection, "strict/en-ko").reps == 1
    assert verify(collection, NOW).good


def test_a_file_with_notes_of_several_kinds_chooses_among_the_cards_of_each(home: Home) -> None:
    """A note that has none of the chosen cards asks all that it has."""
    home.write("a.yaml", f"{CHOSEN}- id: three\n  front: three?\n  back: drei\n")
    assert templates(home.open()) == {"ko-en", "back"}
    home.write("a.yaml", "deck: D\ncards: [c2]\nnotes:\n" + "".join(CLOZES))
    collection = home.open()
    assert {note.id: [card.template for card in note.cards()] for _, note in lookup.notes(collection)} == {
        "both": ["c2"],
        "one": ["c1"],
    }


CLOZES = ['- {id: both, cloze: "{{c1::a}} {{c2::b}}"}\n', '- {id: one, cloze: "{{c1::a}}"}\n']


def test_the_export_makes_the_chosen_cards(home: Home) -> None:
    home.write("a.yaml", CHOSEN)
    assert export(home.open(), home.path / "a.apkg", NOW).written.cards == 2
