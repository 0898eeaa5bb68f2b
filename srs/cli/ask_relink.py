"""Asks of a note that vanished and a new one like it whether they are the same: once, on a terminal."""

from collections.abc import Sequence

import click

from srs.cli.output import say
from srs.collection import Collection
from srs.collection.similar_notes import Pair
from srs.core.clock import Clock


def ask(collection: Collection, pairs: Sequence[Pair], clock: Clock) -> None:
    """One key for each: y relinks, n remembers that they are two, anything else leaves it and the rest for later."""
    from srs.collection.relink import distinct, relink  # noqa: PLC0415 - hardly ever needed

    for pair in pairs:
        say(f"\n{pair.old} is gone, and {pair.new} is like it:")
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
            distinct(collection, pair.old, pair.new, clock())
            click.echo("no")
        else:
            click.echo("later")
            return
