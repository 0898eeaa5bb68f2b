"""The screens of a rehearsal. They are here because only the command line knows both the terminal of `srs.review` and `srs.interview`."""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from srs.cli.rehearse_words import Row, feedback_rows
from srs.core.event import Rating
from srs.core.safe_text import printable
from srs.interview.companies import COMPANIES
from srs.interview.feedback import QUESTIONS, minutes
from srs.interview.rehearsal import TARGETS, Sitting, Timing
from srs.interview.self_check import PARTS
from srs.review.terminal.fill_screen import fill_screen, in_column

_LOW = 14  # lines: below, the clock shows the present part and the whole
_LAST_LINES = 1_000  # characters of what has been typed: all that may be on a screen

Blocks = list[RenderableType]


class RehearsalScreen:
    """Draws on `console`. Each method fills the screen and returns the offset of the lines on show."""

    def __init__(self, console: Console, sitting: Sitting) -> None:
        self._console = console
        self._sitting = sitting
        self.notice = ""

    def thinking(self, seconds: int, tip: str) -> int:
        sitting = self._sitting
        blocks: Blocks = [self._question(), ""]
        story, others = sitting.story, len(sitting.stories) - 1
        if story:
            blocks += [_middle(f"Tell: {story.title}")]
        else:
            blocks += [_middle("None of your stories answers it. Tell any, or make one up from your work.", "quiet")]
        blocks += ["", _middle(f"Think first: {minutes(seconds)}", "bold")]
        if tip:
            blocks += ["", Text(printable(f"Tip: {tip}"), style="quiet")]
        keys = ["space starts the clock", *(["s another story"] if others > 0 else []), "v reads it aloud"]
        return self._fill(blocks, [*keys, "n another question", "q quits"], 0)

    def clock(self, timing: Timing, now: float) -> int:
        width = self._console.width
        seconds = timing.seconds(now)
        low = self._console.height < _LOW
        blocks: Blocks = [] if low else [self._question(), ""]
        for part in (timing.part,) if low and timing.part else PARTS:
            blocks.append(_part_line(part, seconds.get(part), part == timing.part, min(width - 2, 72)))
        whole = sum(TARGETS.values())
        blocks += [*([] if low else [""]), _part_line("whole", sum(seconds.values()), False, min(width - 2, 72), whole)]
        following = PARTS[PARTS.index(timing.part) + 1 :] if timing.part else ()
        first = f"space goes on to {following[0].capitalize()}" if following else "space ends the story"
        return self._fill(blocks, [first, *(["b goes back"] if len(timing.marks) > 1 else []), "q ends here"], None)

    def asking_for_words(self, *, recorded: bool) -> int:
        blocks: Blocks = [
            _middle("What did you say?", "bold"),
            "",
            _middle("Feedback needs your words. They are not kept.", "quiet"),
        ]
        keys = ["t types or pastes", "f reads a file", *(["w writes down the recording"] if recorded else [])]
        return self._fill(blocks, [*keys, "space goes on without"], 0)

    def typing(self, text: str, question: str, advice: Sequence[str]) -> int:
        shown = text[-_LAST_LINES:]
        blocks: Blocks = [Text(question, style="quiet"), "", Text.assemble(printable(shown), ("▏", "quiet"))]
        return self._fill(blocks, advice, None)

    def waiting(self, program: str, seconds: int) -> int:
        blocks: Blocks = [_middle(f"{program} is writing down what you said … {minutes(seconds)}")]
        return self._fill(blocks, ["q goes on without"], 0)

    def feedback(self, offset: int | None) -> int:
        sitting = self._sitting
        assert sitting.feedback is not None
        asked = sitting.unknown
        blocks: Blocks = [
            self._question(),
            "",
            *(_row(row) for row in feedback_rows(sitting.feedback)),
        ]
        if asked:
            foot: Blocks = [_middle(QUESTIONS[asked.check], "bold")]
            return self._fill(blocks, ["y yes", "n no", "enter skips", "↑ ↓ scroll"], offset, foot)
        keys = [*(["enter accepts"] if sitting.suggestion else []), "1–4 rate", "↑ ↓ scroll", "q leaves it out"]
        return self._fill(blocks, keys, offset, [self._ratings()])

    def _ratings(self) -> RenderableType:
        row = Table.grid(expand=True)
        for _ in Rating:
            row.add_column(justify="center", ratio=1)
        suggested = self._sitting.suggestion
        row.add_row(
            *(
                Text.assemble(
                    (f"{'▸ ' if one is suggested else ''}{one.value}", "bold"),
                    " ",
                    (one.name.capitalize(), one.name.lower()),
                )
                for one in Rating
            )
        )
        return row

    def _question(self) -> RenderableType:
        question = self._sitting.question
        assert question is not None
        return _middle(question.text, "bold")

    def _head(self) -> RenderableType:
        sitting = self._sitting
        place = f"Question {min(len(sitting.done) + 1, sitting.count)} of {sitting.count}" if sitting.count > 1 else ""
        company = COMPANIES[sitting.company].name if sitting.company else ""
        return Text(" · ".join(text for text in ("Rehearsal", company, place) if text), style="quiet", no_wrap=True)

    def _fill(
        self, blocks: Blocks, keys: Sequence[str], offset: int | None, foot: Sequence[RenderableType] = ()
    ) -> int:
        console, width = self._console, self._console.width
        options = console.options.update(height=None)
        advice = _middle(printable(self.notice), "notice") if self.notice else _middle(" · ".join(keys), "quiet")
        head, body, end = (
            console.render_lines(part, options)
            for part in (Group(self._head(), ""), in_column(blocks, width), Group("", *foot, advice))
        )
        return fill_screen(console, head, body, end, offset)


def _middle(text: str, style: str = "") -> Text:
    return Text(printable(text), style=style, justify="center")


def _row(row: Row) -> RenderableType:
    line = Table.grid(padding=(0, 1))
    style = {"✓": "right", "✗": "wrong"}.get(row.mark, "")
    line.add_row(Text(row.mark or " ", style=style), Text(printable(row.text), style="quiet" if row.quiet else ""))
    return line


def _part_line(part: str, seconds: int | None, current: bool, width: int, target: int | None = None) -> RenderableType:
    """`▸ Action     0:42 / 1:15  ━━━━━━────`; what is over its target stands out."""
    target = target or TARGETS[part]
    took = seconds or 0
    style = "wrong" if took > target else "bold" if current else "" if seconds is not None else "quiet"
    text = Text(f"{'▸' if current else ' '} {part.capitalize():9}  {minutes(took):>5} / {minutes(target)}", style=style)
    room = width - text.cell_len - 2
    if room < 4:
        return text
    filled = min(room * took // target, room)
    return Text.assemble(
        text, "  ", ("━" * filled, "wrong" if took > target else "done"), ("─" * (room - filled), "quiet")
    )
