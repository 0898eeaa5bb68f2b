"""The shapes of a deck file: one definition for what is checked here and for the JSON Schema that editors use.

They say which keys there are and what each holds. What depends on several values at once is in `sense`.
"""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from srs.core.settings import OF_DECKS
from srs.deckfile.tree import Unquoted
from srs.kinds.note import KINDS, PRINCIPLES

LONGEST_ID = 200
MOST_CARDS = 50
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

# Blanks, and what looks like nothing: joiners, direction marks, Hangul fillers.
_INVISIBLE = re.compile(r"[\s\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]*")


def blank(text: str) -> bool:
    """Nothing in the text can be seen."""
    return _INVISIBLE.fullmatch(text) is not None


def _visible(text: str) -> str:
    if blank(text):
        raise PydanticCustomError("empty", "there is nothing to read here; write some text")
    return text


def _deck_name(name: str) -> str:
    if len(name.splitlines()) > 1:
        raise PydanticCustomError("deck", "a deck's name is one line; shorten it, and put the rest under `description`")
    if any(blank(part) for part in name.split("::")):
        raise PydanticCustomError("deck", "a part of the deck's name is empty; write e.g. Interview::Phrases")
    return name


def _truth(value: object) -> object:
    """What stands without quotes comes unread."""
    match value:
        case bool():
            return value
        case Unquoted("true" | "false" as text):
            return text == "true"
    raise PydanticCustomError("empty", "this is true or false; write true, without quotes, or delete it")


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Text = Annotated[str, AfterValidator(_visible), Field(json_schema_extra={"pattern": r"\S"})]
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=LONGEST_ID)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
Tags = list[Annotated[str, StringConstraints(pattern=r"^\S+$")]]
Principles = Annotated[
    list[
        Annotated[
            str,
            Field(
                json_schema_extra={"type": "string", "anyOf": [{"enum": list(PRINCIPLES)}, {"pattern": SLUG_PATTERN}]}
            ),
        ]
    ],
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
]
_ANSWERS = {"type": "array", "items": {"type": "string", "pattern": r"\S"}, "minItems": 1, "uniqueItems": True}
Answer = Annotated[
    list[Text],
    Field(min_length=1),
    BeforeValidator(_as_list),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"\S"}, _ANSWERS]}),
]


class _Shape(BaseModel):
    """Strict: a number is no text. Unknown keys are refused."""

    model_config = ConfigDict(strict=True, extra="forbid")


class SourceShape(_Shape):
    """Where the knowledge comes from."""

    title: Text = Field(default="", description="Of the book, the guide, the page.", examples=["The Guide"])
    section: Text = Field(default="", description="Always in quotes: 5.1 alone is a number.", examples=["5.1"])
    number: int = Field(default=0, ge=0, description="Of the item within its section.", examples=[7])


class NoteShape(_Shape):
    """What every note may have."""

    id: Id = Field(
        default="",
        description="Stable and unique within the deck folder: the learner's progress hangs on it.",
        examples=["tight-deadline"],
    )
    note: str = Field(default="", description="Usage, register, nuance; shown with the answer.", examples=["…"])
    because: str = Field(default="", description="Why the answer is right; shown with it.", examples=["…"])
    ko: str = Field(default="", description="A Korean gloss, hidden until it is asked for.", examples=["…"])
    hint: str = Field(default="", description="Shown before the answer, when it is asked for.", examples=["…"])
    example: str = Field(default="", description="The knowledge in use, e.g. inside a spoken answer.", examples=["…"])
    tags: Tags = Field(
        default=[], description="Words to choose notes by, without blanks.", examples=[["situation", "spoken"]]
    )
    source: SourceShape = Field(default=SourceShape(), examples=[{"section": "5.1", "number": 7}])
    image: str = Field(
        default="", description="A picture, shown with the answer: its path from this file.", examples=["star.png"]
    )
    audio: str = Field(
        default="", description="A sound, played with the answer: its path from this file.", examples=["answer.mp3"]
    )
    guid: str = Field(default="", description="Of a note that was adopted from Anki.", examples=["q8#F…"])
    html: Annotated[bool, BeforeValidator(_truth)] = Field(
        default=False, description="All texts of the note are HTML, as those of Anki are.", examples=[True]
    )


class PhraseShape(NoteShape):
    """The same thing said in the file's two languages. Cards: each from the other."""

    phrase: dict[Code, Text] = Field(
        min_length=2,
        max_length=2,
        description="The phrase in both languages of the file.",
        examples=[{"ko": "마감", "en": "deadline"}],
        json_schema_extra={"additionalProperties": False},
    )


class QuizShape(NoteShape):
    """A question with choices. One card: choose."""

    quiz: Text = Field(description="The question.", examples=["What takes the largest share?"])
    choices: Annotated[list[Text], Field(min_length=2, json_schema_extra={"uniqueItems": True})] = Field(
        description="At least two, in any order.", examples=[["Situation", "Task", "Action", "Result"]]
    )
    answer: Answer = Field(description="The right choice, or a list of all right ones.", examples=["Action"])


