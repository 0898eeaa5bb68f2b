"""The drafts of stories."""

import re

import pytest
import yaml

from srs.cli.kinds import KINDS
from srs.deckfile import parse
from srs.interview.kinds.story import CATEGORIES, PARTS
from srs.interview.outlines import DECK, draft


def problems(note: str) -> list[str]:
    return [
        one.message
        for one in parse(f"deck: {DECK}\nnotes:\n{note}".encode(), "a.yaml", KINDS).problems
        if one.level == "error"
    ]


@pytest.mark.parametrize("category", [None, *CATEGORIES])
def test_a_draft_is_an_error_until_every_part_is_written(category: str | None) -> None:
    text = draft(category)
    assert len(problems(text)) >= 1 + len(PARTS)
    assert not problems(text.replace('""', '"x"'))


@pytest.mark.parametrize("category", CATEGORIES)
def test_what_it_may_have_besides_works_once_the_sign_is_taken_away(category: str) -> None:
    text = re.sub(r"^#  (?=[a-z]+: )", "  ", draft(category), flags=re.MULTILINE)
    text = text.replace('""', '"x"').replace("principles: []", "principles: [dive-deep]")
    text = text.replace("numbers: []", "numbers: [9 h → 2 h, 4 weeks]").replace("answers: []", "answers: [x]")
    assert not problems(text)
    (note,) = yaml.safe_load(text)
    assert note["category"] == category
    assert note["numbers"] == ["9 h → 2 h", "4 weeks"]
