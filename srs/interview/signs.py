"""Signs in English sentences: who acts, whether it happened, how it ended, what was learned, what a situation names."""

import re
from collections.abc import Iterable, Mapping, Sequence

_I = re.compile(r"\bI\b(?!\.e\b|\.)(?! (?:think|guess|mean|believe|suppose)\b)", re.IGNORECASE)
_GROUP = (
    r"(?:team|group|department|crew|squad|pod|chapter|unit|circle|club|band|lab|studio|office|workshop|desk|division|staff"
    r"|committee|company|members|people|colleagues)"
)
_OPENS = r"(?:^|[,;:.]\s*|\b(?:and|then|but|so|because|when|while|that|together|also|finally|first|afterwards|since|before|after)[, ]+)"
_WE = re.compile(
    rf"\bwe\b|{_OPENS}(?:(?:our|the|my) (?:[a-z-]+ ){{0,1}}{_GROUP}|everyone in the (?:team|group|department)|all of us|most of us)\b(?!['’]s|\s+(?:of|to|with|in|for|from)\b)",
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
    r"\b(?:my|our) (?:\w+ )?(?:mistake|failure|fault)\b|\bi (?:made|did) (?:a|the|one) (?:\w+ )?mistake\b"
    r"|\bi (?:failed|broke|forgot|underestimated|deleted|mixed up|overlooked|misread|trusted|promised|assumed|was sure)\b"
    r"|\b(?:i|we) (?:did(?:n['’]t| not)(?! want| like)|never|had no (?:time|way|plan)|should have|could not|couldn['’]t) ?\w*"
    r"|\b(?:asked|told|showed (?:it|them) to) (?:no one|nobody)\b|\bnobody (?:else )?(?:checked|asked|looked|had)\b|\btook it that\b|\blet (?:him|her|them|that person|everyone|everybody) down\b"
    r"|\bbecause (?:i|we) (?:have|had) done\b|\btoo late\b|\bat the last (?:minute|moment)\b|\bi missed\b|\bbecause i was (?:insecure|tired|afraid|proud|ashamed|in a hurry|sure)\b|\bagainst all advice\b|\blooked away\b|\bby eye\b|\bonly (?:one|my|with my|at|the)\b"
    r"|\b(?:was|were) (?:the )?wrong\b|\bfailed\b|\bskip(?:ped)? |\bcut (?:all )?(?:the )?tests\b|\bwithout (?:a|the|any) (?:second|proof|test|check|copy|backup)",
    re.IGNORECASE,
)
_CALLED_FAILURE = re.compile(
    r"\b(?:about|was|is|became|become|into|as) a (?:\w+ )?(?:failure|disaster)\b|\b(?:my|our|biggest|big) failure\b|\bended badly\b|\bwent wrong\b"
    r"|\bdid(?:n['’]t| not) go well\b|\b(?:bad|terrible) experience\b|\b(?:it|that) was terrible\b|\bnot be saved\b",
    re.IGNORECASE,
)
_BAD_END = re.compile(
    r"\bfail(?:ed|ure)\b|\bcancell?ed\b|\breject\w+|\blos[te]\b|\bangry\b|\bupset\b|\bcomplain(?:ed|s?)\b|\bpenalty\b|\bapolog\w+|\brefund\w*"
    r"|\b(?:pa(?:id|y)|took|gave|give|sen[dt]|want\w*|taken|called|go|went|asked for|came)\b[^.;]{0,30}\b(?:back|home)\b|\bcould(?:n['’]t| not)\b|\b(?:did(?:n['’]t| not)|never|not been|not) \w+"
    r"|\bstop(?:ped|s)\b(?! (?:complain|fail|los|quarrel|crash|cry|worry)\w*)|\bleft (?:us|the|me)\b|\b(?:had to|and|up and) (?:leave|resign|left)\b"
    r"|\bbad (?:grade|day|name|review|mark)s?\b|\bmissed\b|\bdisappoint\w+|\bsad\b|\bembarrass\w+|\bashamed\b|\bhumiliat\w+|\bcrash\w*|\b(?:thrown|threw)\b.{0,24}\b(?:away|out)\b|\b(?:taken|took) (?:\w+ )?(?:off|back|everything)\b"
    r"|\bclos(?:ed|es)\b|\bshut\b|\bended\b|\bswitched off\b|\bbroken?\b|\b(?:all|money|data|won|euros|dollars|jobs?|pictures|work|everything|trust)\b[^.]{0,24}\bgone\b|\bhardly any\w+|\bnobody\b|\bno one\b|\bnone of\b|\bany (?:more|longer)\b|\b(?:another|other|outside) (?:company|show|client|shop|person|one|author)\b"
    r"|\b(?:somebody|someone)\b|\bpeople left\b|\bremoved\b|\bloan\b|\blaughed\b|\bcharged\b|\bill\b|\bfired\b|\bblam\w+|\bcried\b|\bnewspaper\b|\b(?:came|were|was) last\b|\bran out of\b|\brivals?\b"
    r"|\bgave up\b|\bgive up\b|\bquit\b|\bworse\b|\btoo (?:late|low|high|slow)\b|\bwithdr[ae]wn?\b|\breplaced by\b|\bout of (?:our|the|my)\b|\bcut our\b|\bhard for\b|\bchange the subject\b|\bmelted\b|\bstood still\b|\bfrom me\b|\bcost us\b|\bdied\b"
    r"|\btore\b|\btorn\b|\bhurt\b|\bscream\w+|\bbooed\b|\bsued\b|\bstolen\b|\bvoid\b|\bsealed\b|\bdried up\b|\bbin\b|\bfell (?:through|apart)\b|\bresign\w*|\bdrove off\b|\b(?:0|zero|no) points\b|\bstruck down\b|\bprotest\w*|\bpolice\b|\bcourt\b"
    r"|\bjunk\b|\bruin\w*|\bchaos\b|\binjur\w+|\bwasted?\b|\bbankrupt\w*|\bmy job\b|\bfine of\b|\bwrong\b|\bdown for\b|\bin vain\b|\buseless\b|\bunhappy\b|\bfurious\b|\bdelayed\b|\bdestroyed\b|\bspoil\w+|\bdropped out\b|\bfarm now\b",
    re.IGNORECASE,
)
_GOOD_END = re.compile(
    r"\b(?:fell(?! through| apart)|dropped(?! out)|decreased|reduced|went (?:down|up|from|well)|rose|increased|improved|grew|halved|doubled|saved|finished|reached|solved|recovered|passed|won|climbed|fitted|approved|signed|renewed|recommended|works|worked|returned"
    r"|got (?:down|up|from|to|better)|down to|survived)\b"
    r"|\b(?:better|faster|happy|satisfied|grateful|proud|thank\w*|success\w*|quiet|calm|in time|on time|early|without (?:trouble|any|a)|easier|reliable|accepted|adopted|thrilled|great|use it|uses it|online|the standard|rather than|instead of|used to be|where there"
    r"|the other groups|still (?:buy|use|do|come|there)|in use|asked for (?:my|our|more|a photo)|bought us|invited us again)\b|\bfrom [\w.,% ]{1,20} to [\d\w]+|\b(?:is|are|takes?|has|have|need|lose|reads?|for good|less)\b[^.]{0,40}\b(?:now|since|ever since)\b"
    r"|\b(?:not|never|nothing|no|nobody|hardly any|none)\b[^.]{0,30}\b(?:lost|since|died|broken?|complain\w*|again|failed|missed|disturbed)\b|\blost nothing\b|\bstopped (?:complain|fail|los|quarrel|crash|cry|worry)\w*|\bno \w+ died\b|\b\d+ of (?:my |our |the )?\d+\b",
    re.IGNORECASE,
)
_GOOD_PERHAPS = re.compile(r"\b(?:stayed|found|handled|served|sold|lived|still|kept|now|works?|worked|paid \\d|came)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:no|not|never|nothing|without|less|fewer|nor|instead of|n['’]t)(?: \w+){0,2} ?$", re.IGNORECASE)


