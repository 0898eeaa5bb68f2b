import sys
from pathlib import Path
from typing import Any

import click

from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.core.safe_text import visible
from srs.review.terminal.text import plural
from srs.sync import merge

_SHOWN = 10  # cards by name


@click.command("merge")
@click.argument("other", metavar="OTHER.db", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would come in.")
@json_option
@pass_context
def merge_command(context: Context, other: Path, dry_run: bool, as_json: bool) -> None:
    """Take in what another database, or a backup, recorded.

    Says what comes in and which cards change; on a terminal first, and asks. The other database stays as it is; taking
    it in again changes nothing.
    """
    collection = context.open(context.clock()(), records=not dry_run)
    plan = merge.plan(collection, other)
    ask = sys.stdin.isatty() and not dry_run and not plan.nothing
    if ask:
        if not as_json:
            _show(plan, other)
        if not click.confirm("Take it in?", err=True):
            raise click.Abort
    made = plan if dry_run else merge.merge(collection, other)
    if as_json:
        emit(_json(made, merged=not dry_run))
        return
    if not ask:
        _show(made, other)
    if not dry_run:
        say("Done." if not made.nothing else "There is nothing to do.")


def _show(plan: merge.Coming, other: Path) -> None:
    for reason in plan.reasons:
        click.echo(visible(f"srs: {other}: a row is skipped: {reason}"), err=True)
    if plan.skipped > len(plan.reasons):
        click.echo(visible(f"srs: {other}: {plan.skipped - len(plan.reasons)} more rows are skipped"), err=True)
    tally, cards = plan.tally, plan.tally.cards
    say(f"{other}: {plural(tally.events, 'event')} and {plural(tally.voids, 'undo')} come in.")
    if tally.replaced:
        say(
            f"{plural(tally.replaced, 'event')} with another content under the same card and time takes the place of ours."
        )
    if "" in tally.subjects:
        say("The parameters change, and with them the memory of every card.")
    if cards:
        more = f" and {len(cards) - _SHOWN} more" if len(cards) > _SHOWN else ""
        verb = "changes" if len(cards) == 1 else "change"
        say(f"{plural(len(cards), 'card')} {verb}: {', '.join(cards[:_SHOWN])}{more}")


def _json(made: merge.Coming, *, merged: bool) -> dict[str, Any]:
    tally = made.tally
    return {
        "events": tally.events,
        "voids": tally.voids,
        "replaced": tally.replaced,
        "cards": tally.cards,
        "parameters": "" in tally.subjects,
        "skipped": made.skipped,
        "reasons": made.reasons,
        "merged": merged,
    }
