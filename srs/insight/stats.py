"""What the log and the states say about a period: the figures of `srs stats`."""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Set
from datetime import date, timedelta
from typing import NamedTuple

from srs.collection import Collection
from srs.core.clock import days_in_a_row
from srs.core.event import Rating
from srs.database import due_cards, totals
from srs.database.bulk_insert import gc_paused
from srs.database.totals import Totals
from srs.insight.calibration import Calibration, calibrate
from srs.insight.count_answers import Answer, AnswerCounts, State, count_answers
from srs.insight.memory_today import GoalAhead, MemoryToday, read_goals_ahead, read_memory

FORECAST_DAYS = 28
_ONE_DAY = timedelta(days=1)
_ENOUGH = 200  # reviews, from which their ratings say something


class Retention(NamedTuple):
    """Reviews, and how many of them were recalled: rated anything but Again."""

    reviews: int = 0
    recalled: int = 0

    def plus(self, count: int, *, recalled: bool) -> "Retention":
        return Retention(self.reviews + count, self.recalled + count * recalled)


class ByAge(NamedTuple):
    """Retention of all reviews, and by the interval before the answer: below 21 days, and from there on."""

    all: Retention = Retention()
    young: Retention = Retention()
    mature: Retention = Retention()

    def plus(self, answer: Answer, count: int) -> "ByAge":
        recalled = answer.rating > Rating.AGAIN
        young, mature = self.young, self.mature
        if answer.before == State.YOUNG:
            young = young.plus(count, recalled=recalled)
        else:
            mature = mature.plus(count, recalled=recalled)
        return ByAge(self.all.plus(count, recalled=recalled), young, mature)


class Amount(NamedTuple):
    """All answers, reviews among them, cards answered for the first time (since a forget), and the time of all answers.
    Crammed answers are neither reviews nor steps, as in Anki.
    """

    answers: int = 0
    reviews: int = 0
    recalled: int = 0
    new: int = 0
    milliseconds: int = 0


class Steps(NamedTuple):
    """Answers to cards in their steps, and how many of them were not Again."""

    answers: int = 0
    passed: int = 0


class Leech(NamedTuple):
    """A card that was forgotten very often."""

    card: str
    deck: str
    lapses: int
    suspended: bool


class Streak(NamedTuple):
    """Study days in a row with an answer: up to today, or to yesterday while today has none; and at most."""

    now: int
    longest: int


class Stats(NamedTuple):
    """`days` are those of the period with an answer, in order, `ages` their reviews by age, `year` the answers of each of the
    latest 371 days, or fewer. `later` counts answers on study days after today, which a wrong clock made; no other figure
    includes them. `goals` are of all cards, so there are none where cards were chosen.
    """

    first: date
    last: date
    today: Amount
    total: Amount
    days: dict[date, Amount]
    ages: dict[date, ByAge]
    year: dict[date, int]
    later: int
    ever: int
    retention: ByAge
    decks: dict[str, ByAge]
    kinds: dict[str, ByAge]
    hours: list[Amount]
    ratings: dict[Rating, int]
    learning: Steps
    relearning: Steps
    streak: Streak
    states: Totals
    forecast: dict[date, int]
    leeches: list[Leech]
    calibration: Calibration | None
    memory: MemoryToday
    goals: list[GoalAhead]

    @property
    def hard_for_again(self) -> bool:
        """Whether Hard seems to be pressed for cards that were forgotten: Again is much rarer than FSRS expects, and Hard makes
        up for it.
        """
        reviews, again, hard = self.retention.all.reviews, self.ratings[Rating.AGAIN], self.ratings[Rating.HARD]
        if reviews < _ENOUGH or self.calibration is None:
            return False
        expected = (1 - self.calibration.expected) * reviews
        return again < expected / 3 and again + hard > expected


class Period(NamedTuple):
    """Both days are included; without a first one it begins with the first answer."""

    first: date | None
    last: date


