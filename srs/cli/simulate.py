"""The forecast of several desired retentions, as a table with charts, or as JSON."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from textwrap import wrap
from typing import Any

import click

from srs.cli import complete
from srs.cli.chart import Series, draw_chart
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder
from srs.cli.output import emit, json_option, say
from srs.collection.simulate import SEEDS, Simulation, simulate_collection
from srs.core.plural import plural
from srs.scheduling.simulate import Forecast, Span

_RETENTIONS = (0.8, 0.85, 0.9, 0.93, 0.95)
_LONGEST = 3650  # days: ten years
_WIDE = 77  # columns from which a row has room for its ranges
_CHART_HEIGHT = 13  # lines
_WIDEST = 80  # columns; longer lines are hard to read


@click.command("simulate")
@click.argument("decks", nargs=-1, metavar="[DECK]...", shell_complete=complete.decks)
@click.option(
    "--days", type=click.IntRange(1, _LONGEST), default=365, show_default=True, metavar="N", help="Simulate N days."
)
@json_option
@pass_context
def simulate_command(context: Context, decks: tuple[str, ...], days: int, as_json: bool) -> None:
    """Forecast reviews, minutes and known cards by retention.

    Your own cards, answers and settings are simulated from today on; nothing is recorded. New cards come under the daily
    limit.
    """
    if not as_json:
        report_folder(context.deck_folder)
    now = context.clock()()
    collection = context.open(now)
    own = collection.settings.desired_retention
    retentions = sorted({*_RETENTIONS, own})
    simulation = simulate_collection(collection, now, collection.deck_names(decks), days, retentions)
    if as_json:
        emit(_json(simulation))
        return
    if not simulation.cards:
        say("There are no cards to simulate: all are suspended.")
        return
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    for line in _lines(simulation, width):
        say(line)


def _lines(simulation: Simulation, width: int) -> Iterator[str]:
    last = simulation.day + timedelta(days=simulation.days - 1)
    cards = f"{plural(simulation.cards, 'card')}, {simulation.seen} of them seen"
    yield from _wrap(f"{plural(simulation.days, 'day')} until {last}: {cards}.", width)
    yield ""
    yield from (_wide_table if width >= _WIDE else _narrow_table)(simulation)
    yield ""
    for note in _notes(simulation):
        yield from _wrap(note, width)
    yield from _charts(simulation, width)


def _wide_table(simulation: Simulation) -> Iterator[str]:
    yield f"{'':9}  {'reviews':>16}  {'minutes':>16}  {'known':>18}  {'known per':>10}"
    yield f"{'retention':9}  {'a day':>16}  {'a day':>16}  {'on the last day':>18}  {'minute':>10}"
    for one in simulation.forecasts:
        spans = zip((one.reviews, one.minutes, one.known), (16, 16, 18), strict=True)
        cells = [f"{f'{_number(span.mean)} ({_range(span)})':>{width}}" for span, width in spans]
        rate = "" if one.known_per_minute is None else f"{one.known_per_minute:.2f}"
        yield f"{_mark(simulation, one):9}  {'  '.join(cells)}  {rate:>10}"


def _narrow_table(simulation: Simulation) -> Iterator[str]:
    """The ranges stand below their means."""
    yield f"{'':6} {'reviews':>9} {'minutes':>9} {'known':>12}"
    yield f"{'':6} {'a day':>9} {'a day':>9} {'on last day':>12}"
    for one in simulation.forecasts:
        spans = (one.reviews, 9), (one.minutes, 9), (one.known, 12)
        yield " ".join((_mark(simulation, one), *(f"{_number(span.mean):>{width}}" for span, width in spans)))
        yield " ".join((f"{'':6}", *(f"{_range(span):>{width}}" for span, width in spans)))


def _mark(simulation: Simulation, forecast: Forecast) -> str:
    own = "*" if forecast.retention == simulation.desired_retention else " "
    return f"{_percent(forecast.retention)}{own}".rjust(6)


def _wrap(text: str, width: int) -> list[str]:
    """Keeps numbers and their percent sign together."""
    joined = text.replace(" %", "\N{NO-BREAK SPACE}%")
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in wrap(joined, width)]


def _notes(simulation: Simulation) -> Iterator[str]:
    yield f"* is your desired retention. Ranges are the lowest and the highest of {SEEDS} runs."
    yield (
        f"Known: how many cards you would recall on that day, expected; today {_number(simulation.known)}"
        f" of {simulation.cards}."
    )
    if (best := simulation.best) and best.known_per_minute is not None:
        yield (
            f"Most knowledge per minute: {_percent(best.retention)}, with {best.known_per_minute:.2f} cards known on the"
            " last day for each minute that all days take."
        )
    habits, where = simulation.habits, "assumed, as too few answers were timed"
    if simulation.timed:
        where = f"the medians of your {plural(simulation.timed, 'timed answer')}"
    yield f"Time: {habits.seconds_recalled:.0f} s an answer, {habits.seconds_again:.0f} s for Again ({where})."
    if simulation.sampled > 1:
        yield f"One card in {simulation.sampled} was simulated, and stands for the others."
    yield from simulation.caveats


def _charts(simulation: Simulation, width: int) -> Iterator[str]:
    """Minutes and known cards in as many parts of the time as the known cards were counted at the end of."""
    shown = [*zip("abcd", _shown(simulation), strict=False)]
    ends = [n + 1 for n, day in enumerate(shown[0][1].by_day) if day.known is not None]
    if len(ends) < 2:  # one point is no line
        return
    parts = [*pairwise((0, *ends))]
    minutes = [Series(marker, ends, [_mean_minutes(one, *part) for part in parts]) for marker, one in shown]
    known = [Series(marker, ends, [one.by_day[end - 1].known or 0 for end in ends]) for marker, one in shown]
    lines = ", ".join(f"{marker}\N{NO-BREAK SPACE}{_percent(one.retention)}" for marker, one in shown)
    yield ""
    yield from _wrap(f"The days from today on, at {lines}. Where lines meet, the last letter is shown.", width)
    for title, series in (("Minutes a day", minutes), ("Known cards", known)):
        yield ""
        yield from draw_chart(title, series, simulation.days, width, _CHART_HEIGHT)


def _mean_minutes(forecast: Forecast, start: int, end: int) -> float:
    return sum(day.seconds for day in forecast.by_day[start:end]) / 60 / (end - start)


def _shown(simulation: Simulation) -> Sequence[Forecast]:
    """The lowest retention, the learner's own, the best and the highest: more lines than these would hide each other."""
    first, *_, last = simulation.forecasts
    wanted = [first, last, simulation.best or first]
    return [one for one in simulation.forecasts if one in wanted or one.retention == simulation.desired_retention]


