"""The JSON Schema that editors use."""

import json
from pathlib import Path
from typing import Any

import pytest

from srs.cli.kinds import KINDS
from srs.cli.schema import FILES
from srs.deckfile import parse, schema
from srs.deckfile.shapes import head_shape
from srs.interview.kinds.principles import PRINCIPLES
from srs.kinds.shapes import NoteShape, Shape, SourceShape

ALL = KINDS.showing(["interview"])
MADE: dict[str, Any] = schema.schema(ALL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_the_schemas_in_the_package_are_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == schema.text(FILES[path]), "run python -m srs.cli.schema"


def test_a_note_is_of_exactly_one_kind() -> None:
    kinds = [MADE["$defs"][one["$ref"].rpartition("/")[2]] for one in MADE["properties"]["notes"]["items"]["oneOf"]]
    assert [kind["required"][0] for kind in kinds] == [kind.key for kind in KINDS.all]
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


@pytest.mark.parametrize("shape", [head_shape(ALL), SourceShape, NoteShape, *(kind.shape() for kind in KINDS.all)])
def test_every_key_is_described_and_has_an_example(shape: type[Shape]) -> None:
    for key, field in shape.model_fields.items():
        assert field.examples, key
        assert field.description or key in {"tags", "source"}, key


def test_the_examples_are_good_notes() -> None:
    head = {key: field.examples[0] for key, field in head_shape(ALL).model_fields.items() if field.examples}
    head["principles"] |= PRINCIPLES
    head["notes"] = [
        {key: field.examples[0] for key, field in kind.shape().model_fields.items() if field.examples and key != "ko"}
        | {"id": kind.kind}
        for kind in KINDS.all
    ]
    for note in head["notes"]:
        if "chunk" in note:  # not for HTML
            del note["html"]
    head["notes"][0]["source"] = {
        key: field.examples[0] for key, field in SourceShape.model_fields.items() if field.examples
    }
    assert parse(json.dumps(head, ensure_ascii=False).encode(), "x.yaml", KINDS).problems == ()