@gc_paused()
def read_stats(
    collection: Collection,
    period: Period,
    now: int,
    only: frozenset[str] | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> Stats:
    """The figures at the instant `now`, of all cards or of `only` these. `meanwhile` is called while other processes count a
    large log. Raises StoreError.
    """
    today = collection.calendar.day(now)
    last = min(period.last, today)
    with collection.store.read() as connection:
        counting = count_answers(collection, connection, period.first or date.min, last, only)
        states = totals.of_cards(connection, collection.folder_id, only)
        forecast = due_cards.count_due_by_day(connection, collection.folder_id, today, FORECAST_DAYS, only)
        least = min(one.leech_lapses for one in (collection.settings, *collection.settings.decks.values()))
        lapses = due_cards.most_lapses(connection, collection.folder_id, least, only)
        ends = min(now, collection.day_end(last))
        begins = collection.calendar.start(period.first) if period.first else 0
        calibration = calibrate(connection, begins, ends, only)
        memory = read_memory(connection, collection.folder_id, today, only)
        meanwhile()
        counts = counting()
    days = _by_day(counts)
    answers = counts.answers
    first = period.first or min([*answers, last])
    chosen = {day: days[day] for day in sorted(days) if first <= day <= last}
    decks, kinds = _by_group(counts)
    ratings = Counter[int]()
    for (_, answer), count in counts.hours.items():
        ratings[answer.rating] += count * answer.is_review
    return Stats(
        first=first,
        last=last,
        today=days.get(today, Amount()),
        total=sum_amounts(chosen.values()),
        days=chosen,
        ages=_ages_by_day(counts, chosen),
        year={day: number for day, number in answers.items() if timedelta(0) <= today - day < timedelta(371)},
        later=sum(number for day, number in answers.items() if day > today),
        ever=sum(answers.values()),
        retention=_of_all(counts),
        decks=decks,
        kinds=kinds,
        hours=_by_hour(counts),
        ratings={rating: ratings[rating] for rating in Rating},
        learning=_steps(counts, State.LEARNING),
        relearning=_steps(counts, State.RELEARNING),
        streak=_streak({day for day in answers if day <= today}, today),
        states=states,
        forecast=forecast,
        leeches=[
            Leech(card, deck, count, bool(suspended))
            for card, deck, count, suspended in lapses
            if collection.settings.for_deck(deck).is_leech(count)
        ],
        calibration=calibration,
        memory=memory,
        goals=read_goals_ahead(collection, today) if only is None else [],
    )


def deck_states(collection: Collection, only: frozenset[str] | None = None) -> dict[str, Totals]:
    """The states of all cards, or of `only` these, by deck. Raises StoreError."""
    with collection.store.read() as connection:
        return totals.by_deck(connection, collection.folder_id, only)


def _amount(answer: Answer, count: int) -> Amount:
    reviews = count * answer.is_review
    return Amount(count, reviews, reviews * (answer.rating > Rating.AGAIN), count * (answer.before == State.NEW))


def sum_amounts(amounts: Iterable[Amount]) -> Amount:
    return Amount(*map(sum, zip(*amounts, strict=True))) if (amounts := list(amounts)) else Amount()


def _by_day(counts: AnswerCounts) -> dict[date, Amount]:
    days = defaultdict[date, list[Amount]](list)
    for (day, answer), count in counts.days.items():
        days[day].append(_amount(answer, count))
    return {day: sum_amounts(amounts)._replace(milliseconds=counts.milliseconds[day]) for day, amounts in days.items()}


def _ages_by_day(counts: AnswerCounts, days: Container[date]) -> dict[date, ByAge]:
    found = defaultdict[date, ByAge](ByAge)
    for (day, answer), count in counts.days.items():
        if answer.is_review and day in days:
            found[day] = found[day].plus(answer, count)
    return dict(found)


def _by_hour(counts: AnswerCounts) -> list[Amount]:
    hours = [list[Amount]() for _ in range(24)]
    for (hour, answer), count in counts.hours.items():
        hours[hour].append(_amount(answer, count))
    return [sum_amounts(amounts) for amounts in hours]


def _of_all(counts: AnswerCounts) -> ByAge:
    found = ByAge()
    for (_, answer), count in counts.hours.items():
        if answer.is_review:
            found = found.plus(answer, count)
    return found


def _by_group(counts: AnswerCounts) -> tuple[dict[str, ByAge], dict[str, ByAge]]:
    """By deck and by kind, those with most reviews first; an empty name for cards that no deck has."""
    found = defaultdict[str, ByAge](ByAge), defaultdict[str, ByAge](ByAge)
    for (group, answer), count in counts.groups.items():
        if answer.is_review:
            for by_name, name in zip(found, group, strict=True):
                by_name[name] = by_name[name].plus(answer, count)
    decks, kinds = (
        dict(sorted(by_name.items(), key=lambda item: (-item[1].all.reviews, item[0]))) for by_name in found
    )
    return decks, kinds


def _steps(counts: AnswerCounts, state: State) -> Steps:
    found = [(answer.rating, count) for (_, answer), count in counts.hours.items() if answer.before == state]
    return Steps(sum(count for _, count in found), sum(count for rating, count in found if rating > Rating.AGAIN))


def _streak(days: Set[date], today: date) -> Streak:
    length, longest, before = 0, 0, date.min
    for day in sorted(days):
        length = length + 1 if day - before == _ONE_DAY else 1
        longest, before = max(longest, length), day
    return Streak(days_in_a_row(today, days.__contains__), longest)
