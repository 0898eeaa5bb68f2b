import os
from typing import Any

import click

from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.collection.settings_file import overrides, read
from srs.core.errors import NoDecks
from srs.core.settings import shown


@click.command("settings")
@json_option
@pass_context
def settings_command(context: Context, as_json: bool) -> None:
    """Show every setting, and where it comes from.

    Write them as TOML into the file that is named, e.g. new = 10. Per-deck settings go under `settings` in the deck file.
    """
    file = context.settings_file
    found = read(file)
    values = shown(found.settings)
    rows = [{"name": name, "value": value, "line": found.lines.get(name)} for name, value in values.items()]
    try:
        collection = context.open(context.clock()())
        of_decks = overrides(collection.store, collection.number)
    except NoDecks:  # the learner's own settings need none
        of_decks = []
    if as_json:
        emit({"file": str(file), "settings": rows, "decks": [own._asdict() for own in of_decks]})
        return
    there = os.path.exists(file)  # noqa: PTH110 - False as well where nobody may look
    say(f"{file}{'' if there else ' (not there yet)'}")
    for row in rows:
        place = f"line {row['line']}" if row["line"] else "default"
        say(f"  {row['name']:18} {_text(row['value']):20} {place}")
    for own in of_decks:
        say(f"  {own.name:18} {_text(own.value):20} {own.deck}, {own.file}:{own.line}")


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return ", ".join(value)
        case _:
            return str(value)
