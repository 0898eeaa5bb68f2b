"""A review without a terminal: one line per prompt, for pipes, scripts and screen readers."""

from collections.abc import Callable
from typing import TextIO

import click

from srs.core.errors import NothingToUndo, StoreError
from srs.core.event import Rating
from srs.core.markup import markup_to_text
from srs.core.safe_text import printable
from srs.review.question import Question
from srs.review.session import Session
from srs.review.terminal.summary import summary_lines
from srs.review.terminal.text import NOT_RECORDED, clock_warning, promise, retry_reason, taken_back


def review_lines(
    session: Session, read: TextIO, write: TextIO, *, gloss: bool = False, news: Callable[[], str] = str
) -> None:
    """Asks until no card is left, `q`, or the end of the input; an empty line reveals the whole answer at once.

    `gloss` shows the gloss with each question; `news` gives a line to show between two cards, or nothing. Raises StoreError if what was asked for last was not recorded.
    """

    def say(text: str) -> None:
        click.echo(printable(text), file=write)

    shown: Question | None = None
    failed: StoreError | None = None
    while session.question is not None:
        if session.question is not shown:
            if shown and (line := news()):
                say(line)
            shown = session.question
            _print_question(shown, say)
            if warning := clock_warning(shown.preview, shown.asked_at, session.collection.calendar):
                say(warning)
            if (gloss or session.settings.gloss) and shown.face.gloss:
                say(markup_to_text(shown.face.named_gloss))
        line = read.readline()
        if not line or line.strip().lower() == "q":
            break
        key = line.strip().lower()
        try:
            _act(key, session, say)
        except StoreError as error:
            if not (reason := retry_reason(error)):
                raise
            failed = error
            click.echo(f"Not recorded: {reason}. Say it again, or q quits without it.", err=True)
        else:
            failed = None if key in _RECORDED else failed
    for line in summary_lines(session):
        say(line)
    if failed:
        raise failed


def _print_question(question: Question, say: Callable[[str], None]) -> None:
    left = question.left
    left_text = f"{left.new} new, {left.learning} learning, {left.review} review"
    aim = f", for {question.goal.day} {question.goal:%B}" if question.goal else ""
    say(f"\n[{question.note.deck}{aim}] {question.done} done, left: {left_text}")
    say(f"{question.face.task}:")
    say(question.face.front)


def _act(key: str, session: Session, say: Callable[[str], None]) -> None:
    question = session.question
    assert question is not None
    match key:
        case "" if not session.answerable:
            session.reveal(all_parts=True)
            say("--")
            say(question.face.back)
            say(buttons(question))
        case "1" | "2" | "3" | "4" if session.answerable:
            if not session.answer(Rating(int(key))):
                click.echo(NOT_RECORDED, err=True)
            elif session.leech_suspended:
                say(f"A leech: {question.card.key} is suspended.")
        case "1" | "2" | "3" | "4":
            click.echo("An empty line reveals the answer first.", err=True)
        case "u":
            try:
                undone = session.undo()
            except NothingToUndo:
                click.echo("There is nothing to undo.", err=True)
            else:
                say(f"Taken back: {taken_back(undone)}")
        case _:
            click.echo(HINT, err=True)


_RECORDED = {"1", "2", "3", "4", "u"}
HINT = "Empty reveals, 1 to 4 rate, u undoes, q quits."


def buttons(question: Question) -> str:
    """The four ratings and what each promises, on one line."""
    texts = (f"{rating.value} {rating.name.capitalize()} {promise(question, rating)}".rstrip() for rating in Rating)
    return "   ".join(texts)
