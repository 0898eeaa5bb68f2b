import sys
from pathlib import Path

import click

from srs.cli.context import Context, pass_context
from srs.cli.merge_counts import counts_json
from srs.cli.output import emit, json_option, say, warn
from srs.core.plural import plural
from srs.sync.merge import MergeResult, merge, preview_merge

_SHOWN = 10  # cards by name


@click.command("merge")
@click.argument("other", metavar="OTHER.db", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would be merged.")
@json_option
@pass_context
def merge_command(context: Context, other: Path, dry_run: bool, as_json: bool) -> None:
    """Merge the log of another database, or of a backup.

    Shows what is new and which cards change; on a terminal, it asks before merging. OTHER.db is not changed. Merging it twice
    adds nothing.
    """
    collection = context.open(context.clock()(), records=not dry_run, needs_decks=False)
    shown = False
    if dry_run or sys.stdin.isatty():
        result = preview_merge(collection, other)
        if not dry_run and not result.changes_nothing:
            shown = not as_json
            if shown:
                _show(result, other)
            click.confirm("Merge them?", abort=True, err=True)
    if not dry_run:
        result = merge(collection, other)
    if as_json:
        skipped = {"skipped": result.skipped, "reasons": result.reasons}
        emit({**counts_json(result.counts), "parameters": result.counts.parameters, **skipped, "merged": not dry_run})
        return
    if not shown:
        _show(result, other)
    if not dry_run:
        say("Nothing to merge." if result.changes_nothing else "Merged.")


def _show(result: MergeResult, other: Path) -> None:
    for reason in result.reasons:
        warn(f"{other}: skipped a row: {reason}")
    if result.skipped > len(result.reasons):
        warn(f"{other}: skipped {plural(result.skipped - len(result.reasons), 'more row')}")
    counts, cards = result.counts, result.counts.cards
    say(f"{other}: new: {plural(counts.events, 'event')} and {plural(counts.voids, 'undo')}.")
    if counts.replaced:
        say(f"{plural(counts.replaced, 'event')} of ours replaced by others of the same card and time.")
    if counts.parameters:
        say("The FSRS parameters change, and with them the memory of every card.")
    if cards:
        more = f" and {len(cards) - _SHOWN} more" if len(cards) > _SHOWN else ""
        verb = "changes" if len(cards) == 1 else "change"
        say(f"{plural(len(cards), 'card')} {verb}: {', '.join(cards[:_SHOWN])}{more}")
