"""What is recorded of notes rather than of cards."""

from typing import Literal

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import log_json
from srs.cli.output import emit, json_option, say
from srs.log.event_log import Logged


@click.command("relink")
@click.argument("old", shell_complete=complete.notes)
@click.argument("new", shell_complete=complete.notes)
@json_option
@pass_context
def relink_command(context: Context, old: str, new: str, as_json: bool) -> None:
    """Let the history of the note OLD be that of the note NEW.

    For a note whose id was changed, or that was split in two. Each card's history goes to the card with the same
    template; what NEW has no card for stays in the log. In Anki it stays the same note. srs undo takes it back.
    """
    from srs.collection.relink import relink  # noqa: PLC0415 - fsrs is slow to load, for help as well

    now = context.clock()()
    moved = relink(context.open(now, records=True), old, new, now)
    if as_json:
        row = log_json(Logged(moved.event, voided=False)) if moved.event else None
        emit({"event": row, "cards": list(moved.cards), "kept": list(moved.kept), "still_in": moved.still_in or None})
        return
    if moved.event is None:
        say(f"The history of {old} is that of {new} already.")
    else:
        say(f"{old} → {new}: {', '.join(moved.cards) or 'no card'} has its history.")
    if moved.kept:
        say(f"{new} asks nothing like {', '.join(moved.kept)}; that history stays in the log.")
    if moved.still_in:
        say(f"{old} is still a note of {moved.still_in} and is no longer asked; take it out, or give it another id.")


@click.command("distinct")
@click.argument("one", metavar="OLD", shell_complete=complete.notes)
@click.argument("other", metavar="NEW", shell_complete=complete.notes)
@json_option
@pass_context
def distinct_command(context: Context, one: str, other: str, as_json: bool) -> None:
    """Remember that two notes are two, however alike they are.

    Then srs check and srs review ask no more whether they are the same.
    """
    from srs.collection.relink import distinct  # noqa: PLC0415 - as above

    now = context.clock()()
    event = distinct(context.open(now, records=True), one, other, now)
    if as_json:
        emit([log_json(Logged(event, voided=False))] if event else [])
    else:
        say(f"{one} and {other} are two notes." if event else "That is known already.")


@click.command("changed")
@click.argument("note", shell_complete=complete.notes)
@click.argument("how", type=click.Choice(["keep", "soften", "over"]))
@click.option(
    "--factor",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="F",
    help="What soften leaves of the stability, between 0 and 1. Default: 0.5.",
)
@json_option
@pass_context
def changed_command(
    context: Context, note: str, how: Literal["keep", "soften", "over"], factor: float | None, as_json: bool
) -> None:
    """Say what a change of a note's meaning leaves of its memory.

    keep leaves all and records nothing; soften halves the stability of each card, so that it comes sooner after its next
    answer; over starts each card again as new. srs undo takes it back, card by card.
    """
    from srs.collection.relink import FACTOR, changed  # noqa: PLC0415 - as above

    if factor is not None and how != "soften":
        raise click.UsageError("--factor goes with soften.")
    now = context.clock()()
    events = changed(context.open(now, records=True), note, how, FACTOR if factor is None else factor, now)
    if as_json:
        emit([log_json(Logged(event, voided=False)) for event in events])
        return
    for event in events:
        say(f"{event.subject}: {event.what.name}")
    if not events:
        say("Nothing changes: progress stays." if how == "keep" else f"{note} has no card with a memory.")
