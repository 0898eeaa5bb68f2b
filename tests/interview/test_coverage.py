"""What stories cover, and what to do next."""

from datetime import date

from srs.interview.coverage import WANTED, find_coverage
from srs.interview.story_bank import Question
from tests.interview.bank import bank, story

ALL = ("dive-deep", "ownership", "frugality")
WHY = Question("why", "Why?", ("ownership", "frugality"))
HOW = Question("how", "How?", ("ownership",))
TELL = Question("tell", "Tell me", ())


def test_principles_with_the_fewest_stories_come_first_then_those_most_asked_for() -> None:
    stories = [story("a", ["dive-deep"]), story("b", ["dive-deep", "frugality"])]
    found = find_coverage(bank(stories, [WHY, HOW], principles=(*ALL, "think-big")), {})
    assert [(one.principle, one.missing, one.questions) for one in found.principles] == [
        ("ownership", 2, 2), ("think-big", 2, 0), ("frugality", 1, 1), ("dive-deep", 0, 0),
    ]  # fmt: skip
    assert [one.principle for one in found.open_principles] == ["ownership", "think-big", "frugality"]


def test_a_story_counts_for_as_much_as_is_remembered_of_it() -> None:
    stories = [story("a", ALL, today=0.25, on_date=0.125), story("b", ["dive-deep"], today=0.5, on_date=0.25)]
    found = {one.principle: one for one in find_coverage(bank(stories, goal=("g", date(2026, 4, 1))), {}).principles}
    assert (found["dive-deep"].stories, found["dive-deep"].strength) == (("b", "a"), 0.75)
    assert found["dive-deep"].strength_on_date == 0.375
    assert find_coverage(bank(stories), {}).principles[0].strength_on_date is None


def test_questions_without_a_story_come_first_and_name_those_that_share_a_principle() -> None:
    stories = [story("a", ["frugality"], ["how"], today=0.3), story("b", ["ownership"], today=0.8)]
    found = find_coverage(bank(stories, [HOW, TELL, WHY]), {})
    assert [(one.question, one.stories, one.candidates) for one in found.questions] == [
        ("why", (), ("b", "a")), ("tell", (), ()), ("how", ("a",), ("b",)),
    ]  # fmt: skip
    assert [one.question for one in found.open_questions] == ["why", "tell"]


def test_the_first_thing_to_do_is_a_story_for_the_largest_gap_and_what_is_asked_for_with_it() -> None:
    advice = find_coverage(bank([], [WHY, HOW]), {}).next
    assert (advice.do, advice.about, advice.command) == ("write", ("ownership", "frugality"), "srs story new")
    assert advice.what == "Write your first story, one that shows Ownership and Frugality"
    assert advice.why == "no story shows either yet, and 2 questions ask for them."
    alone = find_coverage(bank([story("a", ALL), story("b", ["dive-deep", "frugality"])], [HOW]), {}).next
    assert (alone.about, alone.why) == (("ownership",), "only one story shows it, and 1 question asks for it.")


def test_once_all_principles_are_shown_questions_are_next_then_memory_then_telling() -> None:
    pair = [story("a", ALL, today=0.9), story("b", ALL, today=0.95)]
    assert find_coverage(bank(pair, [WHY]), {}).next[:1] == ("link",)
    assert find_coverage(bank(pair, [WHY]), {}).next.command == "srs edit b"
    assert find_coverage(bank(pair, [TELL]), {}).next.about == ("tell",)
    answered = [story("a", ALL, ["why"], today=0.5), story("b", ALL, today=0.95)]
    weak = find_coverage(bank(answered, [WHY]), {}).next
    assert (weak.do, weak.command, weak.about) == ("review", "srs review Mine", ("a",))
    for told, name in (({}, "a"), ({"a": 1}, "b"), ({"a": 1, "b": 2}, "a"), ({"a": 2, "b": 1}, "b")):
        advice = find_coverage(bank(pair), told).next
        assert (advice.do, advice.about) == ("rehearse", (name,))


def test_a_thousand_stories_and_questions_stay_readable() -> None:
    stories = [story(f"s{n}", ALL, today=n / 1000) for n in range(1000)]
    found = find_coverage(bank(stories, [Question(f"q{n}", "Why?", ALL) for n in range(1000)]), {})
    assert {one.candidates for one in found.questions} == {("s999", "s998", "s997")}
    assert all(len(one.stories) == 1000 >= WANTED for one in found.principles)
