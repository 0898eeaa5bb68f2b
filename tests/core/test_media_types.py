"""Which files a note may name."""

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.media_types import media_kind, path_in_folder


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a.png", "picture"),
        ("b/c.JPEG", "picture"),
        ("a.svg", "picture"),
        ("a.Mp3", "sound"),
        ("a.mp4", "video"),
        ("a.html", None),
        ("a.svg.html", None),
        ("png", None),
        ("", None),
    ],
)
def test_the_ending_says_what_a_file_holds(file: str, expected: str | None) -> None:
    assert media_kind(file) == expected


@pytest.mark.parametrize(
    ("deck", "file", "expected"),
    [
        ("a.yaml", "star.png", "star.png"),
        ("a.yaml", "./pictures//star.png", "pictures/star.png"),
        ("talk/a.yaml", "star.png", "talk/star.png"),
        ("talk/a.yaml", "../pictures/star.png", "pictures/star.png"),
        ("talk/a.yaml", "../../star.png", None),
        ("a.yaml", "../star.png", None),
        ("a.yaml", "x/../../decks/star.png", None),
        ("a.yaml", "/etc/star.png", None),
        ("a.yaml", "C:/star.png", None),
        ("a.yaml", "..\\star.png", None),
        ("a.yaml", "https://example.org/star.png", None),
        ("a.yaml", "data:image/png,x.png", None),
        ("a.yaml", ".git/star.png", None),
        ("a.yaml", ".star.png", None),
        ("a.yaml", "a\0.png", None),
        ("a.yaml", "a" * 2000 + ".png", None),
        ("a.yaml", "..", None),
    ],
)
def test_a_file_lies_in_the_deck_folder_or_nowhere(deck: str, file: str, expected: str | None) -> None:
    assert path_in_folder(deck, file) == expected


@given(st.sampled_from(["a.yaml", "x/a.yaml", "x/y/a.yaml"]), st.text(alphabet="./\\abC:~ \n", max_size=20))
def test_no_path_leaves_the_folder(deck: str, file: str) -> None:
    found = path_in_folder(deck, file)
    if found is not None:
        assert posixpath.normpath(f"/decks/{found}") == f"/decks/{found}"
        assert not any(part.startswith(".") for part in found.split("/"))
