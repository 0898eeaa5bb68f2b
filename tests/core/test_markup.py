"""The light markup of card text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.core.markup import Span, markup_to_text, markup_to_words, media_markup, media_references, media_spans, spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*under* a deadline", [Span("under", "italic"), Span(" a deadline", "")]),
        ("a **tight** one", [Span("a ", ""), Span("tight", "bold"), Span(" one", "")]),
        ("**마감**이 `촉박`", [Span("마감", "bold"), Span("이 ", ""), Span("촉박", "code")]),
        ("`a*b*c`", [Span("a*b*c", "code")]),
        ("2*3*4 and a * b * c", [Span("2*3*4 and a * b * c", "")]),
        ("**open", [Span("**open", "")]),
        ("", []),
        ("see ![a star](star.png).", [Span("see ", ""), Span("a star", "picture", "star.png"), Span(".", "")]),
        ("![](a/B 1.MP3)", [Span("", "sound", "a/B 1.MP3")]),
        ("![x](star (1).png)", [Span("x", "picture", "star (1).png")]),
        ("![x](<star (.png>)", [Span("x", "picture", "star (.png")]),
        ("`![x](star.png)`", [Span("![x](star.png)", "code")]),
        ("vec![1](x) ![x](page.html)", [Span("vec![1](x) ![x](page.html)", "")]),
        ("![x](https://example.org/star.png)", [Span("![x](https://example.org/star.png)", "")]),
        ("![x](star.png", [Span("![x](star.png", "")]),
    ],
)
def test_markup_and_what_only_looks_like_it(text: str, expected: list[Span]) -> None:
    assert list(spans(text)) == expected


@given(st.text(alphabet="ab *`\n", max_size=40))
def test_only_signs_are_removed(text: str) -> None:
    signs = str.maketrans("", "", "*`")
    assert markup_to_words(text).translate(signs) == text.translate(signs)


def test_pictures_and_sounds_become_labels_without_file_names() -> None:
    text = "*see* ![a star](star.png) and ![](yellowstone.mp3)`![x](y.png)`"
    assert markup_to_text(text) == "see [picture: a star] and [sound]![x](y.png)"
    assert markup_to_words(text) == "see  and ![x](y.png)"
    assert media_spans(text) == [Span("a star", "picture", "star.png"), Span("", "sound", "yellowstone.mp3")]


@pytest.mark.parametrize("file", ["star.png", "a b/star-answer (.PNG", "[1].jpg"])
def test_the_markup_of_a_file_shows_that_file(file: str) -> None:
    (span,) = spans(media_markup(file))
    assert span.file == file


def test_files_are_found_in_every_text_of_a_note() -> None:
    fields = {
        "quiz": "![](q.png)?",
        "choices": ["![](a.png)", "b"],
        "answer": "b",
        "image": " i.png ",
        "source": {"title": "![](no.png)"},
        "phrase": {"ko": "![](ko.mp3)"},
    }
    assert list(media_references(fields)) == [
        (("quiz",), "q.png"),
        (("choices", 0), "a.png"),
        (("image",), "i.png"),
        (("phrase", "ko"), "ko.mp3"),
    ]
