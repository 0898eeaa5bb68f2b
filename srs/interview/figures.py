"""The specific figures of a text: what a result can be measured by."""

import re

from srs.interview.phrases import GROUP, any_of, one_of

_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SMALL = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    f"|nineteen|(?:{_TENS})(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?"
)
_LARGE = "hundred|thousand|million|billion|dozen"
_NUMBER = (
    rf"(?:\d++(?:[.,]\d++)*+|(?:{_SMALL})\b|an?(?= (?:{_LARGE})\b))(?: (?:{_LARGE})(?: and (?:{_SMALL}|a half)\b)?)*"
)
_FIGURE = re.compile(
    rf"(?<![\w.,:/#’'-])(?P<number>{_NUMBER})(?![\d:/]|-\d)(?P<joined>[A-Za-z]*)"
    r"|(?<![\w-])(?P<word>doubled|doubling|tripled|quadrupled|halved|halving|twice|in half|half (?:of|as|the|a|an|our|my|their|its)"
    r"|by half|(?:the other|each|one|other) half|a third(?= (?:of|less|more|fewer|faster|shorter|cheaper|to)\b|[,.;]|$)|a quarter of|three quarters"
    r"|(?:one|two)[ -]thirds?|(?:two|three|four|five|six|ten)fold|(?:one|1) (?:percent|per cent|%)|double the)(?![\w-])",
    re.IGNORECASE,
)

_NAMES = one_of(
    """
    act android article chapter class day fortune gate gpt grade figure ios iso java layer level line no number option page
    phase plan platform python release room section series sprint stage step tier type version versions week windows
    """
)
_MONTHS = one_of(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug sept
    oct nov dec
    """
)
_YEAR_WORDS = one_of(
    """
    and after autumn before by during early fall from in late mid of since spring summer till to until winter year
    """
)
_NAME_BEFORE = re.compile(rf"\b(?:{_NAMES}|q[1-4]|{_MONTHS}|gave|give|giving)\.?[ ]$", re.IGNORECASE)
_YEAR_BEFORE = re.compile(rf"\b(?:{_YEAR_WORDS}|q[1-4]|{_MONTHS})[ ]$", re.IGNORECASE)
_DATE_OR_TIME_AFTER = re.compile(
    rf"(?:st|nd|rd|th)? ?(?:(?:of )?(?:{_MONTHS})\b|[ap]\.? ?m\b|o['’]clock)", re.IGNORECASE
)
_WORKERS = any_of(
    """
    actors / admins / agents / analysts / artists / bakers / clerks / colleagues / cooks / co-?workers / designers /
    developers / doctors / drivers / editors / employees / engineers / founders / friends / gardeners / guides /
    helpers / inspectors / interns / librarians / linguists / managers / mechanics / members / miners / nurses /
    operators / others / paramedics / partners / people / persons / pilots / programmers / receptionists /
    researchers / scientists / staff / strangers / students / tailors / teachers / teammates / technicians / testers /
    vets / volunteers / waiters / workers / writers
    """
).pattern
_TEAM_AFTER = re.compile(rf" (?:of us\b|(?:(?!and\b)[a-z-]+ ){{0,2}}{_WORKERS})", re.IGNORECASE)
_TEAM_BEFORE = re.compile(rf"\b(?:(?:{GROUP}|board|class|firm|shop) of|us|we (?:are|were))[ ]$", re.IGNORECASE)
_PERSON_AFTER = re.compile(r"[ -](?:persons?|people|men|women|man)\b(?: (?:team|crew|group))?", re.IGNORECASE)
_SMALL_DIGITS = re.compile(r"[12]?\d|30")  # the largest team is one of thirty
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNIT = re.compile(
    r" (?:to|and|or|of|in|on|at|by|for|from|per|before|after|when|while)\b| ?(?P<unit>[%\w]*)", re.IGNORECASE
)
_UNITS = {"KB", "MB", "GB", "TB", "PB", "K", "M", "B", "W", "V", "MW", "GW", "FPS", "USD", "EUR", "KRW", "GBP"}
_ALL_OF_IT = re.compile(
    r"(?:100|a hundred|hundred) ?(?:%|percent|per cent) (?:my|our|of my|sure|certain|own|honest|committed|convinced|right|agree\w*)\b",
    re.IGNORECASE,
)


def figures(text: str) -> list[str]:
    """The different figures, in order: numbers with a unit or a thing, percentages, and words such as "doubled".
    Not counted: years, dates and times of day, ordinals, versions and other names with a number (Q3, P99), "one", and
    the size of the team.
    """
    found: dict[str, str] = {}
    for figure in _FIGURE.finditer(text):
        before, after = text[max(0, figure.start() - 16) : figure.start()], text[figure.end() : figure.end() + 48]
        if figure["word"] or not (_is_name(figure, before, after) or _is_team(figure["number"], before, after)):
            unit = _UNIT.match(after)
            follows = unit and unit["unit"] and not (figure["word"] or figure["joined"])
            said = figure.group() + (unit.group() if unit and follows else "")
            found.setdefault(" ".join(said.lower().split()), said)
    return list(found.values())


def _is_name(figure: re.Match[str], before: str, after: str) -> bool:
    """True for a number that names something (a year, a version, 2FA) or is a way of speaking."""
    number, joined = figure["number"], figure["joined"]
    if joined in ("st", "nd", "rd", "th") or (joined.isupper() and joined not in _UNITS):
        return True
    if (
        _ALL_OF_IT.match(number + joined + after)
        or _NAME_BEFORE.search(before)
        or _DATE_OR_TIME_AFTER.match(joined + after)
    ):
        return True
    if not number[0].isdigit():
        return not after.startswith((" ", "-", ",", ".", "%"))
    is_year = not joined and _YEAR.fullmatch(number) is not None
    return is_year and (not before.strip() or _YEAR_BEFORE.search(before) is not None)


def _is_team(number: str, before: str, after: str) -> bool:
    if re.search(_LARGE, number, re.IGNORECASE) or (number[0].isdigit() and not _SMALL_DIGITS.fullmatch(number)):
        return False
    return bool(_TEAM_AFTER.match(after) or _PERSON_AFTER.match(after) or _TEAM_BEFORE.search(before))
