import sys
from shlex import quote
from typing import Any

import click

from srs.backup import restore as backups
from srs.backup.repair import Mended, mend
from srs.backup.restore import Restored, chosen
from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.collection.zone import calendar
from srs.core.clock import Calendar, utc_text
from srs.core.errors import BackupError, StoreError
from srs.core.safe_text import visible
from srs.database.backups import Backup, folder, listed
from srs.review.terminal.text import plural


@click.command("restore")
@click.argument("when", metavar="[DATE]", required=False)
@click.option("--salvage", is_flag=True, help="Read what a damaged database still holds into a new one.")
@json_option
@pass_context
def restore_command(context: Context, when: str | None, salvage: bool, as_json: bool) -> None:
    """List the backups, or bring back that of DATE.

    DATE is a study day such as 2026-03-01, whose newest backup is taken, or a time as it is listed. What the database
    holds until then becomes a backup first: nothing is lost by a restore, and it can be taken back.
    """
    now, learner = context.clock()(), calendar(context.settings())
    if salvage:
        if when:
            raise click.UsageError("--salvage takes no DATE: all backups since the last restore are used anyway.")
        done = mend(context.database, now)
        context.done()
        _say_mended(context, done)
    elif when:
        _restore(context, chosen(context.database, when, learner), learner, now, as_json)
    elif as_json:
        emit([backup_json(backup) for backup in listed(context.database)])
    else:
        _list(context, learner)


def mended(context: Context, error: StoreError) -> bool:
    """Mends the database and says so; False if it is not damaged, or is none of ours. Raises StoreError."""
    try:
        done = mend(context.database, context.clock()())
    except BackupError:
        return False
    except StoreError:
        _warn(f"the database {context.database} is damaged ({error.detail}).")
        raise
    _say_mended(context, done)
    return True


def backup_json(backup: Backup) -> dict[str, Any]:
    return {
        "day": str(backup.day),
        "at": utc_text(backup.at),
        "events": backup.events,
        "bytes": backup.path.stat().st_size,
        "file": str(backup.path),
    }


def _list(context: Context, learner: Calendar) -> None:
    found = listed(context.database)
    if not found:
        raise BackupError(context.database, "none")
    say(f"Backups of {context.database} in {folder(context.database)}:")
    for backup in found:
        size = backup.path.stat().st_size
        told = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
        say(f"  {backup.day}  {learner.local_text(backup.at)}  {plural(backup.events, 'event')}, {told}")
    say(f"srs restore {found[-1].day} brings back the newest of that day; what is there now is backed up first.")


def _restore(context: Context, backup: Backup, learner: Calendar, now: int, as_json: bool) -> None:
    def agreed(since: int) -> bool:
        if as_json or not sys.stdin.isatty():
            return True
        asked = f"It has not got {plural(since, 'event')} of what is there now; a backup will keep them. Restore it?"
        return click.confirm(asked, err=True)

    done = backups.restore(context.database, backup, learner, now, agreed)
    if done is None:
        raise click.Abort
    context.done()
    if as_json:
        replaced = done.replaced and backup_json(done.replaced)
        emit({"restored": backup_json(done.backup), "replaced": replaced, "since": done.since})
        return
    say(f"Restored: {done.backup.day}, {learner.local_text(done.backup.at)}, {plural(done.backup.events, 'event')}.")
    if done.replaced:
        say(_replaced(done, learner.local_text(done.replaced.at)))


def _replaced(done: Restored, at: str) -> str:
    assert done.replaced
    gone = f", with {plural(done.since, 'event')} that the restored one does not have" if done.since else ""
    return f"What was there is kept{gone}: srs restore {at} brings it back."


def _say_mended(context: Context, done: Mended) -> None:
    saved = done.saved
    parts = [f"{plural(saved.events, 'event')} read from it"]
    if done.used:
        parts.append(f"{saved.from_backups} more from its backups")
    if saved.lost:
        parts.append(f"{saved.lost} known to be lost")
    told = f"the database {context.database} was damaged and is whole again: {', '.join(parts)}."
    _warn(f"{told} The damaged file is kept as {done.aside}.")
    for backup in done.unreadable:
        _warn(f"the backup {backup.path} cannot be read and was left out.")
    for backup, events in done.left:
        told = (
            f"{plural(events, 'event')} that a restore replaced {'is' if events == 1 else 'are'} only in {backup.path}"
        )
        _warn(f"{told}; srs merge {quote(str(backup.path))} brings {'it' if events == 1 else 'them'} back.")


def _warn(text: str) -> None:
    click.echo(visible(f"srs: {text}"), err=True)
