"""New values of notes at their place in a deck file, and nothing else touched."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.quoting import CONTROL
from srs.deckfile import CannotReplace, stripped, with_values
from srs.deckfile.tree import Mapping, ProblemCollector, read

FILE = """\
# head
deck: Talk   # the deck
languages: {ko: ko-KR, en: en-US}
notes:
# first
- id: one  # id
  front: one?  # asks
  back: |  # hey
    eins
    zwei

  # between
  because: 'it''s'
- id: two
  phrase: {ko: 마감, en: "x y"}
  tags: [a, b]

- phrase:
    ko: a
    en: b # c
  id: three
  wordings:
  - p
  - q
  note: last
- {id: four, front: f, back: b}
- id: five
  also:
  - front: g  # c
    back: h
  - {front: i, back: "j"}
# end
"""


def changed_by(data: bytes, changes: dict[str, dict[str, Any]]) -> str:
    changed, refused = with_values(data, changes)
    assert not refused
    return changed.decode()


def changed_lines(note: str, values: dict[str, Any]) -> list[str]:
    """What is different afterwards: lines that are gone, with -, and lines that came, with +."""
    before, after = FILE.splitlines(), changed_by(FILE.encode(), {note: values}).splitlines()
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return [f"-{line}" for line in before] + [f"+{line}" for line in after]


@pytest.mark.parametrize(
    ("note", "values", "lines"),
    [
        ("one", {"front": "two?"}, ["-  front: one?  # asks", "+  front: two?  # asks"]),
        ("one", {"front": "a\nb"}, ["-  front: one?  # asks", "+  front: |-  # asks", "+    a", "+    b"]),
        ("one", {"front": "yes"}, ["-  front: one?  # asks", '+  front: "yes"  # asks']),
        ("one", {"back": "eins\ndrei"}, ["-    zwei", "+    drei"]),
        ("one", {"because": "that's \"so\""}, ["-  because: 'it''s'", "+  because: 'that''s \"so\"'"]),
        ("one", {"because": None}, ["-  because: 'it''s'"]),
        ("one", {"because": None, "note": "n: x"}, ["-", "-  # between", "-  because: 'it''s'", '+  note: "n: x"', "+", "+  # between"]),
        ("one", {"back": None}, ["-  back: |  # hey", "-    eins", "-    zwei", "+  # hey"]),
        ("two", {"phrase": {"ko": "마감", "en": "z"}}, ['-  phrase: {ko: 마감, en: "x y"}', '+  phrase: {ko: 마감, en: "z"}']),
        ("two", {"phrase": {"ko": "a\nb", "en": "x y"}}, ['-  phrase: {ko: 마감, en: "x y"}', '+  phrase: {ko: "a\\nb", en: "x y"}']),
        ("two", {"tags": ["a"]}, ["-  tags: [a, b]", "+  tags: [a]"]),
        ("two", {"tags": ["a", "c"]}, ["-  tags: [a, b]", "+  tags: [a, c]"]),
        ("three", {"phrase": {"ko": "a", "en": "x\ny"}}, ["-    en: b # c", "+    en: |- # c", "+      x", "+      y"]),
        ("three", {"wordings": ["p", "q", "r: s"]}, ['+  - "r: s"']),
        ("three", {"wordings": ["q"]}, ["-  - p"]),
        ("three", {"wordings": None}, ["-  wordings:", "-  - p", "-  - q"]),
        ("three", {"hint": "h"}, ["+  hint: h"]),
        ("five", {"also": [{"front": "g", "back": "k\nl"}, {"front": "i", "back": "m"}]}, ["-    back: h", '-  - {front: i, back: "j"}', "+    back: |-", "+      k", "+      l", '+  - {front: i, back: "m"}']),
        ("four", {"back": None, "note": "n, m"}, ["-- {id: four, front: f, back: b}", '+- {id: four, front: f, note: "n, m"}']),
    ],
)  # fmt: skip
def test_only_the_lines_of_the_value_change(note: str, values: dict[str, Any], lines: list[str]) -> None:
    assert changed_lines(note, values) == lines


@pytest.mark.parametrize(
    ("file", "values", "why"),
    [
        ("notes:\n- id: x\n  a:\n  - b  # c\n  - d\n", {"a": ["b"]}, "a comment stands inside"),
        ("notes:\n- id: x\n  a: [b,  # c\n    d]\n", {"a": ["b"]}, "a comment stands inside"),
        ("notes:\n- id: x\n  a:\n  - |  # c\n    d\n", {"a": None}, "a comment stands inside"),
        ("notes:\n- a: b\n  # c\n  id: x\n", {"a": None}, "a comment stands beside"),
        ("notes: [id: x]\n", {"a": "b"}, "without braces"),
        ("notes:\n- id: x\n  a:\n  - [b]\n", {"a": ["b"]}, "something else"),
        ("notes:\n- id: x\n  a: b\n", {"a": "b\x07"}, "control character"),
        ("notes:\n- id: y\n", {"a": "b"}, "does not have it any more"),
    ],
)
def test_what_cannot_be_written_without_loss_is_refused(file: str, values: dict[str, Any], why: str) -> None:
    assert with_values(file.encode(), {"x": values})[0] == file.encode()
    assert why in with_values(file.encode(), {"x": values})[1]["x"]


def test_one_note_that_is_refused_keeps_no_other_from_being_changed() -> None:
    file = b"notes:\n- {id: x, a: b}\n- {id: y, a: b}\n"
    changed, refused = with_values(file, {"x": {"a": "c", "d": "\x07"}, "y": {"a": "c"}, "z": {}})
    assert changed == b"notes:\n- {id: x, a: b}\n- {id: y, a: c}\n"
    assert refused.keys() == {"x", "z"}


def test_a_file_with_errors_is_left_alone() -> None:
    with pytest.raises(CannotReplace, match="has errors"):
        with_values(b"notes:\n- id: x\n  a: *b\n", {"x": {"a": "b"}})


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]).filter(lambda c: not CONTROL.match(c))
    | st.sampled_from("\n\n  #:-'\"[]{}|>&*!%@`,?")
).map(str.strip)


@st.composite
def written(draw: st.DrawFn, indent: str) -> str:
    """Any value as somebody may have written it, with what stands behind it on its line."""
    words = draw(st.sampled_from(["a", "a b", "it is", "x, y"]))
    comment = draw(st.sampled_from(["", "", "  # why: 'so'"]))
    inner = indent + " " * draw(st.integers(1, 4))
    style = draw(
        st.sampled_from(["plain", "long", "'", '"', "long'", "|", "|-", "|+", ">", ">-", "next", "[", "[[", "- "])
    )
    match style:
        case "plain":
            return f" {words}{comment}\n"
        case "long":
            return f" {words}\n{inner}more\n\n{inner}of it{comment}\n"
        case "next":
            return f"\n{inner}{words}{comment}\n"
        case "'" | '"':
            return f"  {style}{words}{style}{comment}\n"
        case "long'":
            return f" '{words}\n\n{inner}# no remark''s end'{comment}\n"
        case "[":
            return f" [{words.replace(',', '')}, 'b # c']{comment}\n"
        case "[[":
            return f" [{words.replace(',', '')},\n{inner}b]{comment}\n"
        case "- ":
            return f"\n{indent}- {words}\n{indent}- |-\n{inner}  b\n"
        case _:
            return f" {style}{comment}\n{inner}{words}\n\n{inner} more\n{inner}end\n" + draw(
                st.sampled_from(["", "\n"])
            )


VALUES = TEXTS | st.lists(TEXTS.filter(bool), min_size=1, max_size=4)


@given(st.data(), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), VALUES)
def test_any_value_replaces_any_value_and_all_other_bytes_stay(
    data: st.DataObject, newline: str, mark: bool, value: Any
) -> None:
    indent = data.draw(st.sampled_from(["", "  "]))
    keys = [f"{indent}  k{n}:{data.draw(written(f'{indent}  '))}" for n in range(3)]
    n = data.draw(st.integers(0, 2))
    before = f"deck: D\nnotes:\n# one\n{indent}- id: x\n{''.join(keys[:n])}"
    after = f"{''.join(keys[n + 1 :])}# end\n{indent}- id: y\n  {indent}front: a  # b\n"
    bom = "\ufeff" if mark else ""
    start, end = (f"{bom}{before}{indent}  k{n}:".replace("\n", newline), after.replace("\n", newline))
    file = start + keys[n].partition(":")[2].replace("\n", newline) + end
    data_after, refused = with_values(file.encode(), {"x": {f"k{n}": value}})
    if refused:
        assert "comment" in refused["x"]
        assert "#" in keys[n]
        return
    changed = data_after.decode()
    assert changed.startswith(start)
    assert changed.endswith(end)
    assert ("# why: 'so'" in keys[n]) is ("# why: 'so'" in changed[len(start) : len(changed) - len(end)])
    assert notes(changed)[0][f"k{n}"] == value or stripped(notes(changed)[0][f"k{n}"]) == stripped(value)
    assert changed_by(changed.encode(), {"x": {f"k{n}": value}}) == changed


@given(TEXTS, TEXTS, st.sampled_from(["{id: x, a: b, c: d}", "{id: x, c: d}", "{id: x, a: b}", '{id: x,\n  a: "b"}']))
def test_any_text_goes_between_braces(a: str, c: str, note: str) -> None:
    file = f"notes:\n- {note}  # r\n- {{id: y, a: b}}\n"
    changed = changed_by(file.encode(), {"x": {"a": a, "c": c}})
    assert changed.startswith("notes:\n- {id: x,")
    assert changed.endswith("}  # r\n- {id: y, a: b}\n")
    assert notes(changed)[0] == {"id": "x", "a": a, "c": c}


def test_nothing_is_written_where_nothing_changes() -> None:
    assert changed_by(FILE.encode(), {"one": {"front": "one? ", "back": "eins\nzwei"}}) == FILE
    assert changed_by(FILE.encode(), {}) == FILE


def test_a_file_without_a_line_end_at_its_end_gets_none() -> None:
    file = b"notes:\n- id: x\n  a: b"
    assert changed_by(file, {"x": {"a": "c\nd", "e": "f"}}) == "notes:\n- id: x\n  a: |-\n    c\n    d\n  e: f"
    assert changed_by(file, {"x": {"a": None}}) == "notes:\n- id: x"


def notes(text: str) -> Any:
    report = ProblemCollector(text.removeprefix("\ufeff"))
    root = read(report.text, report)
    assert report.good, (report.found, json.dumps(text))
    assert isinstance(root, Mapping)
    return root.data["notes"]
