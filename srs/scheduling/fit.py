"""Fits the parameters of FSRS-6 to a learner's answers, and measures how well parameters predict recall.

Predicted is each answer that is at least a study day later than the one before it: a review here. `fsrs-rs` fits, in 32
bits; the scores are computed from our own memory.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice
from math import floor, inf, log, sqrt
from operator import itemgetter
from statistics import fmean
from typing import TYPE_CHECKING, Literal, NamedTuple

from srs.core.event import Fitted, Parameters
from srs.core.progress import Done, ignore
from srs.scheduling.fsrs6 import memory_model, recall_model
from srs.scheduling.scheduler import DEFAULT, parameter_problem

if TYPE_CHECKING:
    from fsrs_rs_python import FSRSItem

NEEDED = 200
"""Reviews, below which nothing is fitted: simulated learners were predicted no better by it."""
FEW = 1000
"""Reviews, below which only the stabilities after the first answer (w[0] to w[3]) are fitted: with fewer reviews simulated
learners were predicted worse by a fit of all parameters.
"""
MANY = 10_000
"""Reviews, from which on the fit of all parameters is not compared with that of the first four, and may run on several
processes.
"""
STEPS = 5
"""Of a fit, in all: about as long as each other."""

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


class Prediction(NamedTuple):
    """The probability of recall that the parameters expected at a review, and whether it was recalled."""

    expected: float
    recalled: bool


class Comparison(NamedTuple):
    """The scores of two sets of parameters at predicting the latest reviews, which are `measured` many."""

    measured: int
    ours: Score
    theirs: Score


class _Outcome(NamedTuple):
    """A review's instant, its bin, its place in the order of the histories, and whether it was recalled."""

    at: int
    bin: tuple[int, int, int]
    place: int
    recalled: bool


class Extent(NamedTuple):
    """What is fitted, to which answers: the first four parameters or all, to the answers before the instant `end` or to all."""

    end: float
    only_first_four: bool


Run = Callable[[Callable[[Extent], tuple[float, ...]], Iterable[Extent]], Iterator[tuple[float, ...]]]
"""`map`, or what does the same on several processes."""


def count_reviews(histories: Sequence[History]) -> int:
    return sum(elapsed > 0 for history in histories for elapsed in history.elapsed)


def _review_times(histories: Sequence[History]) -> list[int]:
    return sorted(at for history in histories for at, days in zip(history.at, history.elapsed, strict=True) if days)


def fit(histories: Sequence[History], current: Parameters, run: Run = map, done: Done = ignore) -> Fit | NoFit:
    """Fits to the earlier three quarters of the reviews. If that predicts the others better than `current` does (by log loss),
    fits to all reviews, perhaps by `run` at the same time. Whether all parameters are fitted or the first four alone depends
    on how many reviews there are, or on which predicts better. `done` is told of `STEPS`: the library says nothing of its own.
    """
    times = _review_times(histories)
    if len(times) < NEEDED:
        return NoFit("too-few", len(times))
    since = times[int(len(times) * _EARLIER)]
    ways = (True,) if len(times) < FEW else (True, False) if len(times) < MANY else (False,)
    extents = [Extent(since, way) for way in ways] + [Extent(inf, way) for way in ways if len(ways) == 1]
    work = partial(_fitted_values, _items(histories))
    fits = run(work, extents)
    done(1)
    trials = [(way, next(fits)) for way in ways]
    done(2)
    outcomes = _outcomes(histories, since)
    before, tried = _score(outcomes, _expected(histories, current.values, since)), []
    for way, trial in trials:
        if problem := parameter_problem(Parameters(DEFAULT.model, trial)):
            return NoFit("unusable", len(times), len(outcomes), before, detail=problem)
        tried.append((_score(outcomes, _expected(histories, trial, since)), way))
    done(1)
    after, only_first_four = min(tried)
    if not after.log_loss < before.log_loss:
        return NoFit("not-better", len(times), len(outcomes), before, after)
    values = next(fits, None) or work(Extent(inf, only_first_four))
    done(1)
    parameters = Parameters(DEFAULT.model, values, Fitted(len(times), after.log_loss, after.rmse))
    if problem := parameter_problem(parameters):
        return NoFit("unusable", len(times), len(outcomes), before, after, problem)
    return Fit(parameters, len(times), len(outcomes), before, after, only_first_four)


