"""Markup that is shown otherwise than its writer may think is warned of, with its line."""

import pytest

from srs.cli.kinds import KINDS
from srs.deckfile import parse
from srs.deckfile.doubtful_markup import doubtful_markup


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n```py\nb", "line 2 of this text: the code after ``` has no end"),
        ("- ~~~\n  b\n- c", "the code after ~~~ has no end"),
        ("a\n\n$$\nb", "line 3 of this text: the formula after $$ has no end"),
        ("\\[ a", "the formula after \\[ has no end"),
        (r"$\frac{a$", "its braces do not match"),
        (r"\(a{b\)", "its braces do not match"),
        ("echo $HOME/$USER", "`$HOME/$` is shown as a formula"),
        ("> 90 %", "`> 90 %` is shown as a quote"),
        ("# 1", "`# 1` is shown as a heading"),
        ("3. a\n2. b\n1. c", "numbered 3, 4, 5"),
        ("> " * 1000 + "a", "nested more than 6 deep"),
        ("|a|b|\n|-|-|\n|1|2|3|", "this is no table"),
    ],
)
def test_what_is_hardly_meant_is_warned_of(text: str, said: str) -> None:
    ((level, path, message),) = doubtful_markup({"front": "a", "back": text})
    assert (level, path) == ("warning", ("back",))
    assert said in message


@pytest.mark.parametrize(
    "text",
    [
        "```\n$HOME/$USER\n```",
        "`$HOME/$USER`",
        r"$x$, $abc=1$ and $\sin x$",
        "$5, $6",
        "> said he",
        "# Title\ntext",
        "1. a\n1. b",
        "1914. a\n1918. b",
        "a | b\n--- | ---\n1 | 2",
        "- 1\n- 2",
        r"^\d+\.$",
    ],
)
def test_what_is_meant_is_not(text: str) -> None:
    assert list(doubtful_markup({"front": "a", "back": text})) == []


def test_html_is_not_looked_at() -> None:
    assert list(doubtful_markup({"front": "# 1", "back": "> 1", "html": True})) == []


def test_the_warning_stands_at_the_text() -> None:
    data = b"deck: D\nnotes:\n- id: a\n  front: q\n  also:\n  - front: q2\n    back: |\n      ```\n      b\n  back: x\n"
    (problem,) = parse(data, "a.yaml", KINDS).problems
    assert (problem.level, problem.line) == ("warning", 7)
    assert "line 1 of this text: the code after ``` has no end" in problem.message


def test_a_gap_over_two_items_is_warned_of() -> None:
    data = "deck: D\nnotes:\n- {{id: a, cloze: {text!r}}}\n"
    torn = parse(data.format(text="- {{c1::a\n- b}}").replace("'", '"').encode(), "a.yaml", KINDS).problems
    assert ["a gap goes on after the end of an item" in problem.message for problem in torn] == [True]
    whole = parse(data.format(text="- {{c1::a}}\n- $x^{{c2::2}}$").replace("'", '"').encode(), "a.yaml", KINDS).problems
    assert whole == ()
