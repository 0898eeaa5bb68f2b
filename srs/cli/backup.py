from contextlib import closing

import click

from srs.backup.restore import back_up
from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.cli.restore import backup_json
from srs.collection.zone import calendar
from srs.database import open_store
from srs.review.terminal.text import plural


@click.command("backup")
@json_option
@pass_context
def backup_command(context: Context, as_json: bool) -> None:
    """Make a backup of the database now.

    One is made anyway before the first answer of each study day, or whatever else is recorded. Those of seven days stay,
    and one for each of four weeks and twelve months, in the folder "backups" beside the database.
    """
    now, learner = context.clock()(), calendar(context.settings())
    with closing(open_store(context.database)) as store:
        made = back_up(store, learner, now)
    context.done()
    if as_json:
        emit(backup_json(made))
    else:
        say(f"{made.path}: {plural(made.events, 'event')}.")
