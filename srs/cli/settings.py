import os
from typing import Any

import click

from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.collection.settings_file import deck_overrides, read_settings_file
from srs.core.errors import DeckFolderError
from srs.core.settings import setting_values


@click.command("settings")
@json_option
@pass_context
def settings_command(context: Context, as_json: bool) -> None:
    """Show every setting and where it comes from.

    Settings are written in TOML, e.g. new = 10, in the file that is shown. Per-deck settings go under `settings` in the deck
    file.
    """
    file = context.settings_file
    found = read_settings_file(file)
    values = setting_values(found.settings)
    rows = [{"name": name, "value": value, "line": found.lines.get(name)} for name, value in values.items()]
    try:
        collection = context.open(context.clock()())
        of_decks = deck_overrides(collection.store, collection.folder_id)
    except DeckFolderError:  # the learner's own settings need none
        of_decks = []
    if as_json:
        emit({"file": str(file), "settings": rows, "decks": [own._asdict() for own in of_decks]})
        return
    there = os.path.exists(file)  # noqa: PTH110 - False as well where nobody may look
    say(f"{file}{'' if there else ' (does not exist yet)'}")
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
