"""The shape of a deck file, made of what every file has and what the kinds add."""

from functools import cache, reduce
from operator import or_
from types import GenericAlias
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, create_model
from pydantic_core import PydanticCustomError

from srs.core.settings import DECK_SETTINGS
from srs.core.unicode import blank
from srs.kinds.registry import Kinds
from srs.kinds.shapes import SENTENCE, Code, Shape, SourceShape, Tags, Text, visible

_SEVERAL: dict[str, Any] = {"minItems": 1, "uniqueItems": True}
Slugs = Annotated[list[Text], Field(min_length=1, json_schema_extra=_SEVERAL)]
Names = Annotated[list[Text], Field(min_length=1, json_schema_extra=_SEVERAL)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]


def _deck_name(name: str) -> str:
    if len(name.splitlines()) > 1:
        raise PydanticCustomError(
            SENTENCE, "a deck's name is one line; shorten it, and put the rest under `description`"
        )
    if any(blank(part) for part in name.split("::")):
        raise PydanticCustomError(SENTENCE, "a part of the deck's name is empty; write e.g. Spanish::Verbs")
    return name


class HeadShape(Shape):
    """What every deck file has."""

    deck: Annotated[str, StringConstraints(max_length=200), AfterValidator(visible), AfterValidator(_deck_name)] = (
        Field(
            description="The deck's name; :: parts the levels of its hierarchy.",
            examples=["Spanish::Verbs"],
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
    cards: Slugs = Field(
        default=[], description="The only cards that are asked, by name; without it, all are.", examples=[["ko-en"]]
    )
    after: Names = Field(
        default=[],
        description="Full names of decks; the new cards of this one wait until theirs have been seen.",
        examples=[["Spanish::Basics"]],
    )
    source: SourceShape = Field(
        default=SourceShape(),
        description="Where the notes come from; a note may say more.",
        examples=[{"title": "The Guide", "section": "5"}],
    )
    settings: dict[str, Any] = Field(
        default_factory=dict,
        description="The learner's settings, for this deck alone.",
        examples=[{"new": 10}],
        json_schema_extra={
            "properties": {name: {"description": setting.expected} for name, setting in DECK_SETTINGS.items()},
            "additionalProperties": False,
        },
    )


_NOTES = Field(description="The notes of the deck, in the order of learning.", examples=[[{"front": "…", "back": "…"}]])


@cache
def head_shape(kinds: Kinds) -> type[HeadShape]:
    """A deck file but for its notes, which are checked one by one."""
    added = {name: key for kind in kinds.shown for name, key in kind.file_keys().items()}
    return create_model("DeckHead", __base__=HeadShape, **added, notes=(list[Any], _NOTES))


@cache
def deck_shape(kinds: Kinds) -> type[HeadShape]:
    """One YAML file with one deck of notes of the kinds that are shown."""
    added = {name: key for kind in kinds.shown for name, key in kind.file_keys().items()}
    note = reduce(or_, (kind.shape() for kind in kinds.shown))
    notes: Any = GenericAlias(list, note)  # a type that is made, not written
    shape = create_model("DeckShape", __base__=HeadShape, **added, notes=(notes, _NOTES))
    shape.__doc__ = "One YAML file with one deck of notes."
    return shape
