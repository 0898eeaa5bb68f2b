"""Progress from Anki, and to it."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from srs.anki.pull import pull
from srs.anki.sync import Plan, sync
from srs.cli.anki_report import pull_json, pull_lines, sync_json, sync_lines
from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.core.errors import MissingExtra

_dry_run_option = click.option("--dry-run", is_flag=True, help="Only tell what would be done.")


@click.group("anki")
def anki_command() -> None:
    """Take in what was done in Anki, or sync both ways."""


@anki_command.command("pull")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_dry_run_option
@json_option
@pass_context
def pull_command(context: Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in what was done in Anki, from a file that it wrote.

    FILE is what Anki exports (.apkg, .colpkg; tick "Include scheduling information"), or a closed collection
    (collection.anki2). Each review comes in once, however often and in whatever order files are pulled; so does which
    cards were forgotten, rescheduled, suspended or buried.
    """
    now = context.clock()()
    made = pull(context.open(now, records=not dry_run), file, now, dry_run=dry_run)
    if as_json:
        emit({"dry_run": dry_run, **pull_json(made)})
        return
    for line in pull_lines(made):
        say(line)
    if dry_run and made.events:
        say("Nothing was changed: this was a dry run.")


@anki_command.command("sync")
@click.argument("profile", metavar="[PROFILE_OR_COLLECTION]", required=False)
@_dry_run_option
@click.option("--allow-full-sync", is_flag=True, help="Go on even if Anki must then sync everything with AnkiWeb.")
@json_option
@pass_context
def sync_command(context: Context, profile: str | None, dry_run: bool, allow_full_sync: bool, as_json: bool) -> None:
    """Sync both ways with a profile of Anki, which must be closed.

    PROFILE_OR_COLLECTION is the profile's name, its folder, or its collection.anki2; it may be left out if there is only
    one. What was done in Anki comes in; new notes, changed texts, answers and states go out. A text that was changed on
    both sides stays as it is on both, and is shown. Anki's collection as it was is kept beside it.
    """
    from srs.anki.profile import base_folders, collection_of, profiles  # noqa: PLC0415 - not for pull

    if find_spec("anki") is None:
        raise MissingExtra("anki")
    original = collection_of(profile, profiles(base_folders(Path.home(), os.environ, sys.platform)))
    now = context.clock()()
    told = as_json

    def agree(plan: Plan) -> bool:
        """Says beforehand what will be done only where it is asked or refused: else it is done, whoever listens."""
        nonlocal told
        if dry_run or not (plan.pulled.events or plan.pushes):
            return False
        refused = plan.full_sync and not allow_full_sync
        asks = sys.stdin.isatty() and not as_json and not refused
        if not told and (asks or refused):
            _tell(original, plan)
            told = True
        return not asks or click.confirm("Go on?", default=True)

    synced = sync(context.open(now, records=not dry_run), original, now, agree, full_sync=allow_full_sync)
    if synced.done:
        context.done()
    if not told:
        _tell(original, synced.plan)
    if as_json:
        emit({"collection": str(original), "dry_run": dry_run, **sync_json(synced)})
    elif not synced.done:
        idle = not (synced.plan.pulled.events or synced.plan.pushes)
        say("Both sides know the same." if idle else "Nothing was changed.")
    else:
        say(f"Done. Anki's collection as it was: {synced.backup}" if synced.backup else "Done.")


def _tell(original: Path, plan: Plan) -> None:
    say(f"{original}")
    for line in sync_lines(plan):
        say(line)
