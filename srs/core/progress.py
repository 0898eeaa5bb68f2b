"""Reporting how far long work has come."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Called with a label and the total amount of work; its context gives a function that takes each amount done."""


@contextmanager
def no_progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """The `Progress` that shows nothing."""
    del label, total
    yield lambda _: None
