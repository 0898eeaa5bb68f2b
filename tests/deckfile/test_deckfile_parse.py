"""Good deck files: what is read from them."""

from pathlib import Path

import pytest

from srs.cli.kinds import KINDS
from srs.deckfile import FileNote, parse
from srs.deckfile.values import Named
from srs.kinds.note import Deck, Source

DECKS = sorted((Path(__file__).parents[2] / "decks").glob("**/*.yaml"))

ALL_KINDS = """\
# 한국어
deck: Interview::모두
description: All kinds.
languages: {ko: ko-KR, en: en-US}
tags: [all]
source: {title: The Guide, section: "5"}
settings: {new: 3, typing: true, steps: [1m, 1h], desired_retention: 0.95}
notes:
- id: p
  phrase: {ko: 안녕하세요, en: Hello}
  tags: [b, a]
  source: {section: "5.1", number: 7}
- id: q
  quiz: Which?
  choices: [S, T, A, R]
  answer: [A, T]
  hint: think
- id: m
  question: Why?
  principles: [ownership, customer-obsession]
- id: s
  star: Tell me
  situation: s
  task: t
  action: |
    many
    lines
  result: r
- {id: t, story: Mine, situation: s, task: [t, u], action: a, result: r, numbers: 3 h, answers: [s], principles: [ownership]}
- {id: b, front: "no", back: '12:30'}
- id: c
  cloze: "{{c1::a}} and {{c3::b::hint}}"
"""


def test_a_deck_of_every_kind() -> None:
    file = parse(ALL_KINDS.encode(), "all.yaml", KINDS, lint=False)
    assert file.problems == ()
    assert file.good
    assert file.deck == Deck(
        "Interview::모두",
        "All kinds.",
        (("ko", "ko-KR"), ("en", "en-US")),
        ("all",),
        Source("The Guide", "5"),
        (("new", 3, 7), ("typing", True, 7), ("steps", ["1m", "1h"], 7), ("desired_retention", 0.95, 7)),
    )
    assert [one.id for one in file.notes] == ["p", "q", "m", "s", "t", "b", "c"]
    assert file.notes[0] == FileNote(
        id="p",
        provisional=False,
        fields={"phrase": {"ko": "안녕하세요", "en": "Hello"}, "source": {"section": "5.1", "number": 7}},
        tags=("b", "a"),
        line=9,
        column=7,
    )
    assert file.notes[3].fields["action"] == "many\nlines\n"
    assert file.notes[4].named == (Named("s", 29, 98),)
    assert file.notes[5] == FileNote("b", False, {"front": "no", "back": "12:30"}, (), 30, 8)


def test_the_items_of_a_file_with_errors_are_known_by_the_lines_where_they_begin() -> None:
    text = "deck: D\nnotes:\n- front: f\n  id: a\n- 7\n- front: x\n\n- {id: b, front: f, back: g}\n"
    assert parse(text.encode(), "a.yaml", KINDS).items == ((3, "a"), (5, ""), (6, ""), (8, "b"))


def test_every_note_of_a_good_file_can_be_made() -> None:
    file = parse(ALL_KINDS.encode(), "all.yaml", KINDS)
    assert file.deck is not None
    made = [KINDS.note(one.id, file.deck, one.fields, one.tags) for one in file.notes]
    assert [one.kind for one in made] == [kind.kind for kind in KINDS.all]
    assert made[0].source == Source("The Guide", "5.1", 7)
    assert made[0].tags == ("all", "b", "a")


def test_an_own_vocabulary_names_the_principles() -> None:
    text = "deck: X\nprinciples: {be-kind: Be Kind}\nnotes:\n- {id: a, question: b, principles: [be-kind]}\n"
    file = parse(text.encode(), "x.yaml", KINDS)
    assert file.deck is not None
    assert file.deck.extra["principles"] == {"be-kind": "Be Kind"}
    assert file.good


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(end: str, mark: str) -> None:
    assert parse((mark + ALL_KINDS.replace("\n", end)).encode(), "x", KINDS) == parse(ALL_KINDS.encode(), "x", KINDS)


def test_json_is_yaml() -> None:
    file = parse(
        b'{"deck": "X", "notes": [{"id": "a", "front": "b", "back": "c", "source": {"number": 0}}]}', "x", KINDS
    )
    assert file.problems == ()
    assert file.notes[0].fields["source"] == {"number": 0}


def test_a_deck_may_wait_for_its_notes() -> None:
    assert parse(b"deck: X\nnotes: []\n", "x", KINDS).problems == ()


def test_a_file_with_errors_still_tells_its_deck_and_ids() -> None:
    text = "deck: X\ntags: 5\nnotes:\n- {id: a, front: ''}\n- {id: b, hint: c}\n- {front: a, back: b}\n- {id: [c]}\n"
    file = parse(text.encode(), "x.yaml", KINDS)
    assert not file.good
    assert file.deck == Deck("X")
    assert [(one.id, one.line, one.column) for one in file.notes] == [("a", 4, 8), ("b", 5, 8)]


def test_there_are_decks() -> None:
    assert DECKS


@pytest.mark.parametrize("path", DECKS, ids=lambda path: path.name)
def test_the_decks_of_this_repository_have_no_problems(path: Path) -> None:
    file = parse(path.read_bytes(), path.name, KINDS)
    assert file.problems == ()
    assert file.notes
    assert file.deck is not None
    for one in file.notes:
        assert KINDS.note(one.id, file.deck, one.fields, one.tags).cards()
