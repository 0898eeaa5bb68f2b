"""The collection: deck folder, database and settings, which every command works on."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from srs.collection import study_days
from srs.collection.folder import resolve_folder
from srs.collection.settings_file import deck_overrides, with_overrides
from srs.collection.suggest_names import unknown
from srs.collection.sync import sync_deck_files
from srs.collection.zone import calendar
from srs.core.clock import Calendar, days_in_a_row
from srs.core.deck_names import is_in_deck, with_ancestors
from srs.core.errors import DeckFolderError, StoreError
from srs.core.progress import Progress, no_progress
from srs.core.settings import Settings
from srs.core.unicode import nfc
from srs.database import Store, deck_files, due_cards, goal_cards, open_store
from srs.database.connection import BeforeWrite
from srs.kinds.registry import Kinds
from srs.scheduling.queue import Candidates, Counts, DoneToday, Queue, QueuedCard, build_queue

if TYPE_CHECKING:
    from srs.collection.goals_today import GoalsToday

SOME_NEW = 10  # new cards beyond the limit of the day that are proposed for today
_FAR = 36_500  # days: the longest interval
_NO_FOLDER = 0  # the number of no folder


class BrokenFile(NamedTuple):
    """A deck file with errors: the first one, and how many `more` there are. `in_use` says that an earlier version of the
    file is used in its place.
    """

    file: str
    line: int
    column: int
    message: str
    more: int
    in_use: bool

    @classmethod
    def from_json(cls, problems: str, in_use: bool) -> "BrokenFile":
        """From the file's problems as the database has them. Raises ValueError, TypeError or KeyError for nonsense."""
        first, *more = json.loads(problems)
        place = int(first["line"]), int(first["column"])
        return cls(str(first["file"]), *place, str(first["message"]), len(more), in_use)


