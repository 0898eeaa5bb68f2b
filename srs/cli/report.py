"""The statistics as a page, or one chart of it as a picture."""

from pathlib import Path
from shlex import join

import click

from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder
from srs.cli.output import emit, json_option, say
from srs.cli.report_interview import interview_section
from srs.cli.stats import chosen_cards, parse_period, period_options
from srs.core.plural import plural
from srs.core.target_file import check_target, write_target
from srs.insight.report.charts import CHARTS
from srs.insight.report.page import Report, chart_svg, report_html
from srs.insight.stats import deck_states, read_stats


@click.command("report")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@period_options
@click.option(
    "--chart",
    metavar="NAME",
    type=click.Choice([*CHARTS], case_sensitive=False),
    help=f"Write only this chart, to FILE.svg: {', '.join(CHARTS)}.",
)
@click.option("--open", "opens", is_flag=True, help="Show FILE in the browser.")
@json_option
@pass_context
def report_command(
    context: Context,
    target: Path,
    decks: tuple[str, ...],
    tags: tuple[str, ...],
    query: str,
    period: str,
    chart: str | None,
    opens: bool,
    as_json: bool,
) -> None:
    """Write the statistics to a page for the browser.

    FILE.html holds all it needs, runs no script and loads nothing. A file of that name is replaced. The figures are those of
    srs stats.
    """
    check_target(target, *([".svg"] if chart else [".html", ".htm"]))
    if not as_json:
        report_folder(context.deck_folder)
    now = context.clock()()
    collection = context.open(now)
    today = collection.calendar.day(now)
    only = chosen_cards(collection, decks, tags, query, now)
    stats = read_stats(collection, parse_period(period, today), now, only)
    if chart:
        text = chart_svg(chart, stats, today)
    else:
        made = collection.calendar.local_text(now)[:16].replace("T", " ")
        states = deck_states(collection, only)
        more = [*interview_section(collection, today)] if only is None else []
        text = report_html(Report(stats, states, today, made, _chosen(decks, tags, query), more))
    write_target(target, text.encode())
    context.mark_done()
    if as_json:
        emit({"file": str(target), "chart": chart, "answers": stats.total.answers})
    else:
        say(f"{target}: {stats.first} to {stats.last}, {plural(stats.total.answers, 'answer')}")
    if opens:
        from srs.cli.open_in_browser import open_in_browser  # noqa: PLC0415 - seldom asked for

        open_in_browser(target.resolve().as_uri())


def _chosen(decks: tuple[str, ...], tags: tuple[str, ...], query: str) -> str:
    """The options that chose the cards, as they can be typed."""
    options = [*(("--deck", deck) for deck in decks), *(("--tag", tag) for tag in tags)]
    options += [("--find", query)] if query.strip() else []
    return join(word for option in options for word in option)
