from typing import Any

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import event_rating, note_json, state_json
from srs.cli.output import emit, json_option, say
from srs.collection import Collection, lookup
from srs.core.clock import utc_text
from srs.core.event import Answered
from srs.core.plural import plural
from srs.database import states
from srs.log import event_log


@click.command("show")
@click.argument("name", metavar="NOTE_OR_CARD", shell_complete=complete.notes)
@json_option
@pass_context
def show_command(context: Context, name: str, as_json: bool) -> None:
    """Show a note, with the schedule and history of its cards."""
    collection = context.open(context.clock()())
    note_id = lookup.card(collection, name)[0].id if "/" in name else name
    row, note = lookup.note(collection, note_id)
    shown = note_json(row, note.tags) | {"cards": [_card(collection, card.key) for card in note.cards()]}
    if as_json:
        emit(shown)
    else:
        _print(shown)


def _card(collection: Collection, key: str) -> dict[str, Any]:
    history = [
        {
            "at": utc_text(row.event.at),
            "rating": event_rating(row.event),
            "duration_ms": row.event.what.duration_ms,
            "source": row.event.source.value,
            "voided": row.voided,
        }
        for row in event_log.history(collection.store.connection, key)
        if isinstance(row.event.what, Answered)
    ]
    connection = collection.store.connection
    state = states.get(connection, event_log.read_aliases(connection).card(key))
    return {"card": key, **state_json(state, collection.calendar), "history": history}


def _print(shown: dict[str, Any]) -> None:
    say(f"{shown['note']}  ({shown['kind']}, {shown['deck']})")
    for name, value in shown["fields"].items():
        if isinstance(value, dict):
            for key, part in value.items():
                say(f"  {name} {key}: {part}")
        elif name == "also":
            for card in value:
                say(f"  {name}: {card['front']} / {card['back']}")
        else:
            say(f"  {name}: {', '.join(value) if isinstance(value, list) else value}")
    if shown["tags"]:
        say(f"  tags: {', '.join(shown['tags'])}")
    for card in shown["cards"]:
        say(f"\n{card['card']}: {'suspended, ' if card['suspended'] else ''}{card['state']}")
        if card["due"]:
            memory = "no memory state yet"
            if card["stability"] is not None:
                memory = f"stability {card['stability']:.1f} days, difficulty {card['difficulty']:.1f}"
            say(f"  due {card['due']}; {memory}; {plural(card['reps'], 'answer')}, {plural(card['lapses'], 'lapse')}")
        for answer in card["history"]:
            say(f"  {answer['at']}  {answer['rating']}{'  undone' if answer['voided'] else ''}")
