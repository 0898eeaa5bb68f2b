"""What of YAML is refused, and how text that is not YAML is told."""

from itertools import pairwise

import pytest

from srs.cli.kinds import KINDS
from srs.deckfile import parse, tree

HEAD = "deck: X\nnotes:\n"  # notes begin in line 3


def errors(text: str) -> list[tuple[int, int, str]]:
    return [(p.line, p.column, p.message) for p in parse(text.encode(), "x.yaml", KINDS).problems if p.level == "error"]


SYNTAX = [
    ("- front: a: b\n  back: c\n", 3, 11, "put the whole text in quotes"),
    ('- front: "abc\n  back: c\n', 3, 10, "the quote that opens here is never closed"),
    ("- front: 'abc\n  back: c\n", 3, 10, "the quote that opens here is never closed"),
    ("- front: abc\n back: c\n", 4, 2, "check its indentation"),
    ("- front: a\n  back\n- front: q\n", 4, 3, "a key without a colon"),
    ("- front: a\n  back: [a, b\n", 5, 1, "the bracket opened in line 4 lacks a comma or its closing ']'"),
    ("- {front: a, back: b\n- {front: b}\n", 4, 3, "the bracket opened in line 3 lacks a comma or its closing '}'"),
    ("- front: @a\n", 3, 10, "a text cannot begin with '@'; put it in quotes"),
    ("- front: `a`\n", 3, 10, "a text cannot begin with '`'"),
    ("- front: 100\n  back: %a\n", 4, 9, "a text cannot begin with '%'"),
    ("-\tfront: a\n", 3, 2, "a tab cannot indent"),
    ("- front: a\n\tback: b\n", 4, 1, "a tab cannot indent"),
    ("- front: **bold**\n", 3, 11, "begins with & or * needs quotes"),
    ("- front: !<a\n", 3, 13, "begins with ! needs quotes"),
    ("- front: !e!x a\n", 3, 10, "YAML tags are not possible"),
    ('- front: "\\q"\n', 3, 11, "a backslash in double quotes begins an escape"),
    ('- front: "\\x1"\n', 3, 13, "hexadecimal digits"),
    ('- front: "\\ud800"\n', 3, 13, "stands for no character"),
    ("- front: |x\n  a\n", 3, 11, "begin the text on the next line"),
    ("- front: - a\n", 3, 10, "begin it on a line of its own"),
    ("- front: ? a\n", 3, 10, "begins with ? needs quotes"),
    ("- front: ]\n", 3, 10, "a value is wanted before this"),
    ('- front: "a" b\n', 3, 14, "the value has ended before this"),
    ("...\nfoo\n", 4, 1, "after the end of the document"),
    ("...\n%YAML 3.0\n---\n", 4, 1, "delete the %YAML line"),
]


@pytest.mark.parametrize(("text", "line", "column", "part"), SYNTAX)
def test_a_syntax_error_is_one_problem_with_its_place(text: str, line: int, column: int, part: str) -> None:
    file = parse((HEAD + text).encode(), "x.yaml", KINDS)
    (problem,) = file.problems
    assert (problem.level, problem.line, problem.column) == ("error", line, column)
    assert part in problem.message
    assert (file.deck, file.notes) == (None, ())


REFUSED = [
    ("!!python/object/apply:os.system [ls]", 10, "the YAML tag `tag:yaml.org,2002:python/object/apply:os.system`"),
    ("!x a", 10, "the YAML tag `!x`"),
    ("! a", 10, "the YAML tag `!`"),
    ("!!str 5", 10, "the YAML tag"),
    ("&a b", 10, "the anchor `&a`"),
    ("*a", 10, "an alias (`*a`)"),
]


@pytest.mark.parametrize(("value", "column", "part"), REFUSED)
def test_tags_anchors_and_aliases_are_refused_where_they_stand(value: str, column: int, part: str) -> None:
    found = errors(f"{HEAD}- front: {value}\n  back: b\n  id: x\n")
    assert found[0][:2] == (3, column)
    assert part in found[0][2]
    assert len(found) == (2 if "[" in value else 1)  # a list is not made a text by its tag


def test_an_alias_is_no_key_and_no_note() -> None:
    assert [place[:2] for place in errors(f"{HEAD}- {{id: &i x, front: a, back: b}}\n- *i\n- *i : a\n")] == [
        (3, 8),
        (4, 3),
        (5, 3),
        (5, 3),
    ]


def test_a_note_of_an_alias_gets_no_provisional_id() -> None:
    file = parse(f"{HEAD}- front: *a\n  back: b\n".encode(), "x.yaml", KINDS)
    assert file.notes == ()
    assert [problem.level for problem in file.problems] == ["warning", "error"]


def test_merging_is_refused() -> None:
    (found,) = errors(f"{HEAD}- <<: {{front: a}}\n  id: x\n  front: a\n  back: b\n")
    assert found[:2] == (3, 3)
    assert "write the keys out" in found[2]


def test_an_alias_bomb_is_refused_before_anything_is_expanded() -> None:
    names = "abcdefghijklmnop"
    bomb = "a: &a [lol]\n" + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 20)}]\n" for old, new in pairwise(names))
    found = errors(bomb)
    assert sum("an alias" in message for _, _, message in found) == 20 * (len(names) - 1)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[\n", "{? ", "[[],"])
def test_endless_nesting_is_left_at_depth_31(opening: str) -> None:
    found = errors(opening * 1_000_000)
    assert any("nested more than 30 deep" in message for _, _, message in found)


def test_thirty_deep_is_possible() -> None:
    inside = "[" * 28 + "]" * 28  # within the file's mapping and that of the settings
    assert "nested" not in str(errors(f"deck: X\nsettings: {{a: {inside}}}\nnotes: []\n"))
    (line, column, message), *_ = errors(f"deck: X\nsettings: {{a: [{inside}]}}\nnotes: []\n")
    assert (line, column, "nested" in message) == (2, 43, True)


def test_a_file_of_too_many_values_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST", 1_000)
    (found,) = errors("[" + "1," * 1_100_000 + "]")
    assert "more than 1,000 values" in found[2]


def test_keys_are_text() -> None:
    found = errors(f"{HEAD}- id: x\n  front: a\n  back: b\n  [c]: d\n  ~: e\n  5: f\n")
    assert [(line, column) for line, column, _ in found] == [(6, 3), (7, 3), (8, 3)]
    assert "a key is a single word" in found[0][2]
    assert "a value without a key" in found[1][2]
    assert 'write "5"' in found[2][2]


def test_the_yaml_version_may_be_named() -> None:
    assert errors("%YAML 1.1\n---\ndeck: X\nnotes: []\n...\n") == []
