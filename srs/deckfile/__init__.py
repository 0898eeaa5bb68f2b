"""Deck files: reading, checking and completing them. Bytes come in, values go out; files and folders are the caller's.

Nothing here raises for what a file says: everything that is wrong with it becomes a `Problem`.
"""

from srs.deckfile.append import CannotAppend, with_note, written
from srs.deckfile.dump import whole
from srs.deckfile.ids import adopted_id, duplicates, with_ids
from srs.deckfile.reading import parse
from srs.deckfile.style import repeated, same_in_anki
from srs.deckfile.values import DeckFile, FileNote, Problem, Reference

__all__ = [
    "CannotAppend",
    "DeckFile",
    "FileNote",
    "Problem",
    "Reference",
    "adopted_id",
    "duplicates",
    "parse",
    "repeated",
    "same_in_anki",
    "whole",
    "with_ids",
    "with_note",
    "written",
]
