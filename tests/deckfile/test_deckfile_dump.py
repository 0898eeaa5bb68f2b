"""A whole deck file from values is read as those values."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from srs.cli.kinds import KINDS
from srs.deckfile import dump_deck_file, parse

texts = st.one_of(
    st.sampled_from(
        [
            "no",
            "2024",
            "12:30",
            "~",
            "- a",
            "a: b",
            "a #b",
            "'",
            '"',
            "\\",
            "a\n\n b",
            " a",
            "a\n",
            "|",
            "\n",
            "=",
            "a:",
            "é",
            "👩‍💻",
            "x\ty",
            "%a",
        ]
    ),
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]) | st.just("\n"), min_size=1),
)


def test_short_texts_stand_bare_and_long_ones_in_lines() -> None:
    note: dict[str, Any] = {
        "id": "a",
        "front": "What is it?",
        "back": "one\n\n  two",
        "tags": ["x", "b::c"],
        "html": True,
    }
    note["also"] = [{"front": "no", "back": "a: b", "card": 4}]
    text = dump_deck_file({"deck": "A::B", "languages": {"ko": "ko-KR", "en": "en-US"}}, [note])
    assert (
        text
        == """\
deck: A::B
languages: {ko: ko-KR, en: en-US}
notes:
- id: a
  front: What is it?
  back: |-
    one

      two
  tags: [x, "b::c"]
  html: true
  also:
  - front: "no"
    back: "a: b"
    card: 4
"""
    )
    (read,) = parse(text.encode(), "x.yaml", KINDS).notes
    assert {"id": read.id, "tags": list(read.tags), **read.fields} == note


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4), texts)
def test_what_is_written_is_read(pairs: list[tuple[str, str]], about: str) -> None:
    notes = [
        {"id": f"n{n}", "front": f"x{front}", "back": f"{back}y", "also": [{"front": f"x{back}", "back": f"{front}y"}]}
        for n, (front, back) in enumerate(pairs)
    ]
    file = parse(dump_deck_file({"deck": "D", "description": about}, notes).encode(), "x.yaml", KINDS)
    assert file.good, file.problems
    assert [{"id": note.id, **note.fields} for note in file.notes] == notes
    assert file.deck is not None
    assert file.deck.description == about
