"""The chunk of a phrase: the words of a side that are to be learnt."""

import re
import unicodedata
from collections.abc import Sequence, Set

from srs.core.markup import markup_to_words
from srs.kinds.english_words import FRAME_WORDS

_OF_WORD = "[A-Za-z0-9\u00c0-\u024f]"  # a particle may follow at once in Korean, a Latin letter may not
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_CONTRACTED = re.compile("(?:n['\\u2019]t|['\\u2019](?:m|re|ve|ll|d|s))$")
_VOWELS = frozenset(
    "aeiouy\u0430\u0435\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u03b1\u03b5\u03b7\u03b9\u03bf\u03c5\u03c9"
)


def chunk_places(text: str, chunk: Sequence[str]) -> tuple[tuple[int, int], ...] | None:
    """Start and end of each piece in the text, in this order and as whole words. None if they do not stand there."""
    places: list[tuple[int, int]] = []
    for piece in chunk:
        pattern = re.compile(f"(?<!{_OF_WORD}){re.escape(piece)}(?!{_OF_WORD})")
        found = pattern.search(text, places[-1][1] if places else 0)
        if found is None:
            return None
        places.append(found.span())
    return tuple(places)


def is_english(tag: str) -> bool:
    """The BCP 47 tag is one of English."""
    return tag.partition("-")[0].lower() == "en"


def chunk_hint(chunk: Sequence[str], tag: str) -> str:
    """The chunk by its first letters: `a ph___ a___ to`. Small words stay, unless there are no others.

    `tag` is the BCP 47 tag of its language; only of English the small words are known.
    """
    pieces = [unicodedata.normalize("NFC", markup_to_words(piece)) for piece in chunk]
    known = FRAME_WORDS if is_english(tag) else frozenset[str]()
    if all(_is_among(known, word) for piece in pieces for word in _WORD.findall(piece)):
        known = frozenset()
    return " … ".join(
        _WORD.sub(lambda word: word[0] if _is_among(known, word[0]) else f"{_beginning(word[0])}___", piece)
        for piece in pieces
    )


def _is_among(known: Set[str], word: str) -> bool:
    """The word is one of them, or a contraction of one."""
    whole = word.lower()
    first = _CONTRACTED.sub("", whole)
    return whole in known or first in known or (first != whole and f"{first}n" in known)  # can't


def _beginning(word: str) -> str:
    """The consonants that a word begins with, at most two; at least one letter. Without case, the first syllable."""
    if word[0].lower() == word[0].upper():
        return word[0]
    return word[:2] if len(word) > 1 and not any(_is_vowel(letter) for letter in word[:2]) else word[0]


def _is_vowel(letter: str) -> bool:
    return unicodedata.normalize("NFD", letter.lower())[0] in _VOWELS
