"""The self-check: rules over the parts of a story in English, each with a sentence that says what to write instead."""

from typing import NamedTuple

from srs.interview import context, ending, signs, spoken
from srs.interview.figures import figures

PARTS = ("situation", "task", "action", "result")

LONGEST_SECONDS = 180
LONGEST_SITUATION = 40
_LEAST_SECONDS = 60  # less is an outline

_SHARES = {
    "situation": (0.05, 0.35, 20),
    "task": (0.03, 0.30, 10),
    "action": (0.30, 0.80, 50),
    "result": (0.08, 0.40, 20),
}
"""The least and the largest share of a part that is let through, and the share in percent to aim at."""


class Story(NamedTuple):
    """The texts of the parts (the items of a list on lines of their own); `why` the way of the action was chosen, the `lesson`, and the `numbers` of the result may
    stand apart.
    """

    situation: str
    task: str
    action: str
    result: str
    why: str = ""
    lesson: str = ""
    numbers: tuple[str, ...] = ()


class Check(NamedTuple):
    """What one rule says. `part` is "" for the whole story; `sentence` is the one of the story that shows it, or ""."""

    check: str
    passed: bool
    part: str
    why: str
    sentence: str


def self_check(story: Story, rate: float = spoken.WORDS_PER_MINUTE) -> list[Check]:
    """All checks, in the order of the answer. Of a story that is not in English only the length is checked, at 100 words
    a minute for Korean.
    """
    texts = {part: spoken.plain(getattr(story, part)) for part in PARTS}
    language = spoken.language("\n".join(texts.values()))
    if language == "Korean":
        rate = spoken.EOJEOL_PER_MINUTE
    counts = {part: len(spoken.words(text)) for part, text in texts.items()}
    checks = [_length(counts, rate), _detail(counts, rate), _situation_length(counts["situation"], rate)]
    checks += [_share(part, counts) for part in PARTS]
    if language not in ("English", ""):
        rest = f"This looks like {language}; only the length is checked, at {rate:.0f} words (between blanks) a minute."
        return [Check("language", False, "", rest, ""), *checks]
    read = _Read(story, texts)
    return [
        *checks,
        _context(read),
        _first_person(read),
        _own_part(read),
        _figures(read),
        _reason(read),
        _lesson(read),
        _experience(read),
    ]


class _Read:
    """The sentences of a story, split once."""

    def __init__(self, story: Story, texts: dict[str, str]) -> None:
        self.story = story
        self.sentences = {part: spoken.sentences(text) for part, text in texts.items()}
        self.all = [sentence for part in PARTS for sentence in self.sentences[part]]

    def placed(self) -> list[tuple[str, str]]:
        return [(part, sentence) for part in PARTS for sentence in self.sentences[part]]


