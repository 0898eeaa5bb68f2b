"""Takes screenshots of `srs review`, which runs in a pseudo-terminal.

Usage: capture_review.py OUT.svg        one screen, for the README
       capture_review.py OUT_DIR        a page for every kind: question and answer, 80 and 40 columns, dark and light
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
QUIET = 0.8  # seconds without output, after which the screen is complete
_COLOURS = {"default": None, "brown": "yellow"}  # pyte's names → rich's
_SHEETS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "phrase": (["--find", "team-of-five"], [" "]),
    "phrase-typed": (["--find", "team-of-five"], ["t", "당시 저는 다섯 명으로 구성됀 제품 있습니다\r"]),
    "phrase-by-ear": (["--find", "team-of-five"], ["h", " "]),
    "phrase-hints": (["--find", "team-of-five"], ["h", "h", "tmy own words\r"]),
    "quiz": (["--kind", "quiz"], ["b"]),
    "mapping": (["--kind", "mapping"], ["1a", " "]),
    "star": (["--kind", "star"], [" ", "ynyy"]),
    "basic": (["--kind", "basic"], [" "]),
    "cloze": (["--kind", "cloze"], ["h", " "]),
    "help": (["--kind", "basic"], ["?"]),
    "history": (["--kind", "basic"], [" ", "3", "u", "i"]),
    "leaving": (["--kind", "basic"], [" ", "3", " ", "1", "q"]),
}
"""Page → options and keys; there is a screenshot before the first key and after each key. `phrase-by-ear` has a program
that speaks; `phrase-hints` asks for the foreign side alone.
"""


def capture_screens(
    columns: int, options: Sequence[str], presses: Iterable[str], name: str = "", **env: str
) -> list[pyte.Screen]:
    """Return the first screen and the screen after each press. `name` is that of the page."""
    screen = pyte.Screen(columns, ROWS)
    stream = pyte.ByteStream(screen)
    captured = []
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "SRS_DB": f"{home}/srs.db",
            "XDG_DATA_HOME": home,
            "XDG_CONFIG_HOME": home,
            "SRS_NOW": "2026-03-02T09:00:00+09:00",
            "TERM": "xterm-256color",
            **env,
        }
        decks = ROOT / "decks"
        if name == "phrase-by-ear":
            speaker = Path(home, "espeak-ng")
            speaker.write_text("#!/bin/sh\nexec sleep 5\n", "utf-8")
            speaker.chmod(0o755)
            environment["PATH"] = f"{home}:{environment['PATH']}"
        elif name == "phrase-hints":
            decks = Path(home, "decks")
            decks.mkdir()
            phrases = re.sub(
                "^notes:",
                "cards: [ko-en]\nnotes:",
                (ROOT / "decks/phrases.yaml").read_text("utf-8"),
                flags=re.MULTILINE,
            )
            (decks / "phrases.yaml").write_text(phrases, "utf-8")
        command = ["-m", "srs", "--decks", str(decks), "review", *options]
        child: Any = pexpect.spawn(sys.executable, command, env=environment, dimensions=(ROWS, columns), cwd=str(ROOT))
        for press in ["", *presses]:
            for key in press or [""]:
                child.send(key)
                _read_until_quiet(child, screen, stream)
            captured.append(deepcopy(screen))
        child.close(force=True)
    return captured


def _read_until_quiet(child: Any, screen: pyte.Screen, stream: pyte.ByteStream) -> None:
    timeout = 10.0
    while True:
        try:
            before, left, after = child.read_nonblocking(65536, timeout=timeout).rpartition(b"\x1b[?1049l")
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        timeout = QUIET
        stream.feed(before)
        if left:  # pyte has no alternate screen: leaving it must clear the screen
            screen.reset()
        stream.feed(after)


def screen_svg(screen: pyte.Screen, *, light: bool = False, title: str = "srs review") -> str:
    """Return the screen as SVG, with its colours."""
    console = Console(width=screen.columns, record=True, file=io.StringIO(), color_system="truecolor")
    for y in range(screen.lines):
        line = Text(no_wrap=True)
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            colour = _COLOURS.get(cell.fg, re.sub(r"^([0-9a-f]{6})$", r"#\1", cell.fg))  # pyte has no number sign
            line.append(cell.data, Style(color=colour, bold=cell.bold, italic=cell.italics, strike=cell.strikethrough))
        console.print(line, end="\n")
    console.print()  # otherwise the SVG cuts off the last line
    theme = DEFAULT_TERMINAL_THEME if light else SVG_EXPORT_THEME
    svg = console.export_svg(title=title, theme=theme, unique_id=re.sub(r"\W", "", f"{title}{light}"))
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # do not load fonts from the web


def sheet_html(name: str) -> str:
    """Return a page with all screens of one kind, light mode on the right."""
    options, presses = _SHEETS[name]
    rows = []
    for columns in (80, 40):
        dark = capture_screens(columns, options, presses, name, COLORFGBG="15;0")
        light = capture_screens(columns, options, presses, name, COLORFGBG="0;15")
        for n, (dark_screen, light_screen) in enumerate(zip(dark, light, strict=True)):
            pictures = (
                screen_svg(dark_screen, title=f"{name} {columns} {n}"),
                screen_svg(light_screen, light=True, title=f"{name} {columns} {n}"),
            )
            rows.append("".join(f"<div style='width:{columns * 10}px'>{svg}</div>" for svg in pictures))
    flex = "".join(f"<div style='display:flex'>{row}</div>" for row in rows)
    return f"<meta charset='utf-8'><body style='width:1640px'>{flex}</body>"


def take_picture(page: Path, png: Path, width: int, height: int) -> None:
    """Draws the page with Chromium, and removes it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chrome"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},{height}"]
    subprocess.run([chromium, *flags, f"--screenshot={png}", page.as_uri()], check=True, capture_output=True)
    page.unlink()


def main() -> None:
    target = Path(sys.argv[1])
    if target.suffix == ".svg":
        target.write_text(screen_svg(capture_screens(80, [], [" 3 3 3 "])[-1]), "utf-8")
        return
    target.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or _SHEETS:
        page, png = target.resolve() / f"{name}.html", target.resolve() / f"{name}.png"
        page.write_text(sheet_html(name), "utf-8")
        take_picture(page, png, 1660, 560 * 2 * (len(_SHEETS[name][1]) + 1))
        print(target / f"{name}.png")


if __name__ == "__main__":
    main()