def _percent(retention: float) -> str:
    return f"{retention * 100:.4g} %"


def _number(value: float) -> str:
    return f"{value:.1f}" if 0 < value < 9.95 else f"{value:.0f}"


def _range(span: Span) -> str:
    return f"{_number(span.low)}–{_number(span.high)}"


def _json(simulation: Simulation) -> dict[str, Any]:
    best, habits = simulation.best, simulation.habits
    return {
        "days": simulation.days,
        "seeds": SEEDS,
        "retentions": [_forecast_json(simulation, one) for one in simulation.forecasts],
        "best": best and best.retention,
        "basis": {
            "day": simulation.day.isoformat(),
            "cards": simulation.cards,
            "seen": simulation.seen,
            "known": simulation.known,
            "desired_retention": simulation.desired_retention,
            "timed_answers": simulation.timed,
            "seconds": {"again": habits.seconds_again, "recalled": habits.seconds_recalled},
            "first_ratings": habits.first,
            "recalled_ratings": habits.recalled,
            "sampled": simulation.sampled,
        },
        "caveats": simulation.caveats,
    }


def _forecast_json(simulation: Simulation, forecast: Forecast) -> dict[str, Any]:
    spans = {"reviews": forecast.reviews, "minutes": forecast.minutes, "known": forecast.known}
    return {
        "retention": forecast.retention,
        **{name: span.mean for name, span in spans.items()},
        "known_per_minute": forecast.known_per_minute,
        "spread": {name: [span.low, span.high] for name, span in spans.items()},
        "by_day": [
            {
                "day": (simulation.day + timedelta(days=n)).isoformat(),
                "new": day.new,
                "reviews": day.reviews,
                "minutes": day.seconds / 60,
                "known": day.known,
            }
            for n, day in enumerate(forecast.by_day)
        ],
    }
