import sys
from pathlib import Path

import click

from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.cli.sentences import from_newer
from srs.core.safe_text import visible
from srs.review.terminal.text import plural
from srs.sync.folder import Exchanged, exchange


@click.command("sync")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--git", is_flag=True, help="Commit, pull and push the folder as well.")
@json_option
@pass_context
def sync_command(context: Context, folder: Path, git: bool, as_json: bool) -> None:
    """Exchange answers with other machines through a folder.

    Any carrier may move the folder between them: git, Syncthing, Dropbox, rclone. Each machine adds to files of its
    own, MACHINE/YYYY-MM.jsonl, and reads all. Lines that are damaged are named and skipped.
    """
    now = context.clock()()
    collection = context.open(now, records=True)
    if git:
        from srs.sync.git import exchange_with_git  # noqa: PLC0415 - only for those who use it

        carried = exchange_with_git(collection, folder, now, terminal=sys.stdin.isatty())
        done, pushed, failure = carried.exchanged, carried.pushed, carried.failure
    else:
        done, pushed, failure = exchange(collection, folder, now), None, None
    for file, line, reason in done.problems:
        place = f"{folder / file}:{line}" if line else f"{folder / file}"
        click.echo(visible(f"srs: {place}: {reason}; it is skipped"), err=True)
    for file, later in done.later.items():
        click.echo(f"srs: {from_newer(f'{folder / file}', later)}", err=True)
    if done.skipped > len(done.problems):
        click.echo(f"srs: {done.skipped - len(done.problems)} more lines are skipped", err=True)
    try:
        _tell(done, pushed, as_json=as_json)
    finally:  # whether anybody could be told or not
        if failure:
            raise failure


def _tell(done: Exchanged, pushed: bool | None, *, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "events": done.came.events,
                "voids": done.came.voids,
                "replaced": done.came.replaced,
                "cards": done.came.cards,
                "written": done.written,
                "skipped": done.skipped,
                "problems": [problem._asdict() for problem in done.problems],
                "newer": [
                    {"file": file, "lines": later.count, "kinds": later.kinds} for file, later in done.later.items()
                ],
                "pushed": pushed,
            }
        )
    else:
        came = f"{plural(done.came.events, 'event')} and {plural(done.came.voids, 'undo')} came in"
        told = {None: "", True: "; pushed", False: "; not pushed"}[pushed]
        say(f"{came}, {plural(len(done.came.cards), 'card')} changed; {plural(done.written, 'line')} written{told}.")
