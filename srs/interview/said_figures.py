"""Which figures of a story were said, in digits or in words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: n for n, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_TENS_VALUES = range(20, 100, 10)
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_NUMBER_WORDS = {*_SMALL, *_SCALES, "hundred", "and", "point", "-"}
_SUFFIXES = {"k": 10**3, "m": 10**6, "b": 10**9}

# A letter before makes a name of a number: P99, Q3.
_TOKEN = re.compile(r"(?<![\w.,])(\d{1,15}+(?:,\d{3})*+(?:\.\d{1,9}+)?)([a-z]{0,9})|[a-z]+|[.,;:!?]|\S")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


class SaidFigures(NamedTuple):
    """The figures of a story, as it writes them."""

    said: tuple[str, ...]
    missed: tuple[str, ...]


def said_figures(transcript: str, figures: Sequence[str]) -> SaidFigures:
    """A figure is said if all of its numbers are, in any unit. One with a single number needs one of its longer words as well: `2
    weeks` is not said by `2 hours`. One without a number is said if all its longer words are.
    """
    if not figures:
        return SaidFigures((), ())
    numbers = {value for values in _numbers(transcript) for value in values}
    words = _long_words(transcript)
    said = [figure for figure in figures if _is_said(figure, numbers, words)]
    return SaidFigures(tuple(said), tuple(figure for figure in figures if figure not in said))


def _is_said(figure: str, numbers: set[float], words: set[str]) -> bool:
    wanted, named = list(_numbers(figure)), _long_words(figure)
    if not wanted:
        return words.issuperset(named)
    told = len(wanted) > 1 or not named or not named.isdisjoint(words)
    return told and all(numbers.intersection(values) for values in wanted)


def _long_words(text: str) -> set[str]:
    """Without plurals' ending, and without number words."""
    return {word.removesuffix("s") for word in _LONG_WORD.findall(text.lower()) if word not in _NUMBER_WORDS}


def _numbers(text: str) -> Iterator[tuple[float, ...]]:
    """The numbers of a text, each with what else it may mean: 12k is 12 or 12,000."""
    words = list[str]()
    digits: float | None = None  # a number in digits; the next word may be its scale
    for token in _TOKEN.finditer(text.lower()):
        word, number, suffix = token[0], token[1], token[2]
        if digits is not None:
            scale = 100 if word == "hundred" else _SCALES.get(word, 0)
            yield (digits, digits * scale) if scale else (digits,)
            digits = None
            if scale:
                continue
        if word in _NUMBER_WORDS:
            words.append(word)
            continue
        yield from _spoken(words)
        words = []
        if number:
            value = float(number.replace(",", ""))
            if suffix in _SUFFIXES:
                yield value, value * _SUFFIXES[suffix]
            elif suffix:
                yield (value,)
            else:
                digits = value
    if digits is not None:
        yield (digits,)
    yield from _spoken(words)


def _spoken(words: Iterable[str]) -> Iterator[tuple[float, ...]]:
    """The numbers of a run of number words: `three hundred and twenty`, `two point five`."""
    number = _Spoken()
    for word in words:
        if word in {"and", "-"}:
            continue
        if number.says(word):
            continue
        yield (number.value,)
        number = _Spoken()
        number.says(word)
    if number.begun:
        yield (number.value,)


class _Spoken:
    """A number that is being said. It stays below a thousand billions, whatever follows."""

    def __init__(self) -> None:
        self.begun = False
        self._total = self._hundreds = self._small = 0
        self._scale = 10**12
        self._decimals = ""

    @property
    def value(self) -> float:
        whole = self._total + self._hundreds + self._small
        return float(f"{whole}{self._decimals}") if len(self._decimals) > 1 else float(whole)

    def says(self, word: str) -> bool:
        """Takes the word in; False if it begins another number."""
        if word == "point":
            self._decimals = self._decimals or ("." if self.begun else "")
            return True
        small = _SMALL.get(word)
        if self._decimals:
            fits = small is not None and small < 10 and len(self._decimals) < 10
            self._decimals += str(small) if fits else ""
            return fits
        fits = self._takes_small(small) if small is not None else self._takes_scale(word)
        self.begun = self.begun or fits
        return fits

    def _takes_small(self, small: int) -> bool:
        fits = not self.begun or self._small == 0 or (self._small in _TENS_VALUES and 0 < small < 10)
        self._small += small if fits else 0
        return fits

    def _takes_scale(self, word: str) -> bool:
        if word == "hundred":
            fits = self._hundreds == 0
            if fits:
                self._hundreds, self._small = 100 * max(self._small, 1), 0
            return fits
        fits = (scale := _SCALES[word]) < self._scale
        if fits:
            self._total += scale * max(self._hundreds + self._small, 1)
            self._hundreds = self._small = 0
            self._scale = scale
        return fits
