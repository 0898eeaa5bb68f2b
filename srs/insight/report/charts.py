"""The charts by name: what is drawn, and the table with the same figures."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from srs.core.event import Rating
from srs.core.plural import plural
from srs.insight import figures_in_words as words
from srs.insight.memory_today import Spread
from srs.insight.report.calendar_map import draw_map, mondays
from srs.insight.report.drawing import Drawing, Point, counts, draw, draw_against, percents
from srs.insight.report.spans import Span, Spans, put_together
from srs.insight.stats import FORECAST_DAYS, Retention, Stats

_TICKS = 5  # labels below a chart, as many as a phone has room for
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Chart(NamedTuple):
    """Without a drawing there is nothing to show yet. The table's cells are texts of ours."""

    title: str
    drawing: Drawing | None
    head: Sequence[str]
    rows: Sequence[tuple[str, ...]]


def heatmap(stats: Stats, today: date) -> Chart:
    rows = []
    for monday in mondays(today):
        week = [stats.year.get(monday + timedelta(n)) for n in range(7)]
        if any(week):
            cells = [f"{count:,}" if count else "" for count in week]
            rows.append((f"{monday}", *cells, f"{sum(filter(None, week)):,}"))
    return Chart("Answers of the past year", draw_map(stats.year, today), ("week of", *_DAYS, "all"), rows)


def answers(stats: Stats, _today: date) -> Chart:
    found = put_together(stats)
    amounts = [span.amount for span in found.spans]
    rest = [amount.answers - amount.reviews - amount.new for amount in amounts]
    series = {
        "reviews": [amount.reviews for amount in amounts],
        "new cards": [amount.new for amount in amounts],
        "steps and crammed": rest,
    }
    hovers = [
        f"{_title(found, span)}: {plural(span.amount.answers, 'answer')} ({span.amount.reviews} reviews,"
        f" {span.amount.new} new cards, {other} in steps or crammed)"
        for span, other in zip(found.spans, rest, strict=True)
    ]
    scale = counts(amount.answers for amount in amounts)
    drawing = draw("stacked", series, _ticks(found), hovers, scale) if stats.days else None
    rows = [(span.name, *(f"{n:,}" for n in span.amount[:4])) for span in found.spans if span.amount.answers]
    return Chart(f"Answers per {found.unit}", drawing, (found.unit, "answers", "reviews", "recalled", "new"), rows)


def minutes(stats: Stats, _today: date) -> Chart:
    found = put_together(stats)
    taken = [span.amount.milliseconds / 60_000 for span in found.spans]
    hovers = [f"{_title(found, span)}: {one:.1f} minutes" for span, one in zip(found.spans, taken, strict=True)]
    drawing = draw("stacked", {"minutes": taken}, _ticks(found), hovers, counts(taken)) if stats.days else None
    rows = [(span.name, f"{one:,.1f}") for span, one in zip(found.spans, taken, strict=True) if span.amount.answers]
    return Chart(f"Minutes per {found.unit}", drawing, (found.unit, "minutes"), rows)


def retention(stats: Stats, _today: date) -> Chart:
    found = put_together(stats)
    series = {age: [_percent(getattr(span.ages, age)) for span in found.spans] for age in ("young", "mature", "all")}
    hovers = [
        f"{_title(found, span)}: "
        + ", ".join(f"{age} {words.share_of(getattr(span.ages, age))}" for age in ("young", "mature", "all"))
        for span in found.spans
    ]
    scale = percents(value for values in series.values() for value in values)
    drawing = draw("lines", series, _ticks(found), hovers, scale) if stats.ages else None
    rows = [
        (span.name, *map(words.share_of, (span.ages.young, span.ages.mature, span.ages.all)))
        for span in found.spans
        if span.ages.all.reviews
    ]
    return Chart(f"Recalled per {found.unit}", drawing, (found.unit, "young", "mature", "all"), rows)


def forecast(stats: Stats, _today: date) -> Chart:
    due = stats.forecast
    ticks = [f"{day.day} {day:%b}" if n % 7 == 0 else "" for n, day in enumerate(due)]
    series: dict[str, list[float]] = {"due": [*due.values()]}
    if stats.goals:
        series["asked by goals"] = [sum(goal.reviews.get(day, 0) for goal in stats.goals) for day in due]
    columns = [*zip(*series.values(), strict=True)]
    cells = [[f"{value:,.0f}" for value in column] for column in columns]
    hovers = [
        f"{day:%a} {day}: {', '.join(f'{cell} {name}' for cell, name in zip(of_day, series, strict=True))}"
        for day, of_day in zip(due, cells, strict=True)
    ]
    scale = counts(value for column in columns for value in column)
    drawing = draw("beside", series, ticks, hovers, scale) if any(map(any, columns)) else None
    rows = [(f"{day}", *of_day) for day, of_day in zip(due, cells, strict=True)]
    return Chart(f"Reviews due in the next {FORECAST_DAYS} days", drawing, ("day", *series), rows)


