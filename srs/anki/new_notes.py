"""New notes that were made in Anki in one of our note types → notes of deck files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from srs.anki.convert_note import GUID
from srs.anki.convert_srs_note import File, head, kind_of, languages, own_fields
from srs.anki.ids import stable_id
from srs.anki.import_decks import deck_name
from srs.anki.notetypes import HIDDEN, OF_ANKI, SPARE, note_type
from srs.anki.read_notes import ImportedNote, ImportedNoteType
from srs.anki.same_texts import field_values, folded_tag, html_texts, normalized, trimmed
from srs.anki.text_changes import OTHER_HTML, NotTaken, TextConverter, check_note
from srs.core.html_text import html_to_text
from srs.core.unicode import caseless
from srs.deckfile import adopted_id
from srs.kinds.note import Deck
from srs.kinds.registry import Kinds

_SOME_ID = "new 0000000000000000"  # the hidden field of a note that came from here
_NO_TEXTS = frozenset({"source", "image", "audio"})


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note for the deck file at `path`; without one, for a new file with this `head`. `keys` are the note as a mapping of
    YAML.
    """

    guid: str
    id: str
    path: str
    head: Mapping[str, Any]
    keys: Mapping[str, Any]

    @property
    def deck(self) -> str:
        return str(self.head["deck"])


@dataclass(frozen=True, slots=True)
class DeckPlace:
    """A deck file: its path, what it says of all its notes, and the names in Anki of the pictures and sounds of its notes by
    the names that these use.
    """

    path: str
    deck: Deck
    media: Mapping[str, str]


def is_of_our_type(kind: ImportedNoteType | None) -> bool:
    """Whether it is one of our note types, not renamed."""
    return kind is not None and kind.id == stable_id("note type", kind.name) and HIDDEN in kind.fields


def new_note(note: ImportedNote, places: Sequence[DeckPlace], kinds: Kinds) -> NewNote:
    """The note for the deck file of its deck. Its id is a fixed function of its question and its guid. Raises ValueError,
    saying why it cannot be one.
    """
    if not note.cards:
        raise NotTaken("it has no cards")
    if not GUID.fullmatch(note.guid):
        raise NotTaken("its guid is invalid")
    note = replace(note, values={**note.values, HIDDEN: _SOME_ID})
    if kind_of(note, kinds) is None:
        raise NotTaken("its note type is unknown")
    html = own_fields(note, kinds)
    place, file_head = _place(note, places, kinds)
    text = next(iter(html.values()))
    asked = html_to_text(" ".join(text.values()) if isinstance(text, dict) else str(text))
    made = _Maker(note, adopted_id(asked, note.guid), place, file_head, kinds)
    try:
        keys = made.keys(html, as_html=False)
    except NotTaken:
        keys = made.keys(html, as_html=True)
    return NewNote(note.guid, made.id, place.path, file_head, keys)


def _place(note: ImportedNote, places: Sequence[DeckPlace], kinds: Kinds) -> tuple[DeckPlace, dict[str, Any]]:
    """Where the note goes, and the head of its deck file. A file is new if none has the deck and the languages of the note."""
    deck, spoken = deck_name(note.cards[0][1]), languages(note, kinds)
    for place in places:
        if caseless(place.deck.name) == caseless(deck) and (not spoken or place.deck.languages == spoken):
            own = {"languages": dict(place.deck.languages)} if place.deck.languages else {}
            return place, {"deck": place.deck.name, **own, **place.deck.extra}
    made: dict[str, Any] = {"deck": deck} | ({"languages": dict(spoken)} if spoken else {})
    made |= {key: list(values) for key, values in head(note, kinds).items()}
    return DeckPlace("", Deck(deck), {}), made


@dataclass(frozen=True, slots=True)
class _Maker:
    note: ImportedNote
    id: str
    place: DeckPlace
    head: Mapping[str, Any]
    kinds: Kinds

    def keys(self, html: Mapping[str, Any], *, as_html: bool) -> dict[str, Any]:
        """Raises NotTaken."""
        note, deck, convert = self.note, self.place.deck, TextConverter(self.place.media, html=as_html)
        names = {name: own for own, name in self.place.media.items()}
        fields: dict[str, Any] = {}
        for key, value in html.items():
            if isinstance(value, File):
                if value not in names:
                    raise NotTaken("it has a picture or a sound that its deck file does not have")
                fields[key] = names[value]
            elif key == "source":
                of_deck = {"title": deck.source.title, "section": deck.source.section}
                fields[key] = {name: said for name, said in value.items() if said != of_deck.get(name)}
            else:
                fields[key] = convert.merged(None, None, value)
        fields = {key: value for key, value in fields.items() if value} | ({"html": True} if as_html else {})
        of_file = set(map(folded_tag, deck.tags))
        tags = tuple(tag for tag in note.tags if folded_tag(tag) not in of_file and tag.casefold() not in OF_ANKI)
        fields["guid"] = note.guid
        found = check_note(self.head, self.id, fields, tags, self.place.path or "new.yaml", self.kinds)
        made = self.kinds.note(self.id, deck if self.place.path else found, fields, tags)
        assert note.kind
        if note_type(made).id != note.kind.id:
            raise NotTaken("its cards are others than its note type has")
        texts = {key: value for key, value in html.items() if key not in _NO_TEXTS}
        here = field_values(made, self.place.media)
        lost = any(trimmed(note.values.get(name, "")) and not said for name, said in here.items() if name not in SPARE)
        if lost or normalized(html_texts(made, here)) != normalized(texts):
            raise NotTaken(OTHER_HTML)
        return {"id": self.id, **fields} | ({"tags": list(tags)} if tags else {})
