import sys
from typing import Any

import click

from srs.backup.repair import repair_database
from srs.backup.restore import find_backup, restore
from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, progress_bar, say
from srs.cli.repair import report_repair
from srs.collection.zone import calendar
from srs.core.clock import Calendar, utc_text
from srs.core.errors import BackupError
from srs.core.plural import plural
from srs.database.backups import Backup, backup_folder, list_backups


@click.command("restore")
@click.argument("when", metavar="[DATE]", required=False)
@click.option(
    "--salvage",
    is_flag=True,
    help="Repair a damaged database: save all that can be read, from it and from the backups.",
)
@json_option
@pass_context
def restore_command(context: Context, when: str | None, salvage: bool, as_json: bool) -> None:
    """List the backups, or restore that of DATE.

    DATE is a study day such as 2026-03-01, for its newest backup, or a time as listed. The current database is backed up
    first, so a restore can be undone.
    """
    now, learner = context.clock()(), calendar(context.read_settings())
    if salvage:
        if when:
            raise click.UsageError("--salvage takes no DATE: all backups since the last restore are used anyway.")
        repaired = repair_database(context.database, now)
        context.mark_done()
        report_repair(context.database, repaired)
    elif when:
        _restore(context, find_backup(context.database, when, learner), learner, now, as_json)
    elif as_json:
        emit([backup_json(backup) for backup in list_backups(context.database)])
    else:
        _list(context, learner)


def backup_json(backup: Backup) -> dict[str, Any]:
    return {
        "day": str(backup.day),
        "at": utc_text(backup.at),
        "events": backup.events,
        "bytes": backup.path.stat().st_size,
        "file": str(backup.path),
    }


def _list(context: Context, learner: Calendar) -> None:
    found = list_backups(context.database)
    if not found:
        raise BackupError(context.database, "none")
    say(f"Backups of {context.database} in {backup_folder(context.database)}:")
    for backup in found:
        size = backup.path.stat().st_size
        size_text = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
        say(f"  {backup.day}  {learner.local_text(backup.at)}  {plural(backup.events, 'event')}, {size_text}")
    say(f"To restore the newest of that day: srs restore {found[-1].day}")


def _restore(context: Context, backup: Backup, learner: Calendar, now: int, as_json: bool) -> None:
    def confirm(missing: int) -> bool:
        if as_json or not sys.stdin.isatty():
            return True
        lacks = f"The backup lacks {plural(missing, 'event')} of the current database, which will be backed up first."
        return click.confirm(f"{lacks} Restore it?", err=True)

    result = restore(context.database, backup, learner, now, confirm, progress_bar)
    if result is None:
        raise click.Abort
    context.mark_done()
    replaced = result.replaced
    if as_json:
        restored, saved = backup_json(result.backup), replaced and backup_json(replaced)
        emit({"restored": restored, "replaced": saved, "since": result.missing})
        return
    say(f"Restored: {backup.day}, {learner.local_text(backup.at)}, {plural(backup.events, 'event')}.")
    if replaced:
        lacks = f" The restored backup lacks {plural(result.missing, 'event')} of it." if result.missing else ""
        at = learner.local_text(replaced.at)
        say(f"The previous database was backed up.{lacks} To go back to it: srs restore {at}")