def hours(stats: Stats, _today: date) -> Chart:
    found = [*enumerate(stats.hours)]
    shares = [Retention(amount.reviews, amount.recalled) for amount in stats.hours]
    ticks = [f"{hour}" if hour in {0, 6, 12, 18, 23} else "" for hour in range(24)]
    hovers = [
        f"from {hour}:00: {plural(amount.answers, 'answer')}, recalled {words.share_of(shares[hour])}"
        for hour, amount in found
    ]
    scale = counts(amount.answers for amount in stats.hours)
    series = {"answers": [amount.answers for amount in stats.hours]}
    drawing = draw("stacked", series, ticks, hovers, scale) if stats.total.answers else None
    rows = [
        (f"{hour}", f"{amount.answers:,}", words.share_of(shares[hour])) for hour, amount in found if amount.answers
    ]
    return Chart("Answers by hour of the day", drawing, ("hour", "answers", "recalled"), rows)


def ratings(stats: Stats, _today: date) -> Chart:
    reviews = sum(stats.ratings.values())
    names = [rating.name.capitalize() for rating in Rating]
    found = [*zip(names, stats.ratings.values(), strict=True)]
    texts = [words.share_of(Retention(reviews, count)) for _, count in found]
    hovers = [f"{name}: {count:,} reviews, {text}" for (name, count), text in zip(found, texts, strict=True)]
    series = {"reviews": [*stats.ratings.values()]}
    drawing = draw("stacked", series, names, hovers, counts(series["reviews"])) if reviews else None
    rows = [(name, f"{count:,}", text) for (name, count), text in zip(found, texts, strict=True)]
    return Chart("Ratings of reviews", drawing, ("rating", "reviews", "share"), rows)


def calibration(stats: Stats, _today: date) -> Chart:
    buckets = stats.calibration.buckets if stats.calibration else []
    shares = [Retention(bucket.reviews, bucket.recalled) for bucket in buckets]
    expected = [100 * bucket.predicted for bucket in buckets]
    recalled = [100 * found.recalled / found.reviews for found in shares]
    most = max((bucket.reviews for bucket in buckets), default=0)
    points = [
        Point(x, y, found.reviews / most, f"FSRS expected {x:.1f} %; recalled {words.share_of(found)}")
        for x, y, found in zip(expected, recalled, shares, strict=True)
    ]
    scale = percents([*expected, *recalled])
    drawing = draw_against(("as expected", "recalled"), points, scale) if points else None
    rows = [(f"{x:.1f} %", words.share(found), f"{found.reviews:,}") for x, found in zip(expected, shares, strict=True)]
    return Chart("Recalled, against what FSRS expected", drawing, ("FSRS expected", "recalled", "reviews"), rows)


def stability(stats: Stats, _today: date) -> Chart:
    """By days, each bin named after its lower bound."""
    found = stats.memory.stability
    return _spread(words.stability(found), found, [(f"{one.low:.0f}", " days") for one in found.bins])


def difficulty(stats: Stats, _today: date) -> Chart:
    found = stats.memory.difficulty
    return _spread(words.difficulty(found), found, [(f"{one.low:.0f}", "") for one in found.bins])


def recall(stats: Stats, _today: date) -> Chart:
    found = stats.memory.recall
    return _spread(words.recall_today(found), found, [(f"{100 * one.low:.0f}", " %") for one in found.bins])


def _spread(title: str, found: Spread, lows: Sequence[tuple[str, str]]) -> Chart:
    cards = [one.cards for one in found.bins]
    hovers = [f"from {low}{unit}: {plural(count, 'card')}" for (low, unit), count in zip(lows, cards, strict=True)]
    ticks = [low for low, _ in lows]
    drawing = draw("stacked", {"cards": cards}, ticks, hovers, counts(cards)) if any(cards) else None
    rows = [(f"{low}{unit}", f"{count:,}") for (low, unit), count in zip(lows, cards, strict=True)]
    return Chart(title, drawing, ("from", "cards"), rows)


CHARTS: dict[str, Callable[[Stats, date], Chart]] = {
    "heatmap": heatmap,
    "answers": answers,
    "minutes": minutes,
    "retention": retention,
    "forecast": forecast,
    "hours": hours,
    "ratings": ratings,
    "calibration": calibration,
    "stability": stability,
    "difficulty": difficulty,
    "recall": recall,
}


def _percent(found: Retention) -> float | None:
    return 100 * found.recalled / found.reviews if found.reviews else None


def _title(spans: Spans, span: Span) -> str:
    return f"week of {span.name}" if spans.unit == "week" else span.name


def _ticks(spans: Spans) -> list[str]:
    step = -(-len(spans.spans) // _TICKS)
    return [span.tick if n % step == 0 else "" for n, span in enumerate(spans.spans)]
