"""A bar on stderr, where that is a terminal, for what takes longer than a second."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import click

_SOON = 1.0  # seconds in which nobody gets impatient


@contextmanager
def watched(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """As `srs.core.progress` wants it."""
    start, waiting = time.monotonic(), 0
    with ExitStack() as stack:
        bar = None

        def done(part: int) -> None:
            nonlocal bar, waiting
            waiting += part
            if bar is None and sys.stderr.isatty() and time.monotonic() - start > _SOON:
                bar = click.progressbar(length=total, label=label, file=sys.stderr)
                stack.enter_context(bar)
            if bar is not None:
                bar.update(waiting)
                waiting = 0

        yield done
