from contextlib import closing

import click

from srs.backup.restore import back_up
from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, progress_bar, say
from srs.cli.restore import backup_json
from srs.collection.zone import calendar
from srs.core.plural import plural
from srs.database import open_store


@click.command("backup")
@json_option
@pass_context
def backup_command(context: Context, as_json: bool) -> None:
    """Back up the database now.

    A backup is also made automatically before the first write of each study day. Backups are in the folder "backups" beside
    the database; seven daily, four weekly and twelve monthly ones are kept.
    """
    now, learner = context.clock()(), calendar(context.read_settings())
    with closing(open_store(context.database)) as store:
        backup = back_up(store, learner, now, progress_bar)
    context.mark_done()
    if as_json:
        emit(backup_json(backup))
    else:
        say(f"{backup.path}: {plural(backup.events, 'event')}.")
