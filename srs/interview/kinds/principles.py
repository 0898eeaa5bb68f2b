"""Amazon's sixteen leadership principles, and what the kinds of notes that name principles share."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from srs.core.event import Rating
from srs.core.quoting import listed, nearest, quoted
from srs.kinds.card_face import OPTION_KEYS, Choice, words_of
from srs.kinds.checks import Finding, Head, texts
from srs.kinds.note import Deck

if TYPE_CHECKING:
    from srs.kinds.anki_form import NoteInAnki

PRINCIPLES: Mapping[str, str] = MappingProxyType(
    {
        "customer-obsession": "Customer Obsession",
        "ownership": "Ownership",
        "invent-and-simplify": "Invent and Simplify",
        "are-right-a-lot": "Are Right, A Lot",
        "learn-and-be-curious": "Learn and Be Curious",
        "hire-and-develop-the-best": "Hire and Develop the Best",
        "insist-on-the-highest-standards": "Insist on the Highest Standards",
        "think-big": "Think Big",
        "bias-for-action": "Bias for Action",
        "frugality": "Frugality",
        "earn-trust": "Earn Trust",
        "dive-deep": "Dive Deep",
        "have-backbone-disagree-and-commit": "Have Backbone; Disagree and Commit",
        "deliver-results": "Deliver Results",
        "strive-to-be-earths-best-employer": "Strive to be Earth’s Best Employer",
        "success-and-scale-bring-broad-responsibility": "Success and Scale Bring Broad Responsibility",
    }
)
"""Slug → name. A deck file may bring a vocabulary of its own under `principles`."""

PACK = "interview"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
TASK = "Name the principles, the primary one first"


def vocabulary(deck: Deck) -> Mapping[str, str]:
    """The principles that notes of the file are after, slug → name."""
    names: Mapping[str, str] = deck.extra.get("principles", PRINCIPLES)
    return names


def slugs_shape() -> Any:
    """A list of slugs, as a note's shape has it."""
    from pydantic import Field  # noqa: PLC0415 - slow to import

    known = {"type": "string", "anyOf": [{"enum": list(PRINCIPLES)}, {"pattern": SLUG}]}
    slugs = list[Annotated[str, Field(json_schema_extra=known)]]
    return Annotated[slugs, Field(min_length=1, json_schema_extra={"uniqueItems": True})]


def check_principles(data: Mapping[str, Any], keys: Sequence[str], head: Head) -> Iterator[Finding]:
    """Finds principles under these keys that are repeated or unknown."""
    known = None if "principles" in head.wrong else head.extra.get("principles", PRINCIPLES)
    seen = set[str]()
    for key in keys:
        found = data.get(key)
        for n, slug in texts(found).items() if isinstance(found, list) else ():
            if slug in seen:
                yield "error", (key, n), f"the principle {quoted(slug)} is listed twice; delete one"
            elif known is not None and slug not in known:
                meant = nearest(slug, known)
                advice = f"did you mean {quoted(meant)}?" if meant else f"write one of: {listed(known)}"
                yield "error", (key, n), f"the principle {quoted(slug)} is unknown; {advice}"
            seen.add(slug)


def options(names: Sequence[str], right: Sequence[str], accepted: Sequence[str] = ()) -> tuple[Choice, ...]:
    """What may be picked where principles are asked."""
    return tuple(
        Choice(key, name, name in right, name in accepted) for key, name in zip(OPTION_KEYS, names, strict=False)
    )


def rate_picked(picked: frozenset[str], right: Sequence[str], accepted: Sequence[str], *, html: bool) -> Rating | None:
    """Good for all of the right ones and no other but those also accepted, Hard where the first of them, the primary one, is
    among the picked, else Again; None if nothing was picked.
    """
    if not picked:
        return None
    names = words_of(right, html=html)
    if picked - set(words_of(accepted, html=html)) == set(names):
        return Rating.GOOD
    return Rating.HARD if names[0] in picked else Rating.AGAIN


def slugs_in_anki(note: "NoteInAnki", *fields: str) -> list[str]:
    """The principles that these fields name, separated by commas, which names may contain as well. Raises ValueError."""
    from srs.core.html_text import html_to_text  # noqa: PLC0415 - only to import from Anki

    slugs = {name: slug for slug, name in PRINCIPLES.items()}
    names = sorted(slugs, key=len, reverse=True)
    text = ", ".join(html_to_text(note.values.get(field, "")) for field in fields).strip(", ")
    text = f"{text}, " if text else ""
    found, at = list[str](), 0
    while at < len(text):
        name = next((name for name in names if text.startswith(f"{name}, ", at)), None)
        if name is None:
            raise ValueError("its principles are not Amazon's sixteen")
        found.append(slugs[name])
        at += len(name) + 2
    return list(dict.fromkeys(found))
