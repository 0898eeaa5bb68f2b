"""How often reviews were recalled that FSRS expected to be recalled so often."""

import sqlite3
from collections import defaultdict
from collections.abc import Container
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from srs.database.bulk_insert import select_tuples
from srs.log.histories import read_histories
from srs.log.replay import current_parameters
from srs.scheduling.fit import Prediction, Score, evaluate
from srs.scheduling.scheduler import parameter_problem

_MOST = 3_000  # answers that are replayed: thirty milliseconds, and a share to about half a point
_EDGES = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)


class Bucket(NamedTuple):
    """Reviews of which about the same recall was `predicted` (the mean), and how many were `recalled`."""

    predicted: float
    recalled: int
    reviews: int


class Calibration(NamedTuple):
    """How well the parameters in force predict the reviews of the period, of one card in `sampled`."""

    score: Score
    buckets: list[Bucket]
    sampled: int

    @property
    def reviews(self) -> int:
        return sum(bucket.reviews for bucket in self.buckets)

    @property
    def expected(self) -> float:
        """The mean predicted recall."""
        return sum(bucket.predicted * bucket.reviews for bucket in self.buckets) / self.reviews

    @property
    def recalled(self) -> float:
        """The share that was recalled."""
        return sum(bucket.recalled for bucket in self.buckets) / self.reviews


def calibrate(
    connection: sqlite3.Connection, since: int, until: int, only: Container[str] | None = None
) -> Calibration | None:
    """Compares predictions and reviews from the instant `since` to `until` (UTC milliseconds). None if there are no reviews,
    or the parameters cannot be used.
    """
    parameters = current_parameters(connection)
    if parameter_problem(parameters):
        return None
    rows = select_tuples(connection, "select card, reps from states where reps > 1 and last_at >= ?", (since,))
    answered = [(card, reps) for card, reps in rows if only is None or card in only]
    sampled = -(-sum(reps for _, reps in answered) // _MOST) or 1
    cards = [card for card, _ in answered[::sampled]]
    histories = read_histories(connection, until, cards).cards
    found = evaluate(histories, parameters.values, since)
    if found is None:
        return None
    score, predictions = found
    return Calibration(score, _buckets(predictions), sampled)


def _buckets(predictions: list[Prediction]) -> list[Bucket]:
    found = defaultdict[float, list[Prediction]](list)
    for one in predictions:
        found[next(low for low, high in pairwise(_EDGES) if one.expected < high or high == 1)].append(one)
    return [
        Bucket(fmean(one.expected for one in of_bucket), sum(one.recalled for one in of_bucket), len(of_bucket))
        for _, of_bucket in sorted(found.items())
    ]
