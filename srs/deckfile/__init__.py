"""Deck files: read, check and complete them. Bytes in, values out; the caller opens files and folders.

Errors in a file are returned as `Problem`s, never raised.
"""

from srs.deckfile.append import CannotAppend, first_item, with_note
from srs.deckfile.dump import dump_deck_file, dump_note
from srs.deckfile.ids import adopted_id, duplicates, typeable_id, with_ids
from srs.deckfile.reading import parse
from srs.deckfile.remove import CannotRemove, without_notes
from srs.deckfile.replace_values import CannotReplace, stripped, with_values
from srs.deckfile.style import repeated, same_in_anki
from srs.deckfile.values import DeckFile, FileNote, Problem, Reference

__all__ = [
    "CannotAppend",
    "CannotRemove",
    "CannotReplace",
    "DeckFile",
    "FileNote",
    "Problem",
    "Reference",
    "adopted_id",
    "dump_deck_file",
    "dump_note",
    "duplicates",
    "first_item",
    "parse",
    "repeated",
    "same_in_anki",
    "stripped",
    "typeable_id",
    "with_ids",
    "with_note",
    "with_values",
    "without_notes",
]
