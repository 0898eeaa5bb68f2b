"""Notes that lost their id: which vanished one and which new one are so alike that they may be the same.

A fixed typo, even in each part, is the same note; two short phrases that share most of their words are not. The measure
is the similarity of each part (front and back, the sides of a phrase, …), and their mean by length.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from srs.core.event import Distinct
from srs.core.similar import similarity
from srs.core.unicode import caseless
from srs.database import removed_notes
from srs.database.removed_notes import NoteText
from srs.kinds.registry import Kinds
from srs.log import event_log

ALIKE, PART = 0.85, 0.6
"""What the whole must reach, and each part."""

_LONGEST = 500  # signs of a part that are compared
_MOST = 2000  # comparisons of one run
_COMMON = 20  # vanished notes, beyond which what they share tells nothing
_NEAREST = 3  # vanished notes that one new note is compared with

Parts = tuple[str, ...]


class Pair(NamedTuple):
    """A note that vanished and a new one, with what either asks and answers."""

    old: str
    new: str
    before: Parts
    after: Parts


def pairs(connection: sqlite3.Connection, folder: int, kinds: Kinds) -> list[Pair]:
    """Whether these are the same is still to be asked. Each note is in one pair at most, the likest come together."""
    gone = removed_notes.all_removed(connection)
    if not gone:
        return []
    aliases = event_log.read_aliases(connection)
    two = {
        frozenset((aliases.note(event.subject), aliases.note(event.what.other)))
        for event in event_log.note_events(connection)
        if isinstance(event.what, Distinct)
    }
    since = {text.note: at for text, at in gone}
    new = [
        (text, at)
        for text, at in removed_notes.new_notes(connection, folder, min(since.values()))
        if text.note not in aliases.current
    ]
    found = [
        (ratio, pair)
        for ratio, pair in _alike([text for text, _ in gone], [text for text, _ in new], kinds)
        if frozenset((pair.old, pair.new)) not in two
    ]
    changed_at = {text.note: at for text, at in new}
    taken, chosen = set[str](), list[Pair]()
    for _, pair in sorted(found, key=lambda one: (-one[0], one[1])):
        if changed_at[pair.new] >= since[pair.old] and taken.isdisjoint((pair.old, pair.new)):
            taken |= {pair.old, pair.new}
            chosen.append(pair)
    return sorted(chosen)


def parts(text: NoteText, kinds: Kinds) -> Parts:
    """What the note asks and answers; nothing of its remarks."""
    fields: dict[str, Any] = json.loads(text.fields)
    found = []
    kind = kinds.by_name.get(text.kind)
    for key in kind.compared if kind else ():
        match fields.get(key):
            case dict() as sides:
                found += [str(side) for _, side in sorted(sides.items())]
            case list() as several:
                found.append(" / ".join(map(str, several)))
            case None:
                pass
            case one:
                found.append(str(one))
    return tuple(found)


def likeness(one: Parts, other: Parts) -> float:
    """From 0 to 1; 0 also where a part, or the whole, falls short of what the same note must reach."""
    if len(one) != len(other) or not one:
        return 0.0
    same = size = 0.0
    for a, b in zip(map(_folded, one), map(_folded, other), strict=True):
        ratio = 1.0 if a == b else similarity(a[:_LONGEST], b[:_LONGEST])
        if ratio < PART:
            return 0.0
        same, size = same + ratio * (len(a) + len(b)), size + len(a) + len(b)
    return same / size if size and same / size >= ALIKE else 0.0


def _folded(text: str) -> str:
    return " ".join(caseless(text).split())


def _alike(gone: Sequence[NoteText], new: Sequence[NoteText], kinds: Kinds) -> Iterator[tuple[float, Pair]]:
    """Compares each new note with the few vanished ones that share the most with it."""
    old = {text.note: parts(text, kinds) for text in gone}
    kind_of = {text.note: text.kind for text in gone}
    equal, sharing = defaultdict[Parts, list[str]](list), defaultdict[str, list[str]](list)
    for note, said in old.items():
        equal[tuple(map(_folded, said))].append(note)
        for piece in _pieces(said):
            sharing[piece].append(note)
    compared = 0
    for text in new:
        said = parts(text, kinds)
        near = equal.get(tuple(map(_folded, said)), [])[:_NEAREST]
        if not near:
            counts = Counter(
                note
                for piece in _pieces(said)
                if len(sharing.get(piece, ())) <= _COMMON
                for note in sharing.get(piece, ())
            )
            near = [note for note, _ in counts.most_common(_NEAREST)]
            compared += len(near)
        if compared > _MOST:
            return
        for note in near:
            if kind_of[note] == text.kind and (ratio := likeness(old[note], said)):
                yield ratio, Pair(note, text.note, old[note], said)


def _pieces(said: Parts) -> set[str]:
    """Every three signs in a row."""
    text = _folded(" ".join(part[:_LONGEST] for part in said))
    return {text[n : n + 3] for n in range(max(len(text) - 2, 1))}
