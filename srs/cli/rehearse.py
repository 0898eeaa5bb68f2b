"""Telling stories aloud against the clock."""

import os
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import click

from srs.cli import complete
from srs.cli.answer import RATINGS
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder
from srs.cli.output import emit, json_option, say
from srs.collection import Collection, lookup
from srs.collection.recorder import Recorder
from srs.collection.suggest_names import unknown
from srs.core.clock import utc_text
from srs.core.errors import BadInput, Unknown
from srs.core.event import Rating
from srs.core.plural import plural
from srs.interview.choose_question import Chooser
from srs.interview.companies import COMPANIES
from srs.interview.feedback import WHOLE, Feedback, give_feedback, minutes
from srs.interview.rehearsal import Sitting, numbers_of, to_rehearsal
from srs.interview.run_program import MAX_OUTPUT
from srs.interview.self_check import PARTS
from srs.interview.story_bank import OwnStory, Question, StoryBank, read_story_bank
from srs.interview.transcript import decode, read_transcript
from srs.log.rehearsals import read_rehearsals

_LONGEST = 86_400  # seconds
_MOST = 20  # questions of a round


@click.command("rehearse")
@click.option("--company", type=click.Choice(list(COMPANIES)), help="Ask what this company asks for.")
@click.option(
    "--question", metavar="NOTE", shell_complete=complete.notes, help="Ask this question: the id of its note."
)
@click.option("--story", metavar="NOTE", shell_complete=complete.stories, help="Tell this story: the id of its note.")
@click.option("--mock", "count", type=click.IntRange(1, _MOST), metavar="N", help="Play a round of N questions.")
@click.option("--transcript", metavar="FILE", help="Record what FILE says was told; - reads stdin.")
@click.option("--seconds", metavar="N", help="How long it took; or of each part, such as 30,15,75,30.")
@click.option("--rating", type=click.Choice(list(RATINGS), case_sensitive=False), help="How well it went.")
@json_option
@pass_context
def rehearse_command(
    context: Context,
    company: str | None,
    question: str | None,
    story: str | None,
    count: int | None,
    transcript: str | None,
    seconds: str | None,
    rating: str | None,
    as_json: bool,
) -> None:
    """Answer a question aloud against the clock, with feedback.

    The weakest question comes first. Think, then press space and tell your story; space goes on to Task, Action and Result.
    Then type or paste what you said, or have it recorded and written down by the programs that the settings record and
    transcribe name. What you said is not kept; time, figures and your rating are.

    Without a terminal: srs rehearse --question NOTE --story NOTE --transcript FILE --seconds N --rating 1-4 --json
    """
    one = transcript is not None or seconds is not None or rating is not None or as_json
    if count and (one or question or story):
        raise click.UsageError("--mock chooses the questions and asks for ratings; only --company goes with it.")
    if one and not (question and seconds and rating):
        raise click.UsageError("to record one rehearsal, give --question, --seconds and --rating.")
    if not one and not _is_terminal():
        raise click.UsageError(
            "without a terminal, srs rehearse records one rehearsal: give --question, --seconds and --rating,"
            " and as you like --story, --transcript and --json."
        )
    timed = _seconds(seconds) if seconds else {}
    said = _transcript(transcript) if transcript is not None else ""
    if not as_json:
        report_folder(context.deck_folder)
    clock = context.clock()
    collection = context.open(clock(), records=True)
    bank = read_story_bank(collection, collection.calendar.day(clock()))
    asked = _question(bank, question) if question else None
    told = _story(bank, story) if story else None
    if one:
        assert asked is not None
        assert rating is not None
        feedback = give_feedback(said, timed, numbers_of(told))
        what = to_rehearsal(asked.id, RATINGS[rating], feedback, company or "")
        event = Recorder(collection).rehearse(told.id if told else asked.id, what, clock())
        context.mark_done()
        if as_json:
            emit(_attempt_json(asked, told, feedback, RATINGS[rating]) | {"at": utc_text(event.at)})
        else:
            _say_attempt(asked, told, feedback, RATINGS[rating])
        return
    _sit(context, collection, bank, asked, told, count, company or "")


