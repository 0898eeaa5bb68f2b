"""Feedback on a rehearsal in words."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from srs.cli.wrap_columns import screen_width, wrap_columns
from srs.interview.feedback import WHOLE, Feedback, fillers_remark, minutes, part_shares, rate_remark
from srs.interview.rehearsal import TARGETS
from srs.interview.self_check import PARTS

Mark = Literal["✓", "✗", ""]


class Row(NamedTuple):
    """A sentence with the sign that stands before it; one that explains the sentence before is `quiet`."""

    mark: Mark
    text: str
    quiet: bool = False


def feedback_rows(feedback: Feedback) -> Iterator[Row]:
    """The time first, then the six checks, the figures, and what was said in each part."""
    yield Row("", _time(feedback))
    if feedback.words is None:
        yield Row("", "Without words, only the time is known.")
    else:
        yield Row("", f"{feedback.words} words. {rate_remark(feedback)} {fillers_remark(feedback)}")
    if feedback.language not in {"English", ""}:
        yield Row("", f"This looks like {feedback.language}: most checks, and the parts, are for English only.")
    for check in feedback.checks:
        if check.passed is not None:
            yield Row("✓" if check.passed else "✗", check.why)
            if check.sentence:
                yield Row("", f"“{check.sentence}”", quiet=True)
    if feedback.figures.said:
        yield Row("✓", f"Figures of the story that you said: {'; '.join(feedback.figures.said)}.")
    if feedback.figures.missed:
        yield Row("✗", f"Figures of the story that you did not say: {'; '.join(feedback.figures.missed)}.")
    shares = part_shares(feedback)
    for part, text in feedback.parts.items():
        share = f" ({100 * shares[part]:.0f} %)" if shares else ""
        yield Row("", f"{part.capitalize()}{share}: {text or 'nothing that sounds like it.'}", quiet=True)


def feedback_lines(feedback: Feedback) -> Iterator[str]:
    """For a screen without colours."""
    for row in feedback_rows(feedback):
        yield from wrap_columns(row.text, screen_width(), f"{row.mark or ' '} ", "  ")


def times(seconds: dict[str, int]) -> str:
    """`Situation 0:31, Task 0:12`."""
    return ", ".join(f"{part.capitalize()} {minutes(took)}" for part, took in seconds.items())


def _time(feedback: Feedback) -> str:
    parts, guessed = feedback.seconds_of_parts, WHOLE in feedback.seconds
    if not parts:
        return f"{minutes(feedback.total)} in all."
    said = ", ".join(
        f"{part.capitalize()} {minutes(parts[part])} of {minutes(TARGETS[part])}" for part in PARTS if part in parts
    )
    return f"{minutes(feedback.total)} in all{', by the words of each part' if guessed else ''}: {said}."
