import os
import sys
from functools import partial
from typing import Any

import click

from srs.cli.card_choice import card_options, card_query
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder, try_copy_starter_decks
from srs.cli.finite_range import FiniteRange
from srs.database import removed_notes
from srs.kinds.registry import Kinds
from srs.review.planner import StudyOptions
from srs.review.session import Session


@click.command("review")
@click.option("--gloss", is_flag=True, help="Show each note's gloss with its question.")
@click.option("--typing", is_flag=True, help="Type each phrase, short answer and gap.")
@card_options
@click.option("--failed", is_flag=True, help="Only cards that were rated Again today, due or not.")
@click.option("--leeches", is_flag=True, help="Only leeches, due or not.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop after N answers.")
@click.option("--new", type=click.IntRange(min=0), metavar="N", help="Show N new cards instead of the daily limit.")
@click.option("--minutes", type=FiniteRange(min=0, min_open=True), metavar="M", help="Stop after M minutes.")
@click.option(
    "--ahead", type=click.IntRange(1, 36_500), metavar="DAYS", help="Also reviews that are due within DAYS days."
)
@click.option("--cram", is_flag=True, help="All matching cards, due or not; the schedule does not change.")
@pass_context
def review_command(context: Context, /, decks: tuple[str, ...], gloss: bool, typing: bool, **chosen: Any) -> None:
    """Review the cards that are due today.

    DECK includes its subdecks, e.g. Spanish includes Spanish::Verbs. Keys: space or Enter reveals the answer, 1 to 4 rate
    it, u undoes, ? shows all keys, q quits.

    Without a terminal, review reads lines: an empty line reveals, 1 to 4 rate, u undoes, q quits.
    """
    report_folder(context.deck_folder, daily=True)
    clock = context.clock()
    copy = partial(try_copy_starter_decks, context.deck_folder) if context.deck_folder.is_read_only else None
    collection = context.open(clock(), records=True)
    terminal = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if terminal and removed_notes.all_removed(collection.store.connection):
        from srs.cli.ask_relink import ask  # noqa: PLC0415 - hardly ever needed
        from srs.collection.similar_notes import pairs  # noqa: PLC0415 - as above

        ask(collection, pairs(collection.store.connection, collection.folder_id, collection.kinds), clock)
    synced = None
    if collection.settings.anki_sync == "server":
        from srs.cli.anki_background import sync_after, sync_before  # noqa: PLC0415 - only if the settings say so

        synced = sync_before(context)
    news = synced.news if synced else str
    session = Session(collection, clock, decks, _study_options(collection.kinds, **chosen))
    if terminal and sys.platform != "win32":  # single keys need a POSIX terminal
        from srs.review.terminal.loop import review  # noqa: PLC0415 - drawing is not needed without a terminal

        review(session, gloss=gloss, typing=typing, copy=copy, news=news)
    else:
        from srs.review.terminal.lines import review_lines  # noqa: PLC0415 - as above

        review_lines(session, sys.stdin, sys.stdout, gloss=gloss, news=news)
    if synced:
        sync_after(context, synced)


def _study_options(
    kinds: Kinds,
    failed: bool,
    leeches: bool,
    limit: int | None,
    new: int | None,
    minutes: float | None,
    ahead: int | None,
    cram: bool,
    **chosen: Any,
) -> StudyOptions:
    """Raises QueryError."""
    anyway = [term for term, wanted in {"is:failed": failed, "is:leech": leeches}.items() if wanted]
    query = card_query(kinds, chosen["query"], chosen["tags"], chosen["kind"], *anyway)
    return StudyOptions(query, limit, minutes, new, 36_500 if anyway else ahead or 0, cram)
