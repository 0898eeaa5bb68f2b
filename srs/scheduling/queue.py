"""What to study now, and in which order: pure functions, the same for the same day.

Cards are named tuples: a class of them is made eight times as fast as a dataclass, and `due` is waited for.
"""

from bisect import insort
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from srs.core.deck_names import is_in_deck
from srs.core.settings import Settings

_NO_GOALS: Mapping[str, float] = MappingProxyType({})
_NOTHING_DONE: "Mapping[str, DoneToday]" = MappingProxyType({})


class QueuedCard(NamedTuple):
    """`due` orders the cards of one kind: UTC milliseconds in its steps, 0 when new, and a day's ordinal for a review.
    `seconds` is what a card of a goal is expected to take.
    """

    card: str
    note: str
    deck: str
    due: int = 0
    seconds: float = 0.0


class DoneToday(NamedTuple):
    """New cards introduced and reviews answered in a deck on the study day so far."""

    new: int = 0
    reviews: int = 0


class GoalCards(NamedTuple):
    """What a goal asks today: `reviews` in their order, as many of the cards in `new` as `new_left` says, all until
    `seconds_left` are used up. `done` is of its own cards.
    """

    name: str
    reviews: Sequence[QueuedCard]
    new: Mapping[str, Iterable[QueuedCard]]
    new_left: int
    seconds_left: float
    done: Mapping[str, DoneToday] = _NOTHING_DONE


class Candidates(NamedTuple):
    """All that could be asked today, before limits and siblings; suspended and buried cards are left out.

    `learning` is due before the day turns, `reviews` today or earlier; `new` has the cards of each deck in the order of
    asking, and is read no further than the limits allow. `answered_notes` had a card answered today. The cards of `goals`,
    the nearest date first, are not among the reviews and new cards.
    """

    learning: Sequence[QueuedCard]
    reviews: Sequence[QueuedCard]
    new: Mapping[str, Iterable[QueuedCard]]
    answered_notes: frozenset[str]
    done: Mapping[str, DoneToday]
    goals: Sequence[GoalCards] = ()


class Counts(NamedTuple):
    """As `due` shows them."""

    new: int
    learning: int
    review: int


class Queue:
    """The cards left to study: `learning` by the time it is due; the cards of goals, each with the goal's name; `main` in the
    order of asking.

    `main` is reviews with new cards among them; `new` names those, and those of goals. `seconds_left` is what is left of
    today's time for each goal.
    """

    def __init__(
        self,
        learning: Iterable[QueuedCard] = (),
        main: Iterable[QueuedCard] = (),
        new: Iterable[str] = (),
        of_goals: Iterable[tuple[str, QueuedCard]] = (),
        seconds_left: Mapping[str, float] = _NO_GOALS,
    ) -> None:
        self.learning = sorted(learning, key=_by_due)
        self.main = deque(main)
        self.new = set(new)
        self.of_goals = deque(of_goals)
        self.seconds_left = dict(seconds_left)
        self._postponed: str | None = None

    @property
    def counts(self) -> Counts:
        """Of the cards of goals, those that are expected to fit into today's time."""
        new, both = len(self.new), len(self.main)
        left = dict(self.seconds_left)
        for goal, card in self.of_goals:
            if left[goal] > 0:
                left[goal] -= card.seconds
                both += 1
            else:
                new -= card.card in self.new
        return Counts(new, len(self.learning), both - new)

    def spend(self, goal: str, seconds: float) -> None:
        """Counts time that was used for a card of the goal."""
        self.seconds_left[goal] -= seconds

    def next_card(self, now: int, learn_ahead: int) -> QueuedCard | None:
        """The card to ask at the instant `now`: steps that are due, then the cards of goals while there is time for them, then
        the main queue, then steps due within `learn_ahead` seconds; None when no card is left.
        """
        first = self.learning[0] if self.learning else None
        if first and first.due <= now:
            return first
        while self.of_goals and self.seconds_left[self.of_goals[0][0]] <= 0:
            self.new.discard(self.of_goals.popleft()[1].card)
        of_goal, of_main = self.of_goals and self.of_goals[0][1], self.main and self.main[0]
        if of_goal and not (of_main and of_goal.deck == self._postponed != of_main.deck):
            return of_goal
        if of_main:
            return of_main
        return first if first and first.due <= now + learn_ahead * 1000 else None

    def remove(self, card: str) -> None:
        self.new.discard(card)
        if self.learning and self.learning[0].card == card:  # as nearly always: a long queue need not be searched
            del self.learning[0]
        elif self.main and self.main[0].card == card:
            self.main.popleft()
        elif self.of_goals and self.of_goals[0][1].card == card:
            self.of_goals.popleft()
        else:
            self.of_goals = deque(item for item in self.of_goals if item[1].card != card)
            self.learning = [other for other in self.learning if other.card != card]
            self.main = deque(other for other in self.main if other.card != card)

    def reschedule(self, card: QueuedCard, due: int) -> None:
        """Moves an answered card to where its step is due (UTC milliseconds)."""
        self.remove(card.card)
        insort(self.learning, card._replace(due=due), key=_by_due)

    def postpone_deck(self, deck: str, now: int, learn_ahead: int) -> bool:
        """Moves the cards of one deck behind all others; those in their steps come when they are due.

        False, and nothing is moved, if the next card would be one of the deck all the same.
        """
        before = self.main, self.of_goals, self._postponed
        self.main = deque(sorted(self.main, key=lambda card: card.deck == deck))
        self.of_goals = deque(sorted(self.of_goals, key=lambda item: item[1].deck == deck))
        self._postponed = deck
        card = self.next_card(now, learn_ahead)
        if card is None or card.deck == deck:
            self.main, self.of_goals, self._postponed = before
            return False
        return True


