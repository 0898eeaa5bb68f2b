"""The figures of a simulated learner's log, recomputed from the states that replaying it passes through."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random  # noqa: TID251 - logs of a seed
from statistics import fmean
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from srs.collection import Collection
from srs.core.card_state import UNSEEN, CardState, Learning, New, Phase, Relearning, Review, Scheduled
from srs.core.clock import to_utc
from srs.core.event import Answered, Crammed, Event, EventSource, Forgot, Rating, Relinked, Rescheduled, What
from srs.core.event import Void as Key
from srs.core.event_row import event_to_row
from srs.core.settings import Settings
from srs.insight import count_answers
from srs.insight.stats import ByAge, Period, Retention, Stats, read_stats
from srs.log import event_log
from srs.log.replay import replay_all
from srs.scheduling.scheduler import Scheduler
from tests.conftest import Home
from tests.simulated_learner import FIRST_DAY, NOON, Life, live

DAYS, CARDS = 60, 60
ZONE = ZoneInfo("Asia/Seoul")
DECKS = {
    "a.yaml": "deck: A\nnotes:\n" + "".join(f"- {{id: n{n}, front: f, back: b}}\n" for n in range(30)),
    "b.yaml": "deck: A::B\nnotes:\n" + "".join(f"- {{id: n{n}, front: f, back: b}}\n" for n in range(30, 50)),
}  # n50 to n59 are in no deck
EVERYTHING = Period(None, date.max)


class Lived(NamedTuple):
    """An answer that counts, and the phase that its card was in; None if it was crammed."""

    event: Event
    before: Phase | None
    rating: Rating
    ms: int

    @property
    def interval(self) -> int | None:
        return self.before.days if isinstance(self.before, Review | Scheduled) else None


def troubled(seed: int, life: Life) -> tuple[list[Event], list[Key]]:
    """The life with answers taken back, forgets, due dates by hand and crammed answers, in an order of no meaning."""
    draw = Random(seed)
    events, voids = list(life.events), [Key(e.subject, e.at) for e in life.events if draw.random() < 0.05]
    taken = {(event.subject, event.at) for event in events}
    for _ in range(150):
        like = draw.choice(life.events)
        at = like.at + draw.choice([250, 500, -250])
        if (like.subject, at) not in taken:
            taken.add((like.subject, at))
            due = Rescheduled(draw.choice([0, 3, 20, 21, 40]))
            marks: tuple[What, ...] = (Forgot(), due, Crammed(Rating.AGAIN, 700))
            what = draw.choice(marks)
            events.append(Event(like.subject, at, like.day, EventSource.SRS, "m", what))
    draw.shuffle(events)
    return events, voids


def write(collection: Collection, events: Iterable[Event], voids: Iterable[Key] = ()) -> None:
    with collection.store.write() as connection:
        for event in events:
            connection.execute(event_log._INSERT, event_to_row(event))
        for key in voids:
            event_log.insert_void(connection, key)
        replay_all(connection)


def lived(events: Iterable[Event], voids: Iterable[Key] = ()) -> list[Lived]:
    scheduler, states, found = Scheduler(Settings()), defaultdict[str, CardState](lambda: UNSEEN), list[Lived]()
    gone = set(voids)
    for event in sorted(events, key=lambda event: event.at):
        if Key(event.subject, event.at) in gone:
            continue
        match event.what:
            case Answered(rating, ms, _):
                found.append(Lived(event, states[event.subject].phase, rating, ms))
            case Crammed(rating, ms):
                found.append(Lived(event, None, rating, ms))
            case _:
                pass
        states[event.subject] = scheduler.apply(states[event.subject], event)
    return found


def retention(answers: Iterable[Lived]) -> Retention:
    reviews = [one for one in answers if one.interval is not None]
    return Retention(len(reviews), sum(one.rating > Rating.AGAIN for one in reviews))


@pytest.fixture
def collection(home: Home) -> Collection:
    for name, text in DECKS.items():
        home.write(name, text)
    return home.open()


def stats_of(
    collection: Collection, period: Period = EVERYTHING, only: frozenset[str] | None = None, days: int = DAYS
) -> Stats:
    return read_stats(collection, period, NOON + (days - 1) * 86_400_000 + 36_000_000, only)


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_those_of_a_replay_card_by_card(collection: Collection, seed: int) -> None:
    events, voids = troubled(seed, live(seed, cards=CARDS, days=DAYS, new=2))
    write(collection, events, voids)
    period = Period(FIRST_DAY + timedelta(10), FIRST_DAY + timedelta(40))
    assert period.first
    every = lived(events, voids)
    answers = [one for one in every if period.first <= one.event.day <= period.last]
    stats = stats_of(collection, period)

    young = [one for one in answers if one.interval is not None and one.interval < 21]
    mature = [one for one in answers if one.interval is not None and one.interval >= 21]
    assert min(len(young), len(mature)) > 5
    assert stats.retention == (retention(answers), retention(young), retention(mature))
    assert (stats.total.answers, stats.ever) == (len(answers), len(every))
    assert stats.total[1:3] == stats.retention.all

    by_day = defaultdict[date, list[Lived]](list)
    for one in answers:
        by_day[one.event.day].append(one)
    assert list(stats.days) == sorted(by_day)
    for day, of_day in by_day.items():
        new = sum(isinstance(one.before, New) for one in of_day)
        ms = sum(one.ms for one in of_day)
        assert stats.days[day] == (len(of_day), *retention(of_day), new, ms)
        ages = stats.ages.get(day, ByAge())
        assert ages.all == retention(of_day)
        assert ages.mature == retention(one for one in of_day if one.interval is not None and one.interval >= 21)
        assert ages.all.reviews == ages.young.reviews + ages.mature.reviews
    hours = Counter(to_utc(one.event.at).astimezone(ZONE).hour for one in answers)
    assert {hour: found.answers for hour, found in enumerate(stats.hours) if found.answers} == hours
    for steps, phase in ((stats.learning, Learning), (stats.relearning, Relearning)):
        ratings = [one.rating for one in answers if isinstance(one.before, phase)]
        assert ratings
        assert steps == (len(ratings), sum(rating > Rating.AGAIN for rating in ratings))
    for rating in Rating:
        assert stats.ratings[rating] == sum(one.interval is not None and one.rating == rating for one in answers)
    assert stats.year == Counter(one.event.day for one in every)


@pytest.mark.parametrize("seed", range(3))
def test_a_part_of_the_log_is_counted_as_the_whole_is(collection: Collection, seed: int) -> None:
    """Also where due dates were set on new cards before."""
    life = live(seed, cards=CARDS, days=DAYS, new=2)
    events, voids = troubled(seed, life)
    due = [
        Event(f"n{n}/back", NOON - 1, FIRST_DAY, EventSource.SRS, "m", Rescheduled(20 + n % 2))
        for n in range(0, CARDS, 2)
    ]
    write(collection, [*events, *due], voids)
    later = Period(FIRST_DAY + timedelta(DAYS // 4), date.max)
    assert later.first
    every = stats_of(collection).days
    assert stats_of(collection, later).days == {day: amount for day, amount in every.items() if day >= later.first}


def test_an_answer_whose_day_is_not_that_of_its_instant_counts(collection: Collection) -> None:
    """A wrong clock, or a far zone, made it; and what was before the period still tells which answers are reviews."""
    events = live(1, cards=CARDS, days=DAYS).events
    whole = Period(FIRST_DAY, date.max)
    first = FIRST_DAY + timedelta(40)
    strange = [replace(event, day=first + timedelta(n % 3)) for n, event in enumerate(events) if n in {5, 50, 100}]
    write(collection, [event for n, event in enumerate(events) if n not in {5, 50, 100}] + strange)
    stats, every = stats_of(collection, Period(first, date.max)), stats_of(collection, whole)
    assert stats.days == {day: amount for day, amount in every.days.items() if day >= first}
    assert stats.total.answers == sum(event.day >= first for event in events) + 3
    assert (stats.ever, stats.streak, stats.year) == (len(events), every.streak, every.year)


def test_several_processes_count_the_same(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    events, voids = troubled(4, live(4, cards=CARDS, days=DAYS))
    relink = Event("n7", NOON, FIRST_DAY, EventSource.SRS, "m", Relinked("n8"))
    write(collection, [*events, relink], voids)
    period = Period(FIRST_DAY + timedelta(3), FIRST_DAY + timedelta(30))
    alone = stats_of(collection, period)
    monkeypatch.setattr(count_answers, "_MANY", 0)
    assert stats_of(collection, period) == alone
    assert alone.retention.all.reviews > 0


def test_retention_by_deck_and_kind(collection: Collection) -> None:
    events = live(5, cards=CARDS, days=DAYS).events
    write(collection, events)
    stats, answers = stats_of(collection), lived(events)

    def of(numbers: range) -> Retention:
        return retention(one for one in answers if int(one.event.subject[1:-5]) in numbers)

    assert {deck: found.all for deck, found in stats.decks.items()} == {
        "A": of(range(30)),
        "A::B": of(range(30, 50)),
        "": of(range(50, 60)),
    }
    assert stats.kinds["basic"].all == of(range(50))
    assert list(stats.decks) == sorted(stats.decks, key=lambda deck: -stats.decks[deck].all.reviews)


def test_only_some_cards(collection: Collection) -> None:
    events = live(5, cards=CARDS, days=DAYS).events
    write(collection, events)
    few = frozenset({"n1/back", "n2/back"})
    stats = stats_of(collection, only=few)
    assert stats.retention.all == retention(one for one in lived(events) if one.event.subject in few)
    assert sum(stats.states[2:]) == 2
    assert stats.calibration is not None
    assert stats.calibration.reviews <= stats.retention.all.reviews
    assert sum(stats.forecast.values()) <= 2


def test_relinked_notes_count_once(collection: Collection) -> None:
    life = live(6, cards=20, days=DAYS).events
    renamed = [
        Event(event.subject.replace("n3/", "old/"), event.at, event.day, event.source, event.machine, event.what)
        if event.subject == "n3/back" and n % 2
        else event
        for n, event in enumerate(life)
    ]
    at = NOON + DAYS * 86_400_000
    relink = Event("old", at, FIRST_DAY, EventSource.SRS, "m", Relinked("n3"))
    write(collection, [*renamed, relink])
    stats = stats_of(collection)
    assert stats.retention.all == retention(lived(life))
    assert stats.total.answers == len(life)
    assert set(stats.decks) == {"A"}


def test_states_forecast_and_leeches(collection: Collection) -> None:
    events = live(7, cards=CARDS, days=DAYS).events
    write(collection, events)
    stats = stats_of(collection)
    scheduler, states = Scheduler(Settings()), defaultdict[str, CardState](lambda: UNSEEN)
    for event in events:
        states[event.subject] = scheduler.apply(states[event.subject], event)
    today = FIRST_DAY + timedelta(DAYS - 1)
    ours = {card: state for card, state in states.items() if int(card[1:-5]) < 50}
    reviews = [state.phase for state in ours.values() if isinstance(state.phase, Review)]
    assert (stats.states.young, stats.states.mature) == (
        sum(phase.days < 21 for phase in reviews),
        sum(phase.days >= 21 for phase in reviews),
    )
    assert next(iter(stats.forecast)) == today + timedelta(1)
    due = Counter(phase.due for phase in reviews)
    assert stats.forecast == {today + timedelta(n): due[today + timedelta(n)] for n in range(1, 29)}
    assert sum(stats.forecast.values()) > 0
    lapses = {card: state.lapses for card, state in ours.items() if state.lapses >= 8}
    assert lapses
    assert {leech.card: leech.lapses for leech in stats.leeches} == lapses
    assert {leech.deck for leech in stats.leeches} <= {"A", "A::B"}


def test_streaks(collection: Collection) -> None:
    first = live(8, cards=1, days=1).events[0]
    missing = {4, 30, DAYS - 1}
    write(
        collection,
        (
            replace(first, subject=f"n{n}/back", at=NOON + n * 86_400_000, day=FIRST_DAY + timedelta(n))
            for n in range(DAYS)
            if n not in missing
        ),
    )
    assert stats_of(collection).streak == (28, 28)  # today has none yet
    assert stats_of(collection, days=DAYS + 1).streak == (0, 28)
    assert stats_of(collection, days=30).streak == (25, 25)  # what comes later is not known yet


def test_answers_after_today_are_counted_apart(collection: Collection) -> None:
    """They were made while the clock was wrong."""
    events = live(9, cards=CARDS, days=DAYS).events
    write(collection, events)
    stats = stats_of(collection, days=20)
    today = FIRST_DAY + timedelta(19)
    assert stats.later == sum(event.day > today for event in events) > 0
    assert stats.total.answers == sum(event.day <= today for event in events)
    assert max(stats.days) == stats.last == today


@pytest.mark.parametrize("years", [-30, 30])
def test_ten_days_with_a_wrong_clock(collection: Collection, years: int) -> None:
    """Their answers count on the days that the clock said, and none of the others is lost."""
    events, wrong = live(12, cards=CARDS, days=DAYS).events, range(20, 30)
    shift = timedelta(365 * years)
    stored = [
        replace(event, day=event.day + shift, at=event.at + shift // timedelta(milliseconds=1))
        if (event.day - FIRST_DAY).days in wrong
        else event
        for event in events
    ]
    write(collection, stored)
    right = [event.day for event in stored if FIRST_DAY <= event.day <= FIRST_DAY + timedelta(DAYS)]
    stats = stats_of(collection, Period(FIRST_DAY, date.max))
    assert {day: amount.answers for day, amount in stats.days.items()} == Counter(right) == stats.year
    assert stats.streak.now == next(n for n in range(DAYS) if max(right) - timedelta(n) not in right)
    assert (stats.ever, stats.later) == (len(events), (len(events) - len(right)) * (years > 0))
    assert stats.retention.all == retention(one for one in lived(stored) if one.event.day in stats.days)
    assert stats_of(collection).first == min(event.day for event in stored)


def test_calibration_compares_what_was_expected(collection: Collection) -> None:
    events = live(10, cards=CARDS, days=DAYS).events  # of a learner who forgets faster
    write(collection, events)
    found = stats_of(collection).calibration
    assert found
    assert found.sampled == 1
    later = [one for one in lived(events) if isinstance(one.before, Learning | Relearning | Review)]
    reviews = [one for one in later if isinstance(one.before, Review)]
    assert found.reviews == len(reviews)
    assert found.recalled == fmean(one.rating > Rating.AGAIN for one in reviews)
    assert found.expected > found.recalled + 0.03
    assert [bucket.predicted for bucket in found.buckets] == sorted(bucket.predicted for bucket in found.buckets)


def test_hard_for_forgotten_cards_is_noticed(home: Home) -> None:
    for name, text in DECKS.items():
        home.write(name, text)
    collection = home.open()
    events = live(11, cards=CARDS, days=DAYS).events
    write(collection, events)
    assert not stats_of(collection).hard_for_again
    with collection.store.write() as connection:
        connection.execute("update events set rating = 2 where rating = 1 and state = 'relearning'")
    assert stats_of(collection).hard_for_again


def test_an_empty_log(collection: Collection) -> None:
    stats = stats_of(collection)
    assert (stats.ever, stats.days, stats.streak, stats.calibration) == (0, {}, (0, 0), None)
    assert stats.states.new == 50
    assert stats.first == stats.last
