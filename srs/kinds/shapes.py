"""The pydantic models that kinds of notes are made of: what is checked here and the JSON Schema that editors use.

They say which keys there are and what each holds. What depends on several values at once is checked by the kind.
"""

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from srs.core.id_pattern import ANY_LENGTH, LONGEST_ID
from srs.core.unicode import blank
from srs.kinds.checks import Unquoted

IMPOSSIBLE, SENTENCE = "impossible", "sentence"
"""Types of our own errors: the value does not fit (the message says what would), and a complete sentence."""


def visible(text: str) -> str:
    if blank(text):
        raise PydanticCustomError(SENTENCE, "there is nothing to read here; write some text")
    return text


def _true_or_false(value: object) -> object:
    """Text without quotes arrives as `Unquoted`."""
    match value:
        case bool():
            return value
        case Unquoted("true" | "false" as text):
            return text == "true"
    raise PydanticCustomError(SENTENCE, "this is true or false; write true, without quotes, or delete it")


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def matching(pattern: str, message: str) -> BeforeValidator:
    """Refuses a text that does not fit the pattern; `message` says what is possible."""

    def check(text: object) -> object:
        if isinstance(text, str) and not re.search(pattern, text):
            raise PydanticCustomError(IMPOSSIBLE, "{message}", {"message": message})
        return text

    return BeforeValidator(check)


Text = Annotated[str, AfterValidator(visible), Field(json_schema_extra={"pattern": r"\S"})]
Id = Annotated[str, StringConstraints(pattern=f"^{ANY_LENGTH}$", max_length=LONGEST_ID)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Tags = list[Annotated[str, StringConstraints(pattern=r"^\S+$")]]
_SEVERAL = {"type": "array", "items": {"type": "string", "pattern": r"\S"}, "minItems": 1, "uniqueItems": True}
OneOrMore = Annotated[
    list[Text],
    Field(min_length=1),
    BeforeValidator(_as_list),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"\S"}, _SEVERAL]}),
]
"""A text or a list of texts."""


class Shape(BaseModel):
    """Strict: a number is no text. Unknown keys are refused. `noun` is what a message calls it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    noun: ClassVar[str] = "file"


class SourceShape(Shape):
    """Where the knowledge comes from."""

    title: Text = Field(default="", description="Of the book, the guide, the page.", examples=["The Guide"])
    section: Text = Field(default="", description="Always in quotes: 5.1 alone is a number.", examples=["5.1"])
    number: int = Field(default=0, ge=0, description="Of the item within its section.", examples=[7])


class NoteShape(Shape):
    """What every note may have."""

    id: Id = Field(
        default="",
        description="Stable and unique within the deck folder: the learner's progress hangs on it.",
        examples=["tight-deadline"],
    )
    note: str = Field(default="", description="Usage, register, nuance; shown with the answer.", examples=["…"])
    because: str = Field(default="", description="Why the answer is right; shown with it.", examples=["…"])
    gloss: str = Field(
        default="", description="The question in your own language, hidden until it is asked for.", examples=["…"]
    )
    ko: str = Field(default="", description="The older name of `gloss`.", examples=["…"], deprecated=True)
    hint: str = Field(default="", description="Shown before the answer, when it is asked for.", examples=["…"])
    example: str = Field(default="", description="The knowledge in use, e.g. inside a spoken answer.", examples=["…"])
    tags: Tags = Field(
        default_factory=list, description="Words to choose notes by, without blanks.", examples=[["verb", "spoken"]]
    )
    source: SourceShape = Field(default=SourceShape(), examples=[{"section": "5.1", "number": 7}])
    image: str = Field(
        default="",
        description="A picture, shown with the answer: its path from this file.",
        examples=["pictures/neon.png"],
    )
    audio: str = Field(
        default="", description="A sound, played with the answer: its path from this file.", examples=["answer.mp3"]
    )
    order: int = Field(
        default=0, description="Rank within the file: lower comes first, notes without it last.", examples=[1]
    )
    guid: str = Field(default="", description="Of a note that was adopted from Anki.", examples=["q8#F…"])
    html: Annotated[bool, BeforeValidator(_true_or_false)] = Field(
        default=False, description="All texts of the note are HTML, as those of Anki are.", examples=[True]
    )
