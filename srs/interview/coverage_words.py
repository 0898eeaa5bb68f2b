"""Figures of the coverage in words, for the screen and the page."""

from collections.abc import Iterator, Sequence
from datetime import date

from srs.core.plural import plural
from srs.interview.coverage import Coverage, PrincipleCover
from srs.interview.ready import LATELY, Ready, Share, Week

NO_QUESTIONS = (
    "No deck here asks for stories: there is no note of the kind mapping or star. The starter decks have some."
)


def percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def day_text(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def ready_texts(ready: Ready, goal: tuple[str, date] | None) -> Iterator[tuple[str, str]]:
    """Each figure with its name, and what it means."""
    if ready.recall is None:
        yield "Recall", "no story yet"
    else:
        text = f"{percent(ready.recall)} of your stories today"
        if goal and ready.recall_on_date is not None:
            text += f", {percent(ready.recall_on_date)} on {day_text(goal[1])} if you review none of them until then"
        yield "Recall", text
    yield (
        "Coverage",
        f"{_of(ready.principles, 'principle')} have two stories; {_of(ready.questions, 'question')} have one",
    )
    yield (
        "Rehearsal",
        f"{_of(ready.told_principles, 'principle')} and {_of(ready.told_questions, 'question')} told aloud in the last {LATELY} days,"
        " rated Good or better",
    )


def _of(share: Share, noun: str) -> str:
    return f"{share.have} of {plural(share.of, noun)}"


def principles_text(goal: tuple[str, date] | None) -> str:
    """What the figures of a principle are."""
    then = f" → on {day_text(goal[1])}" if goal else ""
    return (
        f"How many stories show it (two are wanted), how many of these you can be expected to remember today{then}, and how"
        " many questions ask for it."
    )


def strength_text(one: PrincipleCover) -> str:
    """Empty without stories."""
    if not one.stories:
        return ""
    then = "" if one.strength_on_date is None else f" → {one.strength_on_date:.1f}"
    return f"{one.strength:.1f}{then}"


def questions_text(coverage: Coverage) -> str:
    every, without = len(coverage.questions), len(coverage.open_questions)
    if not every:
        return NO_QUESTIONS
    return f"{without} of {plural(every, 'question')} {'has' if without == 1 else 'have'} no story that names {'it' if without == 1 else 'them'} among its answers."


def several(ids: Sequence[str], most: int) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return f"{', '.join(ids[:most])}{more}"


WEEK_HEAD = ("Week of", "Told", "Rating", "Minutes", "Words/min", "Checks")


def week_row(week: Week) -> tuple[str, ...]:
    minutes = "–" if week.minutes is None else f"{week.minutes:.1f}"
    speed = "–" if week.words_per_minute is None else f"{week.words_per_minute:.0f}"
    checks = "–" if week.checks is None else percent(week.checks)
    return week.first.isoformat(), str(week.rehearsals), f"{week.rating:.1f}", minutes, speed, checks
