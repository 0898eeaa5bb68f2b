"""Pictures and sounds in deck files."""

import pytest

from srs.cli.kinds import KINDS
from srs.deckfile import Reference, parse


def deck(note: str) -> bytes:
    return f"deck: D\nnotes:\n- id: n\n  {note}\n".encode()


def test_every_file_is_known_with_the_place_of_the_text_that_names_it() -> None:
    note = 'front: "![a](a.png)"\n  back: b\n  image: pictures/i.png\n  note: |\n    see\n    ![s](s.mp3) ![t](t.png)'
    file = parse(deck(note), "a.yaml", KINDS)
    assert file.problems == ()
    assert file.notes[0].media == (
        Reference("a.png", 4, 10),
        Reference("pictures/i.png", 6, 10),
        Reference("s.mp3", 7, 9),
        Reference("t.png", 7, 9),
    )


def test_files_of_further_questions_are_known_too() -> None:
    note = 'front: f\n  back: b\n  also:\n  - front: g\n    back: "![](a.png) ![](../b.png)"'
    file = parse(deck(note), "a.yaml", KINDS)
    assert [one.file for one in file.notes[0].media] == ["a.png", "../b.png"]
    assert [(problem.level, problem.line) for problem in file.problems] == [("error", 8)]


@pytest.mark.parametrize("path", ["../a.png", "/a.png", ".hidden/a.png", "x/../../a.png"])
def test_a_file_outside_of_the_folder_is_an_error(path: str) -> None:
    for note in (f'front: f\n  back: "![a]({path})"', f'front: f\n  back: b\n  image: "{path}"'):
        (problem,) = parse(deck(note), "a.yaml", KINDS).problems
        assert problem.level == "error"
        assert "within the deck folder" in problem.message
        assert problem.line in {5, 6}


def test_a_folder_up_is_fine_for_a_file_that_lies_in_one_below() -> None:
    note = 'front: f\n  back: "![a](../a.png)"'
    assert parse(deck(note), "talk/a.yaml", KINDS).problems == ()


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ('front: f\n  back: "![a](a.html)"', "no picture, sound or video"),
        ("front: f\n  back: b\n  image: a.bmp", "no picture, sound or video"),
        ('front: f\n  back: "![a](a.html)"\n  html: false', "no picture, sound or video"),
        ("front: f\n  back: b\n  image: a.mp3", "is a sound; write it under `audio`"),
        ("front: f\n  back: b\n  image: a.mp4", "is a video; write it under `audio`"),
        ("front: f\n  back: b\n  audio: a.png", "is a picture; write it under `image`"),
        ('front: f\n  back: "![a](https://example.org/a.png)"', "nothing is fetched from the net"),
    ],
)
def test_what_nobody_could_show_is_warned_of(note: str, said: str) -> None:
    (problem,) = parse(deck(note), "a.yaml", KINDS).problems
    assert problem.level == "warning"
    assert said in problem.message


@pytest.mark.parametrize("text", ["vec![1](x)", "`![a](a.html)`", "a ![ b", "![a]()"])
def test_text_that_is_no_picture_stays_text(text: str) -> None:
    file = parse(deck(f'front: f\n  back: "{text}"'), "a.yaml", KINDS)
    assert file.problems == ()
    assert file.notes[0].media == ()


def test_a_sound_within_a_phrase_is_warned_of_for_a_voice_speaks_there() -> None:
    head = b"deck: D\nlanguages: {ko: ko-KR, en: en-US}\nnotes:\n"
    (problem,) = parse(
        head + b'- id: n\n  phrase: {ko: "\xeb\xb3\x84 ![](a.mp3)", en: "![](a.png) star"}\n', "a.yaml", KINDS
    ).problems
    assert (problem.level, problem.line, problem.column) == ("warning", 5, 16)
    assert "write it under `audio`" in problem.message
