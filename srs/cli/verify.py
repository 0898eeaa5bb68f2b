import sys

import click

from srs.backup.verify import verify
from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.core.clock import utc_text
from srs.review.terminal.text import plural


@click.command("verify")
@json_option
@pass_context
def verify_command(context: Context, as_json: bool) -> None:
    """Check the database against its log and the deck files.

    That is the file itself, every card's state, and what is kept of the decks. Names what differs, and exits with 1 if anything does. Events after the clock's time are counted as well: a clock was
    wrong once.
    """
    now = context.clock()()
    collection = context.open(now)
    found = verify(collection, now)
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
        if found.future:
            verb, last = (
                "lies" if len(found.future) == 1 else "lie",
                collection.calendar.local_text(found.future[-1].at),
            )
            say(
                f"{plural(len(found.future), 'event')} {verb} in the future, the last at {last}: a clock is wrong, or was."
            )
        told = "see above" if not found.good else "nothing else is wrong" if found.future else "all is well"
        say(f"{plural(found.events, 'event')} of {plural(found.cards, 'card')} replayed; {told}.")
    if not found.good:
        sys.exit(1)
