"""A piece of an export: notes as they are stored → as Anki has them.

Pure, and bytes on both ends, so that any process can do it: bytes cost less than a pickle to write and to read.
"""

import json
import marshal
import pickle
from collections.abc import Iterable, Iterator

from srs.anki.note_row import Drawn, draw
from srs.collection.deck_row import deck_from_json
from srs.kinds.registry import Kinds

Stored = tuple[str, str, str, int, dict[str, str], str]
"""id, fields and tags (JSON), when it last changed (UTC milliseconds), the names in Anki of its files, its first id."""

_AT_ONCE = 1_000  # notes, at most


def pieces(files: Iterable[tuple[str, Iterable[Stored]]]) -> Iterator[bytes]:
    """For `drawn_piece`, of notes by file; each comes with what its file says of them all (JSON)."""
    piece: list[tuple[str, list[Stored]]] = []
    size = 0
    for deck, notes in files:
        piece.append((deck, []))
        for note in notes:
            piece[-1][1].append(note)
            size += 1
            if size == _AT_ONCE:
                yield marshal.dumps(piece)
                piece, size = [(deck, [])], 0
    if size:
        yield marshal.dumps(piece)


def drawn_piece(kinds: Kinds, piece: bytes) -> bytes:
    """Its notes as `drawn_by` gives them."""
    types, made = {}, []
    for deck_text, notes in marshal.loads(piece):  # noqa: S302 - written by `pieces`
        deck = deck_from_json(deck_text)
        values = json.loads(f"[{','.join(f'[{note[1]},{note[2]}]' for note in notes)}]")  # one long text reads faster
        for (note_id, _, _, changed_at, names, first), (fields, tags) in zip(notes, values, strict=True):
            drawn = draw(kinds.note(note_id, deck, fields, tags), changed_at, names, first)
            types[drawn.kind.id] = drawn.kind
            made.append((drawn.row, drawn.kind.id, *drawn[2:]))
    return marshal.dumps((pickle.dumps(types), made))


def drawn_by(result: bytes) -> Iterator[Drawn]:
    """What `drawn_piece` made."""
    kinds, made = marshal.loads(result)  # noqa: S302 - written by `drawn_piece`
    kinds = pickle.loads(kinds)  # noqa: S301 - as above
    for row, kind, deck, cards, adopted in made:
        yield Drawn(row, kinds[kind], deck, cards, adopted)
