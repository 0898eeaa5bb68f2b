"""A text as speech: its words, its sentences, how long it takes to say, the fillers in it, and its language.

Every function takes time in proportion to the length of the text.
"""

import re
from collections import Counter
from typing import Literal

from srs.core.markup import markup_to_words
from srs.interview.phrases import words_of

WORDS_PER_MINUTE = 140
"""For English. 120 to 160 is easy to follow; to speak more slowly than that gains nothing (Derwing & Munro)."""

EOJEOL_PER_MINUTE = 100
"""For Korean, whose words between blanks (eojeol) are longer: about 300 syllables a minute. A round figure of ours."""

Language = Literal["English", "Korean", "another language", ""]

# 12,000 and 2.5 and v2.0 and don't and on-call are one word, 800ms and 40% are two.
_WORD = re.compile(
    r"\d++(?:[.,]\d++)*+(?=(?!st\b|nd\b|rd\b|th\b)[A-Za-z]{2,8}\b)"
    r"|[^\W_]++(?:['’-][^\W_]++|(?<=\d)[.,:](?=\d)[^\W_]++)*+"
    r"|%"
)
_BULLET = re.compile(r"^[ \t]*+(?:[-*•·–][ \t]++|\d{1,2}[.)][ \t]++)", re.MULTILINE)
_END = re.compile(r"(?<![.!?…。])[.!?…。]++[\"'”’)\]]*+(?=\s)|\n")
_ABBREVIATIONS = {"e.g", "i.e", "etc", "vs", "mr", "mrs", "ms", "dr", "prof", "approx", "no", "fig", "a.m", "p.m", "cf"}
_TITLES = {"mr", "mrs", "ms", "dr", "prof", "e.g", "i.e", "vs", "approx", "no", "fig", "cf"}  # never end a sentence

LONGEST_SENTENCE = 50
"""Words. A transcript may have no full stops at all; what is longer is cut where a new thought seems to begin."""

_SHORTEST_CUT = 8
_THOUGHT = re.compile(
    r"(?<!\w)(?:so(?! that| much| many| far| long)|and (?:then|i|we|what|after|at|in the end|finally|the|it|my|since|ever)"
    r"|then|but|first (?:i|we)|at first|after that|finally|in the end|as a result|since then|ever since|my (?:task|job|role|part|goal)"
    r"|our (?:task|goal)|i was (?:responsible|in charge)|what i (?:learned|did)|the lesson|at that time|i|we)"
    r"(?![\w'’])",
    re.IGNORECASE,
)

_BEFORE_KIND = {"am", "is", "are", "was", "were", "be", "been", "it's", "i'm", "that's", "i", "we", "they", "he", "she"}
_BEFORE_KIND |= {
    "and",
    "but",
    "so",
    "just",
    "also",
    "really",
    "felt",
    "feel",
    "um",
    "uh",
    "actually",
    "basically",
    "got",
    "know",
    "like",
}
_NOT_BEFORE_YOU_KNOW = {
    "do",
    "did",
    "if",
    "as",
    "let",
    "what",
    "when",
    "how",
    "that",
    "because",
    "don't",
    "would",
    "can",
}
_NOT_AFTER_YOU_KNOW = {
    "that",
    "what",
    "how",
    "why",
    "where",
    "who",
    "when",
    "if",
    "whether",
    "about",
    "him",
    "her",
    "them",
}
_NOT_AFTER_YOU_KNOW |= {"me", "us", "it", "this", "each", "your", "every", "all", "nothing", "everything"}
_BEFORE_LIKE = {"and", "so", "but", "um", "uh", "er", "just", "because", "then"}
_AFTER_LIKE = {"i", "we", "he", "she", "they", "um", "uh", "er", "really", "maybe", "okay", "oh"}
_SOUNDS = {"um", "umm", "uh", "uhh", "uhm", "er", "erm", "hmm", "hm", "mm"}

_COMMON = words_of(
    """
    a after all an and are as at be because but by did do for from had have he he's i if in is it me more my no not
    of on one or our out she so than that the then they this to up was we were what when which who with would you
    """
)


def plain(text: str) -> str:
    """The words that are said: without markup, pictures and the signs of a list."""
    return _BULLET.sub("", markup_to_words(text))


def words(text: str) -> list[str]:
    """`800 ms` and `40%` are two words, `P99`, `3x`, `12,000` and `don't` one."""
    return _WORD.findall(plain(text))


def sentences(text: str) -> list[str]:
    """In order. A new line ends a sentence unless the text goes on in lower case; a sentence of more than
    `LONGEST_SENTENCE` words is cut at the words that begin a thought.
    """
    return [piece for sentence in punctuated(text) for piece in _thoughts(sentence)]


def punctuated(text: str) -> list[str]:
    """The sentences as their punctuation, the lists and the lines show them."""
    text = "\n\n".join(markup_to_words(part) for part in _BULLET.split(text))
    found, start = [], 0
    for end in _END.finditer(text):
        if _ends(text, start, end):
            found.append(text[start : end.end()])
            start = end.end()
    found.append(text[start:])
    return [" ".join(sentence.split()) for sentence in found if any(map(str.isalnum, sentence))]


