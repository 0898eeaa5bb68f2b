"""Decides whose text counts where a note is both here and in Anki. The digest in its hidden field tells who changed it."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from srs.anki.notetypes import OF_ANKI, digest, fields, note_type, one_tag
from srs.core.unicode import caseless
from srs.kinds.note import Note


class TheirText(NamedTuple):
    """A note in Anki: its id, the id of its note type, the names of its fields in order, their HTML, and its tags."""

    id: int
    note_type: int
    names: tuple[str, ...]
    fields: tuple[str, ...]
    tags: tuple[str, ...]


class Difference(NamedTuple):
    """A field whose text was changed on both sides, in HTML; `Tags` is the name where these differ."""

    field: str
    here: str
    there: str


class Verdict(NamedTuple):
    """Where the text was changed: `here`, `there` (in Anki) or on `both` sides, with the `differences`. `foreign` means that
    the note has another note type in Anki, and is left alone.
    """

    changed: Literal["same", "here", "there", "both", "foreign"]
    differences: tuple[Difference, ...] = ()


def compare_texts(note: Note, media: Mapping[str, str], theirs: TheirText) -> Verdict:
    """Decides by content: a note with equal texts is the same, whoever changed it. `media` are the names in Anki of the note's
    pictures and sounds.
    """
    kind = note_type(note)
    hidden = kind.hidden
    names, here = [name for name, _ in kind.fields], fields(note, media)
    by_name = dict(zip(theirs.names, theirs.fields, strict=False))
    if theirs.note_type != kind.id or not by_name.keys() >= set(names[: hidden + 1]):
        return Verdict("foreign")
    # a spare field that the learner has deleted holds what it would hold
    there = [by_name.get(name, ours) for name, ours in zip(names, here, strict=True)]
    contents, extra, exported = there[:hidden], there[hidden + 1 :], there[hidden].rpartition(" ")[2]
    as_here = {caseless(one_tag(tag)): tag for tag in note.tags}  # Anki composes the letters of tags
    tags_there = [as_here.get(caseless(tag), tag) for tag in theirs.tags]
    now_here, now_there = here[hidden].rpartition(" ")[2], digest(contents, tags_there, extra)
    if now_here == now_there:
        # hidden fields differ where the digest is out of date, or the note has another id now
        return Verdict("same" if there[hidden] == here[hidden] else "here")
    if now_there == exported:
        return Verdict("here")
    del names[hidden], here[hidden], there[hidden]
    found = _differences(names, here, there, (note.tags, theirs.tags))
    return Verdict("there" if now_here == exported else "both", found)


def ankis_tags(text: TheirText) -> tuple[str, ...]:
    """The tags of a note that Anki gave it, which stay when its text is replaced."""
    return tuple(tag for tag in text.tags if tag.casefold() in OF_ANKI)


def _differences(
    names: Sequence[str], here: Sequence[str], there: Sequence[str], tags: tuple[Sequence[str], Sequence[str]]
) -> tuple[Difference, ...]:
    found = [Difference(*row) for row in zip(names, here, there, strict=True) if row[1] != row[2]]
    ours, theirs = (" ".join(sorted(tag for tag in some if tag.casefold() not in OF_ANKI)) for some in tags)
    if caseless(ours) != caseless(theirs):
        found.append(Difference("Tags", ours, theirs))
    return tuple(found)
