"""Draws a picture of a review: the real program in a pseudo-terminal, its screen as an SVG.

Usage: capture_review.py OUT.svg [COLUMNS [KEYS]]; KEYS are pressed one after the other, e.g. " 3 " for reveal, Good, reveal.
"""

import io
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pexpect
import pyte
from rich.console import Console
from rich.style import Style
from rich.text import Text

ROOT = Path(__file__).parents[1]
ROWS = 24
_COLOURS = {"default": None, "brown": "yellow"}  # pyte's names where they are not rich's


def captured(columns: int, keys: str, **env: str) -> pyte.Screen:
    """The screen after the keys were pressed, the last of them still unanswered."""
    screen = pyte.Screen(columns, ROWS)
    stream = pyte.ByteStream(screen)
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "SRS_DB": f"{home}/srs.db",
            "XDG_DATA_HOME": home,
            "SRS_NOW": "2026-03-02T09:00:00+09:00",
            "TERM": "xterm-256color",
            **env,
        }
        command = ["-m", "srs", "--decks", str(ROOT / "decks"), "review"]
        child: Any = pexpect.spawn(sys.executable, command, env=environment, dimensions=(ROWS, columns), cwd=str(ROOT))
        for key in ["", *keys]:
            child.send(key)
            while True:  # until the screen is still
                try:
                    stream.feed(child.read_nonblocking(65536, timeout=1.5))
                except pexpect.TIMEOUT:
                    break
        child.close(force=True)
    return screen


def picture(screen: pyte.Screen) -> str:
    """The screen as SVG, colours and all."""
    console = Console(width=screen.columns, record=True, file=io.StringIO(), color_system="truecolor")
    for y in range(screen.lines):
        line = Text(no_wrap=True)
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            colour = _COLOURS.get(cell.fg, cell.fg)
            line.append(cell.data, Style(color=colour, bold=cell.bold, italic=cell.italics))
        console.print(line, end="\n")
    svg = console.export_svg(title="srs review", unique_id="review")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # no font is fetched from anywhere


def main() -> None:
    target = Path(sys.argv[1])
    columns = int(sys.argv[2]) if len(sys.argv) > 2 else 80
    keys = sys.argv[3] if len(sys.argv) > 3 else " 3 3 3 "
    target.write_text(picture(captured(columns, keys)), "utf-8")


if __name__ == "__main__":
    main()
