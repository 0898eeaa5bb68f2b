"""How a story ends: what was learned, and whether it is a failure."""

import re
from collections.abc import Sequence

from srs.interview.phrases import any_of

_LESSON = any_of(
    r"""
    (?:this|that) (?:experience|failure|mistake|case|incident) (?:taught|showed|helped|led|established|changed) /
    through this (?:failure|experience|mistake) / led me to / applied (?:this|it|the same) .{0,20}\bto other /
    learn(?:ed|t)\b(?! english) / learning was / taught (?:me|us) / the lesson /
    (?:my|a|one|important|valuable|big) lessons?\b(?! plan) / lessons learn / since then / ever since / from then on /
    from now on / from that (?:day|time|moment|experience) / next time /
    (?:became|is now|are now|has become) (?:a|the|our|my)? ?\w* ?(?:standard|rule|habit|process|practice) /
    looking back / in hindsight / if i (?:did|could do|had to do|do) (?:it|this|that) again / i (?:now|still|always) /
    now i / nowadays / today i /
    after (?:this|that) (?:mistake|failure|experience|incident|i always|we always|we changed|i changed) /
    after this(?=,) / should(?:n['’]t| not)? have / made me / take-?away / i took (?:away|from) / i realized? that /
    realised that / (?:has|have) \w+ (?:\w+ )?(?:from then|since) / that is (?:our|my|a|the) rule /
    in (?:each|every) project (?:after|since|now)
    """
)
_CHANGE = any_of(
    r"""
    since then / ever since / from then on / from that (?:day|time|experience) / next time / looking back /
    the lesson (?:was|is|i|for)
    """
)
_ADMISSION = any_of(
    r"""
    (?:my|our) (?:\w+ )?(?:mistake|failure|fault) / i (?:made|did) (?:a|the|one) (?:\w+ )?mistake /
    i (?:failed|broke|forgot|underestimated|deleted|mixed up|overlooked|misread|trusted|promised|assumed|was sure) /
    (?:i|we) (?:did(?:n['’]t| not)(?! want| like)|never|had no (?:time|way|plan)|should have|could not|couldn['’]t) ?\w* /
    (?:asked|told|showed (?:it|them) to) (?:no one|nobody) / nobody (?:else )?(?:checked|asked|looked|had) /
    took it that / let (?:him|her|them|that person|everyone|everybody) down / because (?:i|we) (?:have|had) done /
    too late / at the last (?:minute|moment) / i missed /
    because i was (?:insecure|tired|afraid|proud|ashamed|in a hurry|sure) / against all advice / looked away /
    by eye / only (?:one|my|with my|at|the) / (?:was|were) (?:the )?wrong / failed / skip(?:ped)? /
    cut (?:all )?(?:the )?tests / without (?:a|the|any) (?:second|proof|test|check|copy|backup)
    """
)
_CALLED_FAILURE = any_of(
    r"""
    (?:about|was|is|became|become|into|as) a (?:\w+ )?(?:failure|disaster) / (?:my|our|biggest|big) failure /
    ended badly / went wrong / did(?:n['’]t| not) go well / (?:bad|terrible) experience / (?:it|that) was terrible /
    not be saved
    """
)
_BAD_END = any_of(
    r"""
    fail(?:ed|ure) / cancell?ed / reject\w+ / los[te] / angry / upset / complain(?:ed|s?) / penalty / apolog\w+ /
    refund\w* /
    (?:pa(?:id|y)|took|gave|give|sen[dt]|want\w*|taken|called|go|went|asked for|came)\b[^.;]{0,30}\b(?:back|home) /
    could(?:n['’]t| not) / (?:did(?:n['’]t| not)|never|not been|not) \w+ /
    stop(?:ped|s)\b(?! (?:complain|fail|los|quarrel|crash|cry|worry)\w*) / left (?:us|the|me) /
    (?:had to|and|up and) (?:leave|resign|left) / bad (?:grade|day|name|review|mark)s? / missed / disappoint\w+ /
    sad / embarrass\w+ / ashamed / humiliat\w+ / crash\w* / (?:thrown|threw)\b.{0,24}\b(?:away|out) /
    (?:taken|took) (?:\w+ )?(?:off|back|everything) / clos(?:ed|es) / shut / ended / switched off / broken? /
    (?:all|money|data|won|euros|dollars|jobs?|pictures|work|everything|trust)\b[^.]{0,24}\bgone / hardly any\w+ /
    nobody / no one / none of / any (?:more|longer) /
    (?:another|other|outside) (?:company|show|client|shop|person|one|author) / somebody / someone / people left /
    removed / loan / laughed / charged / ill / fired / blam\w+ / cried / newspaper / (?:came|were|was) last /
    ran out of / rivals? / gave up / give up / quit / worse / too (?:late|low|high|slow) / withdr[ae]wn? /
    replaced by / out of (?:our|the|my) / cut our / hard for / change the subject / melted / stood still / cost us /
    died / tore / torn / hurt / scream\w+ / booed / sued / stolen / void / sealed / dried up / bin /
    fell (?:through|apart) / resign\w* / drove off / (?:0|zero|no) points / struck down / protest\w* / police /
    court / junk / ruin\w* / chaos / injur\w+ / wasted? / bankrupt\w* / fine of / wrong / in vain / useless /
    unhappy / furious / delayed / destroyed / spoil\w+ / dropped out
    """
)
_GOOD_END = any_of(
    r"""
    fell(?! through| apart) / dropped(?! out) / decreased / reduced / went (?:down|up|from|well) / rose / increased /
    improved / grew / halved / doubled / saved / finished / reached / solved / recovered / passed / won / climbed /
    fitted / approved / signed / renewed / recommended / works / worked / returned / got (?:down|up|from|to|better) /
    down to / survived / better / faster / happy / satisfied / grateful / proud / thank\w* / success\w* / quiet /
    calm / in time / on time / early / without (?:trouble|any|a) / easier / reliable / accepted / adopted / thrilled /
    great / use it / uses it / online / the standard / rather than / instead of / used to be / where there /
    still (?:buy|use|do|come|there) / in use / asked for (?:our|more) / from [\w.,% ]{1,20} to [\d\w]+ /
    (?:is|are|takes?|has|have|need|lose|reads?|for good|less)\b[^.]{0,40}\b(?:now|since|ever since) /
    (?:not|never|nothing|no|nobody|hardly any|none)\b[^.]{0,30}\b(?:lost|since|died|broken?|complain\w*|again|failed|missed|disturbed) /
    lost nothing / stopped (?:complain|fail|los|quarrel|crash|cry|worry)\w* / no \w+ died /
    \d+ of (?:my |our |the )?\d+
    """
)
_GOOD_PERHAPS = any_of(
    r"""
    stayed / found / handled / served / sold / lived / still / kept / now / works? / worked / came
    """
)
_NOT = re.compile(r"\b(?:no|not|never|nothing|without|less|fewer|nor|instead of|n['’]t)(?: \w+){0,2} ?$", re.IGNORECASE)
_IF = re.compile(r"\b(?:would|will)\b|['’]d (?!been|seen|had|\w+ed)", re.IGNORECASE)


