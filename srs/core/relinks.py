"""Which note an id stands for, once ids were changed on purpose. Pure: a function of the set of relinks that count.

Stored keys are never rewritten. Whoever reads the log by card asks here under which keys the card's events lie.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from srs.core.event import Event, Relinked
from srs.core.event_line import line


@dataclass(frozen=True, slots=True)
class Aliases:
    """Ids that no relink names stand for themselves. False if no relink is in force."""

    current: Mapping[str, str] = field(default_factory=dict)
    """The id that each relinked one stands for in the end."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """Of each id that another one was relinked to, the one of the earliest relink."""
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """All ids that stand for a note, its own first, then sorted; only where there are several."""
    since: Mapping[str, int] = field(default_factory=dict)
    """UTC milliseconds of the latest relink that leads to an id."""

    def __bool__(self) -> bool:
        return bool(self.current)

    def note(self, note: str) -> str:
        return self.current.get(note, note)

    def card(self, card: str) -> str:
        """The card with the same template of the note that the card's note stands for."""
        note, _, template = card.rpartition("/")
        return f"{self.current[note]}/{template}" if note in self.current else card

    def ids(self, note: str) -> tuple[str, ...]:
        """All ids that stand for the note; none for an id that stands for another."""
        return () if note in self.current else self.members.get(note, (note,))

    def keys(self, card: str) -> tuple[str, ...]:
        """All keys under which events of the card may lie; none for the card of an id that stands for another."""
        note, _, template = card.rpartition("/")
        return tuple(f"{one}/{template}" for one in self.ids(note)) if self.concerns(note) else (card,)

    def concerns(self, note: str) -> bool:
        """Whether a relink that is in force leads from the id or to it."""
        return note in self.current or note in self.members

    def first(self, note: str) -> str:
        """The note's first id, which Anki knows it by: back along the relinks, each time the earliest of several."""
        note = self.note(note)
        while note in self.origin:
            note = self.origin[note]
        return note

    def moved(self, after: "Aliases") -> set[str]:
        """The notes whose events are not the same `after`: those that lose some, and those that gain some."""
        ids = {*self.current, *after.current}
        changed = {one for one in ids if self.note(one) != after.note(one)}
        return {found for one in changed for found in (one, self.note(one), after.note(one))}


NONE = Aliases()


def resolve(relinks: Iterable[Event]) -> Aliases:
    """What these relinks amount to, in whatever order they come; those that do not count are left out by the caller.

    Of two relinks of one id the later is in force, at one millisecond the one with the smaller line. Where those in force
    go round in a circle, the latest of the circle has no effect, as if it were not there.
    """
    ranked = sorted(relinks, key=lambda event: event.at)
    if not ranked:
        return NONE
    if any(one.at == other.at for one, other in pairwise(ranked)):  # lines are slow to make
        ranked = sorted(sorted(ranked, key=line, reverse=True), key=lambda event: event.at)
    others: list[str] = []
    of_id = defaultdict[str, list[int]](list)  # ranks, the one in force last
    for rank, event in enumerate(ranked):
        assert isinstance(event.what, Relinked)
        others.append(event.what.other)
        of_id[event.subject].append(rank)
    _cut_circles(of_id, others)
    in_force = sorted((ranks[-1], one) for one, ranks in of_id.items() if ranks)
    origin: dict[str, str] = {}
    since: dict[str, int] = {}
    for rank, one in in_force:
        origin.setdefault(others[rank], one)
        since[others[rank]] = ranked[rank].at
    current = _ends({one: others[rank] for rank, one in in_force})
    members = defaultdict[str, list[str]](list)
    for one in sorted(current):
        members[current[one]].append(one)
    return Aliases(current, origin, {note: (note, *ids) for note, ids in members.items()}, since)


def _cut_circles(of_id: Mapping[str, list[int]], others: list[str]) -> None:
    """Takes the latest out of each circle until there is none. Circles share no id, so the order does not matter."""
    straight = set[str]()
    for start in of_id:
        path: list[str] = []
        place: dict[str, int] = {}
        one = start
        while one not in straight and of_id.get(one):
            if one in place:
                latest = max(path[place[one] :], key=lambda note: of_id[note][-1])
                of_id[latest].pop()
                for gone in path[place[latest] :]:
                    del place[gone]
                del path[len(place) :]
                one = latest
            else:
                place[one] = len(path)
                path.append(one)
                one = others[of_id[one][-1]]
        straight.update(path)


def _ends(links: Mapping[str, str]) -> dict[str, str]:
    """Where each chain ends."""
    ends: dict[str, str] = {}
    for start in links:
        path, one = [], start
        while one in links and one not in ends:
            path.append(one)
            one = links[one]
        ends |= dict.fromkeys(path, ends.get(one, one))
    return ends
