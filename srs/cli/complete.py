"""Shell completion of decks, tags, notes and cards; empty after an error."""

from collections.abc import Callable, Iterable
from contextlib import closing

import click

from srs.cli.context import Context
from srs.cli.paths import DeckFolder
from srs.collection import Collection, lookup
from srs.core.deck_names import with_ancestors
from srs.core.errors import SrsError
from srs.core.unicode import caseless


def _completion(names: Callable[[Collection], Iterable[str]]) -> Callable[..., list[str]]:
    def complete(ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
        root = ctx.find_root().params
        context = Context(DeckFolder(root.get("decks")), root.get("db"))
        try:
            collection = context.open_silently(context.clock()())
            with closing(collection.store):
                found = set(names(collection))
        except (SrsError, OSError):
            return []
        return sorted(name for name in found if caseless(name).startswith(caseless(typed)))

    return complete


decks = _completion(lambda collection: (level for name in collection.deck_names() for level in with_ancestors(name)))
tags = _completion(lookup.tags)
notes = _completion(lambda collection: (row.id for row, _ in lookup.notes(collection)))
card_keys = _completion(lambda collection: (card.key for _, note in lookup.notes(collection) for card in note.cards()))
