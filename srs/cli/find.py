import click

from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.cli.shapes import note_json
from srs.collection import lookup
from srs.face import face
from srs.note import cards
from srs.query import parse


# so that -is:new is a term: no option of one letter, and none that is unknown
@click.command("find", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query", nargs=-1)
@json_option
@pass_context
def find_command(context: Context, query: tuple[str, ...], as_json: bool) -> None:
    """List the notes that match QUERY; all without one.

    Words may stand in a note's id, deck, tags or text. deck:NAME, tag:NAME, kind:NAME choose by these, is:due (new,
    learning, review, suspended, buried, flagged, leech, failed) by the state of a card, prop:stability<5 (difficulty,
    interval, due, reps, lapses) by a number. - before a term turns it round, quotes keep words together.
    """
    now = context.clock()()
    found = list(lookup.find(context.open(now), parse(" ".join(query)), now))
    if as_json:
        emit([note_json(row, note.tags) | {"cards": [card.key for card in cards(note)]} for row, note in found])
        return
    for row, note in found:
        question = next(iter(face(note, cards(note)[0]).question.splitlines()), "")
        say(f"{row.id}  {question}")
