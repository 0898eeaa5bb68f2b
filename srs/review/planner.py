"""Which cards a session asks: its decks and options, and the queue that follows from them at some instant."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srs.collection import Collection, lookup
from srs.collection.query import Named, OfKind, Text, terms
from srs.core.deck_names import is_in_deck
from srs.core.unicode import nfc
from srs.database import deck_files
from srs.scheduling.queue import Queue

if TYPE_CHECKING:
    from srs.collection.goals_today import GoalsToday


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """What to study, besides the decks.

    `query` chooses cards; `limit` is how many answers, `minutes` how long; `new` how many new cards. `ahead` brings
    reviews that are due within so many days. `cram` asks all that is chosen, due or not, and leaves the schedule alone.
    """

    query: str = ""
    limit: int | None = None
    minutes: float | None = None
    new: int | None = None
    ahead: int = 0
    cram: bool = False


class Planner:
    """`decks` are the decks of the session as they were called when it was planned last, `requested` the names that the
    learner gave.
    """

    def __init__(self, collection: Collection, decks: Sequence[str], options: StudyOptions, now: int) -> None:
        """Raises Unknown for a deck or tag that is not there, QueryError for a query that makes no sense."""
        self._options = options
        self._query = lookup.query(collection, options.query) if options.query else None
        collection.deck_names(decks)
        self.requested = decks
        self._files = set[str]()
        self._named_files = set[str]()  # of the requested decks themselves, not of those below them
        self._new = None if options.new is None else options.new + collection.introduced_today(now)
        self.decks: list[str] = []
        self._named: Sequence[str] = ()

    def plan(self, collection: Collection, now: int, crammed: Set[str], goals: "GoalsToday | None") -> Queue:
        """The queue at the instant `now`; `crammed` are cards that need no more cramming, `goals` those of the day."""
        self.decks = self._current_decks(collection)
        matching = lookup.chosen(collection, self._query, now) if self._query else None
        if self._options.cram:
            cards = collection.available_cards(now, self.decks)
            return Queue(
                main=(
                    card for card in cards if (matching is None or card.card in matching) and card.card not in crammed
                )
            )
        at_once = self.decks if self._chooses_notes else self._named
        return collection.queue(
            now, self.decks, ahead=self._options.ahead, new=self._new, only=matching, at_once=at_once, goals=goals
        )

    @property
    def _chooses_notes(self) -> bool:
        """Whether the query asks for certain notes, and not only for cards in some state: then these do not wait."""
        wanted = terms(self._query, negated=False) if self._query else ()
        return any(isinstance(term, Text | Named | OfKind) for term in wanted)

    def _current_decks(self, collection: Collection) -> list[str]:
        """The requested decks by the names that they have now: also those of files that held one of them before."""
        names = collection.deck_names()
        if not self.requested:
            return names
        of_files = deck_files.deck_names_by_file(collection.store.connection, collection.folder_id)
        for file, name in of_files.items():
            if any(is_in_deck(nfc(name), nfc(requested)) for requested in self.requested):
                self._files.add(file)
            if nfc(name) in map(nfc, self.requested):
                self._named_files.add(file)
        self._named = [name for file, name in of_files.items() if file in self._named_files]
        chosen = {name for file, name in of_files.items() if file in self._files}
        return [name for name in names if name in chosen]
