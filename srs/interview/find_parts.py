"""Which sentences of a transcript are the situation, the task, the action and the result."""

import re
from typing import NamedTuple

from srs.interview import spoken


class Parts(NamedTuple):
    """The texts of the four parts, each one the sentences of that part; "" for a part that is not there."""

    situation: str
    task: str
    action: str
    result: str


_ENDS = (0.2, 0.3, 0.8, 1.0)
"""Where each part ends in a good answer, as a share of its words."""

_BORDER = 5.0  # what a sentence pays per whole length of the answer that it lies outside of its part's place
_MISSING = 1.5  # what an answer pays for a part that it leaves out

_VERBS = (
    "wrote|built|made|took|chose|found|put|told|met|ran|drew|led|read|gave|went|sat|kept|set|sent|bought|saw|let|began|cut|did"
    "|said|thought|brought|got|hung|split|fed|rode|spoke|taught|sold|stood|held|compared"
)
_CUES = tuple(
    tuple((re.compile(pattern, re.IGNORECASE), weight) for pattern, weight in cues)
    for cues in (
        (  # situation
            (r"\b(?:i|we) (?:was|were) (?:an?|the|one|working|in|on|with|at|five|four|three|two|six)\b", 1.0),
            (
                r"\b(?:i|we) (?:worked|work) (?:at|for|in|as|with)\b|\bat that time\b|\bwhen i was\b|\bthis (?:was|is about)\b",
                1.5,
            ),
            (
                r"\bin my (?:\w+ )?(?:company|job|team|workplace)\b|\b(?:years?|months?) ago\b|\blast (?:year|spring|summer|autumn|winter)\b",
                1.5,
            ),
            (r"\bthere (?:was|were)\b|\bwe had an?\b|\b(?:deadline|budget|limit|contract)\b|\bin (?:19|20)\d\d\b", 0.8),
            (r"\bteam of\b|\bproblem was\b|\b(?:two|three|four|five|six|seven|eight|nine|ten) (?:of us|people)\b", 0.8),
        ),
        (  # task
            (
                r"\bmy (?:task|job|role|part|responsibility|goal|mission)\b|\bresponsib\w+|\bin charge\b|\b(?:up to|on) me\b",
                2.5,
            ),
            (
                r"\bi (?:was asked|was to|had to|needed to|should|was told to|owned|belonged)\b|\basked me to\b|\bmy \w+ asked (?:me|if|whether)\b",
                1.8,
            ),
            (r"\bwe (?:had to|needed to|wanted to)\b|\b(?:our|the) (?:goal|task|aim)\b", 1.2),
        ),
        (  # action
            (rf"\b(?:i|we) (?:\w+ly |then |also |just |first |only )?(?:\w+ed|{_VERBS})\b", 1.0),
            (
                r"\bfirst\b|\bthen\b|\bafter that\b|\bnext\b|\bbecause\b|\bcompared\b|\binstead\b|\bdecided\b|\bchose\b|\bwhat (?:i|we) did\b",
                0.6,
            ),
            (r"\bi (?:would|will)\b|\bi['’]d\b|\bi didn['’]?t\b|\bi did not\b", 0.6),
        ),
        (  # result
            (r"\b(?:as a result|in the end|at the end|finally|eventually|the result)\b", 1.2),
            (
                r"\b(?:fell|dropped|rose|went (?:down|up|from|well)|increased|decreased|improved|grew|halved|doubled|saved|won|lost)\b",
                0.8,
            ),
            (
                r"\b(?:learn(?:ed|t)|lessons?|since then|ever since|from then on|next time|taught me|looking back|nowadays)\b",
                2.5,
            ),
            (
                r"\b(?:better|happy|satisfied|thanked|success\w*|customers were|in time|on time|angry|failed|cancelled|stopped)\b",
                0.8,
            ),
            (r"\bfrom [\w %]{1,30} to \w|\d ?(?:%|percent)", 0.5),
        ),
    )
)


def find_parts(text: str) -> Parts:
    """The parts come in their order, each at most once; one of them may be missing. Each sentence is weighed by its
    phrases and by its place. Time grows with the length of the text.
    """
    sentences = spoken.sentences(text)
    if not sentences:
        return Parts("", "", "", "")
    lengths = [max(1, len(spoken.words(sentence))) for sentence in sentences]
    whole, said = sum(lengths), 0
    best = [-_MISSING * part for part in range(4)]  # the score of all up to here, the last sentence being of this part
    origins: list[list[int]] = []
    for sentence, length in zip(sentences, lengths, strict=True):
        came_from = [_best_before(best, part) for part in range(4)] if origins else [0, 1, 2, 3]
        middle = (said + length / 2) / whole
        best = [_after(best, came_from[part], part) + _score(sentence, part, middle) for part in range(4)]
        origins.append(came_from)
        said += length
    texts: tuple[list[str], ...] = ([], [], [], [])
    part = max((best[part] - _MISSING * (3 - part), part) for part in range(4))[1]
    for sentence, came_from in zip(reversed(sentences), reversed(origins), strict=True):
        texts[part].append(sentence)
        part = came_from[part]
    return Parts(*(" ".join(reversed(of_part)) for of_part in texts))


def _best_before(best: list[float], part: int) -> int:
    return max((_after(best, earlier, part), -earlier) for earlier in range(part + 1))[1] * -1


def _after(best: list[float], earlier: int, part: int) -> float:
    """An answer that begins with a later part has left out those before it."""
    return best[earlier] - _MISSING * max(0, part - earlier - 1)


def _score(sentence: str, part: int, middle: float) -> float:
    """How well a sentence fits, whose middle lies at a share of the answer."""
    begin = _ENDS[part - 1] if part else 0.0
    outside = max(begin - middle, middle - _ENDS[part], 0.0)
    return sum(weight for cue, weight in _CUES[part] if cue.search(sentence)) - _BORDER * outside
