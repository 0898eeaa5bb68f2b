"""The blocks of a text."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from srs.core.blocks import Block, Code, Formula, Heading, Items, Lines, Quote, Table, blocks, leaves


def items(*texts: str, numbers: tuple[int, ...] = ()) -> Items:
    return Items(numbers, tuple((Lines(text),) for text in texts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```python\ndef f():\n    return 1  # **no**\n\n```", [Code("python", "def f():\n    return 1  # **no**\n")]),
        ("~~~\na\n~~~\nafter", [Code("", "a"), Lines("after")]),
        ("before\n\n- a\n- b\n\nafter", [Lines("before"), items("a", "b"), Lines("after")]),
        ("- a\n  again\n- b", [items("a\nagain", "b")]),
        ("1. a\n2. b", [items("a", "b", numbers=(1, 2))]),
        ("1) a\n1) b\n1) c", [items("a", "b", "c", numbers=(1, 2, 3))]),
        ("1914. war\n1918. peace", [items("war", "peace", numbers=(1914, 1918))]),
        ("- a\n  - b\n  - c", [Items((), ((Lines("a"), items("b", "c")),))]),
        ("- a\n\n  b\n- c", [Items((), ((Lines("a\n\nb"),), (Lines("c"),)))]),
        ("> a\n> b\n\nc", [Quote((Lines("a\nb"),)), Lines("c")]),
        ("> 1. a\n> 2. b", [Quote((items("a", "b", numbers=(1, 2)),))]),
        ("# C #\n### small", [Heading(1, "C #"), Heading(3, "small")]),
        ("| a | b |\n|--:|:-:|\n| 1 | x\\|y |", [Table(("right", "center"), ("a", "b"), (("1", "x|y"),))]),
        ("a | b\n-|-\n1", [Table(("", ""), ("a", "b"), (("1", ""),))]),
        ("> # C #\n> - # D\n> - e", [Quote((Heading(1, "C #"), Items((), ((Heading(1, "D"),), (Lines("e"),)))))]),
        ("> |a|b|\n> |-|-|\n> |1|2|3|", [Quote((Lines("|a|b|\n|-|-|\n|1|2|3|"),))]),
        (
            "- x\n\n  a|b\n  -|-\n  1|2\n- y",
            [Items((), ((Lines("x"), Table(("", ""), ("a", "b"), (("1", "2"),))), (Lines("y"),)))],
        ),
        ("|a|\n|-|\n|1\\|", [Table(("",), ("a",), (("1|",),))]),
        ("so\n$$\na\n\n- b\n$$\nis", [Lines("so"), Formula("a\n\n- b"), Lines("is")]),
        ("\\[ a \\]", [Formula(" a ")]),
        ("- $$\n  a\n  + b\n  $$\n- c", [Items((), ((Formula("a\n+ b"),), (Lines("c"),)))]),
    ],
)
def test_blocks_are_those_of_markdown(text: str, expected: list[Block]) -> None:
    assert list(blocks(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "- one item",
        "1986. A great year.",
        "* *",
        ">90 %",
        "#hashtag\n#1",
        "a\n---\nb\n===",
        "    # four blanks\n    - a\n    - b",
        " - one blank\n - b",
        "[a]: b",
        "```python\nnot closed",
        "$$\nnot closed",
        "\\[ not closed\n- a",
        "$$a$$ in a sentence",
        "| a | b |\n|---|---|\n| 1 | 2 | a cell too many |",
        "a_b_c &amp; <b>bold</b> \\*",
        "-\n-",
        "5 - 3\n+3",
        "  kept\n\n\n   blanks  ",
    ],
)
def test_all_else_stays_as_it_is(text: str) -> None:
    assert blocks(text) == (Lines(text),)


def test_what_is_not_closed_within_an_item_is_lines() -> None:
    assert blocks("- ```\n  x\n- b") == (items("```\nx", "b"),)


def test_what_is_nested_too_deep_is_lines() -> None:
    for text in ("> " * 7 + "a", "\n".join(f"{'  ' * depth}- a" for depth in range(7)), "> " * 1000 + "a"):
        assert blocks(text) == (Lines(text),)
    for text in ("> " * 6 + "a", "\n".join(f"{'  ' * depth}- a\n{'  ' * depth}- a" for depth in range(6))):
        assert not isinstance(blocks(text)[0], Lines)


@given(st.text(alphabet="ab \n-*>#|`$\\[].1\t", max_size=60))
def test_no_letter_is_lost(text: str) -> None:
    parsed = blocks(text)
    assume(not any(isinstance(block, Code) for block in parsed))  # of whose first line only the language is shown
    shown = (leaf.tex if isinstance(leaf, Formula) else leaf.text for leaf in leaves(parsed))
    assert [letter for letter in "".join(shown) if letter in "ab"] == [letter for letter in text if letter in "ab"]


@pytest.mark.parametrize(
    "line",
    ["- a\n", "1. a\n", "> a\n", "> - a\n", "- ```\n", "```\n", "$$ a\n\n", "\\[ a\n\n", "$$\n", "|a|b|\n|-|-|\n", "# a\n",
     "- > - > - a\n", "- a\n\n", "a|b\n-|-\n|||||\n"],
)  # fmt: skip
def test_a_long_text_takes_no_deep_recursion_and_loses_nothing(line: str) -> None:
    text = line * (20_000 // len(line))
    shown = "".join(leaf.tex if isinstance(leaf, Formula) else leaf.text for leaf in leaves(blocks(text)))
    assert shown.count("a") >= text.count("a") - 1
