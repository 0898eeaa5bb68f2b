"""Draws the review: the real program in a pseudo-terminal, its screen as a picture.

Usage: capture_review.py OUT.svg        one screen, as in the README
       capture_review.py OUT_DIR        a sheet for every kind: question and answer, 80 and 40 columns, dark and light
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pexpect
import pyte
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME
from rich.text import Text

ROOT = Path(__file__).parents[1]
ROWS = 24
STILL = 0.8  # seconds without a sign: the screen is drawn
_COLOURS = {"default": None, "brown": "yellow"}  # pyte's names where they are not rich's
_SHEETS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "phrase": (["--kind", "phrase"], [" "]),
    "phrase-typed": (["--kind", "phrase"], ["t", "당시 저는 다섯 명으로 구성됀 제품 있습니다\r"]),
    "quiz": (["--kind", "quiz"], ["b"]),
    "mapping": (["--kind", "mapping"], ["1a", " "]),
    "star": (["--kind", "star"], [" ", "ynyy"]),
    "basic": (["--kind", "basic"], [" "]),
    "cloze": (["--kind", "cloze"], ["h", " "]),
    "help": (["--kind", "basic"], ["?"]),
    "history": (["--kind", "basic"], [" ", "3", "u", "i"]),
    "leaving": (["--kind", "basic"], [" ", "3", " ", "1", "q"]),
}
"""Options and the keys that are pressed; a screen is kept before the first and after each of them."""


def screens(columns: int, options: Sequence[str], presses: Iterable[str], **env: str) -> list[pyte.Screen]:
    """The screen at first and after each press."""
    screen = pyte.Screen(columns, ROWS)
    stream = pyte.ByteStream(screen)
    kept = []
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "SRS_DB": f"{home}/srs.db",
            "XDG_DATA_HOME": home,
            "XDG_CONFIG_HOME": home,
            "SRS_NOW": "2026-03-02T09:00:00+09:00",
            "TERM": "xterm-256color",
            **env,
        }
        command = ["-m", "srs", "--decks", str(ROOT / "decks"), "review", *options]
        child: Any = pexpect.spawn(sys.executable, command, env=environment, dimensions=(ROWS, columns), cwd=str(ROOT))
        for press in ["", *presses]:
            for key in press or [""]:
                child.send(key)
                _until_still(child, screen, stream)
            kept.append(deepcopy(screen))
        child.close(force=True)
    return kept


def _until_still(child: Any, screen: pyte.Screen, stream: pyte.ByteStream) -> None:
    patience = 10.0
    while True:
        try:
            drawn, left, after = child.read_nonblocking(65536, timeout=patience).rpartition(b"\x1b[?1049l")
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        patience = STILL
        stream.feed(drawn)
        if left:  # the emulator has one screen: what stood on the alternate one is gone
            screen.reset()
        stream.feed(after)


def picture(screen: pyte.Screen, *, light: bool = False, title: str = "srs review") -> str:
    """The screen as SVG, colours and all."""
    console = Console(width=screen.columns, record=True, file=io.StringIO(), color_system="truecolor")
    for y in range(screen.lines):
        line = Text(no_wrap=True)
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            colour = _COLOURS.get(cell.fg, cell.fg)
            line.append(cell.data, Style(color=colour, bold=cell.bold, italic=cell.italics, strike=cell.strikethrough))
        console.print(line, end="\n")
    console.print()  # or the picture would cut the last line
    theme = DEFAULT_TERMINAL_THEME if light else SVG_EXPORT_THEME
    svg = console.export_svg(title=title, theme=theme, unique_id=re.sub(r"\W", "", f"{title}{light}"))
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # no font is fetched from anywhere


def sheet(name: str) -> str:
    """A page with every screen of one kind, light ones on the right."""
    options, presses = _SHEETS[name]
    rows = []
    for columns in (80, 40):
        dark = screens(columns, options, presses, COLORFGBG="15;0")
        light = screens(columns, options, presses, COLORFGBG="0;15")
        for n, (one, other) in enumerate(zip(dark, light, strict=True)):
            pictures = (
                picture(one, title=f"{name} {columns} {n}"),
                picture(other, light=True, title=f"{name} {columns} {n}"),
            )
            rows.append("".join(f"<div style='width:{columns * 10}px'>{svg}</div>" for svg in pictures))
    flex = "".join(f"<div style='display:flex'>{row}</div>" for row in rows)
    return f"<meta charset='utf-8'><body style='width:1640px'>{flex}</body>"


def main() -> None:
    target = Path(sys.argv[1])
    if target.suffix == ".svg":
        target.write_text(picture(screens(80, [], [" 3 3 3 "])[-1]), "utf-8")
        return
    target.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chrome"
    for name in sys.argv[2:] or _SHEETS:
        page, png = target.resolve() / f"{name}.html", target.resolve() / f"{name}.png"
        page.write_text(sheet(name), "utf-8")
        height = 560 * 2 * (len(_SHEETS[name][1]) + 1)
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size=1660,{height}"]
        subprocess.run([chromium, *flags, f"--screenshot={png}", page.as_uri()], check=True, capture_output=True)
        page.unlink()
        print(target / f"{name}.png")


if __name__ == "__main__":
    main()
