"""Whose text counts where a note is both here and in Anki. The digest in its hidden field tells who changed it."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from srs.anki.notetypes import OF_ANKI, digest, fields, note_type, one_tag
from srs.core.unicode import caseless
from srs.kinds.note import Note


class Held(NamedTuple):
    """A note as Anki has it: its row's number, its note type with the names of its fields in order, their HTML, its tags."""

    number: int
    kind: int
    names: tuple[str, ...]
    fields: tuple[str, ...]
    tags: tuple[str, ...]


class Difference(NamedTuple):
    """A field whose text was changed on both sides, in HTML; `Tags` is the name where these differ."""

    field: str
    here: str
    there: str


class Verdict(NamedTuple):
    """`same`; `here` or `there` is where alone the text was changed; `both` sides changed it, in the `differences`;
    `foreign` means that the note is of another note type in Anki, which is left alone.
    """

    who: Literal["same", "here", "there", "both", "foreign"]
    differences: tuple[Difference, ...] = ()


def compare(note: Note, media: Mapping[str, str], held: Held) -> Verdict:
    """Decides by content; a note that was brought to the same text on both sides is the same. `media` are the names in
    Anki of the note's pictures and sounds.
    """
    kind = note_type(note)
    hidden = kind.hidden
    names = [name for name, _ in kind.fields[: hidden + 1]]
    by_name = dict(zip(held.names, held.fields, strict=False))
    if held.kind != kind.id or not by_name.keys() >= set(names):
        return Verdict("foreign")
    theirs, ours = [by_name[name] for name in names], fields(note, media)
    contents, exported = theirs[:hidden], theirs[hidden].rpartition(" ")[2]
    as_here = {caseless(one_tag(tag)): tag for tag in note.tags}  # Anki composes the letters of tags
    tags_there = [as_here.get(caseless(tag), tag) for tag in held.tags]
    now_here, now_there = ours[hidden].rpartition(" ")[2], digest(contents, tags_there)
    if now_here == now_there:
        # else the digest alone is out of date, or the note's id is another one now
        return Verdict("same" if theirs[hidden] == ours[hidden] else "here")
    if now_there == exported:
        return Verdict("here")
    found = _differences(names, ours[:hidden], contents, (note.tags, held.tags))
    return Verdict("there" if now_here == exported else "both", found)


def kept_tags(held: Held) -> tuple[str, ...]:
    """The tags of a note that are Anki's own, and stay when its text is replaced."""
    return tuple(tag for tag in held.tags if tag.casefold() in OF_ANKI)


def _differences(
    names: Sequence[str], here: Sequence[str], there: Sequence[str], tags: tuple[Sequence[str], Sequence[str]]
) -> tuple[Difference, ...]:
    found = [Difference(*row) for row in zip(names, here, there, strict=False) if row[1] != row[2]]
    ours, theirs = (" ".join(sorted(tag for tag in some if tag.casefold() not in OF_ANKI)) for some in tags)
    if caseless(ours) != caseless(theirs):
        found.append(Difference("Tags", ours, theirs))
    return tuple(found)
