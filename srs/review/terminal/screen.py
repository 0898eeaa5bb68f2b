"""A question as lines of a screen: what stands above the rule, below it, and at the foot."""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from srs.core.event import Rating
from srs.core.safe_text import printable
from srs.kinds.card_face import Choice, Part
from srs.kinds.grading import Attempt, Typed
from srs.review.question import Question
from srs.review.terminal.draw_text import draw_item, draw_labelled, draw_side, draw_text, emphasis
from srs.review.terminal.fill_screen import READABLE, fill_screen, in_column, write_lines
from srs.review.terminal.pages import Page
from srs.review.terminal.text import promise, whole_minutes

_NO_ATTEMPT = Attempt()


@dataclass(frozen=True, slots=True)
class ScreenState:
    """What is on show besides the question: `presses` of its answer, the attempt and the rating which that suggests,
    the rating that Space gives, the gloss, so many hints. The question `by_ear` is spoken and its text hidden. `typing` is what has been typed so
    far, None when no line is open; `notice` is a quiet sentence at the foot, `warning` a loud one above the card.
    """

    presses: int = 0
    by_ear: bool = False
    attempt: Attempt = _NO_ATTEMPT
    suggestion: Rating | None = None
    space: Rating | None = None
    gloss: bool = False
    hints: int = 0
    typing: str | None = None
    notice: str = ""
    warning: str = ""
    has_media: bool = False


def draw(console: Console, question: Question, screen: ScreenState, offset: int | None) -> int:
    """Fills the screen; a body that is too long is shown from line `offset` on, or so that the end of the answer is
    to be seen (None). Returns the offset that was used.
    """
    options = console.options.update(height=None)
    head = console.render_lines(_head(question, console.width), options)
    foot = console.render_lines(_foot(question, screen, console.width), options)
    answer = console.render_lines(_body(question, screen, console.width), options)
    more = console.render_lines(_more(question, screen, console.width), options)
    return fill_screen(
        console, head, [*answer, *more], foot, offset, len(answer) + 1
    )  # what explains it may wait below


