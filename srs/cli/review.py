import os
import sys
from functools import partial
from typing import Any

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import copied_or_why_not, name_folder
from srs.cli.kind_option import KindName
from srs.collection.query import parse, quoted
from srs.database import removed_notes
from srs.kinds.registry import Kinds
from srs.review.session import Session, Study


@click.command("review")
@click.argument("decks", nargs=-1, metavar="[DECK]...", shell_complete=complete.decks)
@click.option("--gloss", is_flag=True, help="Show the gloss with each question.")
@click.option("--type", "typing", is_flag=True, help="Type the answer of each phrase.")
@click.option("--find", "query", metavar="QUERY", default="", help="Only cards that match, as in srs find.")
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", shell_complete=complete.tags, help="Only notes with this tag."
)
@click.option(
    "--kind",
    type=KindName(),
    help="Only notes of this kind.",
)
@click.option("--failed-today", is_flag=True, help="Again what was answered Again today, due or not.")
@click.option("--leeches", is_flag=True, help="Only cards that lapse again and again, due or not.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop after N answers.")
@click.option("--new", type=click.IntRange(min=0), metavar="N", help="N new cards in place of the daily limit.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), metavar="M", help="Stop after M minutes.")
@click.option("--ahead", type=click.IntRange(1, 36_500), metavar="DAYS", help="Also reviews due within DAYS days.")
@click.option("--cram", is_flag=True, help="All that is chosen, due or not; the schedule stays as it is.")
@pass_context
def review_command(context: Context, /, decks: tuple[str, ...], gloss: bool, typing: bool, **chosen: Any) -> None:
    """Answer what is due today.

    Keys: space or Enter reveals, 1 to 4 rate, u takes the last answer back, ? shows all others, q ends.
    A DECK includes those below it.
    Without a terminal each of them is a line: empty, 1 to 4, u, q.
    """
    name_folder(context, daily=True)
    clock = context.clock()
    copy = partial(copied_or_why_not, context) if context.read_only else None
    collection = context.open(clock(), records=True)
    terminal = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if terminal and removed_notes.every(collection.store.connection):
        from srs.cli.ask_relink import ask  # noqa: PLC0415 - hardly ever needed
        from srs.collection.similar_notes import pairs  # noqa: PLC0415 - as above

        ask(collection, pairs(collection.store.connection, collection.number, collection.kinds), clock)
    session = Session(collection, clock, decks, _study(collection.kinds, **chosen))
    if terminal and sys.platform != "win32":  # single keys need a POSIX terminal
        from srs.review.terminal.loop import review  # noqa: PLC0415 - drawing is not needed without a terminal

        review(session, gloss=gloss, typing=typing, copy=copy)
    else:
        from srs.review.terminal.lines import review_lines  # noqa: PLC0415 - as above

        review_lines(session, sys.stdin, sys.stdout, gloss=gloss)


def _study(
    kinds: Kinds,
    query: str,
    tags: tuple[str, ...],
    kind: str | None,
    failed_today: bool,
    leeches: bool,
    limit: int | None,
    new: int | None,
    minutes: float | None,
    ahead: int | None,
    cram: bool,
) -> Study:
    """The options as one query; of several tags all must hold. Raises BadInput."""
    parse(query, kinds)  # a ) of its own would close ours
    terms = [f"({query} )"] if query.strip() else []
    terms += [f"tag:{quoted(tag)}" for tag in tags]
    terms += [f"kind:{kind}"] if kind else []
    terms += ["is:failed"] if failed_today else []
    terms += ["is:leech"] if leeches else []
    anyway = failed_today or leeches
    return Study(" ".join(terms), limit, minutes, new, 36_500 if anyway else ahead or 0, cram)
