"""New notes without leaving the terminal."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from srs.cli.kinds import KINDS
from srs.collection.add import Added, add, draft
from srs.deckfile import parse
from tests.cli.conftest import Shell
from tests.conftest import BASIC, NOW, PHRASES, Home
from tests.review.terminal.conftest import Terminal, decks, start
from tests.review.terminal.test_control import editor

__all__ = ["decks", "start"]  # fixtures


def test_a_note_made_of_options_is_due_at_once(srs: Shell) -> None:
    srs.write("a.yaml", BASIC)
    done = srs("add", "Talk", "--front", "three?", "--back", "drei", "--tag", "late", "--json")
    added = done.json
    assert added == {"note": added["note"], "file": "a.yaml", "line": 9, "cards": [f"{added['note']}/back"]}
    found = srs("find", "tag:late", "--json").json
    assert [row["fields"] for row in found] == [{"front": "three?", "back": "drei"}]
    assert srs("check").status == 0
    assert "1 card" in srs("add", "Talk", "--id", "four", "--cloze", "{{c1::vier}}").out


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        (["--phrase", "en=deadline=date", "--phrase", "ko=마감"], {"phrase": {"en": "deadline=date", "ko": "마감"}}),
        (
            ["--quiz", "Which?", "--choice", "a", "--choice", "b", "--answer", "a", "--because", "So."],
            {"quiz": "Which?", "choices": ["a", "b"], "answer": "a", "because": "So."},
        ),
        (
            ["--question", "Why?", "--principle", "ownership", "--principle", "dive-deep"],
            {"question": "Why?", "principles": ["ownership", "dive-deep"]},
        ),
        (
            ["--star", "q", "--situation", "s", "--task", "t", "--action", "a", "--result", "r", "--ko", "질문"],
            {"star": "q", "situation": "s", "task": "t", "action": "a", "result": "r", "ko": "질문"},
        ),
    ],
)
def test_every_kind_can_be_made_of_options(srs: Shell, options: list[str], fields: dict[str, object]) -> None:
    assert srs("add", "Talk::Phrases", "--id", "new", *options).status == 0
    assert srs("show", "new", "--json").json["fields"] == fields


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--front", "a"], "no `back`"),
        (["--front", "a", "--back", "b", "--id", "one"], "'one' belongs to the note at a.yaml"),
        (["--front", "a", "--back", "b", "--id", "tight"], "'tight' belongs to a note in b.yaml"),
        (["--front", "a", "--cloze", "{{c1::b}}"], "makes this a"),
        (["--because", "b"], "of no kind"),
        (["--phrase", "ko=a", "--phrase", "en=b"], "languages"),
    ],
)
def test_a_wrong_note_is_told_and_nothing_is_written(srs: Shell, options: list[str], said: str) -> None:
    file = srs.write("a.yaml", BASIC)
    done = srs("add", "Talk", *options)
    assert done.status == 1
    assert said in done.err
    assert file.read_text() == BASIC


def test_a_deck_that_is_not_there_or_broken_is_told(srs: Shell) -> None:
    srs.write("a.yaml", BASIC)
    assert "Did you mean Talk?" in srs("add", "Tlak", "--front", "a", "--back", "b").err
    assert srs("add", "Talk", "--phrase", "deadline").status == 2
    srs("due")
    srs.write("a.yaml", BASIC + "- {front: c}\n")
    broken = srs("add", "Talk", "--front", "a", "--back", "b")
    assert broken.status == 1
    assert "mend them first" in broken.err


def test_a_note_may_come_as_yaml(srs: Shell) -> None:
    srs.write("a.yaml", BASIC)
    assert srs("add", "Talk", stdin='# mine\n\n- front: three?\n  back: "3"\n').status == 0
    wrong = srs("add", "Talk", stdin="# mine\n- front: four?\n  back: 4\n")
    assert 'srs: stdin:3: error: without quotes YAML reads 4 as the number 4; write "4"' in wrong.err
    assert "one note is wanted" in srs("add", "Talk", stdin="").err


@pytest.mark.parametrize("kind", ["phrase", "quiz", "mapping", "star", "story", "basic", "cloze"])
def test_a_draft_that_is_filled_in_is_a_good_note(home: Home, kind: str) -> None:
    home.write("p.yaml", PHRASES)
    text = draft(home.open(), "Talk::Phrases", kind)
    numbers = iter(range(100))
    filled = re.sub(r'""', lambda _: f'"{next(numbers)}"', re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    filled = filled.replace('answer: "5"', 'answer: "2"')
    file = parse(f"deck: X\nlanguages: {{ko: ko-KR, en: en-US}}\nnotes:\n{filled}".encode(), "x.yaml", KINDS)
    assert file.good, file.problems


def test_the_draft_is_of_the_kind_of_the_last_note(home: Home) -> None:
    home.write("p.yaml", PHRASES)
    home.write("a.yaml", BASIC)
    collection = home.open()
    assert "phrase:\n    ko:" in draft(collection, "Talk::Phrases", None)
    assert "front:" in draft(collection, "Talk", None)


def test_the_editor_writes_a_note_and_is_opened_again_after_a_mistake(
    start: Callable[..., Terminal], decks: Path, tmp_path: Path
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    script = (
        'if grep -q wrong "$file"; then sed -i "s/wrong/back/" "$file"; '
        'else sed -i \'s/front: ""/front: "three?"/; s/back: ""/wrong: "drei"/\' "$file"; fi'
    )
    terminal = start("Talk", command="add", EDITOR=editor(tmp_path, script))
    terminal.wait("draft:3:", "'wrong' is unknown", "Edit it again?")
    terminal.press("\n")
    terminal.wait("Added three ", "a.yaml:9, 1 card.")
    assert terminal.end() == 0
    assert 'front: "three?"\n  back: "drei"\n' in (decks / "a.yaml").read_text()


@pytest.mark.parametrize("during", ["the question", "the editor"])
def test_a_draft_is_kept_and_named_when_ctrl_c_ends_it(
    start: Callable[..., Terminal], decks: Path, tmp_path: Path, during: str
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    script = 'echo "- oops" > "$file"' + ("; echo opened; sleep 20" if during == "the editor" else "")
    terminal = start("Talk", command="add", EDITOR=editor(tmp_path, script), TMPDIR=str(tmp_path))
    terminal.wait("opened" if during == "the editor" else "Edit it again?")
    terminal.press("\x03")
    terminal.wait("The draft is kept")
    assert terminal.end() == 1
    assert [path.read_text() for path in tmp_path.glob("srs-note-*.yaml")] == ["- oops\n"]


def test_a_draft_left_as_it_is_adds_nothing_and_a_refused_one_is_kept(
    start: Callable[..., Terminal], decks: Path, tmp_path: Path
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    terminal = start("Talk", command="add", EDITOR="true")
    terminal.wait("Nothing was added.")
    assert terminal.end() == 0
    terminal = start("Talk", command="add", EDITOR="no-such-editor")
    terminal.wait("cannot be started", "Nothing was added.")
    assert terminal.end() == 1
    terminal = start("Talk", command="add", EDITOR=editor(tmp_path, 'echo "- oops" > "$file"'), TMPDIR=str(tmp_path))
    terminal.wait("Edit it again?")
    terminal.press("n\n")
    terminal.wait("The draft is kept")
    assert terminal.end() == 1
    assert [path.read_text() for path in tmp_path.glob("srs-note-*.yaml")] == ["- oops\n"]
    assert (decks / "a.yaml").read_text() == BASIC


def test_a_note_may_come_from_a_pipe_as_plain_keys(srs: Shell) -> None:
    done = srs("add", "Talk", stdin="# mine\nfront: three?\nback: drei\ntags: [new]\n")
    assert done.out == "Added three to a.yaml:9, 1 card.\n"
    assert srs("show", "three", "--json").json["tags"] == ["new"]


def test_an_id_is_typed_in_latin_letters_and_gets_a_digest_only_if_it_is_taken(srs: Shell) -> None:
    ids = [
        srs("add", "Talk", "--front", front, "--back", back, "--json").json["note"]
        for front, back in [("¿Qué día?", "a"), ("¿Qué día?", "b"), ("마감이 촉박한 상황", "c"), ("!?", "d")]
    ]
    assert ids[0] == "que-dia"
    assert ids[1].startswith("qu-d-a-")
    assert ids[2] == "magami-chogbaghan-sanghwang"
    assert ids[3].startswith("basic-")


def test_an_id_with_a_history_is_not_given_again(srs: Shell) -> None:
    srs("answer", "one/back", "good")
    (srs.path / "decks" / "a.yaml").write_text("deck: Talk\nnotes:\n- {id: two, front: two?, back: zwei}\n")
    assert srs("add", "Talk", "--front", "one", "--back", "uno", "--json").json["note"].startswith("one-")


def test_an_editor_that_fails_adds_nothing_and_the_draft_is_kept(
    start: Callable[..., Terminal], decks: Path, tmp_path: Path
) -> None:
    (decks / "a.yaml").write_text(BASIC)
    script = 'sed -i \'s/front: ""/front: "three?"/; s/back: ""/back: "drei"/\' "$file"; exit 3'
    terminal = start("Talk", command="add", columns=200, EDITOR=editor(tmp_path, script))
    terminal.wait("The editor ended with status 3. Nothing was added.", "The draft is kept: ")
    assert terminal.end() == 1
    assert (decks / "a.yaml").read_text() == BASIC


def test_a_deck_that_another_command_began_meanwhile_gets_the_note(home: Home) -> None:
    home.write("a.yaml", BASIC)
    first, second = home.open(), home.open()
    for collection, back in ((first, "b"), (second, "c")):
        assert isinstance(add(collection, "New", f"- front: same\n  back: {back}", NOW, new_deck=True), Added)
    assert sorted(file.name for file in home.decks.iterdir()) == ["a.yaml", "new.yaml"]
    file = parse((home.decks / "new.yaml").read_bytes(), "new.yaml", KINDS)
    assert len({note.id for note in file.notes}) == 2


def test_any_key_may_begin_a_note_without_its_dash(srs: Shell) -> None:
    note = "also_accepted: [dive-deep]\nquestion: Why?\nprinciples: [ownership]\n"
    assert srs("add", "Talk", stdin=note).status == 0
    assert srs("find", "--json", "Why").json[0]["fields"]["also_accepted"] == ["dive-deep"]


def test_a_note_that_is_too_long_is_refused_and_not_cut(srs: Shell) -> None:
    done = srs("add", "Talk", stdin=f"front: f\nback: {'x' * 1_000_000}\n")
    assert (done.status, "at most 1,000,000 characters" in done.err) == (2, True)
    assert "xxx" not in (srs.path / "decks" / "a.yaml").read_text("utf-8")
