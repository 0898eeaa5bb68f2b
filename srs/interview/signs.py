"""Signs in English sentences: who acts, whether it happened, how it ended, what was learned, what a situation names."""

import re
from collections.abc import Iterable, Mapping, Sequence

_I = re.compile(r"\bI\b(?!\.e\b|\.)(?:['’](?:m|d|ve|ll)\b)?", re.IGNORECASE)
_GROUP = r"(?:team|group|department|crew|squad|company|members|people|colleagues)"
_OPENS = r"(?:^|[,;:.]\s*|\b(?:and|then|but|so|because|when|while|that|together|also|finally|first|afterwards|since|before|after)[, ]+)"
_WE = re.compile(
    rf"\bwe\b|{_OPENS}(?:(?:our|the|my) (?:[a-z-]+ ){{0,1}}{_GROUP}|everyone in the team|all of us|most of us)\b(?!['’]s|\s+(?:of|to|with|in|for|from)\b)",
    re.IGNORECASE,
)
_SAID_WE = re.compile(r"\b(?:that|said|told \w+|if|whether) we\b", re.IGNORECASE)


def count_i(sentence: str) -> int:
    return len(_I.findall(sentence))


def count_we(sentence: str) -> int:
    """Where "we" or the team is the subject, reported speech apart."""
    return len(_WE.findall(sentence)) - len(_SAID_WE.findall(sentence))


def own_part_unclear(mine: int, ours: int) -> bool:
    return ours > mine and (ours >= 2 or not mine)


# --- why this way ---

_REASON = re.compile(
    r"\bbecause\b|\bsince\b(?! (?:then|that|last|19|20))|\bas (?:it|they|this|that|the) (?:was|were|had)\b|\bso that\b|\bin order to\b"
    r"|\btrade-?offs?\b|\bcompar(?:ed|ing|ison)\b|\balternatives?\b|\bROI\b|\boptions?\b|\brather than\b|\binstead of\b|\bprefer\w*"
    r"|\b(?:the|my|one) reasons?\b|\breason(?:ing)? (?:was|is)\b|\bthat['’]?s why\b|\bthis is why\b|\bdue to\b|\bweighed\b|\bpros and cons\b"
    r"|\b(?:cheap|fast|quick|simpl|eas|saf)(?:er|ier|est|iest)\b",
    re.IGNORECASE,
)


def gives_reason(sentence: str) -> bool:
    return _REASON.search(sentence) is not None


# --- lessons and failures ---

_LESSON = re.compile(
    r"\blearn(?:ed|t)\b(?! english)|\blearning was\b|\btaught (?:me|us)\b|\bthe lesson\b|\b(?:my|a|one|important|valuable|big) lessons?\b(?! plan)"
    r"|\blessons learn|\bsince then\b|\bever since\b|\bfrom then on\b|\bfrom now on\b|\bfrom that (?:day|time|moment|experience)\b|\bnext time\b"
    r"|\b(?:became|is now|are now|has become) (?:a|the|our|my)? ?\w* ?(?:standard|rule|habit|process|practice)\b|\blooking back\b|\bin hindsight\b"
    r"|\bif i (?:did|could do|had to do|do) (?:it|this|that) again\b|\bi (?:now|still|always)\b|\bnow i\b|\bnowadays\b|\btoday i\b"
    r"|\bafter (?:this|that) (?:mistake|failure|experience|incident|i always|we always|we changed|i changed)\b|\bafter this,"
    r"|\bshould(?:n['’]t| not)? have\b|\bmade me\b|\btake-?away\b|\bi took (?:away|from)\b|\bi realized? that\b|\brealised that\b"
    r"|\b(?:has|have) \w+ (?:\w+ )?(?:from then|since)\b|\bthat is (?:our|my|a|the) rule\b|\bin (?:each|every) project (?:after|since|now)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\bsince then\b|\bever since\b|\bfrom then on\b|\bfrom that (?:day|time|experience)\b|\bnext time\b|\blooking back\b|\bthe lesson (?:was|is|i|for)\b",
    re.IGNORECASE,
)


def is_lesson(sentence: str) -> bool:
    """For the end of a story: at its beginning one may have learned that a server was down."""
    return _LESSON.search(sentence) is not None


def is_change(sentence: str) -> bool:
    """Anywhere in a story."""
    return _CHANGE.search(sentence) is not None