class DueCounts(NamedTuple):
    """How many cards `review` would show: of each deck on its own, and of all together, under the overall limits. The new
    cards of `waiting` decks come after those of others.
    """

    day: date
    total: Counts
    decks: tuple[tuple[str, Counts], ...]
    waiting: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Collection:
    folder: Path
    folder_id: int
    store: Store
    settings: Settings
    calendar: Calendar
    machine_file: Path
    kinds: Kinds
    watch: Progress = no_progress

    def read_decks(self, now: int) -> None:
        """Takes in what changed in the deck folder. Raises DeckFolderError, StoreError."""
        sync_deck_files(self.store, resolve_folder(self.folder), self.kinds, now, self.watch)

    @property
    def machine(self) -> str:
        """This machine's id, made when it is first needed."""
        from srs.collection.machine_id import machine_id  # noqa: PLC0415 - `due` needs none

        return machine_id(self.machine_file)

    def broken_files(self) -> list[BrokenFile]:
        """The files with errors."""
        files = []
        for problems, in_use in deck_files.broken_files(self.store.connection, self.folder_id):
            try:
                files.append(BrokenFile.from_json(problems, bool(in_use)))
            except (ValueError, TypeError, KeyError) as error:
                raise StoreError(self.store.path, "outdated", "the errors of a deck file") from error
        return files

    def with_current_settings(self) -> "Collection":
        """The same with the decks' settings as the database has them now."""
        return replace(self, settings=with_overrides(self.settings, deck_overrides(self.store, self.folder_id)))

    def card_settings(self, card: str) -> Settings:
        """The settings of the card's deck."""
        if not self.settings.decks:
            return self.settings
        from srs.database import decks  # noqa: PLC0415 - `due` needs it only here

        return self.settings.for_deck(decks.deck_of_card(self.store.connection, self.folder_id, card))

    def deck_names(self, wanted: Sequence[str] = ()) -> list[str]:
        """The decks in use; if any are `wanted`, those and the decks below them. Raises Unknown."""
        names = deck_files.deck_names(self.store.connection, self.folder_id)
        for name in wanted:
            if not any(is_in_deck(nfc(deck), nfc(name)) for deck in names):
                raise unknown("deck", name, {level for deck in names for level in with_ancestors(deck)})
        return [deck for deck in names if not wanted or any(is_in_deck(nfc(deck), nfc(name)) for name in wanted)]

    def queue(
        self,
        now: int,
        names: Sequence[str],
        *,
        ahead: int = 0,
        new: int | None = None,
        only: frozenset[str] | None = None,
        at_once: Sequence[str] = (),
        goals: "GoalsToday | None" = None,
    ) -> Queue:
        """What to study at the instant `now`, of decks named as `deck_names` does.

        `ahead` adds the reviews of so many days to come, siblings included, and no deck waits for another then; `new`
        replaces the settings' limit of new cards for today; `only` restricts the choice to these cards. The decks
        `at_once`, without those below them, wait for no other. `goals` are those of the day, of which `ahead` knows nothing.
        """
        day = self.calendar.day(now)
        waiting = frozenset() if ahead else self._waiting(day, at_once)
        candidates = self._candidates(day, names, waiting, ahead)
        if goals and not ahead:
            candidates = goals.with_goals(candidates, names, partial(self._new_cards_of, day))
        if only is not None:
            candidates = candidates._replace(
                learning=[card for card in candidates.learning if card.card in only],
                reviews=[card for card in candidates.reviews if card.card in only],
                new=_among(only, candidates.new),
                goals=[
                    goal._replace(
                        reviews=[card for card in goal.reviews if card.card in only], new=_among(only, goal.new)
                    )
                    for goal in candidates.goals
                ],
            )
        limits = self.settings.limits if new is None else self.settings.limits._replace(new=new)
        return build_queue(candidates, replace(self.settings, limits=limits), day, siblings=ahead > 0)

    def available_cards(self, now: int, names: Sequence[str]) -> list[QueuedCard]:
        """Every card of these decks that is neither suspended nor buried, due or not."""
        rows = due_cards.available_cards(self.store.connection, self.folder_id, names, self.calendar.day(now))
        return [QueuedCard(*row) for row in rows]

    def introduced_today(self, now: int) -> int:
        """How many new cards were answered on this study day, less those of goals."""
        day = self.calendar.day(now)
        if goals := self.goals(day):
            return sum(done.new for done in goals.done_besides.values())
        done = due_cards.count_answered(self.store.connection, self.folder_id, day)
        return sum(new for new, _ in done.values())

    def takes_no_new(self, deck: str) -> bool:
        """Whether the settings of the deck, or of one above it, keep all new cards away."""
        own = (self.settings.decks.get(name) for name in with_ancestors(deck))
        return any(settings is not None and settings.limits.new == 0 for settings in own)

    def beyond_limit(self, now: int, names: Sequence[str], planned: int = 0, at_once: Sequence[str] = ()) -> int:
        """How many unseen cards the limit of new cards a day leaves for later, with so many `planned` for today. Decks are as
        in `queue`.
        """
        limit, goals = self.settings.limits.new, self.goals(self.calendar.day(now))
        planned -= goals.new_left if goals else 0
        if limit is None or self.introduced_today(now) + planned < limit:
            return 0
        waiting = self._waiting(self.calendar.day(now), at_once)
        open_decks = [name for name in names if name not in waiting and not self.takes_no_new(name)]
        if goals:
            unseen = goal_cards.unseen_cards(self.store.connection, self.folder_id, open_decks)
            return max(sum(not goals.plans(deck, note) for note, deck in unseen) - planned, 0)
        return max(due_cards.count_unseen(self.store.connection, self.folder_id, open_decks) - planned, 0)

    def due_counts(self, now: int) -> DueCounts:
        """Each deck's counts are those of `review DECK`, to which the overall limits apply as well; of a deck that waits for
        others, those of `review`.
        """
        day, names = self.calendar.day(now), self.deck_names()
        waiting, goals = self._waiting(day), self.goals(day)
        candidates = self._candidates(day, names, waiting)
        learning, reviews = _by_deck(candidates.learning), _by_deck(candidates.reviews)

        def counts(of_decks: Candidates, decks: Sequence[str]) -> Counts:
            if goals:
                of_decks = goals.with_goals(of_decks, decks, partial(self._new_cards_of, day))
            return build_queue(of_decks, self.settings, day).counts

        decks = []
        for name in names:
            new = self._new_cards(day, [name], waiting)
            of_deck = candidates._replace(learning=learning[name], reviews=reviews[name], new=new)
            decks.append((name, counts(of_deck, [name])))
        return DueCounts(day, counts(candidates, names), tuple(decks), waiting)

    def goals(self, day: date) -> "GoalsToday | None":
        """The goals in force on the study day, None without any."""
        if not goal_cards.has_goals(self.store.connection, day - timedelta(goal_cards.DAYS_AFTER)):
            return None
        from srs.collection.goals_today import read_goals_today  # noqa: PLC0415 - most days have none

        found = read_goals_today(self, day)
        return found if found.every else None

    def day_end(self, day: date) -> int:
        """The instant at which the study day after `day` begins."""
        return self.calendar.start(day + timedelta(days=1))

    def next_due(self, now: int, names: Sequence[str], at_once: Sequence[str] = ()) -> int | None:
        """When the next card is due once everything of today is answered (UTC milliseconds); None if no card will be. Decks
        are as in `queue`.
        """
        today = self.calendar.day(now)
        tomorrow = today + timedelta(days=1)
        step, review = due_cards.next_due(self.store.connection, self.folder_id, names, today, self.day_end(today))
        if goals := self.goals(today):
            days = self._ordinary_days(goals, names, today, _FAR)
            days += [tomorrow] if round(goals.reviews_tomorrow(names)) else []
            review = max(min(days), tomorrow) if days else None
        new = self._new_cards(tomorrow, names, self._waiting(tomorrow, at_once))
        if any(next(cards, None) for cards in new.values()):
            review = tomorrow
        moments = [moment for moment in (step, self.calendar.start(review) if review else None) if moment is not None]
        return min(moments, default=None)

    def reviews_tomorrow(self, now: int, names: Sequence[str]) -> int:
        """How many reviews the next study day has so far."""
        tomorrow, limit = self.calendar.day(now) + timedelta(days=1), self.settings.limits.reviews
        if goals := self.goals(self.calendar.day(now)):
            ordinary = self._ordinary_days(goals, names, self.calendar.day(now), 1)
            planned = round(goals.reviews_tomorrow(names))
            return planned + (len(ordinary) if limit is None else min(len(ordinary), limit))
        count = due_cards.count_reviews(self.store.connection, self.folder_id, names, tomorrow)
        return count if limit is None else min(count, limit)

    def _ordinary_days(self, goals: "GoalsToday", names: Sequence[str], today: date, ahead: int) -> list[date]:
        """When each note that no goal plans has its first review, up to so many days ahead."""
        rows = due_cards.review_cards(self.store.connection, self.folder_id, names, today, today + timedelta(ahead))
        first: dict[str, int] = {}
        for _, note, deck, due in rows:
            if not goals.plans(deck, note):
                first[note] = min(first.get(note, due), due)
        return [*map(date.fromordinal, first.values())]

    def streak(self, now: int) -> int:
        """How many study days in a row have an answer, up to today, or to yesterday while today has none."""
        from srs.log import event_log  # noqa: PLC0415 - `due` needs none

        return days_in_a_row(self.calendar.day(now), partial(event_log.has_answer, self.store.connection))

    def _waiting(self, day: date, at_once: Sequence[str] = ()) -> Set[str]:
        """The decks whose new cards come after those of others, and not on this day yet."""
        after = deck_files.decks_after(self.store.connection, self.folder_id)
        if not any(names for _, names in after):
            return frozenset()
        from srs.collection.waiting_decks import waiting_decks  # noqa: PLC0415 - not every folder needs it

        return waiting_decks(self, after, day, at_once)

    def _new_cards(self, day: date, names: Sequence[str], waiting: Set[str]) -> dict[str, Iterator[QueuedCard]]:
        """By deck, without those that are waiting."""
        return {deck: self._new_cards_of(day, deck) for deck in names if deck not in waiting}

    def _new_cards_of(self, day: date, deck: str) -> Iterator[QueuedCard]:
        return starmap(QueuedCard, due_cards.new_cards(self.store.connection, self.folder_id, deck, day))

    def _candidates(self, day: date, names: Sequence[str], waiting: Set[str], ahead: int = 0) -> Candidates:
        connection, folder = self.store.connection, self.folder_id
        learning = due_cards.learning_cards(connection, folder, names, day, self.day_end(day))
        reviews = due_cards.review_cards(connection, folder, names, day, day + timedelta(ahead))
        return Candidates(
            learning=[QueuedCard(*row) for row in learning],
            reviews=[QueuedCard(*row) for row in reviews],
            new=self._new_cards(day, names, waiting),
            answered_notes=due_cards.answered_notes(connection, day),
            done={deck: DoneToday(*done) for deck, done in due_cards.count_answered(connection, folder, day).items()},
        )


