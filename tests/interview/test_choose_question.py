"""The weakest question comes first; a round has the mix of its company."""

from datetime import date

import pytest

from srs.collection import Collection, lookup
from srs.core.event import Event, EventSource, Rating, Rehearsal
from srs.interview.choose_question import Chooser
from srs.interview.companies import COMPANIES, find_tips
from srs.interview.kinds.principles import PRINCIPLES
from srs.interview.story_bank import StoryBank, read_story_bank
from srs.log.rehearsals import LoggedRehearsal, read_rehearsals
from tests.conftest import DAY, NOW, Home, answer

TODAY = date(2026, 3, 2)
QUESTIONS = """\
deck: Q
notes:
- {id: customer, question: A?, principles: [customer-obsession, dive-deep]}
- {id: owner, question: B?, principles: [ownership]}
- {id: deep, question: C?, principles: [dive-deep]}
- {id: deep-again, question: D?, principles: [dive-deep]}
- {id: frugal, question: E?, principles: [frugality]}
- {id: told, star: F?, situation: s, task: t, action: a, result: r}
"""
STORY = "situation: s, task: t, action: a, result: r"


@pytest.fixture
def collection(home: Home) -> Collection:
    home.write("q.yaml", QUESTIONS)
    return home.open()


def with_stories(home: Home, *stories: str) -> Collection:
    home.write("q.yaml", QUESTIONS)
    home.write("s.yaml", "deck: S\nnotes:\n" + "".join(f"- {{{story}, {STORY}}}\n" for story in stories))
    return home.open()


def bank_of(collection: Collection) -> StoryBank:
    return read_story_bank(collection, TODAY)


def rehearsed(note: str, question: str, at: int) -> LoggedRehearsal:
    event = Event(note, at, TODAY, EventSource.SRS, "m", Rehearsal(question, Rating.GOOD, (("whole", 1),)))
    day = TODAY if at >= NOW - DAY // 2 else date(2026, 2, 20)
    assert isinstance(event.what, Rehearsal)
    return LoggedRehearsal(note, at, day, event.what)


def test_without_stories_the_questions_come_as_they_stand(collection: Collection) -> None:
    chooser = Chooser(bank_of(collection), [], TODAY)
    assert [one.id for one in chooser.weakest_first()] == ["customer", "owner", "deep", "deep-again", "frugal", "told"]
    assert chooser.stories(chooser.weakest_first()[0]) == []


def test_the_story_that_is_least_remembered_comes_first_and_those_asked_today_last(home: Home) -> None:
    collection = with_stories(home, "id: one, story: One, answers: [owner]", "id: two, story: Two, answers: [told]")
    for card in ("one/which", "one/task", "one/action", "one/result"):
        answer(collection, card, Rating.EASY)
    bank = bank_of(collection)
    ids = [one.id for one in Chooser(bank, [], TODAY).weakest_first()]
    assert ids[:2] == ["told", "owner"], "what has a story first, the forgotten one before the other"
    ids = [one.id for one in Chooser(bank, [rehearsed("two", "told", NOW)], TODAY).weakest_first()]
    assert (ids[0], ids[-1]) == ("owner", "told")


def test_of_several_stories_the_one_told_longest_ago_is_proposed_answers_before_kin(home: Home) -> None:
    collection = with_stories(
        home,
        "id: kin, story: K, principles: [dive-deep]",
        "id: one, story: One, answers: [deep]",
        "id: two, story: Two, answers: [deep]",
    )
    bank = bank_of(collection)
    deep = next(one for one in bank.questions if one.id == "deep")
    told = [rehearsed("one", "deep", NOW - 9 * DAY)]
    assert [story.id for story in Chooser(bank, told, TODAY).stories(deep)] == ["two", "one", "kin"]


def test_a_round_has_the_principles_of_its_company_in_turn(collection: Collection) -> None:
    chooser = Chooser(bank_of(collection), [], TODAY)
    assert [one.id for one in chooser.plan("amazon", 4)] == ["customer", "owner", "deep", "frugal"]
    assert {one.id for one in chooser.plan("amazon", 20)} == {one.id for one in chooser.weakest_first()}
    assert chooser.plan("meta", 1)[0].id == "deep"
    assert [one.id for one in chooser.plan("", 3)] == ["customer", "owner", "told"]
    assert len({one.id for one in chooser.plan("", 20)}) == 6


def test_companies_ask_for_principles_that_there_are() -> None:
    for company in COMPANIES.values():
        assert set(company.principles) <= PRINCIPLES.keys()
        assert len(set(company.principles)) == len(company.principles)
    assert set(COMPANIES["amazon"].principles) == PRINCIPLES.keys()


def test_tips_are_the_companys_notes(home: Home) -> None:
    home.write(
        "c.yaml",
        "deck: C\ntags: [company]\nnotes:\n"
        "- {id: meta-a, front: What **first**?, back: Speed.}\n"
        "- {id: meta-b, cloze: 'Be {{c1::quick}} and {{c2::right}}.'}\n"
        "- {id: google-a, front: x, back: y}\n",
    )
    home.write("d.yaml", "deck: D\nnotes:\n- {id: meta-other, front: x, back: y}\n")
    notes = [note for _, note in lookup.notes(home.open())]
    assert find_tips(notes, "meta") == ["What first? Speed.", "Be quick and right."]


def test_rehearsals_of_the_log_are_known(home: Home) -> None:
    assert read_rehearsals(with_stories(home, "id: one, story: One").store.connection) == []
