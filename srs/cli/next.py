from typing import Any

import click

from srs.cli.card_choice import card_options, card_query
from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import seconds
from srs.cli.output import emit, json_option, say
from srs.core.card_state import state_name
from srs.core.event import Rating
from srs.review.planner import StudyOptions
from srs.review.question import Question
from srs.review.session import Session
from srs.review.terminal.text import clock_warning, promise


@click.command("next")
@card_options
@json_option
@pass_context
def next_command(context: Context, /, decks: tuple[str, ...], as_json: bool, **chosen: Any) -> None:
    """Show the card that review would ask next.

    DECK includes its subdecks.
    """
    clock = context.clock()
    collection = context.open(clock())
    query = card_query(collection.kinds, chosen["query"], chosen["tags"], chosen["kind"])
    question = Session(collection, clock, decks, StudyOptions(query)).question
    if as_json:
        emit(question and _json(question))
        return
    if question is None:
        say("No card is due.")
        return
    if warning := clock_warning(question.preview, question.asked_at, collection.calendar):
        say(warning)
    say(f"{question.card.key}  ({question.note.deck})\n\n{question.face.front}\n\n{question.face.back}\n")
    say("  ".join(f"{rating.value} {rating.name.lower()} {promise(question, rating)}" for rating in Rating))


def _json(question: Question) -> dict[str, Any]:
    face, note, promises = question.face, question.note, question.preview.promises
    return {
        "card": question.card.key,
        "note": note.id,
        "deck": note.deck,
        "kind": note.kind,
        "tags": list(note.tags),
        "state": state_name(question.preview.state.phase),
        "task": face.task,
        "front": face.front,
        "back": face.back,
        "hint": "\n".join(face.hints),
        "gloss": face.gloss,
        "choices": [
            {"letter": one.letter, "text": one.text, "right": one.right} for one in face.choices or face.options
        ],
        "media": [span.file for span in face.media(face.presses, gloss=True, hints=len(face.hints))],
        "behind": question.preview.clock_behind,
        "intervals": {rating.name.lower(): seconds(promises[rating]) for rating in Rating},
    } | (_goal_json(question) if question.goal else {})


def _goal_json(question: Question) -> dict[str, Any]:
    """The date that the card is asked for, and when the plan expects it again; null where a step comes."""
    days = {rating.name.lower(): question.planned.get(rating) for rating in Rating}
    return {
        "goal": question.goal and question.goal.isoformat(),
        "planned": {name: day and day.isoformat() for name, day in days.items()},
    }
