"""The registry of all kinds of notes: the one place that knows them all."""

from typing import TYPE_CHECKING

from srs.kinds.registry import Kinds

if TYPE_CHECKING:
    from srs.kinds.note import Note


def _load() -> "tuple[type[Note], ...]":
    from srs.interview.kinds.mapping import PrincipleMapping  # noqa: PLC0415 - only once a note is read
    from srs.interview.kinds.star import Star  # noqa: PLC0415 - as above
    from srs.kinds.basic import Basic  # noqa: PLC0415 - as above
    from srs.kinds.cloze import Cloze  # noqa: PLC0415 - as above
    from srs.kinds.phrase import Phrase  # noqa: PLC0415 - as above
    from srs.kinds.quiz import Quiz  # noqa: PLC0415 - as above

    return Phrase, Quiz, PrincipleMapping, Star, Basic, Cloze


KINDS = Kinds(_load)
"""All kinds; those of the interview are shown where decks use them or the settings say `packs = ["interview"]`."""

PACKS = ("interview",)
