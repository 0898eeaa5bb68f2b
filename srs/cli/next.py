import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import seconds
from srs.cli.output import emit, json_option, say
from srs.core.card_state import state_name
from srs.core.event import Rating
from srs.review.session import Session
from srs.review.terminal.text import clock_warning, interval


@click.command("next")
@click.argument("decks", nargs=-1, metavar="[DECK]...", shell_complete=complete.decks)
@json_option
@pass_context
def next_command(context: Context, decks: tuple[str, ...], as_json: bool) -> None:
    """Show the card that review would ask next."""
    clock = context.clock()
    collection = context.open(clock())
    question = Session(collection, clock, decks).question
    if question is None:
        if as_json:
            emit(None)
        else:
            say("No card is due.")
        return
    promises = question.preview.promises
    if as_json:
        emit(
            {
                "card": question.card.key,
                "note": question.note.id,
                "deck": question.note.deck,
                "kind": question.note.kind,
                "state": state_name(question.preview.state.phase),
                "front": question.face.front,
                "back": question.face.back,
                "behind": question.preview.clock_behind,
                "intervals": {rating.name.lower(): seconds(promises[rating]) for rating in Rating},
            }
        )
        return
    if warning := clock_warning(question.preview, question.asked_at, collection.calendar):
        say(warning)
    say(f"{question.card.key}  ({question.note.deck})\n\n{question.face.front}\n\n{question.face.back}\n")
    say("  ".join(f"{rating.value} {rating.name.lower()} {interval(promises[rating])}" for rating in Rating))
