"""Errors for unknown names, with suggestions."""

from collections.abc import Iterable
from typing import Literal

from srs.core.errors import Unknown
from srs.core.unicode import caseless


def unknown(
    what: Literal[
        "deck", "new deck", "card", "note", "card, note or deck", "tag", "goal", "setting", "question", "story"
    ],
    name: str,
    known: Iterable[str],
) -> Unknown:
    """The error to raise, with up to three similar names, best first."""
    from srs.core.similar import nearest  # noqa: PLC0415 - only after a typo

    by_folded = {caseless(other): other for other in known}
    near = nearest(caseless(name), by_folded, 3)
    near += [other for other in by_folded if caseless(name) in other and other not in near]
    return Unknown(what, name, tuple(by_folded[other] for other in near[:3]))
