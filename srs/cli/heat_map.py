"""The answers of each day of a year, a column per week: in levels of one hue, or of signs where there is no colour."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from rich.console import Console
from rich.text import Text

LEVELS = 5
"""Of a day: no answer, then up to a quarter of the busiest day's, and so on."""

_SIGNS, _COLOURED = "·░▒▓█", "·▇▇▇▇"
_WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "")
_MOST = 53  # weeks


def heat_map(answers: Mapping[date, int], today: date, width: int, console: Console) -> Iterator[Text]:
    """As many weeks of the past year as there is room for."""
    weeks = min(width - 4, _MOST)
    start = today - timedelta(today.weekday() + 7 * (weeks - 1))
    mondays = [start + timedelta(7 * n) for n in range(weeks)]
    busiest = max(answers.values(), default=0)
    many = _has_levels(console)
    yield Text("    " + _months(mondays), "quiet")
    for row, name in enumerate(_WEEKDAYS):
        line = Text(f"{name:4}", "quiet")
        for day in (monday + timedelta(row) for monday in mondays):
            if day <= today:
                line.append(*_cell(_level(answers.get(day, 0), busiest), many=many))
        yield line
    legend = Text("    ").append(*_cell(0, many=many)).append(" none  ", "quiet")
    for level in range(1, LEVELS):
        legend.append(*_cell(level, many=many))
    yield legend.append(f" up to {busiest:,} answers a day", "quiet")


def _has_levels(console: Console) -> bool:
    """Whether it has colours enough, and wants them."""
    colours = console.color_system in {"256", "truecolor"} and not console.no_color
    return colours and console.get_style("level1").color is not None


def _cell(level: int, *, many: bool) -> tuple[str, str]:
    style = "quiet" if level == 0 else f"level{level}" if many else "good"
    return (_COLOURED if many else _SIGNS)[level], style


def _level(count: int, busiest: int) -> int:
    return -(-count * (LEVELS - 1) // busiest) if count else 0


def _months(mondays: list[date]) -> str:
    months = [" "] * len(mondays)
    for n, monday in enumerate(mondays):
        if monday.day <= 7 and n + 3 <= len(mondays) and (n == 0 or months[n - 1] == " "):
            months[n : n + 3] = monday.strftime("%b")
    return "".join(months).rstrip()
