"""What the learner recalled before the answer was shown. The rating that it suggests is only that: the learner decides."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest
from typing import Literal, NamedTuple

from srs.core.event import Rating
from srs.core.similar import similarity

_NEARLY = 0.9  # of the letters: a slip of the finger, no gap of memory
LONGEST = 1_000
"""Characters of a text that are compared: as many as anybody types; the rest is missing."""


_OR = re.compile(r"\s+/\s+")  # not the slash of 1/2 or km/h
_BRACKETED = re.compile(r"\((?:(?<!\w\()|(?=\w{1,40}\)\w))([^()]{1,40})\)")  # not those of O(n)
_MOST_ALTERNATIVES = 8


class Word(NamedTuple):
    """A word of what was wanted or typed, as it is written there."""

    text: str
    kind: Literal["same", "missing", "extra"]


@dataclass(frozen=True, slots=True)
class Typed:
    """`words` are those of both texts in order; `share` is how much of the letters agrees, from 0 to 1. `by_chunk` is the
    rating that the chunk of a phrase speaks for, if it has one.
    """

    words: tuple[Word, ...]
    share: float
    by_chunk: Rating | None = None

    @property
    def suggestion(self) -> Rating:
        """The rating that the text speaks for."""
        if self.share == 1:
            return Rating.GOOD
        if self.by_chunk is not None:
            return self.by_chunk
        return Rating.HARD if self.share >= _NEARLY else Rating.AGAIN


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was done before the answer came: choices picked, parts of the answer called recalled or not, text typed."""

    picked: frozenset[str] = frozenset()
    recalled: tuple[bool, ...] = ()
    typed: Typed | None = None


def compare_any(typed: str, wanted: str) -> Typed:
    """As `compare`, with the one that comes nearest of what is wanted: each of the `alternatives` counts as the whole."""
    compared = (compare(typed, one) for one in alternatives(wanted))
    return max(compared, key=lambda one: one.share)


def alternatives(wanted: str) -> list[str]:
    """The text, its parts between ` / `, and each with its brackets opened or left out: `colour / color`, `el agua (f.)`."""
    parts = [wanted, *(_OR.split(wanted)[:_MOST_ALTERNATIVES] if _OR.search(wanted) else ())]
    forms = [form for part in parts for form in (part, _BRACKETED.sub(" ", part), _BRACKETED.sub(r"\1", part))]
    return [form for form in dict.fromkeys(forms) if form.strip()]


def compare(typed: str, wanted: str) -> Typed:
    """Word by word, whatever the case, the punctuation, the spacing between words and the contractions. Signs that carry
    meaning count, as in 1.5, -5, !=, C# or €, and so do the marks that letters carry.

    The share counts letters, and of Hangul the jamo, so that one wrong vowel is not a whole wrong syllable.
    """
    wanted, rest = wanted[:LONGEST], wanted[LONGEST:]
    ours, theirs = tokenize(wanted), tokenize(typed[:LONGEST])
    ours, theirs = expand(ours, theirs), expand(theirs, ours)
    wanted_keys, typed_keys = [word.key for word in ours], [word.key for word in theirs]
    if not rest and "".join(wanted_keys) == "".join(
        typed_keys
    ):  # spaces in other places are no mistake, least of all in Korean
        return Typed(tuple(Word(word.text, "same") for word in ours if word.text), 1.0)
    words: list[Word] = []
    for tag, a, b, c, d in SequenceMatcher(None, wanted_keys, typed_keys, autojunk=False).get_opcodes():
        if tag == "equal":
            words += [Word(word.text, "same") for word in ours[a:b]]
        else:
            for came, wanted_word in zip_longest(theirs[c:d], ours[a:b]):  # what came instead, beside what was wanted
                words += [Word(came.text, "extra")] if came else []
                words += [Word(wanted_word.text, "missing")] if wanted_word else []
    words += [Word(rest, "missing")] if rest else []
    share = similarity(_letters(wanted_keys) + rest, _letters(typed_keys))
    return Typed(tuple(word for word in words if word.text), min(share, 0.999))


def _letters(keys: Sequence[str]) -> str:
    """Hangul comes apart into its jamo."""
    return unicodedata.normalize("NFD", " ".join(keys))


