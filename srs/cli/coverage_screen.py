"""The screen of `srs coverage`, 40 to 80 columns wide, readable without colour."""

from collections.abc import Iterator, Sequence
from datetime import date

from srs.cli.output import columns
from srs.cli.wrap_columns import wrap_columns
from srs.interview import coverage_words as words
from srs.interview.coverage import Coverage, PrincipleCover, QuestionCover
from srs.interview.ready import Ready, Week

_QUESTIONS, _STORIES, _WEEKS = 8, 4, 8  # shown at most
_COUNT = 4  # columns for a number


def coverage_lines(
    coverage: Coverage, ready: Ready, weeks: Sequence[Week], goal: tuple[str, date] | None, width: int
) -> Iterator[str]:
    advice = coverage.next
    yield from wrap_columns(f"Next: {advice.what}: {advice.why}", width)
    yield f"  {advice.command}"
    yield ""
    yield "Ready?"
    for name, text in words.ready_texts(ready, goal):
        yield from wrap_columns(
            text, width, f"  {name:11}" if width >= 60 else f"  {name}: ", " " * (13 if width >= 60 else 4)
        )
    yield ""
    yield "Principles"
    yield from wrap_columns(words.principles_text(goal), width)
    for one in coverage.principles:
        yield from _principle(one, width)
    yield ""
    yield "Questions"
    yield from wrap_columns(words.questions_text(coverage), width)
    for question in coverage.questions[:_QUESTIONS]:
        yield from _question(question, width)
    if (left := len(coverage.questions) - _QUESTIONS) > 0:
        yield from wrap_columns(f"and {left} more; for all of them: srs coverage --html FILE.html", width)
    if weeks:
        yield ""
        yield "Rehearsals by week"
        yield from _weeks(weeks[-_WEEKS:], width)


def _principle(one: PrincipleCover, width: int) -> Iterator[str]:
    """The name wraps beside its figures."""
    figures = f"{words.strength_text(one):>9}{one.questions or '–':>{_COUNT}}"
    first, *others = wrap_columns(one.name, width - len(figures) - 1, f"{len(one.stories):{_COUNT - 1}} ")
    yield f"{first}{' ' * (width - columns(first) - len(figures))}{figures}"
    yield from others
    if one.stories:
        yield from wrap_columns(words.several(one.stories, _STORIES), width, " " * (_COUNT + 2))


def _question(one: QuestionCover, width: int) -> Iterator[str]:
    yield from wrap_columns(f"{one.text} ({one.question})", width, "  " if one.stories else "– ", "  ")
    if one.stories:
        yield from wrap_columns(f"answered by {words.several(one.stories, _STORIES)}", width, "    ")
    elif one.candidates:
        yield from wrap_columns(f"could be answered by {', '.join(one.candidates)}", width, "    ")


def _weeks(weeks: Sequence[Week], width: int) -> Iterator[str]:
    rows = [words.WEEK_HEAD, *map(words.week_row, weeks)]
    if width < 60:  # the first figures alone
        rows = [row[:4] for row in rows]
    for day, *figures in rows:
        yield f"  {day:10}" + "".join(
            f"{figure.replace(chr(0xA0), ' '):>{max(len(head), 6) + 2}}"
            for figure, head in zip(figures, words.WEEK_HEAD[1:], strict=False)
        )
