"""Which principles and questions the learner's stories cover, gaps first, and what to do next."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from srs.interview.story_bank import OwnStory, Question, StoryBank

WANTED = 2
"""Stories for each principle: at least so many, as the guide has it (§3)."""

_CANDIDATES = 3  # stories that are named for a question that none answers
_REMEMBERED = 0.8  # below it, a story is better reviewed than told


class PrincipleCover(NamedTuple):
    """`stories` show the principle, the best remembered first. Their strength is how many of them can be expected to be
    remembered: the sum of their recall, today and on the goal's date. `questions` is how many ask for the principle.
    """

    principle: str
    name: str
    stories: tuple[str, ...]
    strength: float
    strength_on_date: float | None
    questions: int

    @property
    def missing(self) -> int:
        return max(WANTED - len(self.stories), 0)


class QuestionCover(NamedTuple):
    """`stories` name the question among those that they answer; `candidates` do not, but show a principle that it asks for.
    Both have the best remembered first; of the candidates, the first few. `recall` is that of the best story today.
    """

    question: str
    text: str
    stories: tuple[str, ...]
    candidates: tuple[str, ...]
    recall: float


class Next(NamedTuple):
    """What to do next, why, and the command that does it. `about` are the principles, or the question and the story."""

    do: Literal["write", "link", "review", "rehearse"]
    what: str
    why: str
    command: str
    about: tuple[str, ...]


class Coverage(NamedTuple):
    """Gaps first."""

    principles: Sequence[PrincipleCover]
    questions: Sequence[QuestionCover]
    next: Next

    @property
    def open_principles(self) -> list[PrincipleCover]:
        return [one for one in self.principles if one.missing]

    @property
    def open_questions(self) -> list[QuestionCover]:
        return [one for one in self.questions if not one.stories]


def find_coverage(bank: StoryBank, told: Mapping[str, int]) -> Coverage:
    """`told` is when each story was last told, UTC milliseconds; those that never were are not in it."""
    remembered = sorted(bank.stories, key=lambda story: -story.recall.today)
    showing = defaultdict[str, list[OwnStory]](list)
    answering = defaultdict[str, list[OwnStory]](list)
    for story in remembered:
        for slug in story.principles:
            showing[slug].append(story)
        for question in story.note.answers:
            answering[question].append(story)
    asked = Counter(slug for question in bank.questions for slug in question.principles)
    principles = [_principle(bank, slug, name, showing[slug], asked[slug]) for slug, name in bank.principles.items()]
    principles.sort(key=lambda one: (-one.missing, -one.questions if one.missing else 0, one.strength))
    questions = [_question(question, answering[question.id], showing) for question in bank.questions]
    questions.sort(key=lambda one: (bool(one.stories), not one.candidates, one.recall))  # the easy gaps first
    return Coverage(principles, questions, _next(bank, principles, questions, told))


def _principle(bank: StoryBank, slug: str, name: str, stories: Sequence[OwnStory], questions: int) -> PrincipleCover:
    on_date = sum(story.recall.on_date or 0.0 for story in stories) if bank.goal else None
    today = sum(story.recall.today for story in stories)
    return PrincipleCover(slug, name, tuple(story.id for story in stories), today, on_date, questions)


def _question(
    question: Question, stories: Sequence[OwnStory], showing: Mapping[str, Sequence[OwnStory]]
) -> QuestionCover:
    near = {story.id: story for slug in question.principles for story in showing[slug][:_CANDIDATES]}
    known = {story.id for story in stories}
    candidates = sorted((story for story in near.values() if story.id not in known), key=lambda one: -one.recall.today)
    return QuestionCover(
        question.id,
        question.text,
        tuple(story.id for story in stories),
        tuple(story.id for story in candidates[:_CANDIDATES]),
        stories[0].recall.today if stories else 0.0,
    )


def _next(
    bank: StoryBank,
    principles: Sequence[PrincipleCover],
    questions: Sequence[QuestionCover],
    told: Mapping[str, int],
) -> Next:
    if principles and principles[0].missing:
        return _write(bank, principles, questions)
    if linkable := next((one for one in questions if not one.stories and one.candidates), None):
        story = linkable.candidates[0]
        what = f"Add {linkable.question} to what {story} answers"
        why = f"no story answers “{linkable.text}”, and {story} shows a principle that it asks for."
        return Next("link", what, why, f"srs edit {story}", (linkable.question, story))
    if questions and not questions[0].stories:
        one = questions[0]
        why = "no story answers it, and it asks for no principle by which one could be found."
        what = f"Write a story that answers “{one.text}”, or name {one.question} in one that does"
        return Next("write", what, why, "srs story new", (one.question,))
    weakest = min(bank.stories, key=lambda story: story.recall.today)
    if weakest.recall.today < _REMEMBERED:
        why = f"of all your stories you remember it least, {100 * weakest.recall.today:.0f} % of it today."
        return Next("review", f"Review {weakest.id}", why, f"srs review {_shell(weakest.note.deck)}", (weakest.id,))
    longest = min(bank.stories, key=lambda story: told.get(story.id, 0))
    why = "it was told longest ago." if longest.id in told else "you have never told it against the clock."
    return Next("rehearse", f"Tell {longest.id} aloud", why, "srs rehearse", (longest.id,))


def _write(bank: StoryBank, principles: Sequence[PrincipleCover], questions: Sequence[QuestionCover]) -> Next:
    """One story may show two or three principles: beside the first gap, the one that is most often asked for with it."""
    first = principles[0]
    unanswered = {one.question for one in questions if not one.stories}
    together = Counter(
        slug
        for question in bank.questions
        if question.id in unanswered and first.principle in question.principles
        for slug in question.principles
    )
    beside = [one for one in principles[1:] if one.missing == first.missing and together[one.principle]]
    chosen = [first, *([max(beside, key=lambda one: together[one.principle])] if beside else [])]
    shown = " and ".join(one.name for one in chosen)
    several = len(chosen) > 1
    it = "them" if several else "it"
    why = (
        f"no story shows {'either' if several else 'it'} yet"
        if not first.stories
        else f"only one story shows {'each' if several else 'it'}"
    )
    asking = sum(any(one.principle in question.principles for one in chosen) for question in bank.questions)
    if asking:
        why += f", and {asking} question{' asks' if asking == 1 else 's ask'} for {it}"
    elif bank.questions:
        why += f", though no question here asks for {it}"
    article = "Write your first story, one" if not bank.stories else "Write a story"
    return Next(
        "write", f"{article} that shows {shown}", f"{why}.", "srs story new", tuple(one.principle for one in chosen)
    )


def _shell(deck: str) -> str:
    from shlex import quote  # noqa: PLC0415 - once

    return quote(deck)