_ADMISSION = re.compile(
    r"\b(?:my|our) (?:\w+ )?(?:mistake|failure|fault)\b|\bi (?:made|did) (?:a|the|one) (?:\w+ )?mistake\b|\bi (?:failed|broke|forgot|underestimated|deleted|mixed up|overlooked)\b"
    r"|\b(?:about|was|is|became|as) a (?:\w+ )?(?:failure|disaster)\b|\bended badly\b|\bwent wrong\b|\bdid(?:n['’]t| not) go well\b|\bbad experience\b|\bfailed\b"
    r"|\bi did(?:n['’]t| not) (?:ask|check|test|try|read|look|talk|tell|visit|show)\b|\bwe did(?:n['’]t| not) (?:ask|check|test|try|read|look|talk|visit|show)\b|\b(?:skip(?:ped)?|cut) (?:all |the )?(?:load )?tests?\b",
    re.IGNORECASE,
)
_BAD_END = re.compile(
    r"\bfail(?:ed|ure)\b|\bcancell?ed\b|\brejected\b|\blost\b|\bangry\b|\bupset\b|\bcomplain(?:ed|s?)\b(?! (?:fell|dropped|went))|\bpenalty\b|\bapologi[sz]e\b|\brefund\w*"
    r"|\bpaid back\b|\bpay back\b|\bmoney back\b|\bcould(?:n['’]t| not)\b|\bstopped (?:the|this|our)\b|\bwas stopped\b|\bleft us\b|\bbad (?:grade|day)\b|\bmissed (?:the|our)\b"
    r"|\bdisappointed\b|\bsad\b|\bembarrass\w+|\bcrashed\b|\bthrown away\b|\btaken (?:off|back)\b|\bclosed (?:our|the|us)\b|\bnot renewed\b|\bswitched off\b|\bbroke\b|\bsent .{0,20}back\b"
    r"|\b(?:another|other) (?:company|show|client|shop)\b|\bhired somebody\b|\bpeople left\b|\bhad to be removed\b|\bgo home\b|\bremoved\b|\bloan\b|\blaughed\b|\bcharged\b|\bill\b|\bnobody\b",
    re.IGNORECASE,
)
_GOOD_END = re.compile(
    r"\b(?:fell|dropped|decreased|reduced|went (?:down|from)|rose|increased|improved|grew|halved|doubled|saved|finished|reached|solved|recovered)\b|\b(?:better|faster|happy|satisfied|thanked|success\w*|quiet|in time|on time"
    r"|without trouble|easier|reliable|accepted|thrilled|great)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:no|not|never|nothing|without|less|fewer|nor|instead of|n['’]t)(?: \w+){0,2} ?$", re.IGNORECASE)


def failure(placed: Sequence[tuple[str, str]]) -> str:
    """The sentence that tells of a failure, or "": the end is bad, or one admits a mistake and the end is not good.
    A failure of something else that one mended is none."""
    bad, good, admitted = "", False, ""
    for part, sentence in placed:
        if part == "result":
            good = good or _GOOD_END.search(sentence) is not None
            bad = bad or (sentence if _unless_denied(_BAD_END, sentence) else "")
        if part in ("action", "result") and _unless_denied(_ADMISSION, sentence):
            admitted = admitted or sentence
    if bad and (not good or admitted):
        return bad
    return admitted if admitted and not good else ""


def _unless_denied(pattern: re.Pattern[str], sentence: str) -> bool:
    return any(not _NOT.search(sentence[max(0, found.start() - 24) : found.start()]) for found in pattern.finditer(sentence))


# --- what really happened ---

_WOULD = re.compile(r"\b(?:I|we)(?:(?P<short>['’]d)| would| will|(?P<will>['’]ll))\b(?P<rest>(?:[ ]+[\w'’]+){0,2})", re.IGNORECASE)
_POLITE = {"like", "love", "rather", "say", "argue", "call", "recommend", "add", "guess", "better"}
_ADVERBS = {"also", "then", "just", "probably", "maybe", "always", "usually", "never", "only", "not", "first", "even", "still"}
_PARTICIPLES = set(
    "been seen had done gone made taken written given known thought found told got become begun chosen left lost met read put set "
    "cut let built bought brought kept held heard said sent spent understood worn won run come grown drawn driven spoken".split()
)
_REPORTED = re.compile(
    r"\b(?:that|whether|what|how|who|which|where|why)[, ]+$|\b(?:said|told|promised|thought|knew|hoped|decided|agreed|feared|expected|asked|wondered|answered|believed)(?: \w+){0,3},? $",
    re.IGNORECASE,
)
_HABIT = re.compile(r"\b(?:every|each) (?:\w+ )?(?:morning|day|night|evening|week|friday|monday|time|month|shift|hour)\b.*$", re.IGNORECASE)
_LATER = re.compile(
    r"\bnext time\b|\bagain\b|\blooking back\b|\bin hindsight\b|\bdifferent(?:ly)?\b|\btoday i\b|\bin (?:the )?future\b|\bfrom now on\b|\bwithout\b|\botherwise\b|\blearn\b",
    re.IGNORECASE,
)


