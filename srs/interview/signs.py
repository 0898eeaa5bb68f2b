"""Signs in English sentences: who acts, why this way, and whether it happened at all."""

import re
from collections.abc import Iterable, Mapping

from srs.interview.phrases import GROUP, any_of, one_of, words_of

_I = re.compile(r"\bI\b(?!\.e\b|\.)(?! (?:think|guess|mean|believe|suppose)\b)", re.IGNORECASE)
_OPENS = r"(?:^|[,;:.]\s*|\b(?:and|then|but|so|because|when|while|that|together|also|finally|first|afterwards|since|before|after)[, ]+)"
_TEAM = rf"(?:(?:our|the|my) (?:[a-z-]+ )?{GROUP}|everyone in the (?:team|group|department)|all of us|most of us)"
_WE = re.compile(rf"\bwe\b|{_OPENS}{_TEAM}\b(?!['’]s|\s+(?:of|to|with|in|for|from)\b)", re.IGNORECASE)
_SAID_WE = re.compile(r"\b(?:that|said|told \w+|if|whether) we\b", re.IGNORECASE)


def count_i(sentence: str) -> int:
    return len(_I.findall(sentence))


def count_we(sentence: str) -> int:
    """Where "we" or the team is the subject, reported speech apart."""
    return len(_WE.findall(sentence)) - len(_SAID_WE.findall(sentence))


def own_part_unclear(mine: int, ours: int) -> bool:
    return ours > mine and (ours >= 2 or not mine)


_REASON = any_of(
    r"""
    because / since\b(?! (?:then|that|last|19|20)) / as (?:it|they|this|that|the) (?:was|were|had) / so that /
    in order to / trade-?offs? / compar(?:ed|ing|ison) / alternatives? / ROI / options? / rather than / instead of /
    prefer\w* / (?:the|my|one) reasons? / reason(?:ing)? (?:was|is) / that['’]?s why / this is why / due to /
    weighed / pros and cons / (?:cheap|fast|quick|simpl|eas|saf)(?:er|ier|est|iest)
    """
)


def gives_reason(sentence: str) -> bool:
    return _REASON.search(sentence) is not None


_WOULD = re.compile(
    r"\b(?:I|we)(?:(?P<short>['’]d)| would| will|(?P<will>['’]ll))\b(?P<rest>(?:[ ]+[\w'’]+){0,3})", re.IGNORECASE
)
_SURPRISED = re.compile(
    r"(?:never|not|n['’]t) have (?:guessed|thought|believed|expected|known|imagined|dreamt|dreamed)", re.IGNORECASE
)
_POLITE = words_of("add argue better guess like love rather recommend say")
_CALLED = words_of("it myself that this")
_ADVERBS = words_of("also always even first just maybe never not only probably still then usually")
_PARTICIPLES = words_of(
    """
    become been begun bought brought built chosen come cut done drawn driven found given gone got grown had heard
    held kept known left let lost made met put read run said seen sent set spent spoken taken thought told
    understood won worn written
    """
)
_REPORTS = one_of(
    "agreed answered asked believed decided expected feared hoped knew promised said thought told wondered"
)
_REPORTED = re.compile(
    rf"\b(?:that|whether|what|how|who|which|where|why)[, ]+$|\b{_REPORTS}(?: \w+){{0,3}},? $", re.IGNORECASE
)
_HABIT = re.compile(
    r"\b(?:every|each) (?:\w+ )?(?:morning|day|night|evening|week|friday|monday|time|month|shift|hour)(?:,? \w+){0,2},? ?$",
    re.IGNORECASE,
)
_LATER = any_of(
    r"""
    next time / again / looking back / in hindsight / different(?:ly)? / today i / in (?:the )?future / from now on /
    without / otherwise / learn
    """
)


def hypothetical(sentences: Mapping[str, Iterable[str]]) -> str:
    """The first sentence that says what one would do, or "". Wishes ("I would like to"), reported speech, habits
    ("every morning I would …") and what one will do next time are none. One "I will" is none, and neither is one "I would"
    in the result.
    """
    shown = ""
    promises = 0
    for part, texts in sentences.items():
        count = 0
        for sentence in texts:
            for found in _WOULD.finditer(sentence):
                kind = _mood(sentence, found)
                if kind == "would":
                    count += 1
                    if part != "result" or count > 1:
                        return shown or sentence
                elif kind == "will":
                    promises += 1
                    if promises > 1:
                        return shown or sentence
                if kind:
                    shown = shown or sentence
    return ""


def _mood(sentence: str, found: re.Match[str]) -> str:
    after = found["rest"].lower().split()
    while after and after[0] in _ADVERBS:
        after = after[1:]
    follows = after[0] if after else ""
    before = sentence[max(0, found.start() - 60) : found.start()]
    if found["short"] and (follows.endswith("ed") or follows in _PARTICIPLES or follows == ""):
        return ""
    if _SURPRISED.search(sentence, found.start(), found.end() + 20):
        return ""
    if follows == "call" and after[1:2] and after[1] in _CALLED:
        return ""
    if follows in _POLITE or _REPORTED.search(before) or _LATER.search(sentence) or _HABIT.search(before):
        return ""
    return "will" if found["will"] or " will" in found.group().lower() else "would"
