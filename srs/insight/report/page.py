"""The page as a whole, and a chart as a file of its own."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import NamedTuple

from srs.core.safe_text import printable
from srs.database.totals import Totals
from srs.insight.report.charts import CHARTS
from srs.insight.report.deck_sections import deck_sections
from srs.insight.report.drawing import Drawing
from srs.insight.report.sections import Section, sections
from srs.insight.stats import Stats

_TITLE_HEIGHT, _SIDE = 40, 12
_OF_TODAY = {"heatmap", "forecast", "stability", "difficulty", "recall"}


class Report(NamedTuple):
    """`states` are those of the cards by deck, `made` is the learner's time, `chosen` the options that chose the cards; `more`
    comes after the statistics.
    """

    stats: Stats
    states: Mapping[str, Totals]
    today: date
    made: str
    chosen: str = ""
    more: Sequence[Section] = ()


def report_html(report: Report) -> str:
    """A page in UTF-8 that holds all it needs: the browser is told to run no script and to load nothing."""
    style = _style("chart.css", "page.css")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    stats = report.stats
    title = f"Statistics, {stats.first} to {stats.last}"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">',
            f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>",
            *_body(report, title),
            "</body>\n</html>\n",
        ]
    )


def chart_svg(name: str, stats: Stats, today: date) -> str:
    """The chart of that name in `CHARTS`, with its title, as a file."""
    chart = CHARTS[name](stats, today)
    drawing = chart.drawing or Drawing(640, 60, '<text y="20">Nothing to show yet.</text>')
    width, height = drawing.width + 2 * _SIDE, drawing.height + _TITLE_HEIGHT
    period = "" if name in _OF_TODAY else f", {stats.first} to {stats.last}"
    title = escape(f"{chart.title}{period}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart alone" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img"><title>{title}</title><style>{_style("chart.css")}</style>'
        f'<rect class="paper" width="{width}" height="{height}"/><text class="title" x="{_SIDE}" y="26">{title}</text>'
        f'<g transform="translate({_SIDE} {_TITLE_HEIGHT})">{drawing.body}</g></svg>\n'
    )


def _style(*names: str) -> str:
    return "\n" + "".join((files(__package__) / name).read_text("utf-8") for name in names)


def _body(report: Report, title: str) -> Iterator[str]:
    found = [*sections(report.stats, report.today), *report.more]
    if report.states and report.stats.ever:
        found.append(Section("decks", "Decks", deck_sections(report.stats, report.states)))
    yield f"<header><h1>{title}</h1>"
    chosen = f"<p>Only {escape(printable(report.chosen))}.</p>" if report.chosen else ""
    yield f"<p>As of {escape(report.made)}.</p>{chosen}"
    if len(found) > 1:
        links = "".join(f'<li><a href="#{one.id}">{one.title}</a></li>' for one in found)
        yield f'<nav aria-label="Sections"><ul>{links}</ul></nav>'
    yield "</header>\n<main>"
    for one in found:
        yield f'<section id="{one.id}"><h2>{one.title}</h2>{one.body}</section>'
    yield "</main>"
