"""The figures of a period as words, the same in the terminal and on the page."""

from collections.abc import Iterator

from srs.core.event import Rating
from srs.core.plural import plural
from srs.database.totals import Totals
from srs.insight.memory_today import GoalAhead, Spread
from srs.insight.stats import FORECAST_DAYS, Amount, Retention, Stats, Steps

NO_DECK = "(in no deck)"
NOTHING = (
    "No answers yet. After your first review (srs review), you see here your days in a row, the minutes you took, how much"
    " you recalled by deck, the days and hours on which you studied, the reviews of the coming weeks, and the cards that you"
    " forget most."
)
STATES = ("new", "learning", "young", "mature", "suspended")
LEVELS = 4
"""Of a day with answers in the map of the year: up to a quarter of the busiest day's, and so on."""


def level(count: int, busiest: int) -> int:
    """0 for a day without answers, else 1 to `LEVELS`."""
    return -(-count * LEVELS // busiest) if count else 0


def share(found: Retention) -> str:
    return f"{100 * found.recalled / found.reviews:.1f} %" if found.reviews else "–"


def share_of(found: Retention) -> str:
    """With the number of reviews: `90.1 % of 1,234`."""
    return f"{share(found)} of {found.reviews:,}" if found.reviews else "–"


def passed(steps: Steps) -> str:
    return share_of(Retention(steps.answers, steps.passed))


def minutes(milliseconds: int) -> str:
    found = round(milliseconds / 60_000)
    return plural(found, "minute") if found < 600 else f"{found / 60:,.0f} hours"


def today(amount: Amount) -> str:
    if not amount.answers:
        return "nothing yet (srs review)"
    recalled = f", {share(Retention(amount.reviews, amount.recalled))} recalled" if amount.reviews else ""
    return (
        f"{plural(amount.answers, 'answer')} in {minutes(amount.milliseconds)}:"
        f" {plural(amount.reviews, 'review')}{recalled}, {plural(amount.new, 'new card')}"
    )


def streak(stats: Stats) -> str:
    return f"{plural(stats.streak.now, 'day')}; the longest: {stats.streak.longest}"


def states(found: Totals) -> str:
    return ", ".join(f"{getattr(found, name):,}\N{NO-BREAK SPACE}{name}" for name in STATES)


def period(stats: Stats) -> str:
    days, total = len(stats.days), stats.total
    text = f"{stats.first} to {stats.last}: "
    if not days:
        return f"{text}no answers."
    return (
        f"{text}{total.answers:,} answers and {total.reviews:,} reviews among them in {minutes(total.milliseconds)},"
        f" {total.new:,} new; {total.answers / days:.0f} answers and {total.milliseconds / 60_000 / days:.1f} minutes a day"
        f" on {plural(days, 'day')}."
    )


def steps(stats: Stats) -> Iterator[str]:
    for name, found in (("Learning", stats.learning), ("Relearning", stats.relearning)):
        if found.answers:
            yield f"{name} steps: {passed(found)} passed (not rated Again)."


def to_come(stats: Stats) -> str:
    ahead = list(stats.forecast.values())
    return f"{plural(sum(ahead[:7]), 'review')} in 7 days, {sum(ahead):,} in {FORECAST_DAYS}."


def goal(found: GoalAhead) -> str:
    name = "" if found.name == found.day.isoformat() else f"{found.name}, "
    days = list(found.reviews.values())
    return (
        f"Goal {name}{found.day}: {100 * found.expected:.0f} % recall expected, {100 * found.wanted:.0f} % wanted; asks about"
        f" {sum(days):,.0f} reviews until then, {sum(days[1:8]):,.0f} in the coming 7 days."
    )


def stability(found: Spread) -> str:
    return f"Stability, median {plural(round(found.median or 0), 'day')}"


def difficulty(found: Spread) -> str:
    return f"Difficulty, median {found.median or 0:.1f}"


def recall_today(found: Spread) -> str:
    return f"Recall today, mean {100 * (found.mean or 0):.1f} %"


def calibration(stats: Stats) -> str:
    """Empty if there is none."""
    if not (found := stats.calibration):
        return ""
    of = f", of one card in {found.sampled}" if found.sampled > 1 else ""
    return (
        f"FSRS expected {100 * found.expected:.1f}\N{NO-BREAK SPACE}% of {found.reviews:,} reviews to be recalled{of};"
        f" {100 * found.recalled:.1f}\N{NO-BREAK SPACE}% were (RMSE {found.score.rmse:.3f}, log loss"
        f" {found.score.log_loss:.3f})."
    )


def hard_for_again(stats: Stats) -> str:
    """Empty if nothing suggests it."""
    if not stats.hard_for_again:
        return ""
    return (
        f"Hard seems to be pressed for forgotten cards: you rated {stats.ratings[Rating.AGAIN]:,} reviews Again and"
        f" {stats.ratings[Rating.HARD]:,} Hard. Press Again for what you forgot; Hard means recalled with effort."
    )


def leeches(count: int) -> str:
    return "1 leech, with its lapses" if count == 1 else f"{count:,} leeches, with their lapses"


def later(stats: Stats) -> str:
    """Empty if there are no such answers."""
    if not stats.later:
        return ""
    return (
        f"{plural(stats.later, 'answer')} on days after today, made while a clock was wrong, will count on their day."
    )
