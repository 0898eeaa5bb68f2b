"""What one needs first comes first: the plan of the first days."""

import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

from srs.kinds.phrase import Phrase
from tests.decks.guide import DECKS, ROOT, starter_notes

Plan = Mapping[int, Mapping[str, list[str]]]
"""The new cards of each day, by deck."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    script = ROOT / "examples" / "first_days.py"
    text = subprocess.run([sys.executable, script, DECKS], capture_output=True, text=True, check=True).stdout
    days: dict[int, dict[str, list[str]]] = {}
    for number, day in re.findall(r"^Day (\d+): .*\n((?:  .*\n)+)", text, re.MULTILINE):
        decks = re.findall(r"^  Interview::(.*?) \(\d+\): (.*(?:\n    .*)*)", day, re.MULTILINE)
        days[int(number)] = {deck: cards.split() for deck, cards in decks}
    return days


def first_day(plan: Plan, deck: str) -> int:
    return min((day for day, decks in plan.items() if deck in decks), default=99)


def test_the_method_comes_before_the_principles_these_before_the_questions_and_the_stories_last(plan: Plan) -> None:
    days = [first_day(plan, deck) for deck in ("Method", "Principles", "Mapping", "STAR")]
    assert days[0] == 1
    assert days == sorted(set(days))
    assert days[-1] <= 12, "whoever has two weeks tells stories in the last days"


def test_phrases_of_all_groups_come_in_the_first_week(plan: Plan) -> None:
    groups = {note.id: {"situation", "action", "result", "lesson"} & {*note.tags} for note in starter_notes()}
    seen = {card.partition("/")[0] for day in range(1, 8) for card in plan[day].get("Phrases", [])}
    assert set().union(*(groups[note] for note in seen)) == {"situation", "action", "result", "lesson"}
    assert len(seen) >= 25


def test_no_day_is_left_idle(plan: Plan) -> None:
    assert sorted(plan) == list(range(1, 15))
    assert all(sum(map(len, decks.values())) >= 10 for decks in plan.values())


def test_every_phrase_is_asked_both_ways() -> None:
    assert {len(note.cards()) for note in starter_notes() if isinstance(note, Phrase)} == {2}
