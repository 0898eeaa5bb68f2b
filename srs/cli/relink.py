"""Commands that record something about notes rather than cards."""

from typing import Literal

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.finite_range import FiniteRange
from srs.cli.json_shapes import log_json
from srs.cli.output import emit, json_option, say
from srs.collection.relink import DEFAULT_FACTOR, change_meaning, mark_distinct, relink
from srs.log.event_log import LoggedEvent


@click.command("relink")
@click.argument("old", shell_complete=complete.notes)
@click.argument("new", shell_complete=complete.notes)
@json_option
@pass_context
def relink_command(context: Context, old: str, new: str, as_json: bool) -> None:
    """Move the history of OLD to NEW.

    OLD and NEW are note ids. Use this after you changed a note's id or split a note. The history of each card goes to
    NEW's card with the same template; if it has none, the history stays in the log. In Anki it remains the same note.
    To take it back: srs undo.
    """
    now = context.clock()()
    result = relink(context.open(now, records=True), old, new, now)
    if as_json:
        row = log_json(LoggedEvent(result.event, voided=False)) if result.event else None
        emit(
            {
                "event": row,
                "cards": list(result.cards),
                "kept": list(result.orphaned),
                "still_in": result.still_in or None,
            }
        )
        return
    if result.event is None:
        say(f"The history of {old} was already moved to {new}.")
    else:
        say(f"Moved the history of {old} to {new}: {', '.join(result.cards) or 'no cards'}.")
    if result.orphaned:
        say(f"{new} has no card for {', '.join(result.orphaned)}; that history stays in the log.")
    if result.still_in:
        say(f"{old} is still in {result.still_in}, but is no longer asked; delete it there, or change its id.")


@click.command("distinct")
@click.argument("old", shell_complete=complete.notes)
@click.argument("new", shell_complete=complete.notes)
@json_option
@pass_context
def distinct_command(context: Context, old: str, new: str, as_json: bool) -> None:
    """Record that OLD and NEW are different notes.

    srs check and srs review then no longer ask whether they are the same note.
    """
    now = context.clock()()
    event = mark_distinct(context.open(now, records=True), old, new, now)
    if as_json:
        emit([log_json(LoggedEvent(event, voided=False))] if event else [])
    else:
        say(f"Recorded: {old} and {new} are different notes." if event else "That is already recorded.")


@click.command("changed")
@click.argument("note", shell_complete=complete.notes)
@click.argument("how", type=click.Choice(["keep", "soften", "over"]))
@click.option(
    "--factor",
    type=FiniteRange(0, 1, min_open=True, max_open=True),
    metavar="F",
    help="For soften: multiply the stability by F. Default: 0.5.",
)
@json_option
@pass_context
def changed_command(
    context: Context, note: str, how: Literal["keep", "soften", "over"], factor: float | None, as_json: bool
) -> None:
    """Keep, soften or reset the progress of a changed note.

    keep changes nothing; soften halves the stability of each card, so its next intervals are shorter; over resets each card
    to new. To take it back: srs undo, once per card.
    """
    if factor is not None and how != "soften":
        raise click.UsageError("--factor needs soften.")
    now = context.clock()()
    events = change_meaning(
        context.open(now, records=True), note, how, DEFAULT_FACTOR if factor is None else factor, now
    )
    if as_json:
        emit([log_json(LoggedEvent(event, voided=False)) for event in events])
        return
    for event in events:
        say(f"{event.subject}: {event.what.name}")
    if not events:
        say("Nothing was changed." if how == "keep" else f"{note} has no reviewed cards.")
