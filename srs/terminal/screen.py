"""A question as lines of a screen: what stands above the rule, below it, and at the foot."""

from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import ControlType, Segment
from rich.table import Table
from rich.text import Text

from srs.event import Rating
from srs.face import Part
from srs.session import Question
from srs.terminal.text import interval
from srs.terminal.visible import visible

_READABLE = 72  # cells: longer lines are hard to follow
_COLOURS = {Rating.AGAIN: "red", Rating.HARD: "yellow", Rating.GOOD: "green", Rating.EASY: "cyan"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on show besides the question: `presses` of its answer, gloss, hint; `notice` is a quiet word at the foot."""

    presses: int = 0
    gloss: bool = False
    hint: bool = False
    notice: str = ""


_HOME = Segment("\x1b[H", None, [(ControlType.HOME,)])
_CLEAR_LINE = Segment("\x1b[K", None, [(ControlType.ERASE_IN_LINE, 0)])
_CLEAR_REST = Segment("\x1b[J", None, [(ControlType.ERASE_IN_LINE, 0)])

Lines = list[list[Segment]]


def draw(console: Console, question: Question, shown: Shown, offset: int | None) -> int:
    """Fills the screen; a body that is too long is shown from line `offset` on, or so that the end of the answer is
    to be seen (None). Returns the offset that was used.
    """
    options = console.options.update(height=None)
    head = console.render_lines(_head(question, console.width), options)
    foot = console.render_lines(_foot(question, shown, console.width), options)
    answer = console.render_lines(_body(question, shown, console.width), options)
    more = console.render_lines(_more(question, shown, console.width), options)
    body = [*answer, *more]
    room = max(console.height - len(head) - len(foot), 3)
    last = max(len(body) - room, 0)
    wanted = len(answer) + 1 - room if offset is None else offset  # what explains the answer may wait below
    start = min(max(wanted, 0), last)
    part = body[start : start + room]
    if start > 0:
        part[0] = [Segment("  ↑ more")]
    if start < last:
        part[-1] = [Segment("  ↓ more")]
    blank: Lines = [[] for _ in range(room - len(part))]
    _write(console, [*head, *part, *blank, *foot])
    return start


def _write(console: Console, lines: Lines) -> None:
    """Each line is cleared before it is written: to clear after the last column would take that away."""
    segments = [_HOME]
    for n, line in enumerate(lines):
        segments += [Segment("\r\n" if n else ""), _CLEAR_LINE, *line]
    console.print(_Ready([*segments, _CLEAR_REST]), end="")


class _Ready:
    """Segments that are drawn already."""

    def __init__(self, segments: list[Segment]) -> None:
        self._segments = segments

    def __rich_console__(self, _console: Console, _options: object) -> list[Segment]:
        return self._segments


def _head(question: Question, width: int) -> RenderableType:
    left = question.left
    counts = Text.assemble(
        (f"{question.done} done", "bold"), " · ", (f"{left.new} new", "cyan"), " · ",
        (f"{left.learning} learning", "red"), " · ", (f"{left.review} review", "green"),
    )  # fmt: skip
    deck = Text(visible(question.note.deck), style="dim", no_wrap=True, overflow="ellipsis")
    waiting = left.new + left.learning + left.review
    filled = width * question.done // max(question.done + waiting, 1)
    bar = Text.assemble(("━" * filled, "green"), ("─" * (width - filled), "dim"))
    if width < 60:
        return Group(deck, counts, bar, "")
    line = Table.grid(expand=True)
    line.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    line.add_column(justify="right", no_wrap=True, min_width=counts.cell_len)
    line.add_row(deck, counts)
    return Group(line, bar, "")


def _body(question: Question, shown: Shown, width: int) -> RenderableType:
    face, inner = question.face, min(width - 2, _READABLE)
    revealed = shown.presses == face.presses
    blocks: list[RenderableType] = [
        Text(face.task, style="dim", justify="center"),
        "",
        Text(visible(face.question), style="bold", justify="center" if len(face.question) < inner * 2 else "left"),
    ]
    if shown.gloss and face.gloss:
        blocks += ["", Text(visible(face.gloss), style="italic", justify="center")]
    if shown.hint:
        blocks += ["", Text(f"Hint: {visible(face.hint)}", style="italic", justify="center")]
    if face.choices:
        blocks.append("")
    for choice in face.choices:
        mark, style = ("✓", "bold green") if choice.right else (" ", "dim")
        blocks.append(_hanging(f"{mark if revealed else ' '} {choice.letter}", choice.text, style if revealed else ""))
    if shown.presses:
        blocks += ["", Rule(style="dim"), ""]
        if not face.choices:
            blocks += _parts(face.revealed(shown.presses), "bold" if len(face.answer) == 1 else "")
    return _column(blocks, width)


def _more(question: Question, shown: Shown, width: int) -> RenderableType:
    face = question.face
    return _column(_parts(face.more, "") if shown.presses == face.presses else [], width)


def _column(blocks: list[RenderableType], width: int) -> RenderableType:
    inner = min(width - 2, _READABLE)
    margin = (width - inner) // 2
    return Padding(Group(*blocks), (0, width - inner - margin, 0, margin))


def _parts(parts: tuple[Part, ...], style: str) -> list[RenderableType]:
    blocks: list[RenderableType] = []
    for part in parts:
        if part.label:
            blocks += [Text(part.label, style="dim"), Padding(Text(visible(part.text), style=style), (0, 0, 0, 2)), ""]
        else:
            blocks += [Text(visible(part.text), style=style, justify="center"), ""]
    return blocks


def _hanging(label: str, text: str, style: str) -> RenderableType:
    line = Table.grid(padding=(0, 1))
    line.add_row(Text(label, style=style), Text(visible(text), style=style))
    return line


def _foot(question: Question, shown: Shown, width: int) -> RenderableType:
    face, outcomes = question.face, question.preview.outcomes
    if shown.presses < face.presses:
        keys = ["space reveals" if face.presses == 1 else f"space reveals {shown.presses + 1} of {face.presses}"]
        first: RenderableType = ""
    else:
        keys = ["1–4 rate"]
        row = Table.grid(expand=True)
        labels = []
        for rating in Rating:
            row.add_column(justify="center", ratio=1)
            promise = interval(outcomes[rating])
            name = (rating.name.capitalize(), _COLOURS[rating])
            labels.append(Text.assemble((str(rating.value), "bold"), " ", name, "\n" if width < 60 else " ", promise))
        row.add_row(*labels)
        first = row
    keys += [f"{key} {word}" for key, word, there in (("h", "hint", face.hint), ("g", "gloss", face.gloss)) if there]
    keys += ["u undoes", "q quits"]
    last = Text(shown.notice, style="yellow") if shown.notice else Text(" · ".join(keys), style="dim")
    last.justify = "center"
    return Group("", first, last)
