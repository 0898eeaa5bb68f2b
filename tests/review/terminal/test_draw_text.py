"""Texts of cards on a screen."""

from io import StringIO

import pytest
from rich.console import Console

from srs.core.markup import PlainText
from srs.review.terminal.draw_text import draw_item, draw_labelled, draw_side, draw_text, emphasis
from srs.review.terminal.theme import theme


def on_screen(drawn: object, width: int = 40) -> list[str]:
    console = Console(file=StringIO(), width=width, theme=theme("plain", {}), force_terminal=False, color_system=None)
    console.print(drawn)
    return [line.rstrip() for line in console.file.getvalue().rstrip("\n").split("\n")]  # type: ignore[attr-defined] # a StringIO


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("```python\nif a:\n    b\n```", ["python", "  if a:", "      b"]),
        ("so\n- a\n- long enough to be wrapped at the end of a line\n  1. x\n  2. y",
         ["so", "", "• a", "• long enough to be wrapped at the end", "  of a line", "  1. x", "  2. y"]),
        ("9. a\n10. b", [" 9. a", "10. b"]),
        ("> first\n> second, which is longer than the line is\n>\n> - a\n> - b",
         ["▎ first", "▎ second, which is longer than the line", "▎ is", "▎", "▎ • a", "▎ • b"]),
        ("| a | b |\n|---|--:|\n| one | 2 |\n| three | 40 |", ["a       b", "──────────", "one     2", "three   40"]),
        ("# Title\ntext", ["Title", "", "text"]),
        ("$$\n\\frac{a}{b}\n$$", ["  a/b"]),
        ("10^3^ $x_1^2$ [a link](https://x.y)", ["10³ x₁² a link"]),
        ("- \x1b[31ma\n- `\x1b`", ["• ␛[31ma", "• ␛"]),
        ("```\n\x1b[31m\n```", ["  ␛[31m"]),
        (PlainText("- a\n- **b** $x$"), ["- a", "- **b** $x$"]),
    ],
)  # fmt: skip
def test_blocks_look_like_what_they_are(text: str, lines: list[str]) -> None:
    assert on_screen(draw_text(text, "")) == lines


def test_a_text_of_a_thousand_pieces_is_drawn_as_plain_lines() -> None:
    rows = "".join(f"| {n} | b |\n" for n in range(1000))
    assert on_screen(draw_text(f"| a | b |\n|---|---|\n{rows}", ""))[:2] == ["a | b", "0 | b"]


def test_a_label_stands_on_the_line_of_a_text_and_above_blocks() -> None:
    assert on_screen(draw_labelled("Hint:", "a", "")) == ["Hint: a"]
    assert on_screen(draw_labelled("Hint:", "- a\n- b", "")) == ["Hint:", "• a", "• b"]


def test_a_choice_may_be_a_list() -> None:
    assert on_screen(draw_item("  A", "- a\n- b", "")) == ["  A • a", "    • b"]


def test_a_side_with_blocks_stands_in_the_middle_as_a_whole() -> None:
    assert on_screen(draw_side("- a\n- bcd", "bold", 40), 15) == ["     • a", "     • bcd"]


def test_only_a_plain_side_is_bold() -> None:
    assert [emphasis(text) for text in ("a", "a **b**", "- a\n- b", "```\na\n```")] == ["bold", "", "", ""]
