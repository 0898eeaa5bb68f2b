"""The JSON Schema that editors use."""

import json
import subprocess
import sys
from typing import Any

import pytest

from srs.deckfile import parse, schema
from srs.deckfile.shapes import SHAPES, HeadShape, NoteShape, SourceShape
from srs.kinds.note import PRINCIPLES

MADE: dict[str, Any] = schema.schema()


def test_the_schema_in_the_package_is_current() -> None:
    assert schema.PATH.read_text(encoding="utf-8") == schema.text(), "run python -m srs.deckfile.schema"


def test_the_module_can_be_run_because_reading_decks_does_not_import_it() -> None:
    program = "import sys, srs.deckfile; sys.exit('srs.deckfile.schema' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_note_is_of_exactly_one_kind() -> None:
    kinds = [MADE["$defs"][one["$ref"].rpartition("/")[2]] for one in MADE["properties"]["notes"]["items"]["oneOf"]]
    assert [kind["required"][0] for kind in kinds] == list(SHAPES)
    assert not any(kind["additionalProperties"] for kind in kinds)
    assert "anyOf" not in MADE["properties"]["notes"]["items"]


def test_every_mapping_is_closed() -> None:
    def walk(part: Any, path: str) -> None:
        if isinstance(part, dict):
            if part.get("type") == "object":
                assert part["additionalProperties"] is False, path
            for key, inner in part.items():
                walk(inner, f"{path}/{key}")
        elif isinstance(part, list):
            for inner in part:
                walk(inner, path)

    walk(MADE, "")


def test_principles_are_offered_but_any_slug_is_taken() -> None:
    hint, free = MADE["$defs"]["MappingShape"]["properties"]["principles"]["items"]["anyOf"]
    assert hint["enum"] == list(PRINCIPLES)
    assert "pattern" in free


@pytest.mark.parametrize("shape", [HeadShape, SourceShape, NoteShape, *SHAPES.values()])
def test_every_key_is_described_and_has_an_example(shape: type[HeadShape]) -> None:
    for key, field in shape.model_fields.items():
        assert field.examples, key
        assert field.description or key in {"tags", "source"}, key


def test_the_examples_are_good_notes() -> None:
    head = {key: field.examples[0] for key, field in HeadShape.model_fields.items() if field.examples}
    head["principles"] |= PRINCIPLES
    head["notes"] = [
        {key: field.examples[0] for key, field in shape.model_fields.items() if field.examples} | {"id": kind}
        for kind, shape in SHAPES.items()
    ]
    head["notes"][0]["source"] = {
        key: field.examples[0] for key, field in SourceShape.model_fields.items() if field.examples
    }
    assert parse(json.dumps(head, ensure_ascii=False).encode(), "x.yaml").problems == ()
