from contextlib import suppress

import click

from srs.backup.rebuild import rebuild
from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option
from srs.core.errors import StoreError
from srs.database import open_store
from srs.review.terminal.text import plural


@click.command("rebuild")
@json_option
@pass_context
def rebuild_command(context: Context, as_json: bool) -> None:
    """Make every cache again from the deck files and the log."""
    now, database = context.clock()(), context.database
    if database.exists():
        with suppress(StoreError):  # whatever else is the matter shows when it is opened as by any command
            open_store(database, make_caches=True).close()
    collection = context.whole(now)
    rebuilt = rebuild(collection, now)
    context.name_broken(collection)
    if as_json:
        emit({"files": rebuilt.files, "notes": rebuilt.notes, "cards": rebuilt.cards})
    else:
        counts = (plural(rebuilt.files, "file"), plural(rebuilt.notes, "note"), plural(rebuilt.cards, "card"))
        click.echo(f"Rebuilt: {', '.join(counts)} with a history.")
