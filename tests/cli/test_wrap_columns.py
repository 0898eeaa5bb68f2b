"""Lines that fit a terminal."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from srs.cli.output import columns
from srs.cli.wrap_columns import TIED, cut, wrap_columns

TEXTS = st.text(st.sampled_from("ab 한글 \n"), max_size=200)


def test_words_are_kept_whole_and_lines_are_indented() -> None:
    assert list(wrap_columns("one two three four", 10, "- ")) == ["- one two", "  three", "  four"]
    assert list(wrap_columns(f"a b{TIED}c", 3)) == ["a", "b c"]
    assert list(wrap_columns("x yy", 4, "name: ", "  ")) == ["name: x", "  yy"]
    assert list(wrap_columns("", 10, "- ")) == ["-"]


def test_a_word_wider_than_the_line_is_cut_by_columns() -> None:
    assert list(wrap_columns("a 한국어단어 b", 7, "  ")) == ["  a", "  한국", "  어단", "  어 b"]


@given(TEXTS, st.integers(6, 30))
def test_nothing_is_lost_and_every_line_fits(text: str, width: int) -> None:
    lines = list(wrap_columns(text, width, "  "))
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(TEXTS, st.integers(4, 30))
def test_a_cut_text_fits_and_says_that_it_is_cut(text: str, width: int) -> None:
    whole, found = " ".join(text.split()), cut(text, width)
    assert columns(found) <= width
    assert found == whole or (found.endswith("…") and whole.startswith(found[:-1]))
