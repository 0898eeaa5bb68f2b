"""A sitting of rehearsals: which question is asked, how long each part takes, what feedback there is. It draws nothing."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core.clock import Clock
from srs.core.errors import NothingToUndo
from srs.core.event import Event, Rating, Rehearsal
from srs.core.plural import plural
from srs.interview.feedback import QUESTIONS, Feedback, Judged, give_feedback, minutes, suggest
from srs.interview.self_check import PARTS
from srs.interview.story_bank import OwnStory, Question, plain

TARGETS: Mapping[str, int] = {"situation": 30, "task": 15, "action": 75, "result": 30}
"""Seconds: 20, 10, 50 and 20 percent of two and a half minutes, the middle of what the guide asks for (§2)."""


_A_DAY = 86_400  # seconds: more is no time that an event can have


@dataclass(frozen=True, slots=True)
class Timing:
    """`marks` are when each part began that has been begun, in seconds of any clock; a fifth is the end of the last."""

    marks: tuple[float, ...]

    @property
    def part(self) -> str:
        """The part that is being told; empty when all of them are."""
        return PARTS[len(self.marks) - 1] if len(self.marks) <= len(PARTS) else ""

    def advance(self, now: float) -> "Timing":
        return Timing((*self.marks, now))

    def back(self) -> "Timing":
        """The part before goes on, as if its end had not been marked."""
        return Timing(self.marks[:-1]) if len(self.marks) > 1 else self

    def seconds(self, now: float) -> dict[str, int]:
        """Whole seconds of each part that has been begun; their sum is that of the whole."""
        ends = [*self.marks[1:], now] if self.part else self.marks[1:]
        begun = [int(mark - self.marks[0]) for mark in (*self.marks[: len(ends)], ends[-1])]
        return {part: end - start for part, start, end in zip(PARTS, begun, begun[1:], strict=False)}


class Told(NamedTuple):
    """One rehearsal that was recorded."""

    question: Question
    story: OwnStory | None
    feedback: Feedback
    rating: Rating
    event: Event


class Sitting:
    """Asks the planned questions one after the other, `count` of them at most. `stories` gives those that may be told for a
    question.
    """

    def __init__(
        self,
        collection: Collection,
        clock: Clock,
        planned: Sequence[Question],
        count: int,
        stories: Callable[[Question], Sequence[OwnStory]],
        company: str = "",
    ) -> None:
        self.collection = collection
        self._recorder = Recorder(collection)
        self._clock = clock
        self._waiting = list(planned)
        self._of_question = stories
        self._of_story = 0
        self.count = min(count, len(planned))
        self.company = company
        self.done: list[Told] = []
        self.feedback: Feedback | None = None

    @property
    def question(self) -> Question | None:
        return self._waiting[0] if self._waiting and len(self.done) < self.count else None

    @property
    def stories(self) -> Sequence[OwnStory]:
        return self._of_question(self._waiting[0]) if self._waiting else ()

    @property
    def story(self) -> OwnStory | None:
        """The one to tell; None where no story fits, and then the learner tells any."""
        stories = self.stories
        return stories[self._of_story % len(stories)] if stories else None

    def next_story(self) -> None:
        self._of_story += 1

    def skip(self) -> None:
        """Another question comes; this one again after all others."""
        self._waiting.append(self._waiting.pop(0))
        self._of_story = 0

    def told(self, transcript: str, seconds: Mapping[str, int]) -> Feedback:
        """The question was answered; an empty transcript is none."""
        self.feedback = give_feedback(transcript, seconds, numbers_of(self.story))
        return self.feedback

    @property
    def unknown(self) -> Judged | None:
        """The first check that nothing but the learner can answer, and was not asked yet."""
        checks = self.feedback.checks if self.feedback else ()
        return next((one for one in checks if one.passed is None and one.why), None)

    def answer_check(self, passed: bool | None) -> None:
        """Of the check that is `unknown`; None leaves it open."""
        asked = self.unknown
        assert asked is not None
        assert self.feedback is not None
        answered = asked._replace(passed=passed, why=QUESTIONS[asked.check] if passed is not None else "")
        checks = tuple(answered if one is asked else one for one in self.feedback.checks)
        self.feedback = self.feedback._replace(checks=checks)

    @property
    def suggestion(self) -> Rating | None:
        return suggest(self.feedback.checks) if self.feedback else None

    def rate(self, rating: Rating) -> Told:
        """Records the rehearsal. Raises StoreError."""
        question, story = self._waiting[0], self.story
        assert self.feedback is not None
        what = to_rehearsal(question.id, rating, self.feedback, self.company)
        event = self._recorder.rehearse(story.id if story else question.id, what, self._clock())
        self.done.append(Told(question, story, self.feedback, rating, event))
        self._waiting.pop(0)
        self._of_story, self.feedback = 0, None
        return self.done[-1]

    def undo(self) -> Told:
        """Takes back the rehearsal that was recorded last; its question is asked again. Raises NothingToUndo, StoreError."""
        if not self.done:
            raise NothingToUndo
        self._recorder.undo()
        taken_back = self.done.pop()
        self._waiting.insert(0, taken_back.question)
        return taken_back


def numbers_of(story: OwnStory | None) -> tuple[str, ...]:
    """The figures that must not be missed."""
    return tuple(plain(story.note, number) for number in story.note.numbers) if story else ()


def to_rehearsal(question: str, rating: Rating, feedback: Feedback, company: str) -> Rehearsal:
    return Rehearsal(
        question,
        rating,
        tuple((part, min(took, _A_DAY)) for part, took in feedback.seconds.items()),
        feedback.words,
        None if feedback.words is None or feedback.language != "English" else sum(feedback.fillers.values()),
        tuple((one.check, one.passed) for one in feedback.checks if one.passed is not None),
        company,
    )


_ADVICE: Mapping[str, str] = {
    "situation": "shorten the Situation: team, project, what made it hard",
    "first-person": "say what you did yourself",
    "figures": "say at least two figures, before and after",
    "reason": "say why you chose this way, and what else there was",
    "lesson": "end with what you learned",
    "length": "stay within 2 to 3 minutes",
}


class ReportLine(NamedTuple):
    """A `detail` belongs to the line before."""

    text: str
    is_detail: bool = False


def report(done: Sequence[Told]) -> Iterator[ReportLine]:
    """Each question with its figures, then what to practise next."""
    for one in done:
        yield ReportLine(one.question.text)
        yield ReportLine(_figures(one), is_detail=True)
    failed = Counter(check.check for one in done for check in one.feedback.checks if check.passed is False)
    if failed:
        yield ReportLine("Practise next:")
        for check, count in failed.most_common(3):
            times = f" (missed {count} of {len(done)} times)" if len(done) > 1 else ""
            yield ReportLine(f"{_ADVICE[check]}{times}", is_detail=True)
    if done and (weakest := min(done, key=lambda one: one.rating)).rating < Rating.GOOD:
        yield ReportLine(f"Tell it again soon: srs rehearse --question {weakest.question.id}")


def _figures(one: Told) -> str:
    feedback = one.feedback
    known = [check.passed for check in feedback.checks if check.passed is not None]
    rate = feedback.words_per_minute
    figures = [minutes(feedback.total)]
    figures += [f"{rate:.0f} words a minute"] if rate else []
    figures += [f"{sum(known)} of {plural(len(known), 'check')}"] if known else []
    return ", ".join([*figures, one.rating.name.capitalize()])
