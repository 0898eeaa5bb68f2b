"""Matters of style, which are warned of: what gives an answer away, and sides in the wrong language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from srs.deckfile.sense import Finding
from srs.deckfile.values import DeckFile, Problem
from srs.deckfile.wording import quoted

_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_CATCH_ALL = re.compile(r"\b(all|none|both) of (the above|these|them)\b|위의? 모두", re.IGNORECASE)
_FAR_LONGER = 1.4  # times the longest wrong choice …
_MANY_MORE = 12  # … and at least so many characters more


def lint(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Looks at a note without errors."""
    if "phrase" in data:
        yield from _phrase(data["phrase"])
    if "quiz" in data:
        answer = data["answer"]
        yield from _quiz(data["choices"], {answer} if isinstance(answer, str) else set(answer))


def repeated(files: Sequence[DeckFile]) -> tuple[Problem, ...]:
    """Warns of notes of one kind, in whatever file, that ask the same question; the later one carries the warning."""
    first: dict[tuple[str, str], str] = {}
    found = []
    for file in sorted(files, key=lambda file: file.name):
        for note in file.notes if file.good else ():
            for key in ("quiz", "question", "star", "front", "cloze"):
                asked = (key, " ".join(str(note.fields.get(key, "")).casefold().split()))
                if not asked[1]:
                    continue
                if asked in first:
                    message = f"the same question stands at {first[asked]}; ask something else, or delete one of them"
                    found.append(Problem("warning", file.name, note.line, note.column, message))
                first.setdefault(asked, f"{file.name}:{note.line}")
    return tuple(found)


def _phrase(sides: Mapping[str, str]) -> Iterator[Finding]:
    texts = [text.strip().casefold() for text in sides.values()]
    if len(set(texts)) < len(texts):
        yield "warning", ("phrase",), "both sides are the same; translate one of them"
    if "ko" in sides and not _HANGUL.search(sides["ko"]):
        yield "warning", ("phrase", "ko"), "the Korean side holds no Hangul; check that the sides are not swapped"
    if "en" in sides and _HANGUL.search(sides["en"]):
        yield "warning", ("phrase", "en"), "the English side holds Hangul; check that the sides are not swapped"


def _quiz(choices: Sequence[str], right: set[str]) -> Iterator[Finding]:
    wrong = [len(choice) for choice in choices if choice not in right]
    for n, choice in enumerate(choices):
        if _CATCH_ALL.search(choice):
            yield "warning", ("choices", n), f"{quoted(choice)} is guessed easily; write a choice of its own kind"
        far = max(wrong, default=0)
        if choice in right and wrong and len(choice) > _FAR_LONGER * far and len(choice) - far >= _MANY_MORE:
            yield (
                "warning",
                ("choices", n),
                "the right answer is the longest by far; shorten it, or lengthen the others",
            )
