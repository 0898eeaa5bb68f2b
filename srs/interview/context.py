"""What a situation names: the team, the project and the constraint."""

import re
from collections.abc import Sequence

from srs.interview.phrases import GROUP, any_of, one_of, words_of

_WORKER = one_of(
    """
    agent analyst apprentice artist assistant clerk colleague cook designer developer doctor driver editor employee engineer
    friend guide helper librarian linguist nurse operator partner pilot programmer researcher scientist teacher technician
    tester trainee trainer vet worker writer
    """
)
_NO_PERSON = one_of(
    """
    big budget client computer contract customer deadline difficult few grant hard high limit lot new problem project quick
    rule situation small task tight very
    """
)
_RELATIVE = one_of("brother cousin daughter father husband kids mother neighbour neighbor sister son wife")
_NUMBER = one_of(r"\d+ two three four five six seven eight nine ten eleven twelve fourteen fifteen twenty")
_TEAM = any_of(
    rf"""
    {GROUP} / teammates? / co-?workers? / colleague / committee / choir / alone / by myself / on my own / the only /
    of us / volunteers / students / intern / {_WORKER}s / {_RELATIVE}s? / {_NUMBER} (?:others|people|of us) /
    (?:with|and) (?:an?|another|my|one) (?:[a-z-]+ )?{_WORKER} /
    with (?:an?|another|my|his|our|one|{_NUMBER}) (?:[a-z-]+ )?(?!{_NO_PERSON})[a-z]+ /
    (?:with|and|were|of|us|like|two|three) (?:\w+ )?{_NUMBER} \w+ /
    as (?:an?|the|one|head|tech|lead) / one of (?:two|three|four|five|six|seven|eight) /
    i (?:am|was|run|ran|sell|supervise|coordinate|organi[sz]e|train) (?:an?|the) /
    i (?:was|am|worked as|work as|joined|led|managed|ran|looked after) (?:the|an?|as)
    """
)
_CONSTRAINT = any_of(
    r"""
    deadline / budget / limit\w* / sla / contract / promised / at most / at least / no more than / not more than /
    less than / more than / only / within / until / till / by the end / before the / before [A-Z]\w+ / had to be /
    has to be / must / may not / could not / couldn['’]?t / cannot / without / no money /
    nobody (?:had|has|may|could|can) / no time / short / law / rules? / fixed / due / by [A-Z]\w+ / by \d / in time /
    to close /
    (?<!\bI )(?<!\bwe )\b(?:had|has|have|needs|needed) to (?:work|fit|run|be|stay|start|pass|reach|arrive|finish|go|cope|keep|hold|last) /
    (?:on|for|before|this) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day / (?:week|days|month) before /
    before (?:term|noon|midnight|winter|summer|spring|autumn|harvest) / forbid\w* / forbidden /
    (?:may|can|could|must) (?:not|never) / may (?:have |be )?no / nothing (?:may|can|must) / no more / not more /
    few / strict / tight / allowed / no extra / every (?:month|day|week) / as soon as /
    under (?:a|an|half|one|two|three|four|five|ten|\d+) / \d[\w.,]* /
    (?:two|three|four|five|six|seven|eight|nine|ten|twelve) (?:\w+ )?(?:days|weeks|months|hours|minutes|seconds|years)
    """,
    ignore_case=False,
)
_GENERIC = words_of(
    """
    about above after also always another asked bad badly because been before better between boss busy came case
    challenge challenging change changed colleague colleagues come company complaint complaints complex complicated
    conflict convince cost costs could coworker customer customers days deadline deal delay delayed delays deliver
    department developer difficult done down each efficient ended engineer event every everything experience felt
    finish first from goal goals good great group handle happened hard have high hours important improve improved
    improvement inefficient into issue issues just knew know last leader leaders like lot made make making manager
    many member members mine minutes month months motivate motivation much must need needed needs often once only
    other others over part people person persons planning pressure previous problem problems process project
    projects quality quickly really reduce reduced report responsibility responsible result role second serious
    should situation situations solve solved some somebody someone something sometimes task tasks team teams than
    that their them then there they thing things think this thought time trouble under usually very want wanted week
    weeks well went were what when where which while will with work worked working workplace works would wrong years
    your
    """
)
_ABSTRACT = words_of(
    """
    advantage affected along angry answer atmosphere attitude balance bigger biggest bring broken campaign caused
    changing chaotic chosen clarify clear communicate communication competitive complained consensus cooperation
    critical culture dealing decide decision demanding details different differently dilemma dimension disagree
    disagreement disaster discussion dissatisfaction duties efficiency embarrassing enormous entire environment
    everybody everyone expectation expectations expected explain faced failure fast feedback feeling feelings
    flexible focus frustrated frustrating growth handover help historically hopes identify impact industry influence
    initiative jointly kind lack late lead leadership less listen management market matter measures mindset
    miscommunication missing misunderstanding mood more most motivated negative nobody openly opinion opinions
    opportunity organisation organization organize overview parties party performance plans political position
    positive possible predecessor prepare presentation priorities priority problematic productivity professional
    progress prove react reason received relationship repair repeatedly requirement requirements resolve resources
    respects respond responded restructuring results risk sensitive several show side sides significant similar
    slower spirit stakeholder stakeholders strategy stress stressful strong success suffered supposed talked tension
    tensions terrible tired together took topic toward towards transparency trust trusted turned types typical
    unclear unfair unnecessary useless values various visibility warned weakness whatever without workflow workload
    worst writing wrote
    """
)
_CONTENT = re.compile(r"[a-z][a-z'’-]{3,}")


def missing_context(sentences: Sequence[str]) -> list[str]:
    """Which of `team`, `project` and `constraint` the sentences of situation and task leave out; none where they are so
    concrete that one of them may only be said in other words. The measure is how many different words they have that
    are not about work in general: fewer than three name no project.
    """
    text = " ".join(sentences)
    concrete = len(set(_CONTENT.findall(text.lower())) - _GENERIC - _ABSTRACT)
    others = [name for name, sign in (("team", _TEAM), ("constraint", _CONSTRAINT)) if not sign.search(text)]
    if concrete < 3:
        return ["project", *others]
    return others if concrete < (0, 10, 14)[len(others)] else []
