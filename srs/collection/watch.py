"""How long work is watched, by whoever has a way to show it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Watch = Callable[[int], AbstractContextManager[Callable[[int], None]]]
"""Opened with how much there is to do, it gives a function that is told of each part that is done."""


@contextmanager
def quiet(total: int) -> Iterator[Callable[[int], None]]:
    """Nobody watches."""
    del total
    yield lambda _: None
