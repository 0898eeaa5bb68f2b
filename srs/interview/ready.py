"""Ready? Three figures, each by itself: how well stories are remembered, how much they cover, and how lately they were told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import fmean
from typing import NamedTuple

from srs.core.event import Rating
from srs.interview.coverage import WANTED, Coverage
from srs.interview.story_bank import StoryBank
from srs.log.rehearsals import LoggedRehearsal

LATELY = 28
"""Days within which a rehearsal counts."""

GOOD = Rating.GOOD
"""The least rating of a good rehearsal."""


class Share(NamedTuple):
    have: int
    of: int


class Ready(NamedTuple):
    """`recall` is the mean over the stories, today and on the goal's date without another review; None without stories.
    `principles` have two stories, `questions` one. `told_principles` and `told_questions` were rehearsed lately, with a good
    rating.
    """

    recall: float | None
    recall_on_date: float | None
    principles: Share
    questions: Share
    told_principles: Share
    told_questions: Share


class Week(NamedTuple):
    """The rehearsals of a week, which begins on a Monday; means are over those that have the figure, None without any."""

    first: date
    rehearsals: int
    rating: float
    minutes: float | None
    words_per_minute: float | None
    checks: float | None


def how_ready(bank: StoryBank, coverage: Coverage, rehearsals: Iterable[LoggedRehearsal], day: date) -> Ready:
    good = [one for one in rehearsals if one.rehearsal.rating >= GOOD and day - timedelta(LATELY) < one.day]
    told, questions = {one.note for one in good}, {one.rehearsal.question for one in good}
    shown = {slug for story in bank.stories if story.id in told for slug in story.principles}
    shown |= {slug for question in bank.questions if question.id in questions for slug in question.principles}
    recalls = [story.recall for story in bank.stories]
    dated = [recall.on_date for recall in recalls if recall.on_date is not None]
    return Ready(
        fmean(recall.today for recall in recalls) if recalls else None,
        fmean(dated) if dated else None,
        Share(sum(len(one.stories) >= WANTED for one in coverage.principles), len(coverage.principles)),
        Share(sum(bool(one.stories) for one in coverage.questions), len(coverage.questions)),
        Share(len(shown & bank.principles.keys()), len(bank.principles)),
        Share(sum(question.id in questions for question in bank.questions), len(bank.questions)),
    )


def by_week(rehearsals: Iterable[LoggedRehearsal]) -> list[Week]:
    """The weeks with rehearsals, oldest first."""
    weeks = defaultdict[date, list[LoggedRehearsal]](list)
    for one in rehearsals:
        weeks[one.day - timedelta(one.day.weekday())].append(one)
    return [_week(first, weeks[first]) for first in sorted(weeks)]


def _week(first: date, found: Sequence[LoggedRehearsal]) -> Week:
    every = [one.rehearsal for one in found]
    timed = [one for one in every if one.total]
    spoken = [one for one in timed if one.words]
    checks = [passed for one in every for _, passed in one.checks]
    return Week(
        first,
        len(every),
        fmean(one.rating for one in every),
        fmean(one.total for one in timed) / 60 if timed else None,
        60 * sum(one.words or 0 for one in spoken) / sum(one.total for one in spoken) if spoken else None,
        fmean(checks) if checks else None,
    )


def last_told(rehearsals: Iterable[LoggedRehearsal]) -> dict[str, LoggedRehearsal]:
    """The latest rehearsal of each note."""
    return {one.note: one for one in rehearsals}
