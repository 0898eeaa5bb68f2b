"""Laws: reading never raises, ids are inserted and nothing else."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from srs.cli.kinds import KINDS
from srs.deckfile import DeckFile, duplicates, parse, with_ids

GOOD = """\
deck: X
languages: {ko: ko-KR, en: en-US}
source: {title: a, section: "5", number: 3}
notes:
- id: a
  phrase: {ko: 가, en: b}
  tags: [x]
- quiz: q
  choices: [a, b]
  answer: [a]
- question: q
  principles: [ownership]
- {star: q, situation: a, task: b, action: c, result: d}
- front: >
    a
  back: "b\\t"
- cloze: "{{c1::a::b}}"
"""


def hold(file: DeckFile) -> None:
    """What is true of whatever is read."""
    assert file.good == (not any(problem.level == "error" for problem in file.problems))
    places = [(problem.line, problem.column) for problem in file.problems]
    assert places == sorted(places)
    assert all(line >= 1 and column >= 1 for line, column in places)
    assert all(problem.message.isprintable() for problem in file.problems), file.problems
    duplicates([file])
    if file.good:
        assert file.deck is not None
        for one in file.notes:
            made = KINDS.note(one.id, file.deck, one.fields, one.tags)
            assert made.cards()


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_bytes_of_any_kind_are_read_without_an_exception(data: bytes) -> None:
    file = parse(data, "x.yaml", KINDS)
    hold(file)
    assert file.problems


@given(st.text(alphabet="ab1:-[]{}\"'&*!|>%@#?,=~<\\ \n\r\t\x00\x85\u2028\ufeff가", max_size=60))
@settings(max_examples=500, deadline=None)
def test_signs_of_any_kind_are_read_without_an_exception(text: str) -> None:
    hold(parse(text.encode(), "x.yaml", KINDS))
    hold(parse(f"deck: X\nnotes:\n- front: {text}\n  back: b\n".encode(), "x.yaml", KINDS))


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_a_good_deck_that_was_damaged_is_read_without_an_exception(data: st.DataObject) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.text(alphabet="ab5:-[]{}\"'&*!|> ,\n\\#~", max_size=4)) + text[end:]
    hold(parse(text.encode(), "x.yaml", KINDS))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "id",
        "note",
        "because",
        "ko",
        "hint",
        "example",
        "tags",
        "source",
        "image",
        "audio",
        "guid",
        "phrase",
        "quiz",
        "choices",
        "answer",
        "question",
        "principles",
        "star",
        "situation",
        "task",
        "action",
        "result",
        "front",
        "back",
        "cloze",
    ]
)
HEAD_KEYS = st.sampled_from(["deck", "description", "languages", "tags", "source", "principles", "settings", "notes"])


@given(st.dictionaries(HEAD_KEYS, VALUES), st.lists(st.dictionaries(KEYS, VALUES), max_size=4))
@settings(max_examples=400, deadline=None)
def test_values_of_any_shape_are_read_without_an_exception(head: dict[str, Any], notes: list[Any]) -> None:
    hold(parse(json.dumps({"deck": "X"} | head | {"notes": notes}).encode(), "x.yaml", KINDS))


WORDS = st.sampled_from(["a", "hello world", "가나다", "it's", "😀", "x # y", "- z"])


@st.composite
def written_notes(draw: st.DrawFn) -> tuple[str, int]:
    """A basic or cloze note without id in some style, and how many characters beside the id writing one takes."""
    quote = draw(st.sampled_from(["'", '"']))
    number = draw(st.integers(0, 10**9))
    front, back = (
        f"{quote}{word.replace(chr(39), chr(39) * 2 if quote == chr(39) else chr(39))}{number}{quote}"
        for word in draw(st.tuples(WORDS, WORDS))
    )
    comment = draw(st.sampled_from(["", " # 주석", "   "]))
    pad = draw(st.integers(1, 4))
    match draw(st.integers(0, 4)):
        case 0:
            return f"-{' ' * pad}front: {front}{comment}\n{' ' * (pad + 1)}back: {back}{comment}\n", len(
                "id: \n"
            ) + pad + 1
        case 1:
            indent = " " * pad
            return f"-{comment}\n{indent}back: {back}\n\n{indent}front: {front}{comment}\n", len("id: \n") + pad
        case 2:
            return f"-{' ' * pad}{{front: {front}, back: {back}}}{comment}\n", len("id: , ")
        case 3:
            return f"- {{ {comment}\n  back: {back},\n  front: {front}{comment}\n  }}\n", len(" id: ,")
        case _:
            return f"- cloze: |\n    {{{{c1::{number}}}}}\n\n    text\n{comment.lstrip()}\n", len("id: \n") + 2


@given(
    st.lists(written_notes(), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_writing_ids_inserts_them_and_changes_nothing_else(
    notes: list[tuple[str, int]], end: str, mark: bytes, cut: bool
) -> None:
    text = "deck: X # 덱\nnotes:\n" + "".join(one for one, _ in notes)
    data = mark + (text.rstrip("\n") if cut else text).replace("\n", end).encode()
    before = parse(data, "x.yaml", KINDS)
    assert before.good
    if duplicates([before]):
        return
    written = with_ids(data, before)
    after = parse(written, "x.yaml", KINDS)
    assert [(n.id, n.fields, n.tags) for n in after.notes] == [(n.id, n.fields, n.tags) for n in before.notes]
    assert not any(n.provisional for n in after.notes)
    rest = iter(written)
    assert all(byte in rest for byte in data)  # every byte is there, in its order
    inserted = sum(len(n.id) for n in before.notes) + sum(extra for _, extra in notes)
    line_ends = written.count(b"\r\n") - data.count(b"\r\n")  # each is a byte longer than assumed above
    assert len(written) - len(data) == inserted + line_ends
    assert with_ids(written, after) == written
