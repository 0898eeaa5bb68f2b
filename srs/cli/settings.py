import os
from typing import Any

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.kind_option import packs_in_use
from srs.cli.output import emit, json_option, say
from srs.collection.settings_file import deck_overrides, read_settings_file, write_setting
from srs.collection.suggest_names import unknown
from srs.core.errors import DeckFolderError
from srs.core.settings import SETTINGS, setting_values


@click.command("settings")
@click.argument("name", required=False, shell_complete=complete.settings)
@click.argument("value", required=False)
@json_option
@pass_context
def settings_command(context: Context, name: str | None, value: str | None, as_json: bool) -> None:
    """Show every setting, or change one.

    E.g. srs settings new 10, srs settings steps "1m 10m". The value "default" takes a setting out of the file. Other lines
    and comments of the file stay. Per-deck settings go under `settings` in the deck file.
    """
    file = context.settings_file
    if name is not None and name not in SETTINGS:
        raise unknown("setting", name, SETTINGS)
    if name and value is not None:
        write_setting(file, name, value)
        context.mark_done()
    found = read_settings_file(file)
    values = {key: one for key, one in setting_values(found.settings).items() if name in {None, key}}
    packs = {"", *packs_in_use(context.deck_folder)}
    rows = [
        {"name": key, "value": one, "line": found.lines.get(key), "meaning": SETTINGS[key].meaning}
        for key, one in values.items()
        if SETTINGS[key].pack in packs or key in {name, *found.lines}
    ]
    try:
        collection = context.open(context.clock()())
        of_decks = [own for own in deck_overrides(collection.store, collection.folder_id) if name in {None, own.name}]
    except DeckFolderError:  # the learner's own settings need none
        of_decks = []
    if as_json:
        emit({"file": str(file), "settings": rows, "decks": [own._asdict() for own in of_decks]})
        return
    there = os.path.exists(file)  # noqa: PTH110 - False as well where nobody may look
    say(f"{file}{'' if there else ' (does not exist yet)'}")
    for row in rows:
        own = f" (line {row['line']})" if row["line"] else " (default)"
        say(f"  {row['name']:17} {_text(row['value']) + own:24} {row['meaning']}")
    for override in of_decks:
        say(f"  {override.name:17} {_text(override.value):24} in {override.deck}, {override.file}:{override.line}")


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return ", ".join(value) or "none"
        case _:
            return str(value)
