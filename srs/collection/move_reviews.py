"""Which reviews move, and to which days: for a break, and for a day that went otherwise."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from srs.collection import Collection
from srs.collection.days_ahead import study_time
from srs.database import due_cards, states
from srs.database.due_cards import DueCard
from srs.log.replay import current_parameters
from srs.scheduling.even_days import StudyTime, unite_breaks
from srs.scheduling.fsrs6 import recall_model
from srs.scheduling.reschedule import Load, NewDueDates
from srs.scheduling.spread import DueReview, Recall, days_around, new_load, next_days, spread

_WEEK = 7  # study days over which a day's reviews are spread
_MONTH = 30  # days from which reviews are brought forward


class _Situation(NamedTuple):
    """The study day, all reviews that are not suspended, their load by day, and when the learner studies."""

    today: date
    reviews: dict[str, DueReview]
    load: Load
    time: StudyTime
    recall: Recall


def planned_breaks(collection: Collection, now: int) -> tuple[tuple[date, date], ...]:
    """First and last day of each break that is not over."""
    time = study_time(collection.store.connection, collection.settings.easy_days)
    return time.since(collection.calendar.day(now)).breaks


def moves_for_break(collection: Collection, first: date, last: date, now: int) -> NewDueDates:
    """The reviews that are due in the break, what is overdue today, with the days that they get."""
    found = _read(collection, now)
    time = found.time._replace(breaks=unite_breaks([*found.time.breaks, (first, last)]))
    start, end = time.break_on(last) or (first, last)
    moving = [review for review in found.reviews.values() if start <= review.due <= end]
    days = days_around(start, end, found.today, time)
    return _moved(found, moving, spread(moving, found.load, days, time, found.recall))


def postpone_moves(collection: Collection, names: Sequence[str], keep: int, now: int) -> NewDueDates:
    """The reviews of these decks that are due today, but for `keep` that would lose most, with the days of the next week that
    they get.
    """
    found = _read(collection, now)
    tomorrow = found.today + timedelta(1)
    rows = due_cards.review_cards(collection.store.connection, collection.folder_id, names, found.today, found.today)
    due = [found.reviews[card] for card, *_ in _without_goals(collection, rows, found) if card in found.reviews]
    due.sort(key=lambda review: (review.cost(tomorrow, found.recall), review.card))
    moving = due[: max(len(due) - keep, 0)]
    days = next_days(found.today, _WEEK, found.time)
    return _moved(found, moving, spread(moving, found.load, days, found.time, found.recall))


def advance_moves(collection: Collection, names: Sequence[str], count: int, now: int) -> NewDueDates:
    """At most so many reviews of these decks that are due in the next month, for today: those that lose least, one of a note,
    and none of a note that is asked today anyway.
    """
    found = _read(collection, now)
    connection, folder, today = collection.store.connection, collection.folder_id, found.today
    rows = due_cards.review_cards(connection, folder, names, today, today + timedelta(_MONTH))
    notes = {note for _, note, _, due in rows if due <= today.toordinal()} | due_cards.answered_notes(connection, today)
    rows = _without_goals(collection, rows, found)
    coming = [(found.reviews[card], note) for card, note, _, due in rows if card in found.reviews and note not in notes]
    coming.sort(key=lambda one: (one[0].cost(today, found.recall), one[0].card))
    moving = dict[str, DueReview]()  # by note
    for review, note in coming:
        if len(moving) < count:
            moving.setdefault(note, review)
    chosen = {review.card: today for review in moving.values()}
    return _moved(found, list(moving.values()), chosen)


def _without_goals(collection: Collection, rows: Iterable[DueCard], found: _Situation) -> list[DueCard]:
    """Without cards that a goal plans, for which due dates do not count."""
    goals = collection.goals(found.today)
    return [row for row in rows if not (goals and goals.plans(row[2], row[1]))]


def _read(collection: Collection, now: int) -> _Situation:
    """A card whose last event is dated after `now` is left out: it would keep its due date."""
    today, reviews, load = collection.calendar.day(now), dict[str, DueReview](), Counter[date]()
    names = ("state", "suspended", "due_day", "stability", "last_day", "interval", "as_of")
    with collection.store.read() as connection:
        recall = recall_model(current_parameters(connection).values)
        time = study_time(connection, collection.settings.easy_days)
        columns = states.get_columns(connection, names)
    for card, (state, suspended, due_day, stability, last_day, interval, as_of) in columns.items():
        if state != "review" or suspended:
            continue
        due = max(date.fromisoformat(due_day), today)
        load[due] += 1
        if as_of <= now and stability is None:  # without a memory: as if recall fell to 90 % by then
            reviews[card] = DueReview(card, due, float(max(interval, 1)), due - timedelta(interval))
        elif as_of <= now:
            reviews[card] = DueReview(card, due, stability, date.fromisoformat(last_day))
    return _Situation(today, reviews, load, time, recall)


def _moved(found: _Situation, moving: Sequence[DueReview], chosen: dict[str, date]) -> NewDueDates:
    changed = {review.card: chosen[review.card] for review in moving if chosen[review.card] != review.due}
    return new_load(found.load, moving, changed)
