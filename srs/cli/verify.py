import sys

import click

from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.clock import utc_text
from srs.collection.upkeep.verify import verify
from srs.terminal.text import plural


@click.command("verify")
@json_option
@pass_context
def verify_command(context: Context, as_json: bool) -> None:
    """Check the database, every card's state against the log, and what is kept of the decks against their files.

    Names what differs, and exits with 1 if anything does. Events after the clock's time are listed as well: a clock
    was wrong once.
    """
    now = context.clock()()
    found = verify(context.open(now), now)
    if as_json:
        emit(
            {
                "events": found.events,
                "cards": found.cards,
                "damage": found.damage,
                "differ": found.differ,
                "decks": found.decks,
                "future": [
                    {"card": event.subject or None, "at": utc_text(event.at), "what": event.what.name}
                    for event in found.future
                ],
            }
        )
    else:
        for line in found.damage:
            say(f"damaged: {line}")
        if found.damage:
            say("srs restore --salvage reads what can be read into a new database.")
            sys.exit(1)
        for card in found.differ:
            say(f"{card}: the stored state is not what the log amounts to; srs rebuild makes it again")
        for line in found.decks:
            say(f"{line}; srs rebuild makes it again")
        for event in found.future:
            say(f"{event.subject}: {event.what.name} at {utc_text(event.at)} lies in the future")
        told = "all is well" if found.good else "see above"
        say(f"{plural(found.events, 'event')} of {plural(found.cards, 'card')} replayed; {told}.")
    if not found.good:
        sys.exit(1)