def open_collection(
    folder: Path,
    database: Path,
    machine_file: Path,
    settings: Settings,
    kinds: Kinds,
    now: int,
    before: BeforeWrite = lambda: None,
    watch: Progress = no_progress,
    *,
    needs_decks: bool = True,
) -> Collection:
    """Opens the database, which is made if needed, and reads the deck files that changed. `now` is UTC milliseconds;
    `before` is as in `Store`, `watch` shows the progress of what takes long.

    Unless it `needs_decks`, the folder may have no deck files: then the notes that were read from it last are in use.

    Raises DeckFolderError, StoreError, BadInput.
    """
    learner_calendar = calendar(settings)
    store = open_store(database, before_write=before)
    try:
        if due_cards.needs_replay(store.connection):
            from srs.log.replay import replay_outdated  # noqa: PLC0415 - once, after a migration

            replay_outdated(store, watch)
        try:
            folder_id = sync_deck_files(store, resolve_folder(folder), kinds, now, watch)
        except DeckFolderError as error:
            if needs_decks or error.problem not in {"empty", "missing"}:
                raise
            known = deck_files.folder_id(store.connection, resolve_folder(folder))
            folder_id = _NO_FOLDER if known is None else known
        study_days.ensure_rows(store, learner_calendar, now)
        settings = with_overrides(settings, deck_overrides(store, folder_id))
    except BaseException:
        store.close()
        raise
    return Collection(folder, folder_id, store, settings, learner_calendar, machine_file, kinds, watch)


def _among(cards: frozenset[str], decks: Mapping[str, Iterable[QueuedCard]]) -> dict[str, Iterator[QueuedCard]]:
    def among(of_deck: Iterable[QueuedCard]) -> Iterator[QueuedCard]:
        return (card for card in of_deck if card.card in cards)

    return {deck: among(of_deck) for deck, of_deck in decks.items()}


def _by_deck(cards: Iterable[QueuedCard]) -> dict[str, list[QueuedCard]]:
    decks: dict[str, list[QueuedCard]] = defaultdict(list)
    for card in cards:
        decks[card.deck].append(card)
    return decks
