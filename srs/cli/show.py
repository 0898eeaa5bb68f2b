from datetime import datetime
from typing import Any

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import event_rating, note_json, state_json
from srs.cli.output import emit, json_option, say
from srs.collection import Collection, lookup
from srs.core.clock import Calendar, utc_text
from srs.core.event import Answered, Rating
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
    row, note = lookup.note(collection, lookup.note_named(collection, name))
    asked = note.cards()
    cards = [_card(collection, card.key, asked=card in asked) for card in note.all_cards()]
    cards = [card for card in cards if card["asked"] or card["history"]]
    shown = note_json(row, note.tags) | {"cards": cards}
    if as_json:
        emit(shown)
    else:
        _print(shown, collection.calendar)


def _card(collection: Collection, key: str, *, asked: bool) -> dict[str, Any]:
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
    return {"card": key, "asked": asked, **state_json(state, collection.calendar), "history": history}


def _say_text(name: str, text: str) -> None:
    """The lines of a text below each other."""
    first, *others = text.rstrip("\n").split("\n")
    say(f"  {name}: {first}")
    for line in others:
        say(f"    {line}".rstrip())


def _print(shown: dict[str, Any], calendar: Calendar) -> None:
    """Times are in the learner's zone."""
    say(f"{shown['note']}  ({shown['kind']}, {shown['deck']})")
    for name, value in shown["fields"].items():
        if isinstance(value, dict):
            for key, part in value.items():
                _say_text(f"{name} {key}", str(part))
        elif name == "also":
            for card in value:
                say(f"  {name}: {card['front']} / {card['back']}")
        else:
            _say_text(name, ", ".join(value) if isinstance(value, list) else str(value))
    if shown["tags"]:
        say(f"  tags: {', '.join(shown['tags'])}")
    for card in shown["cards"]:
        unlike = f"{'' if card['asked'] else 'not asked, '}{'suspended, ' if card['suspended'] else ''}"
        say(f"\n{card['card']}: {unlike}{card['state']}")
        if card["due"]:
            memory = "no memory state yet"
            if card["stability"] is not None:
                memory = f"stability {card['stability']:.1f} days, difficulty {card['difficulty']:.1f}"
            due = datetime.fromisoformat(card["due"])
            say(
                f"  due {due:%Y-%m-%d %H:%M}; {memory}; {plural(card['reps'], 'answer')}, {plural(card['lapses'], 'lapse')}"
            )
        for answer in card["history"]:
            at = datetime.fromisoformat(answer["at"]).astimezone(calendar.zone)
            rating = Rating(answer["rating"]).name.capitalize()
            say(f"  {at:%Y-%m-%d %H:%M}  {rating}{'  (undone)' if answer['voided'] else ''}")