def _ends(text: str, start: int, end: re.Match[str]) -> bool:
    sign = end.group()
    following = text[end.end() : end.end() + 80].lstrip(" \t")[:1]
    if sign == "\n":
        return not following.islower()
    if sign.startswith(("…", "...")):
        return not following.islower()
    if not sign.startswith("."):
        return True
    before = text[max(start, end.start() - 12) : end.start()].split()
    word = before[-1].lstrip("(\"'“‘") if before else ""
    last = word.lower()
    if last in _TITLES and word != "ms":  # "Ms. Kim", but "300 ms."
        return False
    return not ((last in _ABBREVIATIONS or re.fullmatch(r"[a-z](?:\.[a-z])*", last)) and not following.isupper())


def _thoughts(sentence: str) -> list[str]:
    """Pieces of at least `_SHORTEST_CUT` and, where a thought begins in time, at most `LONGEST_SENTENCE` words."""
    if len(sentence) < 2 * LONGEST_SENTENCE or len(_WORD.findall(sentence)) <= LONGEST_SENTENCE:
        return [sentence]
    begins = {found.start() for found in _THOUGHT.finditer(sentence)}
    strong = {at for at in begins if not re.match(r"(?:i|we)\b(?! was)", sentence[at : at + 8], re.IGNORECASE)}
    pieces, start, count = [], 0, 0
    for word in re.finditer(r"\S+", sentence):
        at = word.start()
        if (
            (count >= _SHORTEST_CUT and at in strong)
            or (count >= 2 * _SHORTEST_CUT and at in begins)
            or count >= LONGEST_SENTENCE
        ):
            pieces.append(sentence[start:at].rstrip())
            start, count = at, 0
        count += 1
    return [*pieces, sentence[start:]]


def seconds(count: int, rate: float = WORDS_PER_MINUTE) -> float:
    """How long `count` words take at `rate` words a minute."""
    return 60 * count / rate


def words_per_minute(count: int, duration: float) -> float:
    """0 for no time (`duration` in seconds)."""
    return 60 * count / duration if duration > 0 else 0.0


def fillers(text: str) -> dict[str, int]:
    """How often each filler is said, the commonest first. What may be no filler ("a kind of", "as you know", "I would
    like to") is not counted; "so" counts where at least three sentences begin with it.
    """
    found: Counter[str] = Counter()
    begins_with_so = 0
    for sentence in punctuated(text):
        said = _WORD.findall(sentence)
        lower = [word.lower().replace("’", "'") for word in said]
        begins_with_so += lower[:1] == ["so"] and lower[1:2] not in (["that"], ["far"], ["much"], ["many"])
        for at, word in enumerate(lower):
            before = lower[at - 1] if at else ""
            after = lower[at + 1] if at + 1 < len(lower) else ""
            if (
                (word in _SOUNDS and not (said[at].isupper() and word == "er"))
                or word == "basically"
                or (word == "actually" and before in ("", "so", "and", "um", "uh"))
            ):
                found[word] += 1
            elif word == "know" and before == "you":
                earlier = lower[at - 2] if at > 1 else ""
                found["you know"] += earlier not in _NOT_BEFORE_YOU_KNOW and after not in _NOT_AFTER_YOU_KNOW
            elif word == "mean" and before == "i":
                earlier = lower[at - 2] if at > 1 else ""
                found["I mean"] += earlier not in ("what", "do", "did", "that", "this", "which", "if") and after != "by"
            elif word == "of" and before in ("kind", "sort"):
                earlier = lower[at - 2] if at > 1 else ""
                found[f"{before} of"] += earlier in _BEFORE_KIND and after not in ("you", "him", "her", "them")
            elif word == "like" and before in _BEFORE_LIKE and after in _AFTER_LIKE:
                found["like"] += 1
        found["like"] += len(re.findall(r"(?i), like,", sentence))
    if begins_with_so >= 3:
        found["so"] = begins_with_so
    return {filler: count for filler, count in found.most_common() if count}


def language(text: str) -> Language:
    """By the script of the letters, and for Latin letters by how many of the commonest English words there are. Empty
    where there are no letters.
    """
    hangul = latin = other = 0
    for letter in text:
        if letter.isalpha():
            if letter < "\u0250":
                latin += 1
            elif "\uac00" <= letter <= "\ud7a3" or "\u1100" <= letter <= "\u11ff" or "\u3131" <= letter <= "\u318e":
                hangul += 1
            else:
                other += 1
    if not (hangul or latin or other):
        return ""
    if 2 * hangul >= hangul + latin + other or (hangul > other and 3 * hangul >= latin):
        return "Korean"  # Korean texts about work are full of English names
    if other >= latin:
        return "another language"
    said = _WORD.findall(text.lower())
    if len(said) >= 20 and sum(word in _COMMON for word in said) < len(said) / 10:
        return "another language"
    return "English"
