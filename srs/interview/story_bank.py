"""The learner's stories, the questions that may be asked, and the principles behind them, as read from a collection."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from srs.collection import lookup
from srs.collection.goals import Goals, goals_in_force
from srs.core.html_text import html_to_text
from srs.core.markup import markup_to_words
from srs.database import decks, states
from srs.interview.kinds.mapping import PrincipleMapping
from srs.interview.kinds.principles import PRINCIPLES, vocabulary
from srs.interview.kinds.star import Star
from srs.interview.kinds.story import Story
from srs.log.replay import current_parameters
from srs.scheduling import fsrs6

if TYPE_CHECKING:
    from srs.collection import Collection
    from srs.kinds.note import Note


class Recall(NamedTuple):
    """The mean probability of recall of a story's cards, of which new ones count as 0: today, and on the morning of the goal's
    date if none of them is reviewed until then; None without a goal.
    """

    today: float
    on_date: float | None


@dataclass(frozen=True, slots=True)
class OwnStory:
    """`note` is the story as its deck file has it, without what its questions ask."""

    note: Story
    recall: Recall

    @property
    def id(self) -> str:
        return self.note.id

    @property
    def title(self) -> str:
        return plain(self.note, self.note.headline)

    @property
    def principles(self) -> tuple[str, ...]:
        return tuple(slug for slug, _ in self.note.principles)


class Question(NamedTuple):
    """A note that asks the learner for a story; `principles` are the slugs that it is after, none of a STAR answer."""

    id: str
    text: str
    principles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryBank:
    """In the order of the deck files. `principles` are slug → name, all that the files with stories or mappings may name;
    `goal` is the name and date of the goal that the stories are learnt for.
    """

    stories: Sequence[OwnStory]
    questions: Sequence[Question]
    principles: Mapping[str, str]
    goal: tuple[str, date] | None


def read_story_bank(collection: "Collection", day: date) -> StoryBank:
    """`day` is the study day on which the stories are remembered as they are."""
    heads = dict(lookup.files(collection))
    stories, questions, names = list[Story](), list[Question](), dict[str, str]()
    for row in decks.get_notes(collection.store.connection, collection.folder_id):
        if row.kind not in {Story.kind, PrincipleMapping.kind, Star.kind}:
            continue
        head = heads[row.path]
        note = collection.kinds.note(row.id, head, row.fields, row.tags)
        match note:
            case Story():
                stories.append(note)
            case PrincipleMapping():
                slugs = tuple(slug for slug, _ in note.principles)
                questions.append(Question(note.id, plain(note, note.question), slugs))
            case Star():
                questions.append(Question(note.id, plain(note, note.question), ()))
        if not isinstance(note, Star):
            names |= {slug: name for slug, name in vocabulary(head).items() if slug not in names}
    goal = _goal(collection, day, stories)
    recalls = _recalls(collection, day, goal and goal[1], stories)
    own = [OwnStory(story, recalls[story.id]) for story in stories]
    return StoryBank(own, questions, names or PRINCIPLES, goal)


def has_stories(collection: "Collection") -> bool:
    return decks.has_kind(collection.store.connection, collection.folder_id, Story.kind)


def plain(note: "Note", text: str) -> str:
    """One of the note's texts as words."""
    return html_to_text(text) if note.html else markup_to_words(text)


def _goal(collection: "Collection", day: date, stories: Iterable[Story]) -> tuple[str, date] | None:
    """The goal to come with the nearest date that has one of the stories, else that with the nearest date."""
    coming = [goal for goal in goals_in_force(collection, day) if goal.days_left(day) > 0]
    if not coming:
        return None
    goals = Goals(collection, day, coming)
    owners = {goals.owner(story.deck, story.id) for story in stories}
    found = next((goal for goal in coming if goal in owners), coming[0])
    return found.name, found.aim.day


def _recalls(collection: "Collection", day: date, until: date | None, stories: Iterable[Story]) -> Mapping[str, Recall]:
    recall = fsrs6.recall_model(current_parameters(collection.store.connection).values)
    of_cards = defaultdict[str, list[tuple[float, float]]](list)
    rows = states.memories_of_notes(collection.store.connection, collection.folder_id, (one.id for one in stories))
    for note, stability, last in rows:
        if stability is None or last is None:
            of_cards[note].append((0.0, 0.0))
            continue
        since = date.fromisoformat(last)
        now, then = (recall(stability, max((at - since).days, 0)) for at in (day, until or day))
        of_cards[note].append((now, then))
    means = {note: [fmean(column) for column in zip(*pairs, strict=True)] for note, pairs in of_cards.items()}
    return {one.id: _recall(means.get(one.id, [0.0, 0.0]), until) for one in stories}


def _recall(means: Sequence[float], until: date | None) -> Recall:
    return Recall(means[0], None if until is None else means[1])
