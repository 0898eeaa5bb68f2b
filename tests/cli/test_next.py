"""`srs next`, the loop for programs."""

import pytest

from tests.cli.conftest import Shell

QUIZ = """\
deck: Quiz
tags: [gas]
notes:
- id: noble
  quiz: Which gas is noble?
  choices: [Neon, Oxygen]
  answer: Neon
  hint: It glows.
  gloss: 비활성 기체는?
  image: neon.png
  tags: [light]
"""


@pytest.mark.parametrize(
    ("arguments", "card"),
    [
        (["Talk::Phrases"], "tight/en-ko"),
        (["--tag", "situation"], "tight/en-ko"),
        (["--kind", "basic"], "one/back"),
        (["--find", "zwei"], "two/back"),
        (["Talk::Phrases", "--find", "cause"], "root/en-ko"),
        (["--find", "is:leech"], None),
    ],
)
def test_next_chooses_cards_as_review_does(srs: Shell, arguments: list[str], card: str | None) -> None:
    found = srs("next", "--json", *arguments).json
    assert (found and found["card"]) == card


def test_next_tells_a_program_all_that_a_card_shows(srs: Shell) -> None:
    srs.write("q.yaml", QUIZ)
    (srs.path / "decks" / "neon.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    found = srs("next", "--json", "Quiz").json
    assert {key: found[key] for key in ("task", "tags", "hint", "gloss", "media")} == {
        "task": "Choose one",
        "tags": ["gas", "light"],
        "hint": "It glows.",
        "gloss": "비활성 기체는?",
        "media": ["neon.png"],
    }
    assert sorted((one["text"], one["right"]) for one in found["choices"]) == [("Neon", True), ("Oxygen", False)]
    assert [one["letter"] for one in found["choices"]] == ["A", "B"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["Tolk"], "there is no deck 'Tolk'. Did you mean Talk?"), (["--tag", "x"], "tag"), (["--find", "("], "query")],
)
def test_next_names_a_wrong_choice(srs: Shell, arguments: list[str], said: str) -> None:
    done = srs("next", "--json", *arguments)
    assert (done.status in {1, 2}, done.out, said in done.err) == (True, "", True)
