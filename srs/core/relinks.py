"""Which note an id stands for after ids were changed on purpose: a pure function of the set of relinks that count.

Stored keys are never rewritten. Code that reads the log by card asks here under which keys the card's events are stored.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from srs.core.event import Event, Relinked
from srs.core.event_line import to_line


@dataclass(frozen=True, slots=True)
class Aliases:
    """What the relinks in force amount to; false if there are none. Other ids stand for themselves."""

    current: Mapping[str, str] = field(default_factory=dict)
    """Relinked id → the id that it stands for in the end."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """Target of a relink → the id that was relinked to it first."""
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Note → all ids that stand for it, its own first, then sorted; only for notes with several."""
    since: Mapping[str, int] = field(default_factory=dict)
    """Target of a relink → when the latest relink to it was recorded, in UTC milliseconds."""

    def __bool__(self) -> bool:
        return bool(self.current)

    def note(self, note: str) -> str:
        return self.current.get(note, note)

    def card(self, card: str) -> str:
        """The current key of the card: the same template of the current note."""
        note, _, template = card.rpartition("/")
        return f"{self.current[note]}/{template}" if note in self.current else card

    def ids(self, note: str) -> tuple[str, ...]:
        """All ids that stand for the note; empty if it stands for another."""
        return () if note in self.current else self.members.get(note, (note,))

    def keys(self, card: str) -> tuple[str, ...]:
        """All keys under which events of the card may be stored; empty if its note stands for another."""
        note, _, template = card.rpartition("/")
        return tuple(f"{alias}/{template}" for alias in self.ids(note)) if self.is_relinked(note) else (card,)

    def is_relinked(self, note: str) -> bool:
        """Whether a relink in force leads from or to the id."""
        return note in self.current or note in self.members

    def is_card_relinked(self, card: str) -> bool:
        """Whether a relink in force leads from or to the card's note."""
        return self.is_relinked(card.rpartition("/")[0])

    def first_id(self, note: str) -> str:
        """The note's first id, by which Anki knows it: follows relinks back, the earliest where there are several."""
        note = self.note(note)
        while note in self.origin:
            note = self.origin[note]
        return note

    def changed_notes(self, after: "Aliases") -> set[str]:
        """The notes that lose or gain events when `after` takes the place of these."""
        ids = {*self.current, *after.current}
        changed = {note for note in ids if self.note(note) != after.note(note)}
        return {affected for note in changed for affected in (note, self.note(note), after.note(note))}


NO_RELINKS = Aliases()


def resolve_relinks(relinks: Iterable[Event]) -> Aliases:
    """Resolves relinks that count, given in any order.

    Of two relinks of one id the later is in force; at the same millisecond, the one with the smaller line. In a cycle the
    newest link is ignored.
    """
    ranked = sorted(relinks, key=lambda event: event.at)
    if not ranked:
        return NO_RELINKS
    if any(first.at == second.at for first, second in pairwise(ranked)):  # lines are slow to make
        ranked = sorted(sorted(ranked, key=to_line, reverse=True), key=lambda event: event.at)
    targets: list[str] = []  # by rank
    ranks_of = defaultdict[str, list[int]](list)  # of each id, the one in force last
    for rank, event in enumerate(ranked):
        assert isinstance(event.what, Relinked)
        targets.append(event.what.other)
        ranks_of[event.subject].append(rank)
    _break_cycles(ranks_of, targets)
    in_force = sorted((ranks[-1], note) for note, ranks in ranks_of.items() if ranks)
    origin: dict[str, str] = {}
    since: dict[str, int] = {}
    for rank, note in in_force:
        origin.setdefault(targets[rank], note)
        since[targets[rank]] = ranked[rank].at
    current = _chain_ends({note: targets[rank] for rank, note in in_force})
    members = defaultdict[str, list[str]](list)
    for note in sorted(current):
        members[current[note]].append(note)
    return Aliases(current, origin, {note: (note, *ids) for note, ids in members.items()}, since)


def _break_cycles(ranks_of: Mapping[str, list[int]], targets: list[str]) -> None:
    """Removes the newest link of each cycle until there are none. Cycles share no id, so their order does not matter."""
    acyclic = set[str]()
    for start in ranks_of:
        path: list[str] = []
        place: dict[str, int] = {}  # of each note in the path
        note = start
        while note not in acyclic and ranks_of.get(note):
            if note in place:
                newest = max(path[place[note] :], key=lambda link: ranks_of[link][-1])
                ranks_of[newest].pop()
                for removed in path[place[newest] :]:
                    del place[removed]
                del path[len(place) :]
                note = newest
            else:
                place[note] = len(path)
                path.append(note)
                note = targets[ranks_of[note][-1]]
        acyclic.update(path)


def _chain_ends(links: Mapping[str, str]) -> dict[str, str]:
    """Each link's start → the end of its chain."""
    ends: dict[str, str] = {}
    for start in links:
        path, note = [], start
        while note in links and note not in ends:
            path.append(note)
            note = links[note]
        ends |= dict.fromkeys(path, ends.get(note, note))
    return ends
