"""Deck folder + store + settings: what every command works on."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from srs.collection import study_days
from srs.collection.folder import resolved
from srs.collection.settings_file import overrides, with_decks
from srs.collection.suggest_names import unknown
from srs.collection.sync import sync
from srs.collection.zone import calendar
from srs.core.clock import Calendar
from srs.core.errors import StoreError
from srs.core.progress import Watch, quiet
from srs.core.settings import Settings
from srs.core.unicode import nfc
from srs.database import Store, deck_files, due_cards, open_store
from srs.database.connection import Before
from srs.kinds.registry import Kinds
from srs.scheduling.queue import Candidates, Counts, Done, Queue, Waiting, counts, in_deck, levels, plan


class Broken(NamedTuple):
    """A deck file whose version on disk has errors, with the first one and how many more there are; `in_use` says that
    an earlier version is.
    """

    file: str
    line: int
    column: int
    message: str
    more: int
    in_use: bool

    @classmethod
    def of(cls, problems: str, in_use: bool) -> "Broken":
        """From all problems of the file, as JSON. Raises ValueError, TypeError or KeyError for nonsense."""
        first, *rest = json.loads(problems)
        return cls(
            str(first["file"]), int(first["line"]), int(first["column"]), str(first["message"]), len(rest), in_use
        )


class Due(NamedTuple):
    """What `review` would show: of each deck on its own, and of all, which obeys the overall limits together."""

    day: date
    total: Counts
    decks: tuple[tuple[str, Counts], ...]


@dataclass(frozen=True, slots=True)
class Collection:
    folder: Path
    number: int
    store: Store
    settings: Settings
    calendar: Calendar
    machine_file: Path
    kinds: Kinds
    watch: Watch = quiet

    def read_decks(self, now: int) -> None:
        """Takes in what changed in the deck folder. Raises NoDecks, StoreError."""
        sync(self.store, resolved(self.folder), self.kinds, now)

    @property
    def machine(self) -> str:
        """This machine's id, made when it is first needed."""
        from srs.collection.machine_id import machine_id  # noqa: PLC0415 - not needed to show what waits

        return machine_id(self.machine_file)

    def broken(self) -> list[Broken]:
        """The files that are used in an earlier version, or not at all."""
        found = []
        for problems, in_use in deck_files.broken(self.store.connection, self.number):
            try:
                found.append(Broken.of(problems, bool(in_use)))
            except (ValueError, TypeError, KeyError) as error:
                raise StoreError(self.store.path, "outdated", "the errors of a deck file") from error
        return found

    def current(self) -> "Collection":
        """With the settings that the deck files in use have for their decks by now."""
        return replace(self, settings=with_decks(self.settings, overrides(self.store, self.number)))

    def settings_of(self, card: str) -> Settings:
        """Those of the card's deck, where it has any of its own."""
        if not self.settings.decks:
            return self.settings
        from srs.database import decks  # noqa: PLC0415 - not needed to show what waits

        return self.settings.of(decks.of_card(self.store.connection, self.number, card))

    def deck_names(self, wanted: Sequence[str] = ()) -> list[str]:
        """The decks in use, or those of them that lie in one of the `wanted`. Raises Unknown."""
        names = deck_files.deck_names(self.store.connection, self.number)
        for name in wanted:
            if not any(in_deck(nfc(deck), nfc(name)) for deck in names):
                raise unknown("deck", name, {level for deck in names for level in levels(deck)})
        return [deck for deck in names if not wanted or any(in_deck(nfc(deck), nfc(name)) for name in wanted)]

    def queue(
        self,
        now: int,
        names: Sequence[str],
        *,
        ahead: int = 0,
        new: int | None = None,
        only: frozenset[str] | None = None,
    ) -> Queue:
        """What to study of the decks called `names` (as `deck_names` gives them) at the instant `now`.

        `ahead` brings reviews that are due within so many days, siblings included; `new` is today's limit of new cards
        in place of the settings'; `only` are the cards to choose from.
        """
        day = self.calendar.day(now)
        found = self._candidates(day, names, ahead)
        if only is not None:
            found = found._replace(
                learning=[card for card in found.learning if card.card in only],
                reviews=[card for card in found.reviews if card.card in only],
                new=(card for card in found.new if card.card in only),
            )
        limits = self.settings.limits if new is None else self.settings.limits._replace(new=new)
        return plan(found, replace(self.settings, limits=limits), day, siblings=ahead > 0)

    def all_cards(self, now: int, names: Sequence[str]) -> list[Waiting]:
        """Every card of these decks that is neither suspended nor buried, due or not."""
        day = self.calendar.day(now)
        rows = due_cards.all_awake(self.store.connection, self.number, json.dumps(list(names)), day)
        return [Waiting(*row) for row in rows]

    def introduced(self, now: int) -> int:
        """How many new cards the study day has brought so far."""
        done = due_cards.done(self.store.connection, self.number, self.calendar.day(now))
        return sum(new for new, _ in done.values())

    def due(self, now: int) -> Due:
        """Each deck's counts are those of `review DECK`, which the overall limits hold for as well."""
        day, names = self.calendar.day(now), self.deck_names()
        found = self._candidates(day, names)
        learning, reviews = _by_deck(found.learning), _by_deck(found.reviews)
        of_decks = [
            found._replace(learning=learning[name], reviews=reviews[name], new=self._new(day, [name])) for name in names
        ]
        single = zip(names, (counts(plan(of_deck, self.settings, day)) for of_deck in of_decks), strict=True)
        return Due(day, counts(plan(found, self.settings, day)), tuple(single))

    def day_end(self, day: date) -> int:
        """The instant at which the study day after `day` begins."""
        return self.calendar.start(day + timedelta(days=1))

    def next_due(self, now: int, names: Sequence[str]) -> int | None:
        """When the next card falls due after all that today offers was answered, as an instant; None if none will."""
        today = self.calendar.day(now)
        tomorrow = today + timedelta(days=1)
        connection = self.store.connection
        step, review = due_cards.next_due(connection, self.number, json.dumps(list(names)), today, self.day_end(today))
        if next(due_cards.new(connection, self.number, names, tomorrow), None):
            review = tomorrow
        moments = [moment for moment in (step, self.calendar.start(review) if review else None) if moment is not None]
        return min(moments, default=None)

    def reviews_tomorrow(self, now: int, names: Sequence[str]) -> int:
        """How many reviews the study day after this one will have, as things stand."""
        tomorrow, most = self.calendar.day(now) + timedelta(days=1), self.settings.limits.reviews
        found = due_cards.reviews_on(self.store.connection, self.number, json.dumps(list(names)), tomorrow)
        return found if most is None else min(found, most)

    def streak(self, now: int) -> int:
        """How many study days in a row have had an answer, up to this one, or to yesterday if this has none yet."""
        from srs.log import event_log  # noqa: PLC0415 - as above

        today = self.calendar.day(now)
        count, expected = 0, today
        for day in event_log.answered_days(self.store.connection):
            if count == 0 and day == today - timedelta(days=1):
                expected = day
            if day != expected:
                break
            count, expected = count + 1, day - timedelta(days=1)
        return count

    def _new(self, day: date, names: Sequence[str]) -> Iterator[Waiting]:
        return (Waiting(*row) for row in due_cards.new(self.store.connection, self.number, names, day))

    def _candidates(self, day: date, names: Sequence[str], ahead: int = 0) -> Candidates:
        connection, folder = self.store.connection, self.number
        ends, listed = self.day_end(day), json.dumps(list(names))
        return Candidates(
            learning=[Waiting(*row) for row in due_cards.learning(connection, folder, listed, day, ends)],
            reviews=[
                Waiting(*row) for row in due_cards.reviews(connection, folder, listed, day, day + timedelta(ahead))
            ],
            new=self._new(day, names),
            notes=due_cards.notes_answered(connection, day),
            done={deck: Done(*done) for deck, done in due_cards.done(connection, folder, day).items()},
        )


def open_collection(
    folder: Path,
    database: Path,
    machine_file: Path,
    settings: Settings,
    kinds: Kinds,
    now: int,
    before: Before = lambda: None,
    watch: Watch = quiet,
) -> Collection:
    """Opens the database, makes it if needed, and reads what changed in the folder. `now` is UTC milliseconds; `before` is
    as in `Store`, `watch` is shown what takes long.

    Raises NoDecks, StoreError, BadInput.
    """
    learner = calendar(settings)
    store = open_store(database, before=before)
    try:
        if due_cards.outdated(store.connection):
            from srs.log.replay import replay_outdated  # noqa: PLC0415 - once, after a migration

            replay_outdated(store, watch)
        number = sync(store, resolved(folder), kinds, now)
        study_days.keep(store, learner, now)
        of_decks = overrides(store, number)
    except BaseException:
        store.close()
        raise
    return Collection(folder, number, store, with_decks(settings, of_decks), learner, machine_file, kinds, watch)


def _by_deck(cards: Iterable[Waiting]) -> dict[str, list[Waiting]]:
    decks: dict[str, list[Waiting]] = defaultdict(list)
    for card in cards:
        decks[card.deck].append(card)
    return decks
