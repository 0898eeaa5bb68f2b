"""Asks whether a removed note and a similar new one are the same."""

from collections.abc import Sequence

import click

from srs.cli.output import say
from srs.collection import Collection
from srs.collection.relink import mark_distinct, relink
from srs.collection.similar_notes import Pair
from srs.core.clock import Clock


def ask(collection: Collection, pairs: Sequence[Pair], clock: Clock) -> None:
    """Asks for a key per pair: y relinks, n records that they are different, any other leaves the rest for later."""
    for pair in pairs:
        say(f"\n{pair.old} was removed, and {pair.new} looks like it:")
        for before, after in zip(pair.before, pair.after, strict=True):
            say(f"  {before}" if before == after else f"- {before}\n+ {after}")
        click.echo("Same note? y: yes, it keeps its progress   n: no   l: later ", nl=False)
        try:
            key = click.getchar().lower()
        except EOFError:
            key = "l"
        if key in {"y", "ㅛ"}:
            relink(collection, pair.old, pair.new, clock())
            click.echo("yes")
        elif key in {"n", "ㅜ"}:
            mark_distinct(collection, pair.old, pair.new, clock())
            click.echo("no")
        else:
            click.echo("later")
            return
