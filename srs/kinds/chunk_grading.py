"""Typed text compared with a phrase of which a chunk is to be learnt: the chunk decides, the rest may be said otherwise."""

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from srs.core.event import Rating
from srs.core.markup import markup_to_words
from srs.kinds.chunk import is_english
from srs.kinds.english_words import FUNCTION_WORDS, NEGATIONS, stem
from srs.kinds.grading import LONGEST, Typed, compare, expand, tokenize

_MOST_WORDS = 64  # of a chunk; the others do not count
_LONGEST_RUN = 8  # words that may be written as other words: tradeoff, trade off
_NEAR = 4  # words that a negation may stand before what it denies
_SMALL = FUNCTION_WORDS | NEGATIONS
_HYPHEN = re.compile("(?<=[^\\W\\d_])[-\u2010\u2011](?=[^\\W\\d_])")


def compare_by_chunk(typed: str, wanted: str, chunk: Sequence[str], tag: str) -> Typed:
    """As `compare`, and what the chunk of `wanted` speaks for. `tag` is the BCP 47 tag of their language.

    Good for all content words of the chunk in their order, Hard for at least half of them, else Again; a negation that
    was added or left out is at most Hard. In English, content words count without their endings.
    """
    said, learnt = _keys(typed, wanted), [key for piece in chunk for key in _keys(markup_to_words(piece), typed)]
    if is_english(tag):
        content = _content(learnt, kept=_hyphenated(chunk)) or learnt  # a chunk of function words counts whole
        forms = [*map(stem, content)], [*map(stem, said)]
    else:
        content, forms = learnt, (learnt, said)
    content = content[:_MOST_WORDS]
    rating = _rating(_in_order(content, said, *forms), len(content))
    if rating is Rating.GOOD and is_english(tag) and not _denies_the_same(said, _keys(wanted, typed), learnt):
        rating = Rating.HARD
    return replace(compare(typed, wanted), by_chunk=rating)


def _rating(matched: int, count: int) -> Rating:
    if matched == count:
        return Rating.GOOD
    return Rating.HARD if 2 * matched >= count else Rating.AGAIN


def _keys(text: str, other: str) -> list[str]:
    """What counts of each word; contractions are two words, and so are words with a hyphen between."""
    ours, theirs = (tokenize(_HYPHEN.sub(" ", one[:LONGEST])) for one in (text, other))
    return [word.key for word in expand(ours, theirs)]


def _hyphenated(texts: Sequence[str]) -> Set[str]:
    """The parts of words such as buy-in, of which none is a small word."""
    words = (word for text in texts for word in markup_to_words(text).split() if _HYPHEN.search(word))
    return {key for word in words for key in _keys(word, "")}


def _content(keys: Sequence[str], kept: Set[str] = frozenset()) -> list[str]:
    return [key for key in keys if key in kept or key not in _SMALL]


def _in_order(wanted: Sequence[str], said: Sequence[str], forms: Sequence[str], said_forms: Sequence[str]) -> int:
    """How many of the wanted words were said in their order, others between them: the longest common subsequence.

    Words are the same if their forms are; several words are the same as others if their letters are.
    """
    best = [[0] * (len(said) + 1) for _ in range(len(wanted) + 1)]
    for i in reversed(range(len(wanted))):
        for k in reversed(range(len(said))):
            most = max(best[i + 1][k], best[i][k + 1])
            if forms[i] == said_forms[k]:
                most = max(most, best[i + 1][k + 1] + 1)
            elif run := _same_letters(wanted, i, said, k):
                most = max(most, best[i + run[0]][k + run[1]] + run[0])
            best[i][k] = most
    return best[0][0]


def _same_letters(wanted: Sequence[str], i: int, said: Sequence[str], k: int) -> tuple[int, int] | None:
    """How many words from `wanted[i]` and from `said[k]` on have the same letters; None if there is no such run."""
    left, right, a, b = wanted[i], said[k], 1, 1
    while left != right:
        if right.startswith(left) and i + a < len(wanted) and a < _LONGEST_RUN:
            left += wanted[i + a]
            a += 1
        elif left.startswith(right) and k + b < len(said) and b < _LONGEST_RUN:
            right += said[k + b]
            b += 1
        else:
            return None
    return a, b


def _denies_the_same(said: Sequence[str], wanted: Sequence[str], learnt: Sequence[str]) -> bool:
    """No negation was added or left out. Who says the chunk alone leaves out nothing of the rest."""
    ours, theirs = set(map(stem, _content(wanted))), set(map(stem, _content(said)))
    if theirs <= set(map(stem, _content(learnt))):
        wanted = learnt
    count = _negations(said)
    if not _negations(learnt) <= count <= _negations(wanted):
        return False
    left_out = (_denied(wanted, 1) & theirs) - _denied(said, _NEAR)
    added = (_denied(said, 1) & ours) - _denied(wanted, _NEAR)
    return not left_out and not added


def _negations(keys: Sequence[str]) -> int:
    return sum(key in NEGATIONS for key in keys)


def _denied(keys: Sequence[str], count: int) -> Set[str]:
    """The stems of so many content words after each negation, or of the last ones if it stands at the end."""
    found = set[str]()
    content = [(n, stem(key)) for n, key in enumerate(keys) if key not in _SMALL]
    places = [n for n, key in enumerate(keys) if key in NEGATIONS]
    at = 0
    for place in places:
        while at < len(content) and content[at][0] < place:
            at += 1
        found.update(one for _, one in content[at : at + count] or content[-count:])
    return found
