import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import due_text, seconds, state_json
from srs.cli.output import emit, json_option
from srs.collection import lookup
from srs.collection.recorder import Recorder
from srs.core.clock import utc_text
from srs.core.errors import NotAnswerable
from srs.core.event import Rating
from srs.review.terminal.text import interval

RATINGS = {str(rating.value): rating for rating in Rating} | {rating.name.lower(): rating for rating in Rating}


@click.command("answer")
@click.argument("card", shell_complete=complete.card_keys)
@click.argument("rating", metavar="RATING", type=click.Choice(list(RATINGS), case_sensitive=False))
@json_option
@pass_context
def answer_command(context: Context, card: str, rating: str, as_json: bool) -> None:
    """Record an answer to CARD, due or not.

    RATING is again, hard, good or easy, or 1 to 4.
    """
    now = context.clock()()
    collection = context.open(now, records=True)
    lookup.card(collection, card)
    recorder = Recorder(collection)
    preview, chosen = recorder.preview(card, now), RATINGS[rating]
    recorded = recorder.answer(preview, chosen, 0, now)
    if recorded is None:
        raise NotAnswerable(card, "changed")
    event, after = recorded
    if not as_json:
        click.echo(f"{card}: {chosen.name.lower()}, next in {interval(preview.promises[chosen])}")
        return
    state = state_json(after, collection.calendar)
    emit(
        {
            "card": card,
            "rating": chosen.value,
            "at": utc_text(event.at),
            "state": state["state"],
            "stability": state["stability"],
            "difficulty": state["difficulty"],
            "due": due_text(after.phase, collection.calendar),
            "interval": seconds(preview.promises[chosen]),
        }
    )
