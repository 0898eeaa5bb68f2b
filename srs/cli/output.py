"""What commands print: lines for people, one JSON document for programs, and a progress bar."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from srs.core.safe_text import printable

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

_PATIENCE = 1.0  # seconds before a progress bar appears


def say(text: str) -> None:
    """Prints a line, harmless in a terminal whatever it quotes."""
    click.echo(printable(text))


def warn(text: str) -> None:
    """Prints a line on stderr, after the program's name."""
    click.echo(printable(f"srs: {text}"), err=True)


def emit(value: Any) -> None:
    """Prints one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def score_lines(what: str, scores: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    """A table of how well parameters predict: log loss and RMSE by whose they are."""
    yield f"{what} (lower is better):"
    yield "                 log loss    RMSE"
    for name, (log_loss, rmse) in scores.items():
        yield f"  {name:13}    {log_loss:.4f}  {rmse:.4f}"


def columns(text: str) -> int:
    """How many columns a terminal shows the text in: Korean and most emoji take two each. `rich` is slow to import."""
    from unicodedata import combining, east_asian_width  # noqa: PLC0415 - only for tables

    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in {"W", "F"} else 1 for sign in text)


@contextmanager
def progress_bar(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, where that is a terminal, for what takes longer than a second; see `srs.core.progress`."""
    start, waiting, left = time.monotonic(), 0, total
    with ExitStack() as stack:
        bar = None

        def advance(part: int) -> None:
            nonlocal bar, waiting, left
            waiting, left = waiting + part, left - part
            if bar is None and left > 0 and sys.stderr.isatty() and time.monotonic() - start > _PATIENCE:
                import shutil  # noqa: PLC0415 - only for what takes long

                width = min(36, max(shutil.get_terminal_size().columns - len(label) - 22, 4))  # 22: percent, time left
                bar = click.progressbar(length=total, label=label, file=sys.stderr, width=width)
                stack.enter_context(bar)
            if bar is not None:
                bar.update(waiting)
                waiting = 0

        yield advance
