"""What each rule of the self-check says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.interview.self_check import PARTS, Check, Story, self_check

GOOD = Story(
    "Last spring I was on the search team of a travel site, five engineers, and our hotel search took 900 ms although the "
    "contract promised 400 ms.",
    "I owned the service and had six weeks to get below the limit.",
    "I traced two hundred requests and found that the reranker loaded its features one by one. I compared caching with "
    "batching. I chose batching because it needed no new machines. I rewrote the loader and tried it on one country first, "
    "so that a mistake would stay small. Then I rolled it out, and each morning I looked at the slowest requests.",
    "The median fell from 900 ms to 350 ms, and complaints fell by 40 %. Since then I measure before I change anything. I "
    "wrote it down for the others, and two other teams do it the same way now.",
)


def failed(story: Story) -> dict[str, Check]:
    return {check.check: check for check in self_check(story) if not check.passed}


def test_a_good_story_passes_every_check() -> None:
    assert failed(GOOD) == {}


@pytest.mark.parametrize(
    ("change", "check", "says"),
    [
        ({"action": GOOD.action * 6}, "length", "Cut it to 2 to 3 minutes"),
        ({"situation": GOOD.situation * 4}, "situation-length", "Aim at less than 30 seconds; up to 40"),
        ({"action": "I rewrote it because it was slow."}, "share", "say more there, about 50 %"),
        ({"result": ""}, "share", "There is no result"),
        ({"situation": "There was a problem at work.", "task": "I had to solve it."}, "context", "The situation is vague"),
        ({"action": "We traced it. Our team chose batching because it is simple. We rewrote it."}, "own-part", "“I” 0 times"),
        ({"situation": "Our search was slow.", "task": "", "action": "It was rewritten.", "result": "It is fast."}, "first-person", "never"),
        ({"action": "I made it faster, because that was needed.", "situation": "I was on a team at a shop.", "task": "I owned it.", "result": "It was 40 % faster. I learned a lot."}, "figures", "only one specific figure (40 %)"),
        ({"action": "I rewrote the loader and tried it on 1 country."}, "reason", "why you chose this"),
        ({"result": "The median fell to 350 ms, and complaints fell by 40 %."}, "lesson", "There is no lesson"),
        ({"result": "The search broke, and we lost 20 % of the customers."}, "failure-lesson", "failure story without a lesson"),
        ({"action": "I would trace 200 requests first. I would ask why, because that helps."}, "experience", "what you would do"),
    ],
)  # fmt: skip
def test_each_mistake_is_found_and_says_what_to_write(change: dict[str, str], check: str, says: str) -> None:
    story = Story(**{**GOOD._asdict(), **change})
    assert any(says in found.why for found in self_check(story) if found.check == check and not found.passed)


def test_a_check_shows_the_sentence() -> None:
    story = GOOD._replace(action="I looked at it. I would ask the team because they know.")
    assert failed(story)["experience"].sentence == "I would ask the team because they know."
    shown = {check.check: check.sentence for check in self_check(GOOD)}
    assert shown["lesson"] == "Since then I measure before I change anything."
    assert "chose batching because" in shown["reason"] or "compared caching" in shown["reason"]


def test_an_outline_is_told_from_an_answer() -> None:
    assert "outline" in failed(Story("I was on a team.", "I led it.", "I did it.", "It worked."))["detail"].why


def test_the_rate_decides_how_long_it_takes() -> None:
    story = GOOD._replace(action=GOOD.action * 3)
    assert "length" not in failed(story)
    assert any(check.check == "length" and not check.passed for check in self_check(story, rate=60))


def test_why_lesson_and_numbers_may_stand_apart() -> None:
    bare = Story("I was on a team.", "I led it.", "I wrote it, I tried it.", "It became fast.")
    assert {"reason", "lesson", "figures"} <= failed(bare).keys()
    full = bare._replace(why="It was the cheapest.", lesson="Measure.", numbers=("900 ms", "350 ms"))
    assert not {"reason", "lesson", "figures"} & failed(full).keys()


@pytest.mark.parametrize(
    "action",
    [
        "My boss asked whether I would look at it, and I said that I would.",
        "Every morning I would sort the mails.",
        "The page would not load, so I shrank it so that users would see it.",
        "I'd seen it before, and I would never have guessed it.",
        "I would like to add that I asked twice. I would call it a good day.",
        "Next time I would ask earlier.",
        "Without the second alarm we would have lost it.",
    ],
)
def test_not_every_would_is_hypothetical(action: str) -> None:
    assert "experience" not in failed(GOOD._replace(action=action))


@pytest.mark.parametrize(
    "action",
    [
        "I'd call the technician and wait.",
        "I would have asked for a proof.",
        "I will apologize first. I will then call them.",
        "We would meet every week.",
        "We have a meeting every morning and if there is a conflict I would talk to them.",
    ],
)
def test_what_one_would_do_is_hypothetical(action: str) -> None:
    assert "experience" in failed(GOOD._replace(action=action))


@pytest.mark.parametrize(
    "result",
    [
        "The import had failed each night; now it works, 40 % faster.",
        "Complaints fell from 20 to 5 a week.",
        "We sold 22,000 copies in 2 weeks.",
    ],
)
def test_a_story_of_something_mended_is_no_failure(result: str) -> None:
    found = failed(GOOD._replace(result=result))
    assert "lesson" in found
    assert "failure-lesson" not in found


def test_lessons_at_school_and_what_one_found_out_are_no_lesson() -> None:
    story = Story(
        "I taught physics at a school with two others, 90 pupils and 800 euros.",
        "I wrote the lesson plans.",
        "I wrote twelve lesson plans. On the first day I learned that half of the sensors did not work. I did not test them.",
        "The course was cancelled, and the pupils were disappointed.",
    )
    assert "failure-lesson" in failed(story)


@pytest.mark.parametrize(
    "result",
    [
        "It took 350 ms. This experience established a rule on our team.",
        "It took 350 ms. Looking back, I should have asked earlier.",
        "It took 350 ms, and it became the standard in our company.",
        "It took 350 ms. Next time I will measure first.",
    ],
)
def test_a_lesson_may_be_a_change(result: str) -> None:
    assert not {"lesson", "failure-lesson"} & failed(GOOD._replace(result=result)).keys()


def test_we_in_the_situation_hides_nothing() -> None:
    story = GOOD._replace(
        situation="We were five engineers at a travel site, and we had a problem: we took 900 ms, not 400."
    )
    assert "own-part" not in failed(story)


def test_of_a_korean_story_only_the_length_is_checked() -> None:
    checks = self_check(
        Story("저는 다섯 명의 팀에 있었습니다.", "제가 맡았습니다.", "저는 서버를 고쳤습니다. " * 20, "빨라졌습니다.")
    )
    assert checks[0].check == "language"
    assert "looks like Korean; only the length" in checks[0].why
    assert {check.check for check in checks[1:]} == {"length", "detail", "situation-length", "share"}


@given(st.builds(Story, st.text(), st.text(), st.text(), st.text(), st.text(), st.text()))
def test_any_text_is_checked(story: Story) -> None:
    for check in self_check(story):
        assert check.why.endswith((".", ".)"))
        assert check.part in ("", *PARTS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "word " * 10_000,
        "a" * 100_000,
        "1." * 50_000,
        "." * 100_000,
        "\n" * 50_000,
        "**" * 50_000,
        "🙂" * 10_000,
        "שלום עולם " * 1_000,
        "I would we our team 2 of 2 not because " * 1_000,
        "\0",
        "\ud800",
        "'" * 50_000,
    ],
)
def test_odd_and_large_texts_are_checked(text: str) -> None:
    self_check(Story(text, text, text, text, text, text, (text,)))
