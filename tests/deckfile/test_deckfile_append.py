"""One more note at the end of a deck file."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.cli.kinds import KINDS
from srs.deckfile import CannotAppend, dump_note, parse, with_note

NOTE = "- front: new?\n  back: neu"


def appended(text: str, note: str = NOTE) -> str:
    data, line = with_note(text.encode(), note)
    file = parse(data, "x.yaml", KINDS)
    assert file.good, file.problems
    assert [one.fields for one in file.notes][:-1] == [
        one.fields for one in parse(text.encode(), "x.yaml", KINDS).notes
    ]
    assert file.notes[-1].line == line
    return data.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("deck: X\nnotes: []  # none\n", "deck: X\nnotes:  # none\n- front: new?\n  back: neu\n"),
        ("notes: []\ndeck: X\n", "notes:\n- front: new?\n  back: neu\ndeck: X\n"),
        (
            "deck: X\nnotes:\n- {front: a, back: b}\n",
            "deck: X\nnotes:\n- {front: a, back: b}\n- front: new?\n  back: neu\n",
        ),
        (
            "deck: X\nnotes:\n- {front: a, back: b}",
            "deck: X\nnotes:\n- {front: a, back: b}\n- front: new?\n  back: neu\n",
        ),
        (
            "deck: X\nnotes:\n  - front: a\n    back: b\n\n  -  front: c\n     back: d\n\n\n# the end\n",
            "deck: X\nnotes:\n  - front: a\n    back: b\n\n  -  front: c\n     back: d\n\n\n# the end\n\n"
            "  - front: new?\n    back: neu\n",
        ),
        (
            "notes:\n- {front: a, back: b}\n\n# of the deck\ndeck: X\n",
            "notes:\n- {front: a, back: b}\n- front: new?\n  back: neu\n\n# of the deck\ndeck: X\n",
        ),
        (
            "\ufeffdeck: X\r\nnotes:\r\n- {front: a, back: b}\r\n",
            "\ufeffdeck: X\r\nnotes:\r\n- {front: a, back: b}\r\n- front: new?\r\n  back: neu\r\n",
        ),
        (
            "deck: X\nnotes:\n- front: a\n  back: |\n    one\n    two\n",
            "deck: X\nnotes:\n- front: a\n  back: |\n    one\n    two\n- front: new?\n  back: neu\n",
        ),
    ],
)
def test_the_note_stands_after_all_others_and_nothing_else_changes(before: str, after: str) -> None:
    assert appended(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "deck: X\n",
        "deck: X\nnotes:\n",
        "[]",
        "deck: X\nnotes: [{front: a, back: b}]\n",
        "deck: X\nnotes: {a: b}\n",
        "a: [",
        "\0",
    ],
)
def test_a_file_that_a_program_should_not_write_into_is_refused(text: str) -> None:
    with pytest.raises(CannotAppend):
        with_note(text.encode(), NOTE)
    with pytest.raises(CannotAppend, match="UTF-8"):
        with_note(b"\xff", NOTE)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40) | st.sampled_from(
    [
        "no",
        "12:30",
        "2024",
        "null",
        "1e3",
        "0o7",
        "~",
        "- a",
        "# x",
        "a: b",
        "'",
        '"',
        "|",
        "두 줄\n입니다",
        "x\n\n  y\n",
    ]
)


@given(front=TEXTS, back=TEXTS, tags=st.lists(st.sampled_from(["on", "a", "1"]), max_size=3, unique=True))
def test_what_is_written_is_read_as_it_was_meant(front: str, back: str, tags: list[str]) -> None:
    fields: dict[str, Any] = {"id": "x", "front": front, "back": back, "tags": tags}
    data, _ = with_note(b"deck: X\nnotes: []\n", dump_note(fields))
    file = parse(data, "x.yaml", KINDS)
    if not file.good:  # what no deck file may say, e.g. a text of blanks or with U+2028
        assert not parse(_as_flow(fields), "x.yaml", KINDS).good
        return
    (note,) = file.notes
    assert (note.fields, list(note.tags)) == ({"front": front, "back": back}, tags)


def _as_flow(fields: dict[str, Any]) -> bytes:
    return f"deck: X\nnotes:\n- {json.dumps(fields, ensure_ascii=False)}\n".encode()