class Token(NamedTuple):
    """`text` as it is written, empty for the second word of a contraction; `key` is what counts."""

    text: str
    key: str


_NOT = {"can't": ("can", "not"), "won't": ("will", "not"), "cannot": ("can", "not"), "shan't": ("shall", "not")}
_ENDINGS = {
    "'m": ("am",),
    "'re": ("are",),
    "'ve": ("have",),
    "'ll": ("will",),
    "n't": ("not",),
    "'d": ("had", "would"),
    "'s": ("is", "has", "us"),
}
_OF_S = {"he", "she", "it", "that", "there", "here", "what", "who", "where", "let"}  # after others it is a genitive


_AS_TYPED = str.maketrans({
    **dict.fromkeys("\u2018\u2019\u00b4`", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    "\u301c": "~", "\u2044": "/", "\u00f7": "/", "\u00d7": "x", "\u2260": "!=", "\u2264": "<=", "\u2265": ">=",
})  # fmt: skip
"""Signs that hardly any keyboard has, as one types them."""

_POWER = re.compile("[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+")
_ARROW = re.compile("[\u2190-\u21ff\u27f0-\u27ff]|<?-+>|<-+(?![0-9])")
_POINT = re.compile(r"(?<![\w.])\.(?=\d)")
_THOUSANDS = re.compile(r"(?<![\w.,'])[1-9]\d{0,2}(?:[,']\d{3})+(?![\d,'])")
_BETWEEN_DIGITS = ".,:/-~\u066b"
_MEANS = "%\u2030\u066a#@&*\\^_\u266d"  # beside mathematical signs and those of currencies
_INVISIBLE = re.compile("[\u0640\ufe00-\ufe0f]")  # these lengthen or choose a shape


def _key(word: str) -> str:
    """What counts of a word: its letters with their marks, its digits, and signs that carry meaning."""
    word = _POINT.sub("0.", _INVISIBLE.sub("", word))
    word = _THOUSANDS.sub(lambda number: re.sub("[,']", "", number[0]), word)
    around = zip(word, f" {word}", f"{word[1:]} ", strict=False)
    return "".join(sign for sign, before, after in around if _counts(sign, before, after))


def _counts(sign: str, before: str, after: str) -> bool:
    category = unicodedata.category(sign)
    if category[0] in "LNM" or sign in _MEANS:
        return True
    if sign == "'":
        return _of_word(before) and _of_word(after)
    if sign == "-" and not _of_word(before):
        return after.isdecimal()
    if sign == "." and before != "." and not _of_word(before):
        return _of_word(after)  # .NET
    if sign in _BETWEEN_DIGITS:
        return before.isdecimal() and after.isdecimal()
    return (sign == "!" and after == "=") or category in {"Sm", "Sc"}


def _of_word(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


def tokenize(text: str) -> list[Token]:
    """The words of the text."""
    text = _POWER.sub(lambda power: f"^{power[0]}", unicodedata.normalize("NFC", text))
    plain = unicodedata.normalize("NFKC", text.translate(_AS_TYPED)).translate(_AS_TYPED)
    found = []
    for word in plain.split():
        key = _key(_ARROW.sub("", word.casefold()))
        if key:
            found.append(Token(word, key))
        elif found:  # a dash of its own
            found[-1] = Token(f"{found[-1].text} {word}", found[-1].key)
    return found or [Token(word, word) for word in plain.split()]  # nothing but signs, such as []


def expand(words: Sequence[Token], others: Sequence[Token]) -> list[Token]:
    """Contractions as two words; where one may mean several, that which the other text has."""
    pairs = {(one.key, two.key) for one, two in pairwise(others)}
    found: list[Token] = []
    for word in words:
        first, second = _parted(word.key, pairs)
        found.append(Token(word.text, first))
        if second:
            found.append(Token("", second))
    return found


def _parted(key: str, pairs: set[tuple[str, str]]) -> tuple[str, str]:
    if key in _NOT:
        return _NOT[key]
    for ending, meanings in _ENDINGS.items():
        stem = key.removesuffix(ending)
        if stem and stem != key and (ending != "'s" or stem in _OF_S):
            meant = next((meaning for meaning in meanings if (stem, meaning) in pairs), meanings[0])
            return stem, meant
    return key, ""
