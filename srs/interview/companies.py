"""What companies ask for, as far as it can be said by principles; and what the decks advise for them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from srs.core.html_text import html_to_text
from srs.core.markup import markup_to_words
from srs.interview.kinds.principles import PRINCIPLES
from srs.kinds.cloze import Cloze
from srs.kinds.cloze_text import cloze_parts, shown
from srs.kinds.note import Note

TAG = "company"
"""Notes with this tag, whose ids begin with a company's slug and `-`, advise for it."""


class Company(NamedTuple):
    """`principles` are the slugs that it asks for, those that it stresses first."""

    name: str
    principles: tuple[str, ...]


def _rest(*first: str) -> tuple[str, ...]:
    return (*first, *(slug for slug in PRINCIPLES if slug not in first))


COMPANIES: Mapping[str, Company] = {
    # stresses three, wants a "disagree and commit" in any case, and may ask for all sixteen
    "amazon": Company(
        "Amazon", _rest("customer-obsession", "ownership", "dive-deep", "have-backbone-disagree-and-commit")
    ),
    # safety before speed, limits that were found and told, acting where it is nobody's job
    "anthropic": Company(
        "Anthropic",
        (
            "success-and-scale-bring-broad-responsibility",
            "insist-on-the-highest-standards",
            "ownership",
            "dive-deep",
            "earn-trust",
        ),
    ),
    # humility, curiosity, the team first, many perspectives
    "google": Company("Google", ("earn-trust", "learn-and-be-curious", "are-right-a-lot", "customer-obsession")),
    # speed, data, what matters most
    "meta": Company("Meta", ("bias-for-action", "deliver-results", "dive-deep", "invent-and-simplify")),
    # little time and high quality, first principles, technical depth
    "openai": Company(
        "OpenAI",
        (
            "bias-for-action",
            "insist-on-the-highest-standards",
            "dive-deep",
            "learn-and-be-curious",
            "invent-and-simplify",
        ),
    ),
}
"""By slug. The guide (§8) says what each stresses; which of Amazon's principles comes nearest to that is our choice. No
company publishes how often it asks what.
"""


def find_tips(notes: Iterable[Note], company: str) -> list[str]:
    """What the notes with the tag `company` advise, in their order: `question answer`, or the sentence of a cloze."""
    return [tip for note in notes if TAG in note.tags and note.id.startswith(f"{company}-") and (tip := _tip(note))]


def _tip(note: Note) -> str:
    if isinstance(note, Cloze):
        texts = [shown(cloze_parts(note.text), 0, hide=False)]  # no gap has the number 0
    else:
        face = note.asks(note.all_cards()[0], None)
        texts = [face.question, *(part.text for part in face.answer)]
    return " ".join(html_to_text(text) if note.html else markup_to_words(text) for text in texts)
