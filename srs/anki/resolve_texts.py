"""What a sync does with texts that differ, once the learner has taken some of Anki's."""

from collections.abc import Callable, Mapping
from collections.abc import Collection as Several
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from srs.anki.backend import TextChange
from srs.anki.compare_texts import TheirText, Verdict, ankis_tags, compare_texts
from srs.anki.notetypes import one_tag
from srs.anki.same_texts import field_values, says_the_same, shows_the_same
from srs.collection import Collection
from srs.kinds.note import Note


class Resolved(NamedTuple):
    """The texts of the notes `here` go to Anki. Of the notes in `partly`, these fields (`Tags` for the tags) stay as they are in
    Anki, and all others become as they are here.
    """

    here: Several[str] = frozenset()
    partly: Mapping[str, Several[str]] = MappingProxyType({})


TakeTexts = Callable[[Collection, Path], tuple[Collection, Resolved]]
"""Takes texts of the collection at the path into deck files, reads these again, and tells what is to be done with the rest."""


def take_no_texts(collection: Collection, _: Path) -> tuple[Collection, Resolved]:
    return collection, Resolved()


def resolved_verdict(note: Note, media: Mapping[str, str], theirs: TheirText, resolved: Resolved) -> Verdict:
    """As `compare_texts` has it, but a text that only Anki's editor writes otherwise is changed here, and so is one of which
    nothing but what follows from it differs.
    """
    verdict = compare_texts(note, media, theirs)
    if verdict.changed in {"there", "both"} and shows_the_same(note, media, theirs):
        return Verdict("here")
    if verdict.changed == "both" and (note.id in resolved.here or says_the_same(note, media, theirs)):
        return Verdict("here")
    return verdict


def partly_taken(note: Note, media: Mapping[str, str], theirs: TheirText, kept: Several[str]) -> TextChange:
    """Brings all but the `kept` fields to Anki. With the hidden one, these count as changed in Anki alone."""
    names = set(theirs.names) - set(kept)
    written = {name: html for name, html in field_values(note, media).items() if name in names}
    tags = (*map(one_tag, note.tags), *ankis_tags(theirs))
    return TextChange(theirs.id, written, theirs.tags if "Tags" in kept else tags)