def failure(placed: Sequence[tuple[str, str]]) -> str:
    """The sentence that tells of a failure, or "": there is more bad than good in the end, where a mistake that one admits
    counts as one. A failure of something that one then mended is none, and neither is what one would do."""
    bad, good, admitted = [], 0.0, ""
    for part, sentence in placed:
        if part == "result" and not _IF.search(sentence):
            better = min(2.0, _count_unless_denied(_GOOD_END, sentence) + 0.5 * _count_unless_denied(_GOOD_PERHAPS, sentence))
            worse = _count_unless_denied(_BAD_END, sentence)
            good += better
            bad += [sentence] * (min(1, worse) if better else worse)
        if _CALLED_FAILURE.search(sentence) or (part in ("action", "result") and _unless_denied(_ADMISSION, sentence)):
            admitted = admitted or sentence
    if len(bad) + bool(admitted) > good:
        return bad[0] if bad else admitted
    return ""


def _count_unless_denied(pattern: re.Pattern[str], sentence: str) -> int:
    return sum(not _NOT.search(sentence[max(0, found.start() - 24) : found.start()]) for found in pattern.finditer(sentence))


_IF = re.compile(r"\b(?:would|will)\b|['’]d (?!been|seen|had|\w+ed)", re.IGNORECASE)


