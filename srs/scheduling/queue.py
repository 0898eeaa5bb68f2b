"""What to study now, and in which order: pure functions, the same for the same day.

The values are named tuples: a class of them is made eight times as fast as a dataclass, and `due` is waited for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from srs.core.settings import Settings


class Waiting(NamedTuple):
    """A card that may be asked. `due` orders the cards of one kind: UTC milliseconds in its steps, 0 when new, and a
    day's ordinal for a review.
    """

    card: str
    note: str
    deck: str
    due: int = 0


class Done(NamedTuple):
    """What a deck's study day has seen already: new cards introduced, reviews answered."""

    new: int = 0
    reviews: int = 0


class Candidates(NamedTuple):
    """All that could be asked today, before limits and siblings.

    `learning` is due before the day turns, `reviews` today or earlier; `new` comes in the order of asking and is read
    no further than the limits allow. `notes` have had a card answered today. Suspended and buried cards are left out.
    """

    learning: Sequence[Waiting]
    reviews: Sequence[Waiting]
    new: Iterable[Waiting]
    notes: frozenset[str]
    done: Mapping[str, Done]


class Queue(NamedTuple):
    """`learning` by the time it is due, `main` in the order of asking: reviews with the new cards mixed in.

    `new` names the cards of `main` that are new.
    """

    learning: tuple[Waiting, ...]
    main: tuple[Waiting, ...]
    new: frozenset[str]


class Counts(NamedTuple):
    new: int
    learning: int
    review: int


def plan(candidates: Candidates, settings: Settings, day: date, *, siblings: bool = False) -> Queue:
    """Limits applied, one card of a note at the most (a card in its steps goes on whatever its siblings did), unless
    `siblings` may come together.
    """
    learning = tuple(sorted(candidates.learning, key=lambda card: (card.due, card.card)))
    decks, done = settings.decks.items(), candidates.done.items()
    room_for_new = _Room(settings.limits.new, {d: own.limits.new for d, own in decks}, {d: n.new for d, n in done})
    room = _Room(settings.limits.reviews, {d: own.limits.reviews for d, own in decks}, {d: n.reviews for d, n in done})
    notes = set(candidates.notes) | {card.note for card in learning}
    reviews = sorted(candidates.reviews, key=lambda card: (card.due, _shuffled(day, card.card)))
    review = tuple(_chosen(reviews, None if siblings else notes, room))
    new = tuple(_chosen(candidates.new, notes, room_for_new))
    return Queue(learning, tuple(mixed(review, new)), frozenset(card.card for card in new))


def upcoming(queue: Queue, now: int, ahead: int) -> Waiting | None:
    """The card to ask at the instant `now`: steps that are due, then the main queue, then steps due within `ahead`
    seconds; None when nothing waits.
    """
    first = queue.learning[0] if queue.learning else None
    if first and first.due <= now:
        return first
    if queue.main:
        return queue.main[0]
    return first if first and first.due <= now + ahead * 1000 else None


def counts(queue: Queue) -> Counts:
    """What waits, by the kinds that `due` shows."""
    return Counts(len(queue.new), len(queue.learning), len(queue.main) - len(queue.new))


def answered(queue: Queue, card: Waiting, again_at: int | None) -> Queue:
    """The queue after an answer; `again_at` is when the card comes back today (UTC milliseconds), None if it does not."""
    rest = without(queue, card.card)
    if again_at is None:
        return rest
    learning = sorted((*rest.learning, card._replace(due=again_at)), key=lambda other: (other.due, other.card))
    return rest._replace(learning=tuple(learning))


def without(queue: Queue, card: str) -> Queue:
    """The queue less one card."""
    return Queue(
        _rest(queue.learning, card), _rest(queue.main, card), queue.new - {card} if card in queue.new else queue.new
    )


def _rest(cards: tuple[Waiting, ...], card: str) -> tuple[Waiting, ...]:
    if cards and cards[0].card == card:  # as nearly always: a long queue need not be looked through
        return cards[1:]
    return tuple(other for other in cards if other.card != card)


def later(queue: Queue, deck: str) -> Queue:
    """The queue with the cards of one deck after all others; those in their steps come when they are due."""
    main = sorted(queue.main, key=lambda card: card.deck == deck)
    return queue._replace(main=tuple(main))


def mixed(reviews: Sequence[Waiting], new: Sequence[Waiting]) -> Iterator[Waiting]:
    """Spreads the new cards evenly through the reviews, both in their order."""
    total = len(reviews) + len(new)
    slots = {(2 * n + 1) * total // (2 * len(new)) for n in range(len(new))}
    of_new, of_reviews = iter(new), iter(reviews)
    return (next(of_new if position in slots else of_reviews) for position in range(total))


def in_deck(deck: str, name: str) -> bool:
    """True if `deck` is the one called `name` or lies below it, as in `Interview` and `Interview::Phrases`."""
    return deck == name or deck.startswith(name + "::")


def levels(name: str) -> list[str]:
    """A deck or tag and those above it, the highest first; below twenty they count as one."""
    parts = name.split("::", 20)
    return ["::".join(parts[: n + 1]) for n in range(len(parts))]


class _Room:
    """What is left of one limit, for the whole day and for each deck and the decks above it."""

    def __init__(self, overall: int | None, decks: Mapping[str, int | None], done: Mapping[str, int]) -> None:
        self._left = {name: limit for name, limit in decks.items() if limit is not None}
        if overall is not None:
            self._left[""] = overall
        for deck, count in done.items():
            for name in self._limits(deck):
                self._left[name] -= count

    def _limits(self, deck: str) -> list[str]:
        return [name for name in self._left if not name or in_deck(deck, name)]

    @property
    def used_up(self) -> bool:
        """No card of any deck has room."""
        return self._left.get("", 1) <= 0

    def take(self, deck: str) -> bool:
        names = self._limits(deck)
        if any(self._left[name] <= 0 for name in names):
            return False
        for name in names:
            self._left[name] -= 1
        return True


def _chosen(cards: Iterable[Waiting], notes: set[str] | None, room: _Room) -> Iterator[Waiting]:
    """Takes cards while there is room, and notes each one's note, if only one of a note may come."""
    waiting = iter(cards)
    while not room.used_up and (card := next(waiting, None)):
        if (notes is None or card.note not in notes) and room.take(card.deck):
            if notes is not None:
                notes.add(card.note)
            yield card


def _shuffled(day: date, card: str) -> bytes:
    from hashlib import blake2b  # noqa: PLC0415 - not needed while there is nothing to shuffle

    return blake2b(f"{day}\0{card}".encode(), digest_size=8).digest()