def draw_page(console: Console, page: Page, offset: int) -> int:
    """Fills the screen with a page, from line `offset` on if it is too long. Returns the offset that was used."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column()
    for left, right in page.rows:
        table.add_row(printable(left), printable(right))
    blocks: list[RenderableType] = [Text(printable(page.title), style="bold", justify="center"), "", table]
    lines = console.render_lines(in_column(blocks, console.width), console.options.update(height=None))
    room = max(console.height - 2, 3)
    start = min(max(offset, 0), max(len(lines) - room, 0))
    advice = "any key goes back" if len(lines) <= room else "↑ ↓ scroll · any other key goes back"
    foot = console.render_lines(Text(advice, style="quiet", justify="center"), console.options)
    part = lines[start : start + room]
    write_lines(console, [*part, *([[]] * (room - len(part))), [], *foot[:1]])
    return start


def _head(question: Question, width: int) -> RenderableType:
    left = question.left
    counts = Text.assemble(
        (f"{question.done} done", "bold"), " · ", (f"{left.new} new", "new"), " · ",
        (f"{left.learning} learning", "learning"), " · ", (f"{left.review} review", "review"),
    )  # fmt: skip
    narrow = width < 60
    parts = [printable(question.note.deck), *(["cramming"] if question.is_crammed else [])]
    parts += ["leech"] if question.is_leech else []
    parts += [f"for {question.goal.day} {question.goal:%B}"] if question.goal else []
    room = width if narrow else width - counts.cell_len - 1
    times = (" · ".join([*parts, time]) for time in _times(question))
    fitting = next((text for text in times if cell_len(text) <= room), " · ".join(parts))
    deck = Text(fitting, style="quiet", no_wrap=True, overflow="ellipsis")
    filled = width * question.done // max(question.done + sum(left), 1)
    bar = Text.assemble(("━" * filled, "done"), ("─" * (width - filled), "quiet"))
    if narrow:
        return Group(deck, counts, bar, "")
    line = Table.grid(expand=True)
    line.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    line.add_column(justify="right", no_wrap=True, min_width=counts.cell_len)
    line.add_row(deck, counts)
    return Group(line, bar, "")


def _times(question: Question) -> list[str]:
    """How long the session has taken, and what is left; then without that, for where there is less room."""
    if not question.done:
        return []
    so_far = whole_minutes(question.elapsed_ms)
    left = [] if question.left_ms is None else [f"{so_far}, about {whole_minutes(question.left_ms)} left"]
    return [*left, so_far]


def _body(question: Question, screen: ScreenState, width: int) -> RenderableType:
    face, inner = question.face, min(width - 2, READABLE)
    revealed = screen.presses == face.presses
    blocks: list[RenderableType] = [
        Text(face.task, style="quiet", justify="center"),
        "",
        _listen() if screen.by_ear else draw_side(face.question, emphasis(face.question), inner),
    ]
    if screen.warning:
        blocks = [Text(screen.warning, style="notice"), "", *blocks]
    if screen.gloss and face.gloss:
        blocks += ["", draw_text(face.gloss, "italic", justify="center")]
    for hint in face.hints[: screen.hints]:
        blocks += ["", draw_labelled("Hint:", hint, "italic", justify="center")]
    if face.choices:
        missed = revealed and sum(choice.right for choice in face.choices) > 1  # of one alone it is plain to see
        blocks += ["", *(_choice(choice, screen.attempt, revealed=revealed, missed=missed) for choice in face.choices)]
    elif face.options and not revealed:
        blocks += ["", _vocabulary(face.options, screen.attempt, inner)]
    if screen.typing is not None:
        blocks += ["", Text.assemble(("> ", "quiet"), printable(screen.typing), ("▏", "quiet"))]
    if screen.presses:
        blocks += ["", Rule(style="quiet"), ""]
        if not face.choices:
            style = emphasis(face.answer[0].text) if len(face.answer) == 1 else ""
            blocks += _parts(face.revealed(screen.presses), style, screen.attempt, inner)
        if revealed and not face.choices and screen.attempt.picked:
            blocks += [*_picked(face.options, screen.attempt), ""]
        if screen.attempt.typed:
            blocks += [_difference(screen.attempt.typed), ""]
    return in_column(blocks, width)


def _listen() -> RenderableType:
    return Text("♪ Listen", style="bold", justify="center")


def _choice(choice: Choice, attempt: Attempt, *, revealed: bool, missed: bool = False) -> RenderableType:
    """What is right, what was picked and, if `missed` asks for it, what was not can be told without colours."""
    picked = choice.text in attempt.picked
    if not revealed:
        return draw_item(f"{'●' if picked else ' '} {choice.letter}", choice.text, "bold" if picked else "")
    mark, style = ("✓", "right") if choice.right else ("✗", "wrong") if picked else (" ", "quiet")
    if missed and attempt.picked and choice.right and not picked:
        return draw_item(f"{mark} {choice.letter}", type(choice.text)(f"{choice.text} (missed)"), "missing")
    return draw_item(f"{mark} {choice.letter}", choice.text, style)


def _vocabulary(options: tuple[Choice, ...], attempt: Attempt, inner: int) -> RenderableType:
    """The options with their keys, in two columns where there is room."""
    table = Table.grid(padding=(0, 1), expand=True)
    columns = 2 if inner >= READABLE else 1
    cells = [_choice(option, attempt, revealed=False) for option in options]
    rows = -(-len(cells) // columns)
    for column in range(columns):
        table.add_column(ratio=1 if column == columns - 1 else None)  # the first is as wide as it must be
    for row in range(rows):
        table.add_row(*cells[row::rows])
    return table


def _picked(options: tuple[Choice, ...], attempt: Attempt) -> list[RenderableType]:
    """What was picked, right or not; what is missing stands in the answer."""
    picked = [option for option in options if option.text in attempt.picked]
    styles = [("✓", "right") if one.right else ("✓", "quiet") if one.accepted else ("✗", "wrong") for one in picked]
    return [draw_item(sign, one.text, style) for one, (sign, style) in zip(picked, styles, strict=True)]


def _difference(typed: Typed) -> RenderableType:
    """What was wanted, word by word, with what was missed and what came instead."""
    signs = {"same": ("", "", ""), "missing": ("[", "]", "missing"), "extra": ("(", ")", "extra")}
    text = Text(justify="center")
    for word in typed.words:
        before, after, style = signs[word.kind]
        text.append(f"{before}{printable(word.text)}{after}", style)
        text.append(" ")
    if typed.share == 1:
        text.append("✓", "right")
    elif typed.by_chunk is Rating.GOOD:
        text.append("\n✓", "right").append(" The words in bold are right; the rest may differ.", "quiet")
    return text


def _more(question: Question, screen: ScreenState, width: int) -> RenderableType:
    face = question.face
    parts = face.more if screen.presses == face.presses else ()
    return in_column(_parts(parts, "", _NO_ATTEMPT, min(width - 2, READABLE)), width)


def _parts(parts: tuple[Part, ...], style: str, attempt: Attempt, inner: int) -> list[RenderableType]:
    """With a sign at every part that was called recalled or not."""
    blocks: list[RenderableType] = []
    for n, part in enumerate(parts):
        said = (" ✓" if attempt.recalled[n] else " ✗") if n < len(attempt.recalled) else ""
        if part.label:
            blocks += [Text(part.label + said, style="quiet"), Padding(draw_text(part.text, style), (0, 0, 0, 2)), ""]
        else:
            blocks += [draw_side(part.text, style, inner), ""]
    return blocks


def _foot(question: Question, screen: ScreenState, width: int) -> RenderableType:
    face = question.face
    stepping = face.stepwise and screen.presses
    if screen.typing is not None:
        keys = ["enter compares", "esc leaves"]
        first: RenderableType = ""
    elif screen.presses < face.presses:
        keys = ["space reveals" if face.presses == 1 else f"space reveals {screen.presses + 1} of {face.presses}"]
        keys += ["y / n recalled", "0 nothing"] if stepping else ["pick by key"] if face.options else []
        keys += ["0 nothing"] if face.stepwise and not stepping else []
        keys += ["h shows it", "v repeats"] if screen.by_ear else []
        keys += ["t types"] if face.typeable else []
        first = ""
    else:
        keys = ["enter accepts"] if screen.suggestion else ["space is good"] if screen.space else []
        keys += ["1–4 rate"]
        keys += ["y / n recalled"] if stepping and len(screen.attempt.recalled) < face.presses else []
        row = Table.grid(expand=True)
        labels = []
        for rating in Rating:
            row.add_column(justify="center", ratio=1)
            name = (rating.name.capitalize(), rating.name.lower())
            sign = "▸ " if rating == screen.suggestion else ""
            labels.append(
                Text.assemble(
                    (f"{sign}{rating}", "bold"), " ", name, "\n" if width < 60 else " ", promise(question, rating)
                )
            )
        row.add_row(*labels)
        first = row
    if screen.typing is None:
        keys += [
            f"{key} {word}"
            for key, word, there in (
                ("h", "next hint" if 0 < screen.hints < len(face.hints) else "hint", face.hints),
                ("g", face.gloss_label or "gloss", face.gloss),
            )
            if there
        ]
        keys += ["o opens"] if screen.has_media else []
        keys += ["? help", "q quits"]
    gloss = f"g {question.face.gloss_label or 'gloss'}"
    for spare in ("q quits", gloss, "h hint", "t types", "0 nothing", "? help"):  # the help has them all
        if spare in keys and cell_len(" · ".join(keys)) > width:
            keys.remove(spare)
    last = Text(screen.notice, style="notice") if screen.notice else Text(" · ".join(keys), style="quiet")
    last.justify = "center"
    return Group("", first, last)
