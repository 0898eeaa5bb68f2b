"""Checks that hold for notes of every kind: sizes of texts, language tags, decks and questions that meet in Anki."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unicodedata import combining

from srs.core.deck_names import with_ancestors
from srs.core.markup import LONGEST_TEXT, texts_with_paths
from srs.core.quoting import quoted
from srs.core.unicode import caseless
from srs.deckfile.values import DeckFile, FileNote, Problem
from srs.kinds.checks import Finding
from srs.kinds.registry import Kinds

_LONG = 10_000  # characters of a text
_MOST_REPEATED = 10  # notes of a file that are named each
_MARKS = re.compile(r"[^\w\s\x00-\x7f]{31,}")  # of accents and other marks on one letter Unicode allows 30 in a stream
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


def sizes(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Looks at any note's texts for what would take long to show, to compare, and to read."""
    for path, text in texts_with_paths(data, ()):
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
            yield "error", path, "one letter has more than 30 accents; delete some"


def _piled(signs: str) -> bool:
    """Putting the marks on a letter in order takes time that grows with the square of their number."""
    run = 0
    for sign in signs:
        run = run + 1 if combining(sign) else 0
        if run > 30:
            return True
    return False


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
        for name in with_ancestors(file.deck.name) if file.deck else ():
            other, place = first.setdefault(caseless(name), (name, file.name))
            if name != other:
                message = (
                    f"Anki makes one deck of {quoted(name)} and {quoted(other)} ({place}); write both the same way"
                )
                found.append(Problem("warning", file.name, 1, 1, message))
                break
    return tuple(found)


def repeated(files: Sequence[DeckFile], kinds: Kinds) -> tuple[Problem, ...]:
    """Warns of notes of one kind, in whatever file, that ask the same question; the later one carries the warning. Where a
    file has many, as imported ones may, the first of them tells how many.
    """
    first: dict[tuple[str, str], str] = {}
    found: list[Problem] = []
    keys = [kind.key for kind in kinds.all if not kind.may_repeat]
    for file in sorted(files, key=lambda file: file.name):
        same: list[tuple[FileNote, str]] = []  # and where its question is asked first
        for note in file.notes if file.good else ():
            for key in keys:
                asked = (key, " ".join(caseless(str(note.fields.get(key, ""))).split()))
                if not asked[1]:
                    continue
                if asked in first:
                    same.append((note, first[asked]))
                first.setdefault(asked, f"{file.name}:{note.line}")
        many = len(same) > _MOST_REPEATED
        for note, place in same[:1] if many else same:
            message = f"{place} asks the same; ask something else, or delete one of them"
            more = f"; {len(same) - 1:,} notes after this one repeat a question, too" if many else ""
            found.append(Problem("warning", file.name, note.line, note.column, message + more))
    return tuple(found)
