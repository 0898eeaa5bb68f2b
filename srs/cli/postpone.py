"""For a day that goes otherwise: reviews of today that wait, or reviews of the days to come that need not."""

from typing import Any

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.moves import dry_run_option, load_json, say_reason, show_load, why_not, yes_option
from srs.cli.output import emit, json_option
from srs.collection.move_reviews import advance_moves, postpone_moves
from srs.collection.recorder import Recorder
from srs.core.plural import plural
from srs.scheduling.reschedule import NewDueDates

_MOST = 10_000  # cards

_decks = click.argument("decks", nargs=-1, metavar="[DECK]...", shell_complete=complete.decks)


@click.command("postpone")
@_decks
@click.option(
    "--keep", type=click.IntRange(0, _MOST), default=0, metavar="N", help="Keep N reviews for today. Default: none."
)
@dry_run_option
@yes_option
@json_option
@pass_context
def postpone_command(
    context: Context, decks: tuple[str, ...], keep: int, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Move today's reviews to the next days.

    Those that are left today spread over the next seven study days. With --keep, those stay that would lose most recall by
    waiting. New cards and cards in their steps stay.
    """
    now = context.clock()()
    collection = context.open(now, records=True)
    moves = postpone_moves(collection, collection.deck_names(decks), keep, now)
    nothing = f"today has no more than {plural(keep, 'review')}." if keep else "no reviews are due today."
    _move(Recorder(collection), moves, now, nothing, "postpone", dry_run=dry_run, yes=yes, as_json=as_json)


@click.command("advance")
@click.argument("count", type=click.IntRange(1, _MOST), metavar="N")
@_decks
@dry_run_option
@yes_option
@json_option
@pass_context
def advance_command(
    context: Context, count: int, decks: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Bring N reviews of the days to come forward to today.

    Of those that are due in the next 30 days, the ones that lose least by being early; one card of a note.
    """
    now = context.clock()()
    collection = context.open(now, records=True)
    moves = advance_moves(collection, collection.deck_names(decks), count, now)
    nothing = "no reviews are due in the next 30 days that could be asked today."
    _move(Recorder(collection), moves, now, nothing, "advance", dry_run=dry_run, yes=yes, as_json=as_json)


def _move(
    recorder: Recorder,
    moves: NewDueDates,
    now: int,
    nothing: str,
    verb: str,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Shows, asks and records; `nothing` says that there is nothing to move."""
    reason = nothing
    if moves.due:
        if not as_json:
            show_load(moves)
        reviews = plural(len(moves.due), "review")
        hint = f"{verb} {'it' if len(moves.due) == 1 else 'them'}"
        reason = why_not(f"{verb.capitalize()} {reviews}?", hint, dry_run=dry_run, yes=yes, as_json=as_json)
        if not reason:
            recorder.move_reviews(moves.due, now)
    if as_json:
        done: dict[str, Any] = {"applied": not reason, "reason": reason}
        emit({"moved": len(moves.due), "load": load_json(moves)} | done)
    else:
        say_reason(reason or "moved. To take it back: srs undo")
