"""What a shell offers after Tab: decks, tags, notes and cards of the collection. What goes wrong offers nothing."""

from collections.abc import Callable, Iterator
from contextlib import closing

import click

from srs.cli.context import Context
from srs.collection import Collection, lookup
from srs.core.errors import SrsError
from srs.core.unicode import caseless
from srs.scheduling.queue import levels


def _offered(names: Callable[[Collection], Iterator[str]]) -> Callable[..., list[str]]:
    def complete(ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
        root = ctx.find_root().params
        context = Context(root.get("decks"), root.get("db"))
        try:
            collection = context.collection(context.clock()())
            with closing(collection.store):
                found = set(names(collection))
        except (SrsError, OSError):
            return []
        return sorted(name for name in found if caseless(name).startswith(caseless(typed)))

    return complete


def _decks(collection: Collection) -> Iterator[str]:
    for name in collection.deck_names():
        yield from levels(name)


def _tags(collection: Collection) -> Iterator[str]:
    yield from lookup.tags(collection)


def _notes(collection: Collection) -> Iterator[str]:
    yield from (row.id for row, _ in lookup.notes(collection))


def _cards(collection: Collection) -> Iterator[str]:
    yield from (card.key for _, note in lookup.notes(collection) for card in note.cards())


decks, tags, notes, card_keys = _offered(_decks), _offered(_tags), _offered(_notes), _offered(_cards)
