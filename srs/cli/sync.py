import sys
from pathlib import Path
from typing import Any

import click

from srs.cli.context import Context, pass_context
from srs.cli.merge_counts import counts_json, counts_text
from srs.cli.output import emit, json_option, say, warn
from srs.cli.sentences import newer_lines
from srs.core.plural import plural
from srs.sync.folder import FolderSyncResult, sync_folder
from srs.sync.git import sync_with_git


@click.command("sync")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--git", is_flag=True, help="Also commit, pull and push the folder.")
@json_option
@pass_context
def sync_command(context: Context, folder: Path, git: bool, as_json: bool) -> None:
    """Exchange reviews with other machines through a folder.

    Any tool may carry the folder: git, Syncthing, Dropbox, rclone. Each machine writes its own files,
    MACHINE/YYYY-MM.jsonl, and reads those of all. Damaged lines are reported and skipped.
    """
    now = context.clock()()
    collection = context.open(now, records=True, needs_decks=False)
    pushed, failure = None, None
    if git:
        result, pushed, failure = sync_with_git(collection, folder, now, terminal=sys.stdin.isatty())
    else:
        result = sync_folder(collection, folder, now)
    for file, line, reason in result.problems:
        warn(f"{folder / file}{f':{line}' if line else ''}: skipped: {reason}")
    if result.skipped > len(result.problems):
        warn(f"skipped {plural(result.skipped - len(result.problems), 'more line')}")
    for file, newer in result.newer.items():
        warn(newer_lines(f"{folder / file}", newer))
    try:
        if as_json:
            emit(_result_json(result, pushed))
        else:
            git_text = {None: "", True: "; pushed", False: "; not pushed"}[pushed]
            say(f"{counts_text(result.merged, 'merged')}; {plural(result.written, 'line')} written{git_text}.")
    finally:  # even if the output cannot be written
        if failure:
            raise failure


def _result_json(result: FolderSyncResult, pushed: bool | None) -> dict[str, Any]:
    return {
        **counts_json(result.merged),
        "written": result.written,
        "skipped": result.skipped,
        "problems": [problem._asdict() for problem in result.problems],
        "newer": [{"file": file, "lines": newer.count, "kinds": newer.kinds} for file, newer in result.newer.items()],
        "pushed": pushed,
    }
