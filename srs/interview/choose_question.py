"""Which question to rehearse next, and with which story: the weakest first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from srs.interview.companies import COMPANIES
from srs.interview.story_bank import OwnStory, Question, StoryBank
from srs.log.rehearsals import LoggedRehearsal


class Chooser:
    """Knows what was told when; `day` is today's study day."""

    def __init__(self, bank: StoryBank, rehearsals: Iterable[LoggedRehearsal], day: date) -> None:
        self._bank = bank
        self._told = {one.note: one.at for one in rehearsals if one.note != one.rehearsal.question}
        self._asked = {one.rehearsal.question: one.at for one in rehearsals}
        self._today = {one.rehearsal.question for one in rehearsals if one.day >= day}
        self._answering = defaultdict[str, list[OwnStory]](list)
        self._showing = defaultdict[str, list[OwnStory]](list)
        for story in bank.stories:
            for question in story.note.answers:
                self._answering[question].append(story)
            for slug in story.principles:
                self._showing[slug].append(story)

    def stories(self, question: Question) -> list[OwnStory]:
        """Those that name the question among what they answer, then those that show a principle it asks for; each told
        longest ago first, then the least remembered.
        """
        answering = self._answering[question.id]
        near = {story.id: story for slug in question.principles for story in self._showing[slug]}
        others = [story for story in near.values() if story not in answering]
        return [*sorted(answering, key=self._weakness), *sorted(others, key=self._weakness)]

    def weakest_first(self, questions: Iterable[Question] | None = None) -> list[Question]:
        """Of these, or of all: those not asked today, those with a story, the least remembered, those with the fewest
        stories, asked longest ago.
        """
        return sorted(self._bank.questions if questions is None else questions, key=self._rank)

    def plan(self, company: str, count: int) -> list[Question]:
        """A round: one question for each principle that the company asks for, in its order, then again; without a company the
        weakest, as few as possible with one primary principle. Then those that ask for no principle of the company.
        """
        ranked = self.weakest_first()
        wanted: Sequence[str] = COMPANIES[company].principles if company else ()
        if not wanted:
            wanted = list(dict.fromkeys(slug for question in ranked for slug in question.principles[:1]))
            bare = [question for question in ranked if not question.principles]
            return _alternate(_by_turns(ranked, wanted), bare)[:count]
        planned = _by_turns(ranked, wanted)
        return [*planned, *(question for question in ranked if question not in planned)][:count]

    def _weakness(self, story: OwnStory) -> tuple[int, float]:
        return self._told.get(story.id, 0), story.recall.today

    def _rank(self, question: Question) -> tuple[bool, bool, float, int, int]:
        stories = self.stories(question)
        recall = stories[0].recall.today if stories else 0.0
        covered = len(self._answering[question.id])
        asked = self._asked.get(question.id, 0)
        return question.id in self._today, not stories, round(recall, 1), covered, asked


def _by_turns(ranked: Iterable[Question], wanted: Collection[str]) -> list[Question]:
    """One question for each principle in turn, as long as there are any: first those whose primary one it is."""
    waiting = {slug: list[Question]() for slug in wanted}
    ranked = list(ranked)
    for question in ranked:
        for slug in question.principles[:1]:
            if slug in waiting:
                waiting[slug].append(question)
    for question in ranked:
        for slug in question.principles[1:]:
            if slug in waiting:
                waiting[slug].append(question)
    for questions in waiting.values():
        questions.reverse()
    planned = dict[str, Question]()
    while any(waiting.values()):
        for questions in waiting.values():
            while questions and questions[-1].id in planned:
                questions.pop()
            if questions:
                question = questions.pop()
                planned[question.id] = question
    return list(planned.values())


def _alternate(first: Sequence[Question], second: Sequence[Question]) -> list[Question]:
    """Two of the first, one of the second, and so on; then what is left."""
    merged, rest = list[Question](), list(second)
    for n, question in enumerate(first, 1):
        merged.append(question)
        if n % 2 == 0 and rest:
            merged.append(rest.pop(0))
    return [*merged, *rest]
