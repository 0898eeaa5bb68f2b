import sys
from dataclasses import asdict

import click

from srs.backup.verify import verify
from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.core.clock import utc_text
from srs.core.plural import plural


@click.command("verify")
@json_option
@pass_context
def verify_command(context: Context, as_json: bool) -> None:
    """Check the database against its log and the deck files.

    Checks the file itself, the state of every card, and the stored decks. Lists the differences, and exits with 1 if there
    are any. Events that are dated in the future are reported too.
    """
    now = context.clock()()
    collection = context.open(now, needs_decks=False)
    result = verify(collection, now)
    if as_json:
        future = [
            {"card": event.subject or None, "at": utc_text(event.at), "what": event.what.name}
            for event in result.future
        ]
        emit({**asdict(result), "future": future})
    elif result.damage:
        for line in result.damage:
            say(f"damaged: {line}")
        say("To save what can be read in a new database: srs restore --salvage")
    else:
        for card in result.differ:
            say(f"{card}: the stored state differs from the log")
        for line in result.decks:
            say(line)
        if not result.good:
            say("To rebuild what differs: srs rebuild")
        if result.future:
            count, last = plural(len(result.future), "event"), collection.calendar.local_text(result.future[-1].at)
            say(f"{count} dated in the future, the last at {last}: a clock is or was wrong.")
        errors = "no errors" if result.good else "see above"
        say(f"{plural(result.events, 'event')} of {plural(result.cards, 'card')} replayed: {errors}.")
    if not result.good:
        sys.exit(1)
