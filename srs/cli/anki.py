"""The commands `srs anki pull` and `srs anki sync`."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from srs.anki.pull import pull
from srs.anki.sync import AnkiSyncPlan, sync
from srs.cli.anki_report import pull_json, pull_lines, sync_json, sync_lines
from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.core.errors import MissingExtra

_dry_run_option = click.option("--dry-run", is_flag=True, help="Only show what would be done.")


@click.group("anki")
def anki_command() -> None:
    """Import reviews from Anki, or sync both ways."""


@anki_command.command("pull")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_dry_run_option
@json_option
@pass_context
def pull_command(context: Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Import reviews and card states from an Anki file.

    FILE is a package that Anki exported with "Include scheduling information" (.apkg, .colpkg), or a closed collection
    (collection.anki2). Pulling the same reviews twice adds nothing. Cards that were forgotten, rescheduled, suspended or
    buried in Anki are so here too.
    """
    now = context.clock()()
    pulled = pull(context.open(now, records=not dry_run), file, now, dry_run=dry_run)
    if as_json:
        emit({"dry_run": dry_run, **pull_json(pulled)})
        return
    for line in pull_lines(pulled):
        say(line)
    if dry_run and pulled.events:
        say("Nothing was changed: this was a dry run.")


@anki_command.command("sync")
@click.argument("profile", metavar="[PROFILE_OR_COLLECTION]", required=False)
@_dry_run_option
@click.option("--allow-full-sync", is_flag=True, help="Go on even if Anki must then do a full sync with AnkiWeb.")
@json_option
@pass_context
def sync_command(context: Context, profile: str | None, dry_run: bool, allow_full_sync: bool, as_json: bool) -> None:
    """Sync both ways with an Anki profile; close Anki first.

    PROFILE_OR_COLLECTION is the profile's name, its folder, or its collection.anki2; leave it out if there is only one
    profile. Reviews and card states come from Anki; new notes, changed texts, answers and card states go to Anki. A text
    that was changed on both sides is shown and left as it is. The old collection is kept beside the new one.
    """
    from srs.anki.profile import base_folders, collection_of, profiles  # noqa: PLC0415 - not for pull

    if find_spec("anki") is None:
        raise MissingExtra("anki")
    original = collection_of(profile, profiles(base_folders(Path.home(), os.environ, sys.platform)))
    now = context.clock()()
    shown = as_json

    def agree(plan: AnkiSyncPlan) -> bool:
        """Shows the plan beforehand only if it asks or refuses; else the plan is carried out even if nobody can read it."""
        nonlocal shown
        if dry_run or not (plan.pulled.events or plan.pushes):
            return False
        refused = plan.full_sync and not allow_full_sync
        asks = sys.stdin.isatty() and not as_json and not refused
        if not shown and (asks or refused):
            _show(original, plan)
            shown = True
        return not asks or click.confirm("Go on?", default=True)

    synced = sync(context.open(now, records=not dry_run), original, now, agree, full_sync=allow_full_sync)
    if synced.done:
        context.mark_done()
    if not shown:
        _show(original, synced.plan)
    if as_json:
        emit({"collection": str(original), "dry_run": dry_run, **sync_json(synced)})
    elif not synced.done:
        idle = not (synced.plan.pulled.events or synced.plan.pushes)
        say("Both sides know the same." if idle else "Nothing was changed.")
    else:
        say(f"Done. Backup of Anki's collection: {synced.backup}" if synced.backup else "Done.")


def _show(original: Path, plan: AnkiSyncPlan) -> None:
    say(f"{original}")
    for line in sync_lines(plan):
        say(line)