def is_lesson(sentence: str) -> bool:
    """For the end of a story: at its beginning one may have learned that a server was down."""
    return _LESSON.search(sentence) is not None


def is_change(sentence: str) -> bool:
    """Anywhere in a story."""
    return _CHANGE.search(sentence) is not None


def failure(placed: Sequence[tuple[str, str]]) -> str:
    """The sentence that tells of a failure, or "": there is more bad than good in the end, where a mistake that one admits
    counts as one. A failure of something that one then mended is none, and neither is what one would do.
    """
    bad, good, admitted = [], 0.0, ""
    for part, sentence in placed:
        if part == "result" and not _IF.search(sentence):
            better = min(
                2.0, _count_unless_denied(_GOOD_END, sentence) + 0.5 * _count_unless_denied(_GOOD_PERHAPS, sentence)
            )
            worse = _count_unless_denied(_BAD_END, sentence)
            good += better
            bad += [sentence] * (min(1, worse) if better else worse)
        if _CALLED_FAILURE.search(sentence) or (part in ("action", "result") and _unless_denied(_ADMISSION, sentence)):
            admitted = admitted or sentence
    if len(bad) + bool(admitted) > good:
        return bad[0] if bad else admitted
    return ""


def _unless_denied(pattern: re.Pattern[str], sentence: str) -> bool:
    return any(
        not _NOT.search(sentence[max(0, found.start() - 24) : found.start()]) for found in pattern.finditer(sentence)
    )


def _count_unless_denied(pattern: re.Pattern[str], sentence: str) -> int:
    return sum(
        not _NOT.search(sentence[max(0, found.start() - 24) : found.start()]) for found in pattern.finditer(sentence)
    )
