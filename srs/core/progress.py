"""How long work is watched, by whoever has a way to show it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Watch = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Opened with what is done and how much of it there is, it gives a function that is told of each part that is done."""


@contextmanager
def quiet(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Nobody watches."""
    del label, total
    yield lambda _: None
