"""What a session was, as a value."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from srs.collection import Collection
from srs.collection.recorder import Recorder
from srs.core.event import Answered, Crammed, Event, Rating
from srs.scheduling.queue import Counts


class Leech(NamedTuple):
    """A card that lapses again and again."""

    card: str
    lapses: int
    suspended: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """The session until `now`: its answers by rating, less those taken back; `left` in the session, and once nothing is,
    `rest` in other decks today. Instants are UTC milliseconds, `next_due` is None if no card will be due.

    `unseen` are the new cards of its decks that the limit of the day leaves for later, once nothing is left.
    `tomorrow` counts the reviews of tomorrow, `streak` the study days in a row. `leeches` lapsed in this session.
    """

    now: int
    ratings: dict[Rating, int]
    elapsed_ms: int
    left: Counts
    rest: Counts
    next_due: int | None
    unseen: int
    tomorrow: int
    streak: int
    leeches: tuple[Leech, ...]

    @property
    def answers(self) -> int:
        return sum(self.ratings.values())


def summarize(
    recorder: Recorder,
    decks: Sequence[str],
    requested: Sequence[str],
    answers: Sequence[Event],
    left: Counts,
    started: int,
    now: int,
) -> Summary:
    """`decks` are those of the session, `requested` the names that the learner gave."""
    collection = recorder.collection
    names, goals = collection.deck_names(), collection.goals(collection.calendar.day(now))
    ratings = Counter(event.what.rating for event in answers if isinstance(event.what, Answered | Crammed))
    return Summary(
        now=now,
        ratings={rating: ratings[rating] for rating in Rating},
        elapsed_ms=max(now - started, 0),
        left=left,
        rest=Counts(0, 0, 0) if any(left) else collection.queue(now, names, goals=goals).counts,
        next_due=collection.next_due(now, decks, requested),
        unseen=0 if any(left) else collection.beyond_limit(now, decks, at_once=requested),
        tomorrow=collection.reviews_tomorrow(now, decks),
        streak=collection.streak(now),
        leeches=tuple(_leeches(collection, recorder, answers)),
    )


def _leeches(collection: Collection, recorder: Recorder, answers: Sequence[Event]) -> list[Leech]:
    failed = {
        event.subject for event in answers if isinstance(event.what, Answered) and event.what.rating == Rating.AGAIN
    }
    states = {card: recorder.state(card) for card in sorted(failed)}
    return [
        Leech(card, state.lapses, state.suspended)
        for card, state in states.items()
        if collection.card_settings(card).is_leech(state.lapses)
    ]
