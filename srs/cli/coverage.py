"""What the learner's stories cover."""

from pathlib import Path
from typing import Any

import click

from srs.cli.context import Context, pass_context
from srs.cli.coverage_screen import coverage_lines
from srs.cli.deck_folder import report_folder
from srs.cli.output import emit, json_option, say
from srs.cli.wrap_columns import screen_width
from srs.core.plural import plural
from srs.core.target_file import check_target, write_target
from srs.interview.coverage import Coverage, find_coverage
from srs.interview.ready import Ready, Share, Week, by_week, how_ready, last_told
from srs.interview.story_bank import StoryBank, read_story_bank
from srs.log.rehearsals import read_rehearsals


@click.command("coverage")
@click.option("--html", "target", metavar="FILE", type=click.Path(path_type=Path), help="Write a page for the browser.")
@json_option
@pass_context
def coverage_command(context: Context, target: Path | None, as_json: bool) -> None:
    """Show what your stories cover, and what to write next.

    Principles with fewer than two stories and questions without one come first. A story counts for as much as you remember of
    it. The page that --html writes holds all it needs, runs no script and loads nothing; a file of that name is replaced.
    """
    if target:
        check_target(target, ".html", ".htm")
    if not as_json:
        report_folder(context.deck_folder)
    now = context.clock()()
    collection = context.open(now)
    day = collection.calendar.day(now)
    bank = read_story_bank(collection, day)
    rehearsals = read_rehearsals(collection.store.connection)
    coverage = find_coverage(bank, {note: one.at for note, one in last_told(rehearsals).items()})
    ready, weeks = how_ready(bank, coverage, rehearsals, day), by_week(rehearsals)
    if target:
        from srs.interview.coverage_page import coverage_html  # noqa: PLC0415 - only for the page

        made = collection.calendar.local_text(now)[:16].replace("T", " ")
        write_target(target, coverage_html(bank, coverage, ready, weeks, made).encode())
        context.mark_done()
    if as_json:
        emit(_coverage_json(bank, coverage, ready, weeks) | ({"file": str(target)} if target else {}))
    elif target:
        say(f"{target}: {plural(len(coverage.principles), 'principle')}, {plural(len(coverage.questions), 'question')}")
    else:
        for line in coverage_lines(coverage, ready, weeks, bank.goal, screen_width()):
            say(line)


def _coverage_json(bank: StoryBank, coverage: Coverage, ready: Ready, weeks: list[Week]) -> dict[str, Any]:
    return {
        "principles": [
            {
                "principle": one.principle,
                "name": one.name,
                "stories": one.stories,
                "strength": round(one.strength, 4),
                "strength_on_date": _rounded(one.strength_on_date),
                "questions": one.questions,
            }
            for one in coverage.principles
        ],
        "questions": [
            {"question": one.question, "text": one.text, "stories": one.stories, "candidates": one.candidates}
            for one in coverage.questions
        ],
        "gaps": [
            *({"principle": one.principle, "missing": one.missing} for one in coverage.open_principles),
            *({"question": one.question, "missing": 1} for one in coverage.open_questions),
        ],
        "next": coverage.next._asdict(),
        "goal": bank.goal and {"name": bank.goal[0], "date": bank.goal[1].isoformat()},
        "ready": {
            "recall": {"today": _rounded(ready.recall), "on_date": _rounded(ready.recall_on_date)},
            "coverage": _shares(ready.principles, ready.questions),
            "rehearsal": _shares(ready.told_principles, ready.told_questions),
        },
        "weeks": [
            {
                "week": one.first.isoformat(),
                "rehearsals": one.rehearsals,
                "rating": _rounded(one.rating),
                "minutes": _rounded(one.minutes),
                "words_per_minute": _rounded(one.words_per_minute),
                "checks": _rounded(one.checks),
            }
            for one in weeks
        ],
    }


def _shares(principles: Share, questions: Share) -> dict[str, Any]:
    return {"principles": principles._asdict(), "questions": questions._asdict()}


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)
