"""Feedback on one telling of a story: its length, rate, fillers and parts, the six checks, and the figures that were said."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from srs.core.event import Rating
from srs.core.plural import plural
from srs.interview import signs, spoken
from srs.interview.figures import figures
from srs.interview.find_parts import find_parts
from srs.interview.said_figures import SaidFigures, said_figures
from srs.interview.self_check import LONGEST_SECONDS, LONGEST_SITUATION, PARTS, Check, Story, self_check

WHOLE = "whole"
"""The part under which the time of a telling stands whose parts were not timed."""

SLOWEST, FASTEST = 120, 160
"""Words a minute in English that are easy to follow (Derwing & Munro). To speak more slowly gains nothing."""

QUESTIONS: Mapping[str, str] = {
    "situation": "Was the situation told within 30 seconds?",
    "first-person": "Did you say “I did …” at least three times?",
    "figures": "Did you give at least two figures?",
    "reason": "Did you say why you did it this way?",
    "lesson": "Did you say what you learned?",
    "length": "Were you done within 3 minutes?",
}
"""The six checks of a telling by their slugs, as they are asked where nothing else answers them."""

_SHORTEST = 60  # seconds; less is an outline
_OTHER_NAMES = {"failure-lesson": "lesson", "situation-length": "situation"}


class Judged(NamedTuple):
    """One of the six checks: whether it was passed (None: not known), why, and the sentence that shows it, or ""."""

    check: str
    passed: bool | None
    why: str
    sentence: str


class Feedback(NamedTuple):
    """`seconds` are as timed. What only a transcript can tell is None or empty without one: the words, how many of them a
    minute, how often each filler was said, the language, and the text of each part.
    """

    seconds: Mapping[str, int]
    words: int | None
    words_per_minute: float | None
    fillers: Mapping[str, int]
    language: spoken.Language
    parts: Mapping[str, str]
    checks: tuple[Judged, ...]
    figures: SaidFigures

    @property
    def total(self) -> int:
        """Seconds."""
        return sum(self.seconds.values())

    @property
    def seconds_of_parts(self) -> Mapping[str, int]:
        """As timed; where they were not, by the words of each part. Empty if neither is known."""
        return _by_words(self.total, self.parts) if WHOLE in self.seconds else self.seconds


def give_feedback(transcript: str, seconds: Mapping[str, int], numbers: Sequence[str] = ()) -> Feedback:
    """`transcript` may be empty; `seconds` are those of each part, or all under `WHOLE`; `numbers` are the story's figures.
    Time grows with the length of the transcript.
    """
    count = len(spoken.words(transcript))
    if not count:
        total = sum(seconds.values())
        checks = tuple(
            _timed(check, seconds, total) or Judged(check, None, asked, "") for check, asked in QUESTIONS.items()
        )
        return Feedback(seconds, None, None, {}, "", {}, checks, SaidFigures((), ()))
    language, total = spoken.language(transcript), sum(seconds.values())
    english = language == "English"
    found = find_parts(transcript)
    read = {_OTHER_NAMES.get(one.check, one.check): one for one in self_check(Story(*found))} if english else {}
    sentences = spoken.sentences(transcript) if english else []
    by_part = seconds
    if WHOLE in seconds:
        by_part = {**seconds, **(_by_words(total, found._asdict()) if english else {})}
    checks = tuple(_timed(check, by_part, total) or _judge(check, read.get(check), sentences) for check in QUESTIONS)
    return Feedback(
        seconds,
        count,
        spoken.words_per_minute(count, total) if total else None,
        spoken.fillers(transcript) if english else {},
        language,
        found._asdict() if english else {},
        checks,
        said_figures(transcript, numbers),
    )


def suggest(checks: Sequence[Judged]) -> Rating | None:
    """Easy where every check that is known was passed, Good for five of six, Hard for half of them; None if none is known."""
    known = [one.passed for one in checks if one.passed is not None]
    if not known:
        return None
    share = sum(known) / len(known)
    return Rating.EASY if share == 1 else Rating.GOOD if share >= 0.8 else Rating.HARD if share >= 0.5 else Rating.AGAIN


def rate_remark(feedback: Feedback) -> str:
    """One sentence on the rate, or nothing where it is not known."""
    rate = feedback.words_per_minute
    if rate is None:
        return ""
    said = f"{rate:.0f} words a minute"
    if feedback.language != "English":
        return f"{said}. What is easy to follow is known here for English only."
    if rate < SLOWEST:
        return f"{said}: slow. Between {SLOWEST} and {FASTEST} is easy to follow, and pauses count as well."
    if rate > FASTEST:
        return f"{said}: fast. Between {SLOWEST} and {FASTEST} is easy to follow."
    return f"{said}: easy to follow."


def fillers_remark(feedback: Feedback) -> str:
    """One sentence on the fillers, or nothing where they are not known."""
    if feedback.words is None or feedback.language != "English":
        return ""
    if not feedback.fillers:
        return "No filler words."
    named = ", ".join(f"{word} {count}×" for word, count in feedback.fillers.items())
    return f"Filler words: {named}."


def _by_words(total: int, parts: Mapping[str, str]) -> dict[str, int]:
    counts = {part: len(spoken.words(text)) for part, text in parts.items()}
    whole = sum(counts.values())
    return {part: round(total * count / whole) for part, count in counts.items()} if whole else {}


def _judge(check: str, read: Check | None, sentences: Sequence[str]) -> Judged:
    if read is None:
        return Judged(check, None, QUESTIONS[check], "")
    return Judged(check, read.passed, read.why, read.sentence or _shown_by(check, sentences))


_SIGNS: Mapping[str, Callable[[str], object]] = {"first-person": signs.count_i, "figures": figures}


def _shown_by(check: str, sentences: Sequence[str]) -> str:
    sign = _SIGNS.get(check)
    return next((sentence for sentence in sentences if sign(sentence)), "") if sign else ""


def _timed(check: str, seconds: Mapping[str, int], total: int) -> Judged | None:
    """What the time alone can tell. That of a part is by its words where the whole was timed."""
    if check == "length" and total:
        if total > LONGEST_SECONDS:
            return Judged(check, False, f"It took {minutes(total)}: too long. Cut it to 2 to 3 minutes.", "")
        if total < _SHORTEST:
            return Judged(check, False, f"It took {minutes(total)}: an outline. 2 to 3 minutes are yours.", "")
        return Judged(check, True, f"It took {minutes(total)}; 2 to 3 minutes are usual.", "")
    if check == "situation" and "situation" in seconds and total:
        took = seconds["situation"]
        why = f"The situation took {'about ' if WHOLE in seconds else ''}{plural(took, 'second')}."
        goal = "" if took <= 30 else " Aim at 30 seconds; up to 40 are often called fine as well."
        return Judged(check, took <= LONGEST_SITUATION, why + goal, "")
    return None


def minutes(seconds: int) -> str:
    """`2:31`."""
    return f"{seconds // 60}:{seconds % 60:02}"


def part_shares(feedback: Feedback) -> Mapping[str, float]:
    """What share of the whole time each part took; empty if that is not known."""
    seconds = feedback.seconds_of_parts
    whole = sum(seconds.values())
    return {part: seconds.get(part, 0) / whole for part in PARTS} if whole else {}