def _time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} seconds" if whole < 60 else f"{whole // 60}:{whole % 60:02} minutes"


def _length(counts: dict[str, int], rate: float) -> Check:
    seconds = spoken.seconds(sum(counts.values()), rate)
    if seconds <= LONGEST_SECONDS:
        return Check("length", True, "", f"It takes about {_time(seconds)} to say; up to 3 minutes are fine.", "")
    longest = max(PARTS, key=lambda part: counts[part])
    why = f"It takes about {_time(seconds)} to say: too long. Cut it to 2 to 3 minutes; the {longest} is the longest part."
    return Check("length", False, "", why, "")


def _detail(counts: dict[str, int], rate: float) -> Check:
    seconds = spoken.seconds(sum(counts.values()), rate)
    if seconds >= _LEAST_SECONDS:
        return Check("detail", True, "", "It is long enough to be told.", "")
    why = (
        f"It takes about {seconds:.0f} seconds to say: an outline. Tell more of what you did; 2 to 3 minutes are yours."
    )
    return Check("detail", False, "", why, "")


def _situation_length(count: int, rate: float) -> Check:
    seconds = spoken.seconds(count, rate)
    if seconds <= 30:
        return Check(
            "situation-length", True, "situation", f"The situation takes about {seconds:.0f} seconds: short enough.", ""
        )
    goal = "Aim at less than 30 seconds; up to 40 are often called fine as well."
    if seconds <= LONGEST_SITUATION:
        return Check(
            "situation-length", True, "situation", f"The situation takes about {seconds:.0f} seconds. {goal}", ""
        )
    why = f"The situation takes about {seconds:.0f} seconds. {goal} Keep team, project and constraint."
    return Check("situation-length", False, "situation", why, "")


def _share(part: str, counts: dict[str, int]) -> Check:
    least, most, goal = _SHARES[part]
    whole = sum(counts.values())
    if not counts[part]:
        return Check("share", False, part, f"There is no {part}. About {goal} % of the answer belongs to it.", "")
    share = counts[part] / whole
    if share < least:
        return Check(
            "share",
            False,
            part,
            f"The {part} is {100 * share:.0f} % of the answer: say more there, about {goal} %.",
            "",
        )
    if share > most:
        return Check(
            "share",
            False,
            part,
            f"The {part} is {100 * share:.0f} % of the answer: say less there, about {goal} %.",
            "",
        )
    return Check("share", True, part, f"The {part} is {100 * share:.0f} % of the answer; about {goal} % is usual.", "")


def _context(read: _Read) -> Check:
    missing = context.missing_context([*read.sentences["situation"], *read.sentences["task"]])
    if not missing:
        return Check("context", True, "situation", "The situation names the team, the project and the constraint.", "")
    instead = {
        "team": "who worked on it (a team of five, you alone)",
        "project": "what it was about (the product, the system, the customer)",
        "constraint": "what made it hard (the size, the deadline, the budget, a limit)",
    }
    why = f"The situation is vague. Say {' and '.join(instead[name] for name in missing)}."
    return Check("context", False, "situation", why, next(iter(read.sentences["situation"]), ""))


def _first_person(read: _Read) -> Check:
    count = sum(signs.count_i(sentence) for sentence in read.all)
    if count >= 3:
        return Check("first-person", True, "", f"You are the subject {count} times.", "")
    times = ("never the subject", "the subject only once", "the subject only twice")[count]
    return Check(
        "first-person",
        False,
        "",
        f"“I” is {times}. Say at least three times what you did: “I wrote …”.",
        "",
    )


def _own_part(read: _Read) -> Check:
    sentences = read.sentences["action"] or read.all
    mine, ours = sum(map(signs.count_i, sentences)), sum(map(signs.count_we, sentences))
    if not signs.own_part_unclear(mine, ours):
        return Check("own-part", True, "action", "One hears what you did yourself.", "")
    shown = next(sentence for sentence in sentences if signs.count_we(sentence))
    why = (
        f"Your own part is unclear: the action has “we” or the team as its subject {ours} times, “I” {mine} times. Say which "
        "steps were yours. (“We” is no fault by itself: one study of 138 interviews, Naim 2015, found the opposite of this advice.)"
    )
    return Check("own-part", False, "action", why, shown)


def _figures(read: _Read) -> Check:
    found = list(dict.fromkeys([*read.story.numbers, *figures("\n".join(read.all))]))
    if len(found) >= 2:
        return Check("figures", True, "", f"{len(found)} figures, such as {found[0]} and {found[-1]}.", "")
    known = f"There is only one specific figure ({found[0]})" if found else "There is no specific figure"
    why = f"{known}. Give at least two, best before and after: how many, how long, how much, what percentage."
    return Check("figures", False, "result", why, next((s for s in read.sentences["result"] if not figures(s)), ""))


def _reason(read: _Read) -> Check:
    if spoken.words(read.story.why):
        return Check("reason", True, "action", "You say why you did it this way.", "")
    for part in ("action", "task", "result"):
        for sentence in read.sentences[part]:
            if signs.gives_reason(sentence):
                return Check("reason", True, "action", "You say why you did it this way.", sentence)
    why = "It is not said why you did it this way. Name what else you could have done, and why you chose this: “… because …”."
    return Check("reason", False, "action", why, "")


def _lesson(read: _Read) -> Check:
    result = read.sentences["result"]
    end = read.all[-max(1, len(read.all) // 3) :]
    shown = next((s for s in [*result, *end] if ending.is_lesson(s)), "") or next(
        (s for s in read.all if ending.is_change(s)), ""
    )
    if shown or spoken.words(read.story.lesson):
        return Check("lesson", True, "result", "You say what you learned or changed.", shown)
    failure = ending.failure(read.placed())
    if failure:
        why = "This is a failure story without a lesson. Say what you learned and what you have done differently since then."
        return Check("failure-lesson", False, "result", why, failure)
    return Check(
        "lesson", False, "result", "There is no lesson. Say what you learned or what has been different since then.", ""
    )


def _experience(read: _Read) -> Check:
    shown = signs.hypothetical(read.sentences)
    if not shown:
        return Check("experience", True, "", "You tell what really happened.", "")
    why = "This says what you would do. Tell what you did, of a time when it really happened: “I asked …”, not “I would ask …”."
    return Check("experience", False, "", why, shown)
