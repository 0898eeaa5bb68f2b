import click

from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.cli.shapes import note_json
from srs.collection import lookup
from srs.face import face
from srs.note import cards


@click.command("find")
@click.argument("query", nargs=-1)
@json_option
@pass_context
def find_command(context: Context, query: tuple[str, ...], as_json: bool) -> None:
    """List the notes that contain every word of QUERY.

    The words may stand in their ids, decks, tags or texts. Without a QUERY all notes are listed.
    """
    words = [word for part in query for word in part.split()]
    found = list(lookup.find(context.open(context.clock()()), words))
    if as_json:
        emit([note_json(row, note.tags) | {"cards": [card.key for card in cards(note)]} for row, note in found])
        return
    for row, note in found:
        question = face(note, cards(note)[0]).question.splitlines()[0]
        say(f"{row.id}  {question}")
