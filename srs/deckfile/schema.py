"""The JSON Schema of deck files: `python -m srs.deckfile.schema` writes it beside this module.

A deck file names it in a comment, and editors complete and check while typing:
`# yaml-language-server: $schema=…/deck.schema.json`.
"""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from srs.deckfile.shapes import DeckShape

PATH = Path(__file__).with_name("deck.schema.json")


class _Generator(GenerateJsonSchema):
    """Leaves out what pydantic adds for programs: titles that repeat the key, defaults that nobody should write."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (no field is to have one)
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema() -> dict[str, Any]:
    """The schema as JSON Schema 2020-12. A note must fit exactly one of the kinds."""
    made = DeckShape.model_json_schema(schema_generator=_Generator)
    for name, definition in made["$defs"].items():
        definition["title"] = name.removesuffix("Shape").lower()
    notes = made["properties"]["notes"]["items"]
    notes["oneOf"] = notes.pop("anyOf")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | made | {"title": "srs deck file"}


def text() -> str:
    """What the file holds."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8", newline="\n")
