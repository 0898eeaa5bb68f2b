"""Who learns chemistry never meets the interview; who learns for an interview does not miss a word."""

import json
import re

import pytest

from srs.cli import _COMMANDS, _GROUPS, _PACKS
from srs.cli.kinds import KINDS
from srs.deckfile import schema
from srs.review.terminal.pages import keys
from tests.cli.conftest import Shell

WORDS = re.compile(
    r"interview|leadership|principle|amazon|\bSTAR\b|--star|\bstar\b|situation|\bstory\b|\bstories\b|kind:mapping|rehears|korean",
    re.IGNORECASE,
)
CHEMISTRY = """\
deck: Chemistry
notes:
- id: water
  front: What is H2O?
  back: water
- id: gases
  quiz: Which of these is a noble gas?
  choices: [Neon, Nitrogen]
  answer: Neon
- id: boils
  cloze: Water boils at {{c1::100 °C}}.
"""
BROKEN = """\
deck: Chemistry
notes:
- id: a
  question: What is H2O?
  answer: water
- id: b
  front: x
  situation: y
- id: c
  hint: nothing else
- id: d
  star: Sirius
- id: e
  cloze: nothing
- id: f
  quiz: x
  choices: [a, a]
  answer: b
principels: {a: b}
"""
MAPPING = """\
deck: Talk
notes:
- id: why
  question: Why?
  principles: [ownership]
"""


@pytest.fixture
def chemistry(srs: Shell) -> Shell:
    for file in (srs.path / "decks").iterdir():
        file.unlink()
    (srs.path / "decks" / "chemistry.yaml").write_text(CHEMISTRY, "utf-8")
    return srs


def said(srs: Shell, *args: str, stdin: str = "", **env: str) -> str:
    result = srs(*args, stdin=stdin, **env)
    return re.sub(r"\S*/\S*", "", result.out + result.err)  # paths are the machine's


def test_no_help_speaks_of_it(chemistry: Shell) -> None:
    hidden = {name for title in _PACKS for name in _GROUPS[title]}
    for name in ("", *(_COMMANDS.keys() - hidden)):
        assert not WORDS.search(text := said(chemistry, *name.split(), "--help")), text
    for name in ("anki pull", "anki sync"):
        assert not WORDS.search(text := said(chemistry, *name.split(), "--help")), text


@pytest.mark.parametrize(
    "line",
    [
        "due", "next --json", "stats", "find kind:sart", "find kind:", "review --kind sart", "add Chemistry --kind sart",
        "add Chemistry --principels x", "add Chemistry --front x", "add Chemistry --quiz x --choice a", "show water",
        "check", "check --json", "settings", "log", "verify", "export a.apkg", "import a.apkg", "forget nothing/back",
        "add Nothing --front a --back b", "find xx:yy", "review Nothing",
    ],
)  # fmt: skip
@pytest.mark.parametrize("broken", [False, True])
def test_no_message_speaks_of_it(chemistry: Shell, line: str, broken: bool) -> None:
    if broken:
        (chemistry.path / "decks" / "z.yaml").write_text(BROKEN, "utf-8")
    found = [
        word for word in WORDS.findall(said(chemistry, *line.split())) if word.lower() not in {"situation", "star"}
    ]
    assert not found
    # what the learner wrote is named, nothing is said of what it could have been
    assert "`situation`" not in said(chemistry, "check")


def test_the_page_of_all_keys_does_not_speak_of_it() -> None:
    assert not [row for row in keys(space_is_good=True).rows if WORDS.search(row[1])]


def test_the_schema_does_not_speak_of_it() -> None:
    assert not WORDS.search(re.sub(r'"ko[^"]*"', "", schema.text(KINDS).replace("tight-deadline", "")))
    assert (
        json.loads(schema.text(KINDS.showing(["interview"])))["$defs"].keys()
        > json.loads(schema.text(KINDS))["$defs"].keys()
    )


def test_it_is_shown_where_a_deck_uses_it(chemistry: Shell) -> None:
    (chemistry.path / "decks" / "talk.yaml").write_text(MAPPING, "utf-8")
    assert "--principle" in said(chemistry, "add", "--help")
    assert "mapping" in said(chemistry, "find", "kind:x")
    (chemistry.path / "decks" / "new.yaml").write_text("deck: New\nnotes:\n- id: x\n  hint: y\n", "utf-8")
    assert "question: …, star: …" in said(chemistry, "check")


def test_it_is_shown_where_the_settings_ask_for_it(chemistry: Shell) -> None:
    settings = chemistry.path / "settings.toml"
    settings.write_text('packs = ["interview"]\n', "utf-8")
    result = chemistry("add", "--help", SRS_SETTINGS=str(settings))
    assert "--principle" in result.out
    settings.write_text('packs = ["intervew"]\n', "utf-8")
    result = chemistry("due", SRS_SETTINGS=str(settings))
    assert result.status == 0
    assert "'intervew'" in result.err
    assert "interview" in result.err


def test_its_commands_are_named_in_help_completion_and_after_a_slip_where_it_is_used(chemistry: Shell) -> None:
    def named(*options: str, **env: str) -> list[bool]:
        helped = said(chemistry, *options, "--help", **env)
        slip = said(chemistry, *options, "storry", **env)
        asked = {"_SRS_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(["srs", *options, "sto"])}
        offered = chemistry.process(*options, **env, **asked).out.split()
        return ["  story " in helped, "'story'" in slip, "plain,story" in offered]

    assert named() == [False] * 3
    settings = chemistry.path / "settings.toml"
    settings.write_text('packs = ["interview"]\n', "utf-8")
    assert named(SRS_SETTINGS=str(settings)) == [True] * 3
    other = chemistry.path / "other"
    other.mkdir()
    (other / "talk.yaml").write_text(MAPPING, "utf-8")
    assert named("--decks", "other") == [True] * 3
    assert named(SRS_DECKS="other") == [True] * 3
    assert named() == [False] * 3


def test_its_commands_work_where_they_are_hidden(chemistry: Shell) -> None:
    for line in ("story list", "story inventory", "coverage"):
        result = chemistry(*line.split())
        assert (result.status, result.err) == (0, ""), line
        assert "srs story new" in result.out, line


def test_what_is_hidden_is_read_all_the_same(chemistry: Shell) -> None:
    result = chemistry("add", "Chemistry", "--id", "why", "--question", "Why?", "--principle", "ownership")
    assert result.status == 0, result.err
    assert chemistry("next", "--json").json is not None
    assert [row["note"] for row in chemistry("find", "kind:mapping", "--json").json] == ["why"]
