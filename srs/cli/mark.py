"""Undo, and what is recorded of cards besides answers."""

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import log_json
from srs.cli.output import emit, json_option
from srs.collection import lookup
from srs.collection.recorder import Mark, Recorder
from srs.core.event import Buried, Forgot, Suspended, Unsuspended
from srs.log.event_log import LoggedEvent

_cards = click.argument("cards", nargs=-1, required=True, metavar="CARD...", shell_complete=complete.card_keys)


@click.command("undo")
@json_option
@pass_context
def undo_command(context: Context, as_json: bool) -> None:
    """Undo what this machine recorded last.

    Repeat it to go further back.
    """
    undone = Recorder(context.open(context.clock()())).undo()
    if as_json:
        emit([log_json(undone)])
    else:
        click.echo(f"Taken back: {undone.event.what.name} {undone.event.subject}".rstrip())


@click.command("suspend")
@_cards
@json_option
@pass_context
def suspend_command(context: Context, cards: tuple[str, ...], as_json: bool) -> None:
    """Suspend cards: review skips them until they are unsuspended."""
    _mark(context, cards, Suspended(), as_json)


@click.command("unsuspend")
@_cards
@json_option
@pass_context
def unsuspend_command(context: Context, cards: tuple[str, ...], as_json: bool) -> None:
    """Unsuspend cards."""
    _mark(context, cards, Unsuspended(), as_json)


@click.command("bury")
@_cards
@json_option
@pass_context
def bury_command(context: Context, cards: tuple[str, ...], as_json: bool) -> None:
    """Bury cards: review skips them until tomorrow."""
    _mark(context, cards, Buried(), as_json)


@click.command("forget")
@_cards
@json_option
@pass_context
def forget_command(context: Context, cards: tuple[str, ...], as_json: bool) -> None:
    """Reset cards to new; their history stays in the log."""
    _mark(context, cards, Forgot(), as_json)


def _mark(context: Context, cards: tuple[str, ...], what: Mark, as_json: bool) -> None:
    """All cards are looked up before the first is touched."""
    now = context.clock()()
    collection = context.open(now, records=True)
    for card in cards:
        lookup.card(collection, card)
    recorder = Recorder(collection)
    events = [(card, recorder.mark(card, what, now)) for card in dict.fromkeys(cards)]
    if as_json:
        emit([log_json(LoggedEvent(event, voided=False)) for _, event in events if event])
        return
    for card, event in events:
        click.echo(f"{card}: {what.name}" if event else f"{card}: nothing to do")