def _sit(
    context: Context,
    collection: Collection,
    bank: StoryBank,
    asked: Question | None,
    told: OwnStory | None,
    count: int | None,
    company: str,
) -> None:
    from srs.cli.rehearse_loop import rehearse  # noqa: PLC0415 - drawing is not needed without a terminal
    from srs.interview.companies import find_tips  # noqa: PLC0415 - as above

    clock = context.clock()
    chooser = Chooser(bank, read_rehearsals(collection.store.connection), collection.calendar.day(clock()))
    if asked:
        planned = [asked]
    elif told:
        planned = chooser.weakest_first(one for one in bank.questions if told in chooser.stories(one))
        if not planned:
            raise click.UsageError(f"{told.id} answers no question of these decks; name one with --question.")
    else:
        planned = chooser.plan(company, _MOST) if count or company else chooser.weakest_first()
    if not planned:
        raise Unknown("question", "")
    notes = [note for _, note in lookup.notes(collection)]
    tips = find_tips(notes, company) if company else []
    sitting = Sitting(collection, clock, planned, count or 1, (lambda _: [told]) if told else chooser.stories, company)
    tags = {note.id: note.speech_tag for note in notes}
    for line in rehearse(sitting, collection.settings, time.monotonic, tips, tags):
        say(line)
    if count:
        _say_ready(collection, bank, collection.calendar.day(clock()))


def _say_ready(collection: Collection, bank: StoryBank, day: date) -> None:
    from srs.cli.wrap_columns import screen_width, wrap_columns  # noqa: PLC0415 - only after a round
    from srs.interview.coverage import find_coverage  # noqa: PLC0415 - as above
    from srs.interview.coverage_words import ready_texts  # noqa: PLC0415 - as above
    from srs.interview.ready import how_ready  # noqa: PLC0415 - as above

    rehearsals = read_rehearsals(collection.store.connection)
    ready = how_ready(bank, find_coverage(bank, {}), rehearsals, day)
    say("Ready?")
    for name, text in ready_texts(ready, bank.goal):
        for line in wrap_columns(text, screen_width(), f"  {name:9}  "):
            say(line)


def _is_terminal() -> bool:
    if sys.platform == "win32":  # single keys need a POSIX terminal
        return False
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _question(bank: StoryBank, name: str) -> Question:
    """Raises Unknown."""
    found = next((one for one in bank.questions if one.id == name), None)
    if found is None:
        raise unknown("question", name, [one.id for one in bank.questions])
    return found


def _story(bank: StoryBank, name: str) -> OwnStory:
    """Raises Unknown."""
    found = next((one for one in bank.stories if one.id == name), None)
    if found is None:
        raise unknown("story", name, [one.id for one in bank.stories])
    return found


def _seconds(text: str) -> dict[str, int]:
    """Of the whole, or of each part. Raises BadInput."""
    numbers = [int(word) if word.isascii() and word.isdigit() and len(word) < 6 else -1 for word in text.split(",")]
    if len(numbers) not in {1, len(PARTS)} or not all(0 <= number <= _LONGEST for number in numbers):
        raise BadInput("--seconds", text, f"a whole number up to {_LONGEST}, or four of them: 30,15,75,30")
    return {WHOLE: numbers[0]} if len(numbers) == 1 else dict(zip(PARTS, numbers, strict=True))


def _transcript(name: str) -> str:
    """Raises BadInput."""
    if name != "-":
        return read_transcript(Path(name))
    return decode(sys.stdin.read(MAX_OUTPUT + 1).encode(errors="replace"), "stdin")


def _attempt_json(question: Question, story: OwnStory | None, feedback: Feedback, rating: Rating) -> dict[str, Any]:
    seconds, rate = feedback.seconds_of_parts, feedback.words_per_minute
    return {
        "question": question.id,
        "story": story.id if story else None,
        "seconds": {part: seconds.get(part) for part in PARTS},
        "total": feedback.total,
        "timed": WHOLE not in feedback.seconds,
        "words": feedback.words,
        "words_per_minute": None if rate is None else round(rate, 1),
        "fillers": dict(feedback.fillers),
        "language": feedback.language or None,
        "parts": dict(feedback.parts),
        "checks": [one._asdict() for one in feedback.checks],
        "figures": {"said": feedback.figures.said, "missed": feedback.figures.missed},
        "rating": rating.value,
    }


def _say_attempt(question: Question, story: OwnStory | None, feedback: Feedback, rating: Rating) -> None:
    from srs.cli.rehearse_words import feedback_lines  # noqa: PLC0415 - not for programs

    told = f" told as {story.id}" if story else ""
    words = f", {plural(feedback.words, 'word')}" if feedback.words else ""
    say(f"{question.id}{told}: {minutes(feedback.total)}{words}, {rating.name.lower()}. To take it back: srs undo")
    for line in feedback_lines(feedback):
        say(line)
