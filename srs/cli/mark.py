"""Undo, and what is recorded of cards besides answers."""

import sys
from collections.abc import Callable
from typing import Any

import click

from srs.cli import complete
from srs.cli.card_choice import find_option
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder
from srs.cli.json_shapes import log_json
from srs.cli.output import emit, json_option, say
from srs.collection import Collection, lookup
from srs.collection.marks import Mark
from srs.collection.recorder import Recorder
from srs.core.event import Buried, Forgot, Suspended, Unsuspended
from srs.core.plural import plural
from srs.log.event_log import LoggedEvent
from srs.review.terminal.text import taken_back

_MANY = 20
"""Cards that are marked without a question."""


@click.command("undo")
@json_option
@pass_context
def undo_command(context: Context, as_json: bool) -> None:
    """Undo what this machine recorded last.

    A command on many cards is undone as a whole. Repeat undo to go further back.
    """
    undone = Recorder(context.open(context.clock()(), needs_decks=False)).undo()
    if as_json:
        emit([log_json(one) for one in undone])
        return
    say(f"Taken back: {taken_back(undone)}")


def _mark_options(command: Callable[..., Any]) -> Callable[..., Any]:
    names = click.argument("names", nargs=-1, metavar="[CARD|NOTE|DECK]...", shell_complete=complete.cards_notes_decks)
    yes = click.option("--yes", is_flag=True, help=f"Do not ask, even for more than {_MANY} cards.")
    return names(find_option("Also the cards")(yes(json_option(pass_context(command)))))


@click.command("suspend")
@_mark_options
def suspend_command(context: Context, **chosen: Any) -> None:
    """Suspend cards: review skips them until they are unsuspended.

    A note stands for its cards, a deck for its cards and those of its subdecks.
    """
    _mark(context, Suspended(), "Suspend", **chosen)


@click.command("unsuspend")
@_mark_options
def unsuspend_command(context: Context, **chosen: Any) -> None:
    """Unsuspend cards.

    A note stands for its cards, a deck for its cards and those of its subdecks.
    """
    _mark(context, Unsuspended(), "Unsuspend", **chosen)


@click.command("bury")
@_mark_options
def bury_command(context: Context, **chosen: Any) -> None:
    """Bury cards: review skips them until tomorrow.

    A note stands for its cards, a deck for its cards and those of its subdecks.
    """
    _mark(context, Buried(), "Bury", **chosen)


@click.command("forget")
@_mark_options
def forget_command(context: Context, **chosen: Any) -> None:
    """Reset cards to new; their history stays in the log.

    A note stands for its cards, a deck for its cards and those of its subdecks.
    """
    _mark(context, Forgot(), "Forget", **chosen)


def _mark(
    context: Context, what: Mark, verb: str, names: tuple[str, ...], query: str, yes: bool, as_json: bool
) -> None:
    """All cards are looked up before the first is touched."""
    if not names and not query.strip():
        raise click.UsageError("name a card, a note or a deck, or give a query with --find.")
    now = context.clock()()
    collection = context.open(now, records=True)
    cards = _cards(collection, names, query, now)
    if query.strip() and not as_json:
        report_folder(context.deck_folder)
    if len(cards) > max(_MANY, len(names)) and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(f"these are {len(cards)} cards; add --yes to {verb.lower()} them all.")
        click.confirm(f"{verb} {len(cards)} cards?", abort=True, err=True)
    events = Recorder(collection).mark_all(cards, what, now)
    if as_json:
        emit([log_json(LoggedEvent(event, voided=False)) for event in events if event])
    elif not cards:
        say("No card matches.")
    elif len(cards) > _MANY:
        done = sum(event is not None for event in events)
        say(f"{plural(done, 'card')}: {what.name}; {len(cards) - done}: nothing to do. To take it back: srs undo")
    else:
        for card, event in zip(cards, events, strict=True):
            say(f"{card}: {what.name}" if event else f"{card}: nothing to do")


def _cards(collection: Collection, names: tuple[str, ...], query: str, now: int) -> list[str]:
    found = [key for name in names for key in lookup.cards_named(collection, name)]
    if query.strip():
        found += sorted(lookup.chosen(collection, lookup.query(collection, query), now))
    return list(dict.fromkeys(found))