def _unless_denied(pattern: re.Pattern[str], sentence: str) -> bool:
    return any(not _NOT.search(sentence[max(0, found.start() - 24) : found.start()]) for found in pattern.finditer(sentence))


# --- what really happened ---

_WOULD = re.compile(r"\b(?:I|we)(?:(?P<short>['’]d)| would| will|(?P<will>['’]ll))\b(?P<rest>(?:[ ]+[\w'’]+){0,2})", re.IGNORECASE)
_SURPRISED = re.compile(r"(?:never|not|n['’]t) have (?:guessed|thought|believed|expected|known|imagined|dreamt|dreamed)", re.IGNORECASE)
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
    if _SURPRISED.search(sentence, found.start(), found.end() + 20):
        return ""
    if follows in _POLITE or _REPORTED.search(before) or _LATER.search(sentence) or _HABIT.search(before):
        return ""
    return "will" if found["will"] or " will" in found.group().lower() else "would"


# --- what a situation names ---

_WORKER = (
    r"(?:designer|tester|engineer|developer|programmer|colleague|nurse|doctor|teacher|analyst|scientist|researcher|cook|technician|editor|pilot"
    r"|driver|agent|operator|assistant|trainee|apprentice|librarian|guide|friend|trainer|writer|artist|linguist|vet|clerk|employee|worker|partner|helper)"
)
_THINGS = r"(?:customer|client|situation|problem|task|deadline|limit|budget|grant|contract|rule|project|computer|high|new|lot|big|very|small|few|quick|difficult|hard|tight)"
_TEAM = re.compile(
    rf"\b(?:{_GROUP}|teammates?|co-?workers?|colleague|staff|committee|choir|alone|by myself|on my own|the only|of us|volunteers"
    rf"|students|intern)\b|\b(?:with|and) (?:an?|another|my|one) (?:[a-z-]+ )?{_WORKER}\b|\b{_WORKER}s\b"
    r"|\bwith (?:an?|my|one|two|three|four|five|six|\d+) (?!customer|computer|number|matter|server|user|supplier|stakeholder|vendor|order|letter|deadline)"
    r"(?:[a-z-]+ )?(?:[a-z]+(?:er|or|ist|ian|edic)s?|sister|brother|wife|husband|father|mother|neighbours?|neighbors?|cousin|son|daughter|kids)\b"
    rf"|\bwith (?:an?|another|my|his|our|one|two|three|four|five|six|seven|eight|\d+) (?:[a-z-]+ )?(?!{_THINGS})[a-z]+s?\b"
    r"|\bas (?:an?|the|one|head|tech|lead)\b|\bone of (?:two|three|four|five|six|seven|eight)\b|\bi (?:am|was|run|ran|sell|supervise|coordinate|organi[sz]e|train) (?:an?|the)\b"
    r"|\b(?:with|and|were|of|us|like|two|three) (?:\w+ )?(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty) \w+"
    r"|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty) (?:others|people|of us)\b"
    r"|\bi (?:was|am|worked as|work as|joined|led|managed|ran|looked after) (?:the|an?|as)\b",
    re.IGNORECASE,
)
_CONSTRAINT = re.compile(
    r"\b(?:deadline|budget|limit\w*|sla|contract|promised|at most|at least|no more than|not more than|less than|more than|only|within|until|till|by the end"
    r"|before the|before [A-Z]\w+|had to be|has to be|must|may not|could not|couldn['’]?t|cannot|without|no money|nobody (?:had|has|may|could|can)|no time|short|law|rules?|fixed|due|by [A-Z]\w+|by \d|in time|to close"
    r"|(?<!\bI )(?<!\bwe )\b(?:had|has|have|needs|needed) to (?:work|fit|run|be|stay|start|pass|reach|arrive|finish|go|cope|keep|hold|last)"
    r"|(?:on|for|before|this) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:week|days|month) before|before (?:term|noon|midnight|winter|summer|spring|autumn|harvest)|forbid\w*|forbidden|(?:may|can|could|must) (?:not|never)\b|may (?:have |be )?no\b|nothing (?:may|can|must)\b|no more\b|not more\b"
    r"|few|strict|tight|budget|allowed|no extra|every (?:month|day|week)|as soon as|under (?:a|an|half|one|two|three|four|five|ten|\d+))\b|\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve) (?:\w+ )?(?:days|weeks|months|hours|minutes|seconds|years)\b",
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
_ABSTRACT = set(
    "advantage affected along angry answer atmosphere attitude balance bigger biggest bring broken campaign caused changing chaotic chosen clarify clear "
    "communication communicate competitive complained consensus cooperation critical culture dealing decide decision demanding details different differently dilemma "
    "dimension disagree disagreement disaster discussion dissatisfaction duties efficiency embarrassing enormous entire environment everyone everybody "
    "expectation expectations expected explain faced failure fast feedback feeling feelings flexible focus frustrated frustrating goals growth "
    "handle handover help high historically hopes identify impact important industry influence initiative jointly kind lack late lead leadership less listen "
    "management market matter measures members mindset miscommunication misunderstanding missing mood more most motivated negative nobody openly opinion opinions opportunity "
    "organization organisation organize others overview parties party performance plans political position positive possible predecessor prepare presentation priorities "
    "priority problematic productivity professional progress prove react reason received relationship repair repeatedly requirement requirements resolve resources respond responded respects "
    "restructuring result results risk sensitive several show side sides significant similar slower spirit stakeholder stakeholders strategy stressful stress "
    "strong success suffered supposed talked tensions tension terrible tired together took topic toward towards transparency trust trusted turned types typical unclear unfair "
    "unnecessary useless values various visibility wanted warned weakness whatever without workflow working workload worst writing wrote years".split()
)
_CONTENT = re.compile(r"[a-z][a-z'’-]{3,}")


def missing_context(sentences: Sequence[str]) -> list[str]:
    """Which of `team`, `project` and `constraint` the sentences of situation and task leave out; none where they are so
    concrete that one of them may only be said in other words. The measure is how many different words they have that
    are not about work in general: fewer than three name no project."""
    text = " ".join(sentences)
    concrete = len(set(_CONTENT.findall(text.lower())) - _GENERIC - _ABSTRACT)
    others = [name for name, sign in (("team", _TEAM), ("constraint", _CONSTRAINT)) if not sign.search(text)]
    if concrete < 3:
        return ["project", *others]
    return others if concrete < (0, 10, 14)[len(others)] else []
