"""Shell completion of decks, tags, notes and cards; empty after an error."""

from collections.abc import Callable, Iterable
from contextlib import closing

import click

from srs.cli.context import Context
from srs.cli.kind_option import kinds_in_use
from srs.cli.paths import DeckFolder
from srs.collection import Collection, lookup
from srs.collection.query import KEYS, STATES
from srs.core.deck_names import with_ancestors
from srs.core.errors import SrsError
from srs.core.settings import SETTINGS
from srs.core.unicode import caseless
from srs.database import decks as rows


def _completion(names: Callable[[Collection, str], Iterable[str]]) -> Callable[..., list[str]]:
    """`names` are those that may begin with what was typed, in whatever case; others are left out."""

    def complete(ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
        root = ctx.find_root().params
        context = Context(DeckFolder(root.get("decks")), root.get("db"))
        try:
            collection = context.open_silently(context.clock()())
            with closing(collection.store):
                found = set(names(collection, typed))
        except (SrsError, OSError):
            return []
        return sorted(name for name in found if caseless(name).startswith(caseless(typed)))

    return complete


def query_terms(ctx: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """Terms of a query; the names after `deck:`, `tag:`, `kind:` and `is:`."""
    minus = "-" if typed.startswith("-") else ""
    key, colon, value = typed.removeprefix("-").partition(":")
    match key if colon else "":
        case "deck":
            names = decks(ctx, parameter, value)
        case "tag":
            names = tags(ctx, parameter, value)
        case "kind":
            names = [kind.kind for kind in kinds_in_use(ctx).shown if kind.kind.startswith(value)]
        case "is":
            names = [state for state in STATES if state.startswith(value)]
        case _:
            return [
                f"{minus}{beginning}"
                for beginning in map("{}:".format, KEYS)
                if beginning.startswith(key) and not colon
            ]
    return [f"{minus}{key}:{name}" for name in names]


def _decks(collection: Collection, _typed: str) -> Iterable[str]:
    return (level for name in collection.deck_names() for level in with_ancestors(name))


def _notes(collection: Collection, typed: str) -> Iterable[str]:
    return rows.names_beginning(collection.store.connection, collection.folder_id, "notes", typed)


def _cards(collection: Collection, typed: str) -> Iterable[str]:
    return rows.names_beginning(collection.store.connection, collection.folder_id, "cards", typed)


decks = _completion(_decks)
tags = _completion(lambda collection, _: lookup.tags(collection))
notes = _completion(_notes)
stories = _completion(
    lambda collection, _: (
        row.id for row in rows.get_notes(collection.store.connection, collection.folder_id) if row.kind == "story"
    )
)
card_keys = _completion(_cards)
cards_notes_decks = _completion(
    lambda collection, typed: (*_decks(collection, typed), *_notes(collection, typed), *_cards(collection, typed))
)


def settings(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    return [name for name in SETTINGS if name.startswith(typed)]
