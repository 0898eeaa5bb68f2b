"""Reporting how far long work has come."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")

Done = Callable[[int], None]
"""Takes each amount of work that is done."""
Progress = Callable[[str, int], AbstractContextManager[Done]]
"""Called with a label and the total amount of work; its context gives a `Done`."""

_STEP = 500  # items between two reports: rarely enough to cost nothing, often enough to see it move


@contextmanager
def no_progress(label: str, total: int) -> Iterator[Done]:
    """The `Progress` that shows nothing."""
    del label, total
    yield ignore


def ignore(amount: int) -> None:
    """The `Done` that does nothing."""
    del amount


def counted(items: Iterable[T], done: Done, worth: float = 1) -> Iterator[T]:
    """The items, of which `done` is told by hundreds, and at the end of the rest; each is `worth` so much work."""
    number = told = 0
    for number, item in enumerate(items, 1):
        yield item
        if not number % _STEP:
            done(round(number * worth) - told)
            told = round(number * worth)
    done(round(number * worth) - told)
