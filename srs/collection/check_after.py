"""Names under `after` that mean no deck, or decks that wait for each other."""

from collections.abc import Iterator, Sequence, Set

from srs.core.quoting import listed, nearest, quoted
from srs.core.unicode import nfc
from srs.deckfile import DeckFile, Problem
from srs.scheduling.deck_order import by_name, circles, named_decks


def check_after(files: Sequence[DeckFile]) -> Iterator[Problem]:
    """Warns at the place of each such name. One is unknown only if the deck of every file is known."""
    used = [(file, file.deck) for file in files if file.deck is not None]
    decks = list(dict.fromkeys(deck.name for _, deck in used))
    meant = by_name(decks)
    in_circle = circles(named_decks(decks, ((deck.name, deck.after) for _, deck in used if deck.after)))
    for file, deck in used:
        for named in file.after:
            others = meant.get(nfc(named.name), set())
            message = _circle(deck.name, named.name, others, in_circle.get(deck.name, set()))
            if not others and len(used) == len(files):
                near = nearest(named.name, decks)
                message = f"there is no deck {quoted(named.name)}; "
                message += f"did you mean {quoted(near)}?" if near else "write the full name of one, or delete it"
            if message:
                yield Problem("warning", file.name, named.line, named.column, message)


def _circle(deck: str, name: str, meant: Set[str], circle: Set[str]) -> str:
    """Why the deck does not wait for all that it names; empty if it does."""
    if deck in meant:
        includes = "" if nfc(deck) == nfc(name) else f", and {quoted(name)} includes this one"
        return f"a deck does not wait for itself{includes}; name the decks before it one by one"
    if meant.isdisjoint(circle):
        return ""
    return f"{listed(sorted(circle))} wait for each other, so none of them does; delete a name under `after` in one of them"
