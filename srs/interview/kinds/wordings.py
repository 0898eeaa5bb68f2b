"""Other wordings of a question, for the kinds that have them: one of them, or the question, is asked at each repetition."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from srs.core.quoting import quoted
from srs.core.unicode import caseless
from srs.kinds.card_face import shuffled
from srs.kinds.checks import Finding, texts

MOST = 3


def wordings_field() -> Any:
    """The key `wordings` of a note's shape."""
    from pydantic import Field  # noqa: PLC0415 - slow to import

    return Field(
        default=[],
        min_length=1,
        description="The same question in other words, at most three times: one of them, or the question itself, is asked at "
        "each repetition.",
        examples=[["Have you ever had to …?"]],
        json_schema_extra={"maxItems": MOST, "uniqueItems": True},
    )


def check_wordings(data: Mapping[str, Any], question: str) -> Iterator[Finding]:
    """Finds more wordings than a card takes, and what is asked already; `question` is the key of the question."""
    found = data.get("wordings")
    if not isinstance(found, list):
        return
    if len(found) > MOST:
        message = f"a card takes at most {MOST} wordings beside its question; delete this one"
        yield "error", ("wordings", MOST), message
    seen = {_folded(text) for text in texts(data.get(question)).values()}
    for n, wording in texts(found).items():
        if _folded(wording) in seen:
            yield "error", ("wordings", n), f"the wording {quoted(wording)} is there already; change or delete one"
        seen.add(_folded(wording))


def wording(question: str, wordings: Sequence[str], card: str, repetition: int | None) -> str:
    """What is asked at this repetition (from 0) of the card, never the same twice in a row; the question without one."""
    if repetition is None or not wordings:
        return question
    order = shuffled((question, *wordings), card)
    return order[repetition % len(order)]


def _folded(text: str) -> str:
    return " ".join(caseless(text).split())
