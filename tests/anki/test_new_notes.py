"""Notes that are new in Anki as notes of deck files, whatever they hold."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.anki.new_notes import DeckPlace, is_of_our_type, new_note
from srs.anki.notetypes import note_type
from srs.anki.read_notes import ImportedNote, ImportedNoteType, ImportedTemplate
from srs.anki.same_texts import field_values
from srs.cli.kinds import KINDS
from srs.deckfile import dump_deck_file, parse
from tests.anki.test_text_changes import ANY_HTML, FILE, NOTES

assert FILE.deck
HERE = DeckPlace("a.yaml", FILE.deck, {"pictures/a.png": "srs-a.png"})


def their_note(name: str, deck: str = "Talk", guid: str = "g") -> ImportedNote:
    """A copy of one of our notes, as Anki makes them."""
    own = NOTES[name].note
    form, values = note_type(own), field_values(own, NOTES[name].media)
    templates = tuple(ImportedTemplate(name, front, back) for name, _, front, back in form.templates)
    kind = ImportedNoteType(form.name, form.cloze, False, tuple(values), templates, "", form.id)
    return ImportedNote(guid, kind, values, own.tags, tuple((card.ordinal, deck) for card in own.all_cards()))


@pytest.mark.parametrize("name", sorted(NOTES))
def test_a_copy_of_any_kind_says_the_same_under_an_id_of_its_own(name: str) -> None:
    made = new_note(their_note(name), [HERE], KINDS)
    assert made.path == "a.yaml"
    assert made.id != name
    own = {("gloss" if key == "ko" else key): value for key, value in NOTES[name].fields.items()}
    keys = {key: value for key, value in made.keys.items() if key not in {"id", "guid", "tags"}}
    if name == "html":  # what is left of it needs no HTML
        assert keys == {"front": "**f**", "back": "g"}
    elif name == "story":  # a list of one item is a text in Anki
        assert keys == own | {"situation": "one"}
    elif name == "basic":  # the cards have their numbers
        assert keys == own | {"also": [{"front": "g", "back": "h", "card": 2}], "image": "pictures/a.png"}
    else:
        assert keys == own
    assert made.keys.get("tags", []) == list(NOTES[name].tags)
    assert made.keys["guid"] == "g"


def test_a_deck_without_a_file_in_its_languages_gets_a_new_one() -> None:
    assert FILE.deck
    other = replace(HERE, deck=replace(FILE.deck, languages=(("ja", "ja-JP"), ("en", "en-US"))))
    made = new_note(their_note("phrase"), [other], KINDS)
    assert made.path == ""
    assert made.head == {"deck": "Talk", "languages": {"ko": "ko-KR", "en": "en-US"}}
    assert new_note(their_note("quiz", "New::::Deck"), [other], KINDS).deck == "New::–::Deck"
    assert new_note(their_note("quiz", "tALK"), [HERE], KINDS).path == "a.yaml"


@pytest.mark.parametrize(
    ("name", "fields", "why"),
    [
        ("cloze", {"Text": "{{c1::a"}, "not closed"),
        ("quiz", {"Choices": ""}, "choices"),
        ("basic", {"Front": "<script>1</script>"}, "other HTML"),
        ("basic", {"Back": '<img src="x.png">'}, "picture"),
        ("basic", {"Image": '<img src="x.png">'}, "picture"),
        ("basic", {"Front2": ""}, "others than its note type"),
        ("mapping", {"Primary": "Nonsense"}, "principle"),
        ("phrase", {"Own": ""}, "empty"),
    ],
)
def test_what_is_no_good_note_is_refused_with_its_reason(name: str, fields: dict[str, str], why: str) -> None:
    note = their_note(name)
    with pytest.raises(ValueError, match=why):
        new_note(replace(note, values={**note.values, **fields}), [HERE], KINDS)


def test_a_note_needs_cards_a_guid_and_one_of_our_note_types() -> None:
    note = their_note("basic")
    assert note.kind
    assert is_of_our_type(note.kind)
    assert not is_of_our_type(replace(note.kind, id=5))
    assert not is_of_our_type(replace(note.kind, fields=("Front", "Back")))
    assert not is_of_our_type(None)
    for wrong in (replace(note, cards=()), replace(note, guid="a\nb"), replace(note, guid="")):
        with pytest.raises(ValueError, match=r"cards|guid"):
            new_note(wrong, [HERE], KINDS)
    with pytest.raises(ValueError, match="unknown"):
        new_note(replace(note, kind=replace(note.kind, name="srs Other")), [HERE], KINDS)


@given(st.data(), st.sampled_from(sorted(NOTES)))
def test_whatever_the_fields_hold_it_is_refused_or_a_deck_file_holds_it(data: st.DataObject, name: str) -> None:
    note = their_note(name)
    fields = data.draw(st.dictionaries(st.sampled_from(list(note.values)), ANY_HTML, max_size=4))
    try:
        made = new_note(replace(note, values={**note.values, **fields}), [HERE], KINDS)
    except ValueError:
        return

    file = parse(dump_deck_file(made.head, [made.keys]).encode(), "a.yaml", KINDS, lint=False)
    assert file.good
    assert {"id": file.notes[0].id, **file.notes[0].fields} == {
        key: value for key, value in made.keys.items() if key != "tags"
    }