def evaluate(
    histories: Sequence[History], values: Sequence[float], since: int = 0
) -> tuple[Score, list[Prediction]] | None:
    """How well the reviews from the instant `since` on are predicted, and each prediction, oldest first; None if there are no
    such reviews. The score is log loss, and RMSE over bins; the newest review weighs four times as much as the oldest, as in
    fsrs-rs and Anki.
    """
    if not (outcomes := _outcomes(histories, since)):
        return None
    expected = _expected(histories, values, since)
    return _score(outcomes, expected), [Prediction(expected[one.place], one.recalled) for one in outcomes]


def _score(outcomes: Sequence[_Outcome], expected: Sequence[float]) -> Score:
    newest = max(len(outcomes) - 1, 1)
    loss = total = 0.0
    bins = defaultdict[tuple[int, int, int], list[tuple[float, float]]](list)  # each review's error and weight
    for n, (_, key, place, recalled) in enumerate(outcomes):
        probability, weight = expected[place], 0.25 + 0.75 * (n / newest) ** 3
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
    outcomes = _outcomes(histories, since)
    scores = (_score(outcomes, _expected(histories, values, since)) for values in (ours, theirs))
    return Comparison(len(outcomes), *scores)


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
    latest, expected = _outcomes(histories, 0)[-_LATEST:], _expected(histories, values, 0)
    if not latest:
        return Calibration(0, 0.0, 0.0)
    recalled = fmean(one.recalled for one in latest)
    return Calibration(len(latest), recalled, fmean(expected[one.place] for one in latest))


def _outcomes(histories: Sequence[History], since: int) -> list[_Outcome]:
    """The reviews from the instant `since` on, oldest first."""
    outcomes = list[_Outcome]()
    for history in histories:
        if history.at[-1] < since:
            continue
        reviews = lapses = 0
        for at, elapsed, rating in islice(zip(*history, strict=True), 1, None):
            if elapsed:
                reviews += 1
                if at >= since:
                    outcomes.append(_Outcome(at, _bin(elapsed, reviews, lapses), len(outcomes), rating > 1))
                lapses += rating == 1
    return sorted(outcomes)


def _expected(histories: Sequence[History], values: Sequence[float], since: int) -> list[float]:
    """The probability of recall at each review from the instant `since` on, in the order of the histories."""
    first, following = memory_model(values)
    recall = recall_model(values)
    expected = list[float]()
    for history in histories:
        if history.at[-1] < since:
            continue
        stability, difficulty = first(history.ratings[0])
        for at, elapsed, rating in islice(zip(*history, strict=True), 1, None):
            if elapsed and at >= since:
                expected.append(recall(stability, elapsed))
            stability, difficulty = following(stability, difficulty, elapsed, rating)
    return expected


def _bin(elapsed: int, reviews: int, lapses: int) -> tuple[int, int, int]:
    """Reviews alike in the days since the answer before, in how many the card had, this one included, and in its lapses, each
    on a logarithmic scale (https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Metric).
    """
    return _level(elapsed, 3.62), _level(reviews + 1, 1.89), _level(lapses, 1.73) if lapses else -1


@lru_cache(maxsize=1024)
def _level(count: int, base: float) -> int:
    return floor(log(count, base))


def _items(histories: Sequence[History]) -> list[tuple[int, bool, "FSRSItem"]]:
    """Each review with the answers before it as fsrs-rs takes it, oldest first: its instant, and whether it is the card's
    first.
    """
    import fsrs_rs_python as rust  # noqa: PLC0415 - only for this

    items = []
    for history in histories:
        reviews = list(map(rust.FSRSReview, history.ratings, history.elapsed))
        ends = [n for n, days in enumerate(history.elapsed, start=1) if days]
        items += [(history.at[end - 1], end == ends[0], rust.FSRSItem(reviews[:end])) for end in ends]
    items.sort(key=itemgetter(0))
    return items


def _fitted_values(items: Sequence[tuple[int, bool, "FSRSItem"]], extent: Extent) -> tuple[float, ...]:
    """What fsrs-rs fits, to which later reviews weigh more. What has too little to go by stays as it is by default."""
    import fsrs_rs_python as rust  # noqa: PLC0415 - as above

    # of nothing but first reviews, it fits the first four
    chosen = [item for at, is_first, item in items if at < extent.end and (is_first or not extent.only_first_four)]
    values = rust.FSRS(list(DEFAULT.values)).compute_parameters(chosen)
    return tuple(round(value, _DIGITS) for value in values)