def hypothetical(sentences: Mapping[str, Iterable[str]]) -> str:
    """The first sentence that says what one would do, or "". Wishes ("I would like to"), reported speech, habits
    ("every morning I would …") and what one will do next time are none. One "I will" is none, and neither is one "I would"
    in the result."""
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
    if follows in _POLITE or _REPORTED.search(before) or _LATER.search(sentence) or _HABIT.search(before):
        return ""
    return "will" if found["will"] or " will" in found.group().lower() else "would"


# --- what a situation names ---

_WORKER = (
    r"(?:designer|tester|engineer|developer|programmer|colleague|nurse|doctor|teacher|analyst|scientist|researcher|cook|technician|editor|pilot"
    r"|driver|agent|manager|operator|assistant|librarian|guide|friend|trainer|writer|artist|linguist|vet|clerk|employee|worker|partner|helper)"
)
_TEAM = re.compile(
    rf"\b(?:{_GROUP}|teammates?|co-?workers?|colleague|staff|committee|choir|alone|by myself|on my own|the only|of us|volunteers"
    rf"|students|intern)\b|\b(?:with|and) (?:an?|another|my|one) (?:[a-z-]+ )?{_WORKER}\b|\b{_WORKER}s\b"
    r"|\b(?:with|and|were|of|us|like|two|three) (?:\w+ )?(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty) \w+"
    r"|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty) (?:others|people|of us)\b"
    r"|\bi (?:was|am|worked as|work as|joined|led|managed|ran|looked after) (?:the|an?|as)\b",
    re.IGNORECASE,
)
_CONSTRAINT = re.compile(
    r"\b(?:deadline|budget|limit\w*|sla|contract|promised|at most|at least|no more than|not more than|less than|more than|only|within|until|till|by the end"
    r"|before the|before [A-Z]\w+|had to be|has to be|must|may not|could not|couldn['’]?t|cannot|without|no money|nobody|no time|short|law|rules?|fixed|due|by [A-Z]\w+|by \d|in time|to close"
    r"|strict|tight|budget|allowed|no extra|every (?:month|day|week)|as soon as|under)\b|\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve) (?:\w+ )?(?:days|weeks|months|hours|minutes|seconds|years)\b",
)
_GENERIC = set(
    "situation problem problems project projects process quality company customer customers manager boss leader leaders team teams member members people "
    "person persons worked working works difficult important responsible responsibility improve improved better solve solved task tasks reduce reduced "
    "deadline deliver report finish pressure there their about would should could needed wanted something someone somebody everything really serious "
    "because before after which where while between another other others great much very hard many some thing things work works time previous last well "
    "situations usually sometimes often make made making have been were with when from that this they them what week weeks month months days years "
    "hours minutes once part role case time part done good went wrong high down need want part asked quickly delays delay delayed inefficient efficient "
    "company workplace department busy issue issues challenge challenging complex complicated conflict experience happened trouble deal handle result "
    "coworker colleague colleagues complaint complaints cost costs above motivation motivate improvement change changed group bad badly convince ended "
    "each every always also just then than into only over under will your mine must come came like felt know knew think thought planning event needs lot "
    "developer engineer goal goals first second".split()
)
_CONTENT = re.compile(r"[a-z][a-z'’-]{3,}")
_LEAST_CONTENT = 3


def missing_context(sentences: Sequence[str]) -> list[str]:
    """Which of `team`, `project` and `constraint` the sentences of situation and task leave out. A project is named where
    at least three different words are about more than work in general."""
    text = " ".join(sentences)
    specific = set(_CONTENT.findall(text.lower())) - _GENERIC
    return [
        name
        for name, there in (
            ("team", _TEAM.search(text)),
            ("project", len(specific) >= _LEAST_CONTENT),
            ("constraint", _CONSTRAINT.search(text)),
        )
        if not there
    ]
