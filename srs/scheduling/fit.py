"""Fits the parameters of FSRS-6 to a learner's answers, and measures how well parameters predict recall.

Predicted is each answer that is at least a study day later than the one before it: a review here. `fsrs-rs` fits, in 32
bits; the scores are computed from our own memory.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from math import floor, log, sqrt
from statistics import fmean
from typing import Literal, NamedTuple

from srs.core.event import Fitted, Parameters
from srs.scheduling.fsrs6 import memory_model, recall_model
from srs.scheduling.scheduler import DEFAULT, parameter_problem

NEEDED = 200
"""Reviews, below which nothing is fitted: simulated learners were predicted no better by it."""
FEW = 1000
"""Reviews, below which only the stabilities after the first answer (w[0] to w[3]) are fitted: with fewer reviews simulated
learners were predicted worse by a fit of all parameters.
"""

_EARLIER = 0.75  # of the reviews; the fit to them is measured by the others
_LATEST = 1000  # reviews, by which the expected recall is compared with the observed one
_ENOUGH = 50  # reviews, below which a difference of the two says nothing
_MATTERS = 0.03  # of a share
_DIGITS = 4  # of a parameter, as Anki shows them; also takes the error of 32 bits away at a bound


class History(NamedTuple):
    """A card's answers since its last forget, oldest first: when (UTC milliseconds), how many study days after the one before
    (0 for the first), and the rating (1 to 4).
    """

    at: tuple[int, ...]
    elapsed: tuple[int, ...]
    ratings: tuple[int, ...]


class Score(NamedTuple):
    """How well reviews were predicted: both are 0 at best."""

    log_loss: float
    rmse: float


class Fit(NamedTuple):
    """The parameters that fit all `reviews`. `before` and `after` are the scores of the parameters in force, and of a fit to
    the earlier reviews, at predicting the later ones, which are `measured` many.
    """

    parameters: Parameters
    reviews: int
    measured: int
    before: Score
    after: Score
    only_first_four: bool


class NoFit(NamedTuple):
    """Why there is nothing to apply; the scores are those of `Fit`, where there are any. The detail says what is wrong with
    the values, or for "clock" since which day, ahead of today, parameters are in force.
    """

    problem: Literal["too-few", "not-better", "unusable", "clock"]
    reviews: int
    measured: int = 0
    before: Score | None = None
    after: Score | None = None
    detail: str = ""


class Comparison(NamedTuple):
    """The scores of two sets of parameters at predicting the latest reviews, which are `measured` many."""

    measured: int
    ours: Score
    theirs: Score


class _Prediction(NamedTuple):
    at: int
    bin: tuple[int, int, int]
    probability: float
    recalled: bool


def count_reviews(histories: Sequence[History]) -> int:
    return sum(elapsed > 0 for history in histories for elapsed in history.elapsed)


def _review_times(histories: Sequence[History]) -> list[int]:
    return sorted(at for history in histories for at, days in zip(history.at, history.elapsed, strict=True) if days)


def fit(histories: Sequence[History], current: Parameters) -> Fit | NoFit:
    """Fits to the earlier three quarters of the reviews: all parameters, and the first four alone. If the better one of them
    predicts the other reviews better than `current` does (by log loss), fits in that way to all reviews.
    """
    times = _review_times(histories)
    if len(times) < NEEDED:
        return NoFit("too-few", len(times))
    since = times[int(len(times) * _EARLIER)]
    measured, before = sum(at >= since for at in times), score(histories, current.values, since)
    earlier = [_until(history, since) for history in histories]
    trials = []
    for only_first_four in (True,) if len(times) < FEW else (True, False):
        trial = _fitted_values(earlier, only_first_four)
        if problem := parameter_problem(Parameters(DEFAULT.model, trial)):
            return NoFit("unusable", len(times), measured, before, detail=problem)
        trials.append((score(histories, trial, since), only_first_four))
    after, only_first_four = min(trials)
    if not after.log_loss < before.log_loss:
        return NoFit("not-better", len(times), measured, before, after)
    values, fitted = _fitted_values(histories, only_first_four), Fitted(len(times), after.log_loss, after.rmse)
    parameters = Parameters(DEFAULT.model, values, fitted)
    if problem := parameter_problem(parameters):
        return NoFit("unusable", len(times), measured, before, after, problem)
    return Fit(parameters, len(times), measured, before, after, only_first_four)


def score(histories: Sequence[History], values: Sequence[float], since: int = 0) -> Score:
    """Log loss, and RMSE over bins, of predicting the reviews from the instant `since` on; there must be one. The newest
    review weighs four times as much as the oldest, as in fsrs-rs and Anki.
    """
    predictions = sorted(_predictions(histories, values, since))
    newest = max(len(predictions) - 1, 1)
    loss = total = 0.0
    bins = defaultdict[tuple[int, int, int], list[tuple[float, float]]](list)  # each review's error and weight
    for n, (_, key, probability, recalled) in enumerate(predictions):
        weight = 0.25 + 0.75 * (n / newest) ** 3
        loss -= weight * log(probability if recalled else 1 - probability)
        total += weight
        bins[key].append((probability - recalled, weight))
    squares = (
        fmean(errors) ** 2 * sum(weights) for errors, weights in (zip(*bin_, strict=True) for bin_ in bins.values())
    )
    return Score(loss / total, sqrt(sum(squares) / total))


def compare(histories: Sequence[History], ours: Sequence[float], theirs: Sequence[float]) -> Comparison | None:
    """How well two sets of parameters predict the latest quarter of the reviews; None if there are too few to say."""
    times = _review_times(histories)
    if len(times) < NEEDED:
        return None
    since = times[int(len(times) * _EARLIER)]
    return Comparison(sum(at >= since for at in times), score(histories, ours, since), score(histories, theirs, since))


class Calibration(NamedTuple):
    """Of the latest `reviews`, the shares that were recalled, and that the parameters `expected` to be."""

    reviews: int
    recalled: float
    expected: float

    @property
    def is_off(self) -> bool:
        """Whether the shares differ by more than chance explains (three standard errors), and by enough to matter."""
        if self.reviews < _ENOUGH:
            return False
        error = sqrt(self.expected * (1 - self.expected) / self.reviews)
        return abs(self.recalled - self.expected) > max(3 * error, _MATTERS)


def calibration(histories: Sequence[History], values: Sequence[float]) -> Calibration:
    """How often the latest reviews were recalled, and how often the parameters expected that."""
    latest = sorted(_predictions(histories, values, 0))[-_LATEST:]
    if not latest:
        return Calibration(0, 0.0, 0.0)
    recalled, expected = (fmean(getattr(one, name) for one in latest) for name in ("recalled", "probability"))
    return Calibration(len(latest), recalled, expected)


def _predictions(histories: Sequence[History], values: Sequence[float], since: int) -> Iterator[_Prediction]:
    first, following = memory_model(values)
    recall = recall_model(values)
    for history in histories:
        stability, difficulty = first(history.ratings[0])
        reviews = lapses = 0
        for at, elapsed, rating in islice(zip(*history, strict=True), 1, None):
            if elapsed:
                reviews += 1
                if at >= since:
                    yield _Prediction(at, _bin(elapsed, reviews, lapses), recall(stability, elapsed), rating > 1)
                lapses += rating == 1
            stability, difficulty = following(stability, difficulty, elapsed, rating)


def _bin(elapsed: int, reviews: int, lapses: int) -> tuple[int, int, int]:
    """Reviews alike in the days since the answer before, in how many the card had, this one included, and in its lapses, each
    on a logarithmic scale (https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Metric).
    """
    return (
        floor(log(elapsed, 3.62)),
        floor(log(reviews + 1, 1.89)),
        floor(log(lapses, 1.73)) if lapses else -1,
    )


def _until(history: History, end: int) -> History:
    """The answers before the instant `end`."""
    count = sum(at < end for at in history.at)
    return History(history.at[:count], history.elapsed[:count], history.ratings[:count])


def _fitted_values(histories: Sequence[History], only_first_four: bool) -> tuple[float, ...]:
    """What fsrs-rs fits. What has too little to go by stays as it is by default."""
    import fsrs_rs_python as rust  # noqa: PLC0415 - only for this

    items = []
    for history in histories:
        reviews = [rust.FSRSReview(*review) for review in zip(history.ratings, history.elapsed, strict=True)]
        ends = [n for n, days in enumerate(history.elapsed, start=1) if days]
        # of nothing but first reviews, it fits the first four
        items += [(history.at[end - 1], rust.FSRSItem(reviews[:end])) for end in ends[: 1 if only_first_four else None]]
    items.sort(key=lambda item: item[0])  # later ones weigh more
    values = rust.FSRS(list(DEFAULT.values)).compute_parameters([item for _, item in items])
    return tuple(round(value, _DIGITS) for value in values)
