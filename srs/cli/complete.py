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


decks = _completion(lambda collection: (level for name in collection.deck_names() for level in with_ancestors(name)))
tags = _completion(lookup.tags)
notes = _completion(lambda collection: rows.note_paths(collection.store.connection, collection.folder_id))
stories = _completion(
    lambda collection: (
        row.id for row in rows.get_notes(collection.store.connection, collection.folder_id) if row.kind == "story"
    )
)
card_keys = _completion(lambda collection: rows.card_keys(collection.store.connection, collection.folder_id))
cards_notes_decks = _completion(
    lambda collection: (
        *(level for name in collection.deck_names() for level in with_ancestors(name)),
        *rows.note_paths(collection.store.connection, collection.folder_id),
        *rows.card_keys(collection.store.connection, collection.folder_id),
    )
)


def settings(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    return [name for name in SETTINGS if name.startswith(typed)]