_by_due = attrgetter("due", "card")


def build_queue(candidates: Candidates, settings: Settings, day: date, *, siblings: bool = False) -> Queue:
    """Applies the limits, and asks one card of a note at the most (a card in its steps goes on whatever its siblings
    did), unless `siblings` may come together.
    """
    decks, done = settings.decks.items(), candidates.done.items()
    new_budget = _LimitBudget(settings.limits.new, {d: own.limits.new for d, own in decks}, {d: n.new for d, n in done})
    budget = _LimitBudget(
        settings.limits.reviews, {d: own.limits.reviews for d, own in decks}, {d: n.reviews for d, n in done}
    )
    notes = set(candidates.answered_notes) | {card.note for card in candidates.learning}
    of_goals = [(goal.name, card) for goal in candidates.goals for card in _of_goal(goal, notes)]
    by_day = sorted(candidates.reviews, key=lambda card: (card.due, _shuffle_key(day, card.card)))
    reviews = tuple(_within_limits(by_day, None if siblings else notes, budget))
    new = tuple(_in_turns(candidates.new, notes, new_budget, candidates.done))
    main = intersperse(reviews, new)
    names = [card.card for card in new] + [card.card for _, card in of_goals if not card.due]
    return Queue(
        candidates.learning, main, names, of_goals, {goal.name: goal.seconds_left for goal in candidates.goals}
    )


def _of_goal(goal: GoalCards, notes: set[str]) -> Iterator[QueuedCard]:
    """Its reviews in their order, with the new cards among those that fit into the day. Skips cards of these `notes` and adds
    the note of each card to them.
    """
    reviews = list(_within_limits(goal.reviews, notes, _LimitBudget(None, {}, {})))
    new = list(_in_turns(goal.new, notes, _LimitBudget(goal.new_left, {}, {}), goal.done))
    left, fitting = goal.seconds_left - sum(card.seconds for card in new), 0
    while fitting < len(reviews) and left > 0:
        left -= reviews[fitting].seconds
        fitting += 1
    yield from intersperse(reviews[:fitting], new)
    yield from reviews[fitting:]


def intersperse(reviews: Sequence[QueuedCard], new: Sequence[QueuedCard]) -> Iterator[QueuedCard]:
    """Spreads the new cards evenly through the reviews, both in their order."""
    total = len(reviews) + len(new)
    slots = {(2 * n + 1) * total // (2 * len(new)) for n in range(len(new))}
    of_new, of_reviews = iter(new), iter(reviews)
    return (next(of_new if position in slots else of_reviews) for position in range(total))


class _LimitBudget:
    """What is left of one limit, for the whole day and for each deck and the decks above it."""

    def __init__(self, overall: int | None, decks: Mapping[str, int | None], done: Mapping[str, int]) -> None:
        self._left = {name: limit for name, limit in decks.items() if limit is not None}
        if overall is not None:
            self._left[""] = overall
        for deck, count in done.items():
            for name in self._limits_of(deck):
                self._left[name] -= count

    def _limits_of(self, deck: str) -> list[str]:
        return [name for name in self._left if not name or is_in_deck(deck, name)]

    @property
    def is_used_up(self) -> bool:
        """No deck may have another card."""
        return self._left.get("", 1) <= 0

    def spend(self, deck: str) -> bool:
        """Counts a card of the deck; False if one of its limits is used up."""
        names = self._limits_of(deck)
        if any(self._left[name] <= 0 for name in names):
            return False
        for name in names:
            self._left[name] -= 1
        return True


def _within_limits(cards: Iterable[QueuedCard], notes: set[str] | None, budget: _LimitBudget) -> Iterator[QueuedCard]:
    """Skips cards of these `notes` and adds the note of each card to them; with None, siblings may come together."""
    remaining = iter(cards)
    while not budget.is_used_up and (card := next(remaining, None)):
        if (notes is None or card.note not in notes) and budget.spend(card.deck):
            if notes is not None:
                notes.add(card.note)
            yield card


def _in_turns(
    decks: Mapping[str, Iterable[QueuedCard]], notes: set[str], budget: _LimitBudget, done: Mapping[str, DoneToday]
) -> Iterator[QueuedCard]:
    """New cards within the limits: the next one is of the deck that has had the fewest today, so that the same cards come
    however often the day is planned anew. Skips cards of these `notes` and adds the note of each card to them.
    """
    left = {deck: iter(cards) for deck, cards in decks.items()}
    turns = sorted((done[deck].new if deck in done else 0, n, deck) for n, deck in enumerate(decks))
    while turns and not budget.is_used_up:
        count, n, deck = turns.pop(0)
        card = next((card for card in left[deck] if card.note not in notes), None)
        if card and budget.spend(deck):
            insort(turns, (count + 1, n, deck))
            notes.add(card.note)
            yield card


def _shuffle_key(day: date, card: str) -> bytes:
    from hashlib import blake2b  # noqa: PLC0415 - not needed while there is nothing to shuffle

    return blake2b(f"{day}\0{card}".encode(), digest_size=8).digest()
