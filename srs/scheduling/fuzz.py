"""The range of days within which an interval may move, so that cards learnt together come apart."""

from functools import lru_cache
from hashlib import blake2b


def fuzz_interval(days: int, card: str, reps: int, maximum: int) -> int:
    """The interval moved within its range, the same way for the same card and reps.

    All four buttons of one question share the draw, so that a better rating never promises less.
    """
    low, high = fuzz_range(days, maximum)
    return low + (fuzz_seed(card, reps) * (high - low + 1) >> 32) if low < high else low


@lru_cache(maxsize=1000)
def fuzz_range(days: int, maximum: int) -> tuple[int, int]:
    """The shortest and the longest interval that the fuzz may give: Anki's and `fsrs`' ranges.

    From 2.5 days on that is ±1 day, and 15 % of what lies below 7 days, 10 % below 20, 5 % above.
    """
    if days < 3:
        return days, days
    delta = 1.0
    for start, end, factor in ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05)):
        delta += factor * max(min(float(days), end) - start, 0.0)
    high = min(round(days + delta), maximum)
    return min(round(days - delta), high), high


@lru_cache(maxsize=1)
def fuzz_seed(card: str, reps: int) -> int:
    """The card's own draw: an integer from 0 to 2³² - 1."""
    return int.from_bytes(blake2b(f"{card}\0{reps}".encode(), digest_size=4).digest(), "big")
