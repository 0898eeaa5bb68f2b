"""What is warned of: answers given away, sides in the wrong language, what Anki or a voice takes otherwise than meant."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unicodedata import combining

from srs.core.markup import LONGEST_TEXT, spans
from srs.core.unicode import caseless, nfc
from srs.deckfile.quoting import quoted
from srs.deckfile.rules import Finding
from srs.deckfile.values import DeckFile, Problem
from srs.kinds.note import Gap, cloze_parts

_LONG = 10_000  # characters of a text
_MARKS = re.compile(r"[^\w\s\x00-\x7f]{31,}")  # of accents and other marks on one letter Unicode allows 30 in a stream
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_CATCH_ALL = re.compile(r"\b(all|none|both) of (the above|these|them)\b|위의? 모두", re.IGNORECASE)
_TAG = re.compile(
    r"(?:(?:[a-z]{2,3}|(?:ar|kok|lv|ms|sgn|sw|uz|zh)-[a-z]{3})"  # of these languages alone there are extended ones
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # script, region, variants
    r"(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?|[xi](?:-[a-z0-9]{1,8})+)",
    re.IGNORECASE,
)
"""The form of RFC 5646."""
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es"
    " et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki"
    " kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no"
    " nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta"
    " te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
"""All codes of two letters (ISO 639-1, which gets no new ones)."""
_HINT_IN_CODE = re.compile(r"\{\{c\d[\d,]*::[^{}:]*::")
_ELEMENT = re.compile(r"<(/?)(?!(?:br|hr|img|input|wbr)\b)[a-z]", re.IGNORECASE)
_FAR_LONGER = 1.4  # times the longest wrong choice …
_MANY_MORE = 12  # … and at least so many characters more


def sizes(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Looks at any note's texts for what would take long to show, to compare, and to read."""
    for path, text in _texts(data, ()):
        if len(text) > LONGEST_TEXT:
            yield (
                "error",
                path,
                f"this text has {len(text):,} characters, and {LONGEST_TEXT:,} are the most; split the note",
            )
        elif len(text) > _LONG:
            yield (
                "warning",
                path,
                f"this text has {len(text):,} characters, more than one recalls at once; split the note",
            )
        if not text.isascii() and any(map(_piled, _MARKS.findall(text))):
            yield "error", path, "more than 30 accents stand on one letter; delete some"


def _texts(value: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    match value:
        case str():
            yield path, value
        case dict() | list():
            for key, one in value.items() if isinstance(value, dict) else enumerate(value):
                yield from _texts(one, (*path, key))


def _piled(signs: str) -> bool:
    """Putting the marks on a letter in order takes time that grows with the square of their number."""
    run = 0
    for sign in signs:
        run = run + 1 if combining(sign) else 0
        if run > 30:
            return True
    return False


def lint(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Looks at a note without errors."""
    if "phrase" in data:
        yield from _phrase(data["phrase"])
    if "quiz" in data:
        answer = data["answer"]
        yield from _quiz(data["choices"], set(map(nfc, [answer] if isinstance(answer, str) else answer)))
    if "cloze" in data:
        yield from _hints(data["cloze"], html="html" in data)


def language_tags(tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each code whose tag no voice will know, and a sentence."""
    for code, tag in tags.items():
        language = tag.lower().partition("-")[0]
        if not _TAG.fullmatch(tag) or (len(language) == 2 and language not in _CODES.split()):
            yield code, f"{quoted(tag)} is not a BCP 47 tag, so no voice speaks it; write e.g. ko-KR or en-US"


def same_in_anki(files: Sequence[DeckFile]) -> tuple[Problem, ...]:
    """Warns of decks, and of those above them, whose names differ only in case: Anki makes one deck of them. The later file
    carries the warning.
    """
    first: dict[str, tuple[str, str]] = {}
    found = []
    for file in sorted(files, key=lambda file: file.name):
        parts = file.deck.name.split("::") if file.deck else []
        for name in ("::".join(parts[: n + 1]) for n in range(len(parts))):
            other, place = first.setdefault(caseless(name), (name, file.name))
            if name != other:
                message = (
                    f"Anki makes one deck of {quoted(name)} and {quoted(other)} ({place}); write both the same way"
                )
                found.append(Problem("warning", file.name, 1, 1, message))
                break
    return tuple(found)


def repeated(files: Sequence[DeckFile]) -> tuple[Problem, ...]:
    """Warns of notes of one kind, in whatever file, that ask the same question; the later one carries the warning."""
    first: dict[tuple[str, str], str] = {}
    found = []
    for file in sorted(files, key=lambda file: file.name):
        for note in file.notes if file.good else ():
            for key in ("quiz", "question", "star", "front", "cloze"):
                asked = (key, " ".join(caseless(str(note.fields.get(key, ""))).split()))
                if not asked[1]:
                    continue
                if asked in first:
                    message = f"the same question stands at {first[asked]}; ask something else, or delete one of them"
                    found.append(Problem("warning", file.name, note.line, note.column, message))
                first.setdefault(asked, f"{file.name}:{note.line}")
    return tuple(found)


def _phrase(sides: Mapping[str, str]) -> Iterator[Finding]:
    texts = [caseless(text.strip()) for text in sides.values()]
    if len(set(texts)) < len(texts):
        yield "warning", ("phrase",), "both sides are the same; translate one of them"
    if "ko" in sides and not _HANGUL.search(sides["ko"]):
        yield "warning", ("phrase", "ko"), "the Korean side holds no Hangul; check that the sides are not swapped"
    if "en" in sides and _HANGUL.search(sides["en"]):
        yield "warning", ("phrase", "en"), "the English side holds Hangul; check that the sides are not swapped"


def _quiz(choices: Sequence[str], right: set[str]) -> Iterator[Finding]:
    wrong = [len(choice) for choice in choices if nfc(choice) not in right]
    for n, choice in enumerate(choices):
        if _CATCH_ALL.search(choice):
            yield "warning", ("choices", n), f"{quoted(choice)} is guessed easily; write a choice of its own kind"
        far = max(wrong, default=0)
        if nfc(choice) in right and wrong and len(choice) > _FAR_LONGER * far and len(choice) - far >= _MANY_MORE:
            yield (
                "warning",
                ("choices", n),
                "the right answer is the longest by far; shorten it, or lengthen the others",
            )


def _hints(text: str, *, html: bool) -> Iterator[Finding]:
    """A gap ends at its first `::`, whatever that stands in: what follows is its hint."""
    gaps = [part for part in cloze_parts(text) if isinstance(part, Gap)]
    in_code = not html and any(span.style == "code" and _HINT_IN_CODE.search(span.text) for span in spans(text))
    while gaps and not in_code:
        in_code = any(gap.hint and _opened(gap, html=html) for gap in gaps)
        gaps = [part for gap in gaps for part in gap.inside if isinstance(part, Gap)]
    if in_code:
        message = (
            "the `::` inside code or markup begins the hint of its gap; if it is part of the text, write two gaps:"
            " `{{c1::std}}::{{c1::vector}}`"
        )
        yield "warning", ("cloze",), message


def _opened(gap: Gap, *, html: bool) -> bool:
    """The gap's hint begins inside markup that was opened in its last piece of text."""
    last = gap.inside[-1] if gap.inside and isinstance(gap.inside[-1], str) else ""
    if html:
        return sum(-1 if element[1] else 1 for element in _ELEMENT.finditer(last)) > 0
    styles = (span.style for span in spans(f"{last}::{gap.hint}") if "::" in span.text)
    return next(styles, "") != ""
