"""Lists of decks and of tags, with the progress of their cards."""

import json
from collections.abc import Mapping

import click

from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder
from srs.cli.output import columns, emit, json_option, say
from srs.collection import Collection, lookup
from srs.core.plural import plural
from srs.database import totals
from srs.database.totals import Totals


@click.command("decks")
@json_option
@pass_context
def decks_command(context: Context, as_json: bool) -> None:
    """List the decks, with their cards and progress.

    A card is mature when its interval is 21 days or more, else young; suspended cards are counted apart.
    """
    collection = _open(context, as_json)
    found = totals.by_deck(collection.store.connection, collection.folder_id)
    _print("deck", {name: found.get(name, Totals()) for name in collection.deck_names()}, as_json)


@click.command("tags")
@json_option
@pass_context
def tags_command(context: Context, as_json: bool) -> None:
    """List the tags, with their cards and progress.

    A card is mature when its interval is 21 days or more, else young; suspended cards are counted apart.
    """
    collection = _open(context, as_json)
    of_file = {path: deck.tags for path, deck in lookup.files(collection)}
    found: dict[str, Totals] = {}
    for path, own, counts in totals.by_note(collection.store.connection, collection.folder_id):
        for tag in {*of_file.get(path, ()), *json.loads(own)}:
            found[tag] = Totals(*map(sum, zip(found.get(tag, Totals()), counts, strict=True)))
    _print("tag", dict(sorted(found.items())), as_json)


def _open(context: Context, as_json: bool) -> Collection:
    if not as_json:
        report_folder(context.deck_folder)
    return context.open(context.clock()())


def _print(what: str, rows: Mapping[str, Totals], as_json: bool) -> None:
    if as_json:
        emit([{what: name, **counts._asdict()} for name, counts in rows.items()])
        return
    width = max((columns(name) for name in rows), default=0)
    say(f"{'':{width}}  {'  '.join(f'{name:>5}' for name in Totals._fields)}")
    for name, counts in rows.items():
        numbers = (f"{count:{max(5, len(field))}}" for field, count in counts._asdict().items())
        say(f"{name}{' ' * (width - columns(name))}  {'  '.join(numbers)}")
    say(plural(len(rows), what))
