"""A folder for decks of one's own."""

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

FILES = ["README.md", "deck.schema.json", "my-deck.yaml"]


def held(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_new_folder_is_used_at_once(empty: Shell) -> None:
    done = empty("init")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "Write your notes in decks/my-deck.yaml. To review them: srs review"
    assert held(empty.path / "decks") == FILES
    assert empty("due", "--json").json["total"]["new"] == 3
    checked = empty("check", "--json").json
    assert (checked["notes"], checked["problems"]) == (3, [])


def test_another_folder_is_named_in_the_command_to_start_with(empty: Shell) -> None:
    done = empty("init", "my words/of 2026")
    assert "srs review --decks 'my words/of 2026'" in done.out
    assert empty("due", "--decks", "my words/of 2026").status == 0


def test_an_empty_folder_is_filled(empty: Shell) -> None:
    (empty.path / "decks").mkdir()
    assert empty("init").status == 0
    assert held(empty.path / "decks") == FILES


def test_a_folder_that_holds_anything_is_left_alone(empty: Shell) -> None:
    empty.write("mine.yaml", "deck: D\nnotes: []\n")
    done = empty("init")
    assert (done.status, done.out) == (1, "")
    assert "the folder decks is not empty; nothing was written" in done.err
    assert held(empty.path / "decks") == ["mine.yaml"]


@pytest.mark.parametrize("path", ["file", "file/below"])
def test_a_file_is_no_folder(empty: Shell, path: str) -> None:
    (empty.path / "file").write_text("mine")
    done = empty("init", path)
    assert (done.status, "is not a folder" in done.err) == (1, True)
    assert (empty.path / "file").read_text() == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_place_that_cannot_be_written_is_named(empty: Shell) -> None:
    done = empty("init", "/proc/decks")
    assert (done.status, "/proc/decks cannot be written" in done.err) == (1, True)


def test_a_deck_of_its_own_file_is_begun_by_its_first_note(empty: Shell) -> None:
    empty("init")
    done = empty("add", "Español::Básico", "--new", "--front", "¿Qué significa el agua?", "--back", "water")
    assert done.out == "Added que-significa-el-agua to español-básico.yaml:3, 1 card.\n"
    assert (empty.path / "decks" / "español-básico.yaml").read_text("utf-8") == (
        'deck: Español::Básico\nnotes:\n- id: que-significa-el-agua\n  front: "¿Qué significa el agua?"\n  back: water\n'
    )
    assert {deck["deck"] for deck in empty("due", "--json").json["decks"]} == {"My deck", "Español::Básico"}


def test_a_new_deck_of_phrases_has_their_languages(empty: Shell) -> None:
    assert empty("init").status == 0
    assert empty("add", "한국어", "--new", "--phrase", "ko=마감", "--phrase", "en=deadline").status == 0
    assert "languages: {ko: ko, en: en}\n" in (empty.path / "decks" / "한국어.yaml").read_text("utf-8")
    assert [row["cards"] for row in empty("find", "deck:한국어", "--json").json] == [
        ["deadline/en-ko", "deadline/ko-en"]
    ]


def test_a_new_deck_may_be_the_first_of_its_folder(empty: Shell) -> None:
    (empty.path / "decks").mkdir()
    assert empty("add", "D", "--new", "--front", "a", "--back", "b").status == 0
    assert empty("due", "--json").json["total"]["new"] == 1


def test_two_decks_whose_names_give_one_file_name_have_two_files(empty: Shell) -> None:
    (empty.path / "decks").mkdir()
    for name in ("A b", "A::B", "a-b"):
        assert empty("add", name, "--new", "--front", name, "--back", "b").status == 0
    assert held(empty.path / "decks") == ["a-b-2.yaml", "a-b-3.yaml", "a-b.yaml"]


def test_a_deck_that_is_there_is_not_begun_again(srs: Shell) -> None:
    done = srs("add", "Talk", "--new", "--front", "a", "--back", "b")
    assert (done.status, "leave --new out" in done.err) == (2, True)
    missing = srs("add", "Spanish", "--front", "a", "--back", "b")
    assert (missing.status, "there is no deck 'Spanish'" in missing.err, "--new" in missing.err) == (1, True, True)


def test_a_wrong_first_note_begins_no_deck(empty: Shell) -> None:
    (empty.path / "decks").mkdir()
    done = empty("add", "D", "--new", "--front", "a")
    assert (done.status, "error: this basic note has no `back`" in done.err) == (1, True)
    assert held(empty.path / "decks") == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "there is nothing to read here"),
        ("A::", "a part of the deck's name is empty"),
        ("x\ny", "a deck's name is one line"),
        ("\x1b[31m", "a text cannot hold the control character"),
    ],
)
def test_a_wrong_name_is_told_and_begins_no_deck(empty: Shell, name: str, said: str) -> None:
    (empty.path / "decks").mkdir()
    done = empty("add", name, "--new", "--cloze", "{{c1::x}}")
    assert (done.status, held(empty.path / "decks")) == (2, [])
    assert f"Error: the deck {name!r} cannot be made: {said}" in done.err


@pytest.mark.parametrize(
    ("note", "languages"),
    [
        ('phrase: {en: "Well, so: this", ko: 마감}', "{en: en, ko: ko}"),
        ('phrase:\n  "no": frist\n  en: "deadline"', '{"no": "no", en: en}'),
        ('front: "phrase: {aa: b, cc: d}"\nback: b', ""),
        ("# no phrase\ncloze: '{{c1::x}}'", ""),
        ('"no": x', ""),
    ],
)
def test_the_languages_of_a_new_deck_are_those_of_its_phrase(empty: Shell, note: str, languages: str) -> None:
    (empty.path / "decks").mkdir()
    done = empty("add", "D", "--new", stdin=note)
    text = (empty.path / "decks" / "d.yaml").read_text("utf-8") if done.status == 0 else ""
    assert text.partition("languages: ")[2].partition("\n")[0] == languages
    assert bool(text) is not note.startswith('"')


def test_a_phrase_in_norwegian_can_be_made_of_options(empty: Shell) -> None:
    (empty.path / "decks").mkdir()
    assert empty("add", "D", "--new", "--phrase", "en=deadline", "--phrase", "no=frist").status == 0
    assert empty("add", "D", "--phrase", "en=day", "--phrase", "no=dag").status == 0
    assert empty("find", "--json", "dag").json[0]["fields"] == {"phrase": {"en": "day", "no": "dag"}}


def test_what_to_run_next_names_the_folder_where_another_is_in_use(empty: Shell) -> None:
    done = empty("init", SRS_DECKS=str(empty.path / "others"))
    assert done.out.splitlines()[-1].endswith("To review them: srs review --decks decks")
