"""The JSON Schema of deck files.

A deck file names it in a comment, and editors complete and check while typing:
`# yaml-language-server: $schema=…/deck.schema.json`.
"""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from srs.deckfile.shapes import deck_shape
from srs.kinds.registry import Kinds


class _Generator(GenerateJsonSchema):
    """Leaves out what pydantic adds for programs: titles that repeat the key, defaults that nobody should write."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (no field is to have one)
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema(kinds: Kinds) -> dict[str, Any]:
    """The schema as JSON Schema 2020-12, of the kinds that are shown. A note must fit exactly one of them."""
    made = deck_shape(kinds).model_json_schema(schema_generator=_Generator)
    for name, definition in made["$defs"].items():
        definition["title"] = name.removesuffix("Shape").lower()
    notes = made["properties"]["notes"]["items"]
    notes["oneOf"] = notes.pop("anyOf")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | made | {"title": "srs deck file"}


def text(kinds: Kinds) -> str:
    """What the file holds."""
    return json.dumps(schema(kinds), ensure_ascii=False, indent=2) + "\n"
