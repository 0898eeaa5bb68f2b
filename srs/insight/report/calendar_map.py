"""The answers of each day of the past year: a column per week, a row per weekday."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from html import escape

from srs.core.plural import plural
from srs.insight.figures_in_words import LEVELS, level
from srs.insight.report.drawing import Drawing

WEEKS = 53
_STEP, _SIDE = 13, 11  # of a day's square, with and without the gap
_LEFT, _TOP = 44, 24
_WEEKDAYS = {0: "Mon", 2: "Wed", 4: "Fri"}


def mondays(today: date) -> list[date]:
    """Of the weeks that are shown."""
    start = today - timedelta(today.weekday() + 7 * (WEEKS - 1))
    return [start + timedelta(7 * n) for n in range(WEEKS)]


def draw_map(answers: Mapping[date, int], today: date) -> Drawing:
    return Drawing(
        _LEFT + WEEKS * _STEP + 2, _TOP + 7 * _STEP + 30, f'<g class="map">{"".join(_body(answers, today))}</g>'
    )


def _body(answers: Mapping[date, int], today: date) -> Iterator[str]:
    weeks, busiest, last_name = mondays(today), max(answers.values(), default=0), -4
    for n, monday in enumerate(weeks):
        if monday.day <= 7 and n - last_name >= 4 and n < WEEKS - 2:
            last_name = n
            yield f'<text x="{_LEFT + n * _STEP}" y="{_TOP - 8}">{monday:%b}</text>'
    for row, name in _WEEKDAYS.items():
        yield f'<text x="0" y="{_TOP + row * _STEP + _SIDE / 2}" dy=".34em">{name}</text>'
    for n, monday in enumerate(weeks):
        for row in range(7):
            day = monday + timedelta(row)
            if day <= today:
                count = answers.get(day, 0)
                title = f"{day:%a} {day}: {plural(count, 'answer') if count else 'none'}"
                x, y = _LEFT + n * _STEP, _TOP + row * _STEP
                yield f"{_square(x, y, level(count, busiest))}<title>{escape(title)}</title></rect>"
    yield from _legend(busiest)


def _legend(busiest: int) -> Iterator[str]:
    """From none to the busiest day."""
    y, x = _TOP + 7 * _STEP + 14, _LEFT + 60  # with room for the larger letters of a phone
    yield f'<text class="end" x="{x - 8}" y="{y + _SIDE / 2}" dy=".34em">none</text>'
    for n in range(LEVELS + 1):
        yield f"{_square(x + n * _STEP, y, n)}</rect>"
    yield f'<text x="{x + (LEVELS + 1) * _STEP + 6}" y="{y + _SIDE / 2}" dy=".34em">up to {plural(busiest, "answer")} a day</text>'


def _square(x: float, y: float, shade: int) -> str:
    return f'<rect class="l{shade}" x="{x}" y="{y}" width="{_SIDE}" height="{_SIDE}">'
