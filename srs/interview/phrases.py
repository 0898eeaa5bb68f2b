"""Lists of phrases as one pattern, and lists of words."""

import re


def any_of(phrases: str, *, ignore_case: bool = True) -> re.Pattern[str]:
    """A pattern for any of the phrases, which " / " separates; each is a regular expression for whole words."""
    choices = "|".join(re.split(r"\s+/\s+", phrases.strip()))
    return re.compile(rf"\b(?:{choices})\b", re.IGNORECASE if ignore_case else 0)


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def one_of(words: str) -> str:
    """The regular expression of one of the words, to be part of a phrase."""
    return f"(?:{'|'.join(words.split())})"


GROUP = one_of(
    """
    band chapter circle club colleagues committee company crew department desk division group lab members office people pod
    squad staff studio team unit workshop
    """
)
"""What people call those they work with."""
