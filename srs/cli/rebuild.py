from contextlib import suppress
from dataclasses import asdict

import click

from srs.backup.rebuild import rebuild
from srs.cli.context import Context, pass_context, report_broken_files
from srs.cli.output import emit, json_option, say
from srs.core.errors import StoreError
from srs.core.plural import plural
from srs.database import open_store


@click.command("rebuild")
@json_option
@pass_context
def rebuild_command(context: Context, as_json: bool) -> None:
    """Rebuild everything derived from the deck files and the log."""
    now, database = context.clock()(), context.database
    if database.exists():
        with suppress(StoreError):  # open_for_command raises it again, or repairs the database
            open_store(database, make_caches=True).close()
    collection = context.open_for_command(now, needs_decks=False)
    result = rebuild(collection, now)
    report_broken_files(collection)
    if as_json:
        emit(asdict(result))
    else:
        counts = plural(result.files, "file"), plural(result.notes, "note"), plural(result.cards, "card")
        say(f"Rebuilt: {', '.join(counts)} with a history.")
