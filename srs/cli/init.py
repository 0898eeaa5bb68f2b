import shlex
from pathlib import Path

import click

from srs.cli.context import Context, pass_context
from srs.cli.output import say


@click.command("init")
@click.argument("folder", metavar="[DIR]", default="decks", type=click.Path(path_type=Path))
@pass_context
def init_command(context: Context, folder: Path) -> None:
    """Make a folder for decks of your own.

    It gets a deck with three notes, a schema for your editor and a README. DIR is ./decks unless you name another; it must
    be new or empty.
    """
    from srs.collection.new_folder import DECK_FILE, make_folder  # noqa: PLC0415 - the schema is slow to import

    files = make_folder(folder, context.kinds)
    found = folder == Path("decks") and not context.deck_folder.asked
    where = "" if found else f" --decks {shlex.quote(str(folder))}"
    say(f"Made {folder}: {', '.join(files)}")
    say(f"Write your notes in {folder / DECK_FILE}. To review them: srs review{where}")
