"""Which decks wait for which: a deck file may name decks whose new cards come before its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

from srs.core.deck_names import with_ancestors
from srs.core.unicode import nfc

Graph = Mapping[str, Set[str]]
"""Each deck that names others, and all decks that these names mean."""


def by_name(decks: Iterable[str]) -> Mapping[str, Set[str]]:
    """The decks that each name means (NFC): its own and those below it."""
    meant: dict[str, set[str]] = defaultdict(set)
    for deck in decks:
        for level in with_ancestors(nfc(deck)):
            meant[level].add(deck)
    return meant


def named_decks(decks: Iterable[str], after: Iterable[tuple[str, Sequence[str]]]) -> Graph:
    """What each deck with names `after` means by them among the `decks`."""
    meant = by_name(decks)
    found: dict[str, list[Set[str]]] = defaultdict(list)
    for deck, names in after:
        found[deck] += (meant.get(nfc(name), frozenset()) for name in names)
    # decks that name one other share what it means: with thousands of decks, a set for each fills the memory
    return {deck: sets[0] if len(sets) == 1 else frozenset().union(*sets) for deck, sets in found.items()}


def prerequisites(graph: Graph) -> Graph:
    """The decks that each deck waits for. Those of a circle do not wait for each other, so that nothing waits for ever."""
    of_circles = circles(graph)
    return {deck: others - of_circles[deck] if deck in of_circles else others for deck, others in graph.items()}


def circles(graph: Graph) -> Graph:
    """The decks of circles, each with those (itself included) that it names and is named by, directly or through others."""
    left = graph.keys() - set(_in_order(graph))  # nearly always none
    named = {deck: graph[deck] & left for deck in left}
    naming: dict[str, set[str]] = defaultdict(set)
    for deck, others in named.items():
        for other in others:
            naming[other].add(deck)
    found: dict[str, Set[str]] = {}
    for deck in sorted(left):
        if deck not in found:
            circle = _reached(deck, named) & _reached(deck, naming)
            found |= dict.fromkeys(circle, circle)
    return found


def stages(graph: Graph) -> dict[str, int]:
    """How many decks in a row come before each deck that waits, by the longest way; the others are at stage 0."""
    waits, found = prerequisites(graph), dict[str, int]()
    for deck in _in_order(waits):
        found[deck] = max((found.get(other, 0) + 1 for other in waits[deck]), default=0)
    return found


def _in_order(graph: Graph) -> list[str]:
    """Each deck after those that it names, without those that circles keep from it."""
    namers: dict[str, list[str]] = defaultdict(list)
    for deck, others in graph.items():
        for other in others & graph.keys():
            namers[other].append(deck)
    before = {deck: len(others & graph.keys()) for deck, others in graph.items()}
    order = [deck for deck, count in before.items() if not count]
    for deck in order:
        for namer in namers[deck]:
            before[namer] -= 1
            if not before[namer]:
                order.append(namer)
    return order


def _reached(start: str, graph: Graph) -> Set[str]:
    found, left = set[str](), [start]
    while left:
        new = graph.get(left.pop(), set()) - found
        found |= new
        left += new
    return found
