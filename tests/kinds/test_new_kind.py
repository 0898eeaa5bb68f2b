"""A new kind of note needs its module and a place in the registry, and nothing else."""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from srs.anki.export import export
from srs.anki.import_decks import import_decks
from srs.cli.kinds import KINDS
from srs.collection import Collection, lookup, open_collection
from srs.collection.check import check
from srs.core.event import Rating
from srs.core.settings import Settings
from srs.deckfile import parse
from srs.kinds.anki_form import AnkiForm, NoteInAnki
from srs.kinds.card_face import Face, Part
from srs.kinds.checks import Finding, Head
from srs.kinds.note import Card, Deck, Fields, Note
from srs.kinds.registry import Kinds
from srs.kinds.shapes import NoteShape, Text
from srs.review.session import Session

NOW = 1_772_366_400_000  # 1 March 2026, 12:00 UTC
DECK = """\
deck: Chemistry
formulas: {water: H2O}
notes:
- id: salt
  element: Na
  called: sodium
- id: gold
  element: Au
  called: gold
  hint: it does not rust
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element(Note):
    """A sign and a name; the card `sign` asks for the sign, `name` for the name."""

    key: ClassVar[str] = "element"
    kind: ClassVar[str] = "element"
    title: ClassVar[str] = "an element"
    pack: ClassVar[str] = "chemistry"
    required: ClassVar[tuple[str, ...]] = ("element", "called")
    identity: ClassVar[tuple[str, ...]] = ("element", "called")
    compared: ClassVar[tuple[str, ...]] = ("element", "called")
    anki_name: ClassVar[str] = "Element"

    sign: str
    called: str

    @classmethod
    @cache
    def shape(cls) -> type[NoteShape]:
        class ElementShape(NoteShape):
            """An element. Cards: sign, name."""

            element: Text = Field(description="The sign.", examples=["Na"])
            called: Text = Field(description="The name.", examples=["sodium"])

        return ElementShape

    @classmethod
    def file_keys(cls) -> Mapping[str, Any]:
        return {"formulas": (dict[str, str], Field(default={}, description="Formulas.", examples=[{"water": "H2O"}]))}

    @classmethod
    def check(cls, data: Mapping[str, Any], head: Head, wrong: Set[str | int]) -> Iterator[Finding]:
        if "element" not in wrong and len(data["element"]) > 2:
            yield "error", ("element",), "a sign has one or two letters"

    @classmethod
    def draft(cls, deck: Deck) -> str:
        return 'element: ""\n  called: ""'

    @classmethod
    def own(cls, fields: Fields, deck: Deck) -> dict[str, Any]:
        return {"sign": fields["element"], "called": fields["called"]}

    def all_cards(self) -> tuple[Card, ...]:
        return Card(self.id, "name", 0), Card(self.id, "sign", 1)

    def asks(self, card: Card, repetition: int | None) -> Face:
        asked, wanted = (self.sign, self.called) if card.template == "name" else (self.called, self.sign)
        return Face(task="Name it", question=asked, answer=(Part("", wanted),), wanted=wanted)

    def anki_form(self) -> AnkiForm:
        return FORM

    def anki_fields(self, html: Callable[[str], str]) -> Sequence[str]:
        return html(self.sign), html(self.called)

    @classmethod
    def from_anki(cls, note: NoteInAnki) -> dict[str, Any]:
        return {"element": note.html("Sign"), "called": note.html("Called")}


TEMPLATES = (("name", "{{Sign}}$aids", "{{Called}}$more"), ("sign", "{{Called}}$aids", "{{Sign}}$more"))
FORM = AnkiForm("srs Element", "element", ("Sign", "Called"), TEMPLATES)


WITH_ELEMENTS = Kinds((*KINDS.places, ("element", f"{__name__}:Element")))


def opened(folder: Path) -> Collection:
    settings = Settings(zone="UTC")
    return open_collection(folder / "decks", folder / "srs.db", folder / "machine", settings, WITH_ELEMENTS, NOW)


def write(folder: Path, text: str = DECK) -> None:
    (folder / "decks").mkdir()
    (folder / "decks" / "a.yaml").write_text(text, "utf-8")


def test_it_is_checked(tmp_path: Path) -> None:
    write(tmp_path, DECK.replace("element: Na", "element: Natrium").replace("  called: gold\n", "") + "- front: x\n")
    problems = [(one.line, one.message) for one in check(tmp_path / "decks", WITH_ELEMENTS).problems]
    assert (5, "a sign has one or two letters") in problems
    assert (7, "this element has no `called`; write `called: sodium`") in problems
    assert any("basic note has no `back`" in message for _, message in problems)


def test_it_is_reviewed(tmp_path: Path) -> None:
    write(tmp_path)
    collection = opened(tmp_path)
    session = Session(collection, lambda: NOW)
    assert session.question is not None
    assert (session.question.card.key, session.question.face.front) == ("salt/name", "Na")
    session.type("Sodium")
    assert session.suggestion is Rating.GOOD
    assert session.answer(Rating.GOOD)
    assert [row.kind for row, _ in lookup.find(collection, lookup.query(collection, "kind:element"), NOW)] == [
        "element",
        "element",
    ]
    collection.store.close()


def test_it_goes_to_anki_and_comes_back(tmp_path: Path) -> None:
    write(tmp_path)
    collection = opened(tmp_path)
    export(collection, tmp_path / "a.apkg", NOW)
    collection.store.close()
    import_decks(tmp_path / "back", tmp_path / "a.apkg", WITH_ELEMENTS)
    (file,) = (tmp_path / "back").glob("*.yaml")
    back = parse(file.read_bytes(), file.name, WITH_ELEMENTS)
    there = parse(DECK.encode(), "a.yaml", WITH_ELEMENTS)
    assert [(note.id, note.fields) for note in back.notes] == [(note.id, note.fields) for note in there.notes]


def test_the_registry_can_be_given_to_another_process() -> None:
    kinds = pickle.loads(pickle.dumps(WITH_ELEMENTS.showing(["chemistry"])))
    assert kinds == WITH_ELEMENTS.showing(["chemistry"])
    assert kinds.by_name["element"] is Element


def test_a_pack_hides_words_and_never_the_reading() -> None:
    assert "element" not in [kind.kind for kind in WITH_ELEMENTS.shown]
    assert "element" in [kind.kind for kind in WITH_ELEMENTS.showing(["chemistry"]).shown]
    assert parse(DECK.encode(), "a.yaml", WITH_ELEMENTS).good
