"""The registry of kinds: a value passed to everything that reads deck files or opens a collection."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srs.kinds.note import Deck, Fields, Note


@dataclass(frozen=True)
class Kinds:
    """`places` has a pair for each kind, in the order in which messages list them: the key that names the kind in a deck
    file, and where its class is (`module:class`). A kind is imported when the first note of it is read.

    A kind may belong to a pack, such as `interview`. All kinds are read; only those of no pack and those of `packs` are
    named in messages, help and schema.
    """

    places: tuple[tuple[str, str], ...]
    packs: frozenset[str] = frozenset()

    @cached_property
    def _loaded(self) -> "dict[str, type[Note]]":
        return {}

    def with_key(self, key: str) -> "type[Note]":
        """The kind that the key names in a deck file. Raises KeyError."""
        if key not in self._loaded:
            module, _, name = dict(self.places)[key].partition(":")
            self._loaded[key] = getattr(import_module(module), name)
        return self._loaded[key]

    @cached_property
    def all(self) -> "tuple[type[Note], ...]":
        return tuple(self.with_key(key) for key, _ in self.places)

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

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(key for key, _ in self.places)

    def of(self, fields: "Fields") -> "type[Note]":
        """The kind of a note with these fields. Raises KeyError if they name none."""
        for key in fields:
            if key in self._keys:
                return self.with_key(key)
        raise KeyError(*fields)

    def note(self, note_id: str, deck: "Deck", fields: "Fields", tags: Sequence[str] = ()) -> "Note":
        """The note that valid `fields` describe, its texts stripped; `tags` are its own, the deck's come first."""
        return self.of(fields).read(note_id, deck, fields, tags)