class MappingShape(NoteShape):
    """A question and the principles that it is after. One card: principles."""

    question: Text = Field(description="The interviewer's question.", examples=["Tell me about a time when …"])
    principles: Principles = Field(
        description="Slugs; the first is the primary one.", examples=[["customer-obsession", "ownership"]]
    )


class StarShape(NoteShape):
    """A question and its answer in four parts. One card: answer."""

    star: Text = Field(description="The interviewer's question.", examples=["Tell me about a time when …"])
    situation: Text = Field(description="Where and when it was, and what made it hard.", examples=["…"])
    task: Text = Field(description="What you had to do.", examples=["…"])
    action: Text = Field(description="What you did.", examples=["…"])
    result: Text = Field(description="What came of it, in numbers.", examples=["…"])


class AlsoShape(_Shape):
    """One more card of a basic note."""

    front: Text = Field(description="The question.", examples=["…"])
    back: Text = Field(description="The answer.", examples=["…"])
    card: int = Field(
        default=1,
        ge=1,
        le=MOST_CARDS,
        description="The card's number in Anki; left out, it is the one after the card before.",
        examples=[3],
    )


class BasicShape(NoteShape):
    """A question and an answer. Cards: back, and back-2, back-3 … for those under `also`."""

    front: Text = Field(description="The question.", examples=["…"])
    back: Text = Field(description="The answer.", examples=["…"])
    card: int = Field(
        default=1,
        ge=1,
        le=MOST_CARDS,
        description="The first card's number in Anki, if there it has no card 1.",
        examples=[2],
    )
    also: Annotated[list[AlsoShape], Field(min_length=1)] = Field(
        default=[],
        description="Further cards of the same note, e.g. the other way round.",
        examples=[[{"front": "…", "back": "…"}]],
    )


class ClozeShape(NoteShape):
    """A text with gaps. One card for every number."""

    cloze: Text = Field(
        description="Text with gaps as in Anki: {{c1::hidden}} or {{c1::hidden::hint}}.",
        examples=["Spend {{c1::half}} of it on {{c2::Action}}."],
        json_schema_extra={"pattern": r"\{\{c[0-9]+(,[0-9]+)*::"},
    )


AnyNote = PhraseShape | QuizShape | MappingShape | StarShape | BasicShape | ClozeShape

SHAPES: dict[str, type[NoteShape]] = {
    "phrase": PhraseShape,
    "quiz": QuizShape,
    "question": MappingShape,
    "star": StarShape,
    "front": BasicShape,
    "cloze": ClozeShape,
}
"""The key that names the kind → the shape of such a note."""

assert SHAPES.keys() == KINDS.keys()


class HeadShape(_Shape):
    """A deck file but for its notes, which are checked one by one."""

    deck: Annotated[str, StringConstraints(max_length=200), AfterValidator(_visible), AfterValidator(_deck_name)] = (
        Field(
            description="The deck's name; :: parts the levels of its hierarchy.",
            examples=["Interview::Phrases"],
            json_schema_extra={"pattern": r"\S"},
        )
    )
    description: str = Field(default="", description="What the deck is about; Anki shows it.", examples=["…"])
    languages: dict[Code, Language] = Field(
        default_factory=dict,
        min_length=2,
        max_length=2,
        description="The two languages of the phrases, the learner's own first: a short code for the keys and "
        "the language's BCP 47 tag, which also picks the voice in Anki.",
        examples=[{"ko": "ko-KR", "en": "en-US"}],
        json_schema_extra={"additionalProperties": False},
    )
    tags: Tags = Field(default=[], description="For every note in the file.", examples=[["phrase"]])
    source: SourceShape = Field(
        default=SourceShape(),
        description="Where the notes come from; a note may say more.",
        examples=[{"title": "The Guide", "section": "5"}],
    )
    principles: dict[Slug, Text] = Field(
        default_factory=dict,
        min_length=1,
        description="The vocabulary of this file's mappings, instead of Amazon's sixteen principles.",
        examples=[{"be-kind": "Be Kind"}],
        json_schema_extra={"additionalProperties": False},
    )
    settings: dict[str, Any] = Field(
        default_factory=dict,
        description="The learner's settings, for this deck alone.",
        examples=[{"new": 10}],
        json_schema_extra={
            "properties": {name: {"description": setting.expected} for name, setting in OF_DECKS.items()},
            "additionalProperties": False,
        },
    )
    notes: list[Any] = Field(
        description="The notes of the deck, in the order of learning.", examples=[[{"front": "…", "back": "…"}]]
    )


class DeckShape(HeadShape):
    """One YAML file with one deck of notes."""

    notes: list[AnyNote] = Field(description="The notes of the deck, in the order of learning.")
