"""The memory model of FSRS-6 as plain numbers.

`fsrs` schedules an answer; this computes its memory alone, in a fraction of the time, for logs with hundreds of
thousands of answers: the same bit for bit, up to the highest stability. Formulas:
https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm, with w[0] to w[20] as there and their terms in
the order of `fsrs`, on which the last bits depend.
"""

from collections.abc import Callable, Sequence
from math import e

MIN_STABILITY, MAX_STABILITY = 0.001, 36_500.0
"""Days. fsrs-rs and Anki keep every stability within both bounds, `fsrs` only the lower one."""

_RATINGS = range(1, 5)
_MIN_DIFFICULTY, _MAX_DIFFICULTY = 1.0, 10.0

FirstMemory = Callable[[int], tuple[float, float]]
"""Rating (1 to 4) → stability in days and difficulty (1 to 10) after the first answer."""

NextMemory = Callable[[float, float, int, int], tuple[float, float]]
"""Stability, difficulty, study days since the last answer, rating → stability and difficulty after this one."""


def memory_model(w: Sequence[float]) -> tuple[FirstMemory, NextMemory]:
    """The memory after the first answer, and after each next one, under the parameters `w`."""
    start = [w[4] - e ** (w[5] * (rating - 1)) + 1 for rating in _RATINGS]
    first_memories = [
        (max(w[rating - 1], MIN_STABILITY), _clamp(_MIN_DIFFICULTY, start[rating - 1], _MAX_DIFFICULTY))
        for rating in _RATINGS
    ]
    # what depends on the parameters and the rating alone
    decay = -w[20]
    factor = 0.9 ** (1 / decay) - 1
    growth, on_rating = e ** w[8], (0.0, 0.0, w[15], 1.0, w[16])
    lapse_bound = e ** (w[17] * w[18])
    same_day = (0.0, *(e ** (w[17] * (rating - 3 + w[18])) for rating in _RATINGS))
    step = (0.0, *(-(w[6] * (rating - 3)) for rating in _RATINGS))
    pull, rest = w[7] * start[-1], 1 - w[7]
    by_stability, by_recall, by_same_day = -w[9], w[10], -w[19]
    lapse, lapse_by_difficulty, lapse_by_stability, lapse_by_recall = w[11], -w[12], w[13], w[14]

    def first(rating: int) -> tuple[float, float]:
        return first_memories[rating - 1]

    def following(stability: float, difficulty: float, elapsed: int, rating: int) -> tuple[float, float]:
        if elapsed < 1:
            grown = same_day[rating] * stability**by_same_day
            after = stability * (grown if rating == 1 or grown > 1.0 else 1.0)
        else:
            forgotten = 1 - (1 + factor * elapsed / stability) ** decay
            if rating == 1:
                after = min(
                    lapse
                    * difficulty**lapse_by_difficulty
                    * ((stability + 1) ** lapse_by_stability - 1)
                    * e ** (forgotten * lapse_by_recall),
                    stability / lapse_bound,
                )
            else:
                after = stability * (
                    1
                    + growth
                    * (11 - difficulty)
                    * stability**by_stability
                    * (e ** (forgotten * by_recall) - 1)
                    * on_rating[rating]
                )
        changed = pull + rest * (difficulty + (10.0 - difficulty) * step[rating] / 9.0)
        return _clamp(MIN_STABILITY, after, MAX_STABILITY), _clamp(_MIN_DIFFICULTY, changed, _MAX_DIFFICULTY)

    return first, following


def ease_model(w: Sequence[float]) -> Callable[[float, float], float]:
    """Stability in days and the ease of SM-2 → the difficulty with which a review at 90 % recall, answered Good, would lengthen
    the stability by that ease. So Anki and fsrs-rs (`memory_state_from_sm2`) begin where earlier answers are missing.
    """
    scale = e ** w[8] * (e ** (0.1 * w[10]) - 1)
    return lambda stability, ease: _clamp(
        _MIN_DIFFICULTY, 11 - (ease - 1) / (scale * stability ** -w[9]), _MAX_DIFFICULTY
    )


def recall_model(w: Sequence[float]) -> Callable[[float, int], float]:
    """Stability and the study days since the last answer → probability of recall."""
    decay = -w[20]
    factor = 0.9 ** (1 / decay) - 1
    return lambda stability, elapsed: float((1 + factor * elapsed / stability) ** decay)


def interval_model(w: Sequence[float], retention: float) -> Callable[[float], int]:
    """Stability → whole days, at least one, until recall falls to `retention` (0 to 1)."""
    days = decline_model(w, retention)
    return lambda stability: max(round(days(stability)), 1)


def decline_model(w: Sequence[float], retention: float) -> Callable[[float], float]:
    """Stability → days until recall falls to `retention` (0 to 1)."""
    decay = -w[20]
    factor, fallen = 0.9 ** (1 / decay) - 1, retention ** (1 / decay) - 1
    return lambda stability: stability / factor * fallen


def _clamp(low: float, value: float, high: float) -> float:
    return low if value < low else high if value > high else value  # noqa: FURB136 - calls take most of the time
