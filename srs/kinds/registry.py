"""The registry of kinds: a value passed to everything that reads deck files or opens a collection."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srs.kinds.note import Deck, Fields, Note


@dataclass(frozen=True)
class Kinds:
    """`load` returns the kinds in the order in which messages list them; it is called when the first of them is needed.

    A kind may belong to a pack, such as `interview`. All kinds are read; only those of no pack and those of `packs` are
    named in messages, help and schema.
    """

    load: "Callable[[], tuple[type[Note], ...]]"
    packs: frozenset[str] = frozenset()

    @cached_property
    def all(self) -> "tuple[type[Note], ...]":
        return self.load()

    @cached_property
    def by_key(self) -> "Mapping[str, type[Note]]":
        """By the key that names the kind in a deck file."""
        return {kind.key: kind for kind in self.all}

    @cached_property
    def by_name(self) -> "Mapping[str, type[Note]]":
        return {kind.kind: kind for kind in self.all}

    @cached_property
    def shown(self) -> "tuple[type[Note], ...]":
        """The kinds that messages, help and schema name."""
        return tuple(kind for kind in self.all if not kind.pack or kind.pack in self.packs)

    def showing(self, packs: Iterable[str]) -> "Kinds":
        """The same kinds, with those of further packs shown."""
        return replace(self, packs=self.packs.union(packs))

    def of(self, fields: "Fields") -> "type[Note]":
        """The kind of a note with these fields. Raises KeyError if they name none."""
        by_key = self.by_key
        for key in fields:
            if key in by_key:
                return by_key[key]
        raise KeyError(*fields)

    def note(self, note_id: str, deck: "Deck", fields: "Fields", tags: Sequence[str] = ()) -> "Note":
        """The note that valid `fields` describe, its texts stripped; `tags` are its own, the deck's come first."""
        return self.of(fields).read(note_id, deck, fields, tags)
