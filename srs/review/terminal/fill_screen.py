"""Lines that fill a screen: a head, a body that scrolls where it is too long, and a foot."""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.segment import ControlType, Segment

READABLE = 72
"""Cells: longer lines are hard to follow."""

_HOME = Segment("\x1b[H", None, [(ControlType.HOME,)])
_CLEAR_LINE = Segment("\x1b[K", None, [(ControlType.ERASE_IN_LINE, 0)])
_CLEAR_REST = Segment("\x1b[J", None, [(ControlType.ERASE_IN_LINE, 0)])

Lines = list[list[Segment]]


def fill_screen(
    console: Console, head: Lines, body: Lines, foot: Lines, offset: int | None, end: int | None = None
) -> int:
    """Shows the body from line `offset` on, or so that its first `end` lines, or all of them, have just come to their end
    (None). Returns the offset that was used.
    """
    room = max(console.height - len(head) - len(foot), 3)
    last = max(len(body) - room, 0)
    wanted = (len(body) if end is None else end) - room if offset is None else offset
    start = min(max(wanted, 0), last)
    part = body[start : start + room]
    if start > 0:
        part[0] = [Segment("  ↑ more")]
    if start < last:
        part[-1] = [Segment("  ↓ more")]
    blank: Lines = [[] for _ in range(room - len(part))]
    write_lines(console, [*head, *part, *blank, *foot])
    return start


def write_lines(console: Console, lines: Lines) -> None:
    """Each line is cleared before it is written: to clear after the last column would take that away."""
    segments = [_HOME]
    for n, line in enumerate(lines):
        segments += [Segment("\r\n" if n else ""), _CLEAR_LINE, *line]
    console.print(_Rendered([*segments, _CLEAR_REST]), end="")


class _Rendered:
    """Segments for rich to print as they are."""

    def __init__(self, segments: list[Segment]) -> None:
        self._segments = segments

    def __rich_console__(self, _console: Console, _options: object) -> list[Segment]:
        return self._segments


def in_column(blocks: Sequence[RenderableType], width: int) -> RenderableType:
    inner = min(width - 2, READABLE)
    margin = (width - inner) // 2
    return Padding(Group(*blocks), (0, width - inner - margin, 0, margin))
