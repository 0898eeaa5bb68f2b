"""Messages for pydantic's errors: `loc` gives the place, the error type the sentence."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from srs.core.quoting import code, listed, nearest, quoted
from srs.deckfile import tree, yaml_types
from srs.kinds.registry import Kinds
from srs.kinds.shapes import IMPOSSIBLE, SENTENCE, NoteShape, Shape

Loc = tuple[str | int, ...]

_PATTERNS = {
    "id": "an id holds only letters A–Z, digits, '.', '_' and '-', and begins with a letter or digit; write e.g. tight-deadline",
    "tags": "a tag holds no blanks and is not empty; write e.g. past-tense",
    "languages": "a language is a BCP 47 tag; write e.g. ko-KR",
}
_CODE = "a language's code is two or three small letters; write e.g. ko"
_NEEDS_QUOTES = re.compile(r"^[^A-Za-z…]|[{}\[\],#]|: ")
_NAMES = {tree.Scalar: "a text", tree.Sequence: "a list", tree.Mapping: "a mapping"}


def errors(
    error: ValidationError, node: tree.Mapping, shape: type[BaseModel], kinds: Kinds
) -> Iterator[tuple[Loc, int, str]]:
    """Yield pydantic's path, the character index and a sentence for each error."""
    for one in error.errors(include_url=False, include_input=False):
        loc, kind = one["loc"], one["type"]
        at_key = kind == "extra_forbidden" or loc[-1] == "[key]"
        found = find(node, loc[:-1] if loc[-1] == "[key]" else loc, key=at_key)
        if isinstance(found, tree.Scalar) and (found.refused or (at_key and found.means)):
            continue  # reported already
        owner, key, example = _field(shape, loc)
        if kind == "missing":
            message = f"{_this(owner, kinds)} has no {code(key)}; write {example}"
        elif kind == "extra_forbidden":
            message = unknown_key(key, owner, kinds)
        elif kind in {"string_pattern_mismatch", IMPOSSIBLE}:
            assert isinstance(found, tree.Scalar)
            of_code = key == "phrase" or (key == "languages" and at_key)
            possible = one["msg"] if kind == IMPOSSIBLE else _CODE if of_code else _PATTERNS[key]
            message = f"{quoted(found.text)} is not possible here: {possible}"
        else:
            message = _sentence(kind, one.get("ctx", {}), one["msg"], found, key, example)
        yield loc, found.start, message


def find(node: tree.Node, path: Iterable[str | int], *, key: bool = False) -> tree.Node:
    """The node at `path`, or the last existing one on the way; with `key`, its key."""
    under: tree.Node | None = None
    for part in path:
        if isinstance(node, tree.Mapping) and part in node.entries:
            under, node = node.entries[str(part)]
        elif isinstance(node, tree.Sequence) and isinstance(part, int):
            under, node = None, node.items[part]
        else:
            return node
    return under if key and under is not None else node


def unknown_key(key: str, owner: type[BaseModel], kinds: Kinds) -> str:
    """The sentence for a key that `owner` does not have."""
    known = list(owner.model_fields)
    message = f"the key {quoted(key)} is unknown here"
    if issubclass(owner, NoteShape):
        for kind in kinds.shown:
            if key in kind.shape().model_fields:
                return f"{message}: it belongs to {kind.title}; {_this(owner, kinds)} has {listed(_own(owner))}"
    if (meant := nearest(key, known)) is not None:
        return f"{message}; did you mean {code(meant)}?"
    return f"{message}; write one of: {listed(known)}"


def flow(value: object) -> str:
    """The value as one writes it on one line of YAML."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(flow(item) for item in value) + "]"
        case str() if _NEEDS_QUOTES.search(value):
            return f'"{value}"'
        case _:
            return str(value)


def _own(owner: type[BaseModel]) -> list[str]:
    """The keys of a kind, without those of every note."""
    return [key for key in owner.model_fields if key not in NoteShape.model_fields]


def _this(owner: type[BaseModel], kinds: Kinds) -> str:
    """`this quiz`, `this file`."""
    title = next((kind.title for kind in kinds.all if kind.shape() is owner), None)
    if title:
        return f"this {title.partition(' ')[2]}"
    return f"this {owner.noun}" if issubclass(owner, Shape) else "this file"


def _field(shape: type[BaseModel], loc: Loc) -> tuple[type[BaseModel], str, str]:
    """The shape that holds the wrong value, the value's key in it, and an example."""
    key, rest = str(loc[0]), loc[1:]
    field: FieldInfo | None = shape.model_fields.get(key)
    while rest and isinstance(rest[0], int):  # a list's
        rest = rest[1:]
    inner = _shape_in(field.annotation) if field is not None and rest else None
    if inner:
        return _field(inner, rest)
    return shape, key, f"`{key}: {flow(field.examples[0])}`" if field is not None and field.examples else code(key)


def _shape_in(annotation: Any) -> type[BaseModel] | None:
    """The shape that a value of this type holds, if any."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_shape_in, get_args(annotation))), None)


def _sentence(kind: str, context: dict[str, Any], said: str, found: tree.Node, key: str, example: str) -> str:
    """The sentence for one of pydantic's error types; `said` is our own where a validator of ours raised it."""
    means = found.means if isinstance(found, tree.Scalar) else None
    match kind:
        case _ if kind == SENTENCE:
            return said
        case "string_type" if isinstance(found, tree.Scalar) and means is not None:
            return yaml_types.message(found.text, means)
        case "string_type":
            return f"a text is wanted here, not {_NAMES[type(found)]}; write it in quotes"
        case "list_type" | "dict_type" | "model_type" if means == "null":
            return f"there is nothing here; write {example}"
        case "list_type":
            return f"a list is wanted here, not {_NAMES[type(found)]}; write {example}"
        case "dict_type" | "model_type":
            return f"a mapping is wanted here, not {_NAMES[type(found)]}; write {example}"
        case "int_type":
            return f"a whole number without quotes is wanted here; write {example}"
        case "less_than_equal" | "greater_than_equal":
            limit = f"below {context['ge']}" if "ge" in context else f"above {context['le']}"
            return f"the number cannot be {limit}; write {example}"
        case "too_short" | "too_long" if isinstance(found, tree.Mapping) and key in {"languages", "phrase"}:
            return f"two languages belong here, not {len(found.entries)}; write {example}"
        case "too_short":
            return f"{code(key)} holds at least {context['min_length']}; write {example}"
        case "string_too_long":
            return f"this is longer than {context['max_length']} characters; shorten it"
        case _:
            return f"{said}; write {example}"
