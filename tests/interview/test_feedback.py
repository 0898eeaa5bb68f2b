"""Feedback on a telling: what the clock knows, what the words show, and what nobody knows."""

import pytest

from srs.core.event import Rating
from srs.interview.feedback import QUESTIONS, WHOLE, Judged, fillers_remark, give_feedback, rate_remark, suggest

GOOD = """
I was an ML engineer in a team of three at a start-up, and our contract allowed 500 milliseconds. My task was to bring the
latency down within four weeks. First I profiled the pipeline, and I found that the search took 70% of the time. I compared
three options, and I chose ONNX because it promised the most for the least work. I built a prototype in three days. Then I
rolled it out, um, over two weeks. As a result, the latency fell from 800 to 320 milliseconds. I learned to measure first.
"""
TIMED = {"situation": 28, "task": 12, "action": 70, "result": 31}


def passed(checks: tuple[Judged, ...]) -> dict[str, bool | None]:
    return {one.check: one.passed for one in checks}


def test_a_good_answer_passes_all_six_with_what_shows_it() -> None:
    found = give_feedback(GOOD, TIMED, ["800 ms → 320 ms", "70 %", "9 people"])
    assert passed(found.checks) == dict.fromkeys(QUESTIONS, True)
    shown = {one.check: one.sentence for one in found.checks}
    assert "I learned to measure first." in shown["lesson"]
    assert "because" in shown["reason"] or "compared" in shown["reason"]
    assert shown["figures"].startswith("I was an ML engineer")
    assert found.parts["task"].startswith("My task")
    assert found.figures.missed == ("9 people",)
    assert (found.fillers, found.total, found.seconds_of_parts) == ({"um": 1}, 141, TIMED)
    assert found.words_per_minute == pytest.approx(60 * (found.words or 0) / 141)
    assert suggest(found.checks) == Rating.EASY


def test_without_a_transcript_only_the_clock_is_known() -> None:
    for silence in ("", " \n\t", "…", "- "):
        found = give_feedback(silence, TIMED)
        assert (found.words, found.words_per_minute, found.language, dict(found.parts)) == (None, None, "", {})
        known = {check for check, value in passed(found.checks).items() if value is not None}
        assert known == {"situation", "length"}


def test_parts_that_were_not_timed_are_estimated_by_their_words() -> None:
    found = give_feedback(GOOD, {WHOLE: 150})
    assert abs(sum(found.seconds_of_parts.values()) - 150) <= 2
    assert found.seconds_of_parts["action"] > found.seconds_of_parts["task"]
    (situation, *_) = found.checks
    assert situation.why.startswith("The situation took about ")
    assert give_feedback("", {WHOLE: 150}).seconds_of_parts == {}


@pytest.mark.parametrize(
    ("seconds", "check", "good"),
    [
        ({"situation": 40, "task": 20, "action": 20, "result": 20}, "situation", True),
        ({"situation": 41, "task": 20, "action": 20, "result": 20}, "situation", False),
        ({WHOLE: 180}, "length", True),
        ({WHOLE: 181}, "length", False),
        ({WHOLE: 59}, "length", False),
        ({WHOLE: 0}, "length", None),
    ],
)
def test_what_the_clock_tells(seconds: dict[str, int], check: str, good: bool | None) -> None:
    assert passed(give_feedback("", seconds).checks)[check] is good


def test_korean_is_timed_and_the_rest_is_left_to_the_learner() -> None:
    found = give_feedback(
        "저는 추천 팀에서 일했습니다. 응답 시간은 800ms였습니다. 제가 원인을 찾았습니다.", TIMED, ["800 ms", "320 ms"]
    )
    assert found.language == "Korean"
    assert (found.fillers, found.parts) == ({}, {})
    assert passed(found.checks)["reason"] is None
    assert found.figures.said == ("800 ms",)
    assert "English only" in rate_remark(found)
    assert fillers_remark(found) == ""


def test_a_transcript_without_punctuation_has_parts() -> None:
    found = give_feedback(GOOD.lower().replace(".", " ").replace(",", " ").replace("\n", " "), TIMED)
    assert found.parts["action"]
    assert "learned" in found.parts["result"]


def test_ten_thousand_words_are_taken() -> None:
    found = give_feedback(GOOD * 110, {WHOLE: 4000})
    assert found.words is not None
    assert found.words > 10_000
    assert passed(found.checks)["length"] is False


@pytest.mark.parametrize(
    ("rate", "said"), [(100, "slow"), (120, "easy to follow"), (160, "easy to follow"), (170, "fast")]
)
def test_the_rate_in_words(rate: int, said: str) -> None:
    found = give_feedback(GOOD, TIMED)._replace(words_per_minute=float(rate))
    assert said in rate_remark(found)


def test_the_suggestion_follows_the_checks_that_are_known() -> None:
    def made(*values: bool | None) -> list[Judged]:
        return [Judged(str(n), value, "", "") for n, value in enumerate(values)]

    assert suggest(made(True, True, None)) == Rating.EASY
    assert suggest(made(True, True, True, True, True, False)) == Rating.GOOD
    assert suggest(made(True, False, None)) == Rating.HARD
    assert suggest(made(True, False, False)) == Rating.AGAIN
    assert suggest(made(None, None)) is None
