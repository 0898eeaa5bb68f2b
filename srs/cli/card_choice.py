"""The options with which commands choose cards, and the query that they make."""

from collections.abc import Callable
from typing import Any

import click

from srs.cli import complete
from srs.cli.kind_option import KindName
from srs.collection.query import parse, quoted
from srs.kinds.registry import Kinds

_Command = Callable[..., Any]


def find_option(which: str) -> Callable[[_Command], _Command]:
    """`--find QUERY`; its help begins with `which` cards it takes."""
    text = f"{which} that match QUERY; see srs find --help."
    return click.option("--find", "query", metavar="QUERY", default="", shell_complete=complete.query_terms, help=text)


def card_options(command: _Command) -> _Command:
    """Adds the decks, `--find`, `--tag` and `--kind`."""
    decks = click.argument("decks", nargs=-1, metavar="[DECK]...", shell_complete=complete.decks)
    tags = click.option(
        "--tag", "tags", multiple=True, metavar="TAG", shell_complete=complete.tags, help="Only notes with this tag."
    )
    kind = click.option("--kind", type=KindName(), help="Only notes of this kind.")
    return decks(find_option("Only cards")(tags(kind(command))))


def card_query(kinds: Kinds, query: str, tags: tuple[str, ...], kind: str | None, *further: str) -> str:
    """The options as one query; with several tags, all must match. `further` are terms. Raises QueryError."""
    parse(query, kinds)  # a ) of its own would close ours
    terms = [f"({query} )"] if query.strip() else []
    terms += [f"tag:{quoted(tag)}" for tag in tags]
    terms += [f"kind:{kind}"] if kind else []
    return " ".join([*terms, *further])
