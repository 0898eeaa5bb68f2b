"""What a way of studying costs for what it reaches: points, and the curve through the best of them."""

from bisect import bisect_left
from collections.abc import Sequence
from math import inf
from statistics import fmean
from typing import NamedTuple


class Point(NamedTuple):
    """What a way of studying came to, for one learner or in the mean of several."""

    recall: float
    reviews: float
    busiest: float


def mean(points: Sequence[Point]) -> Point:
    return Point(*(fmean(values) for values in zip(*points, strict=True)))


class Curve:
    """The most recall for so many reviews, from points and the straight lines between the best of them."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.best: list[Point] = []
        for point in sorted(points, key=lambda one: (one.reviews, -one.recall)):
            if not self.best or point.recall > self.best[-1].recall:
                self.best.append(point)

    def recall(self, reviews: float) -> float:
        """Without more reviews; nothing if that is less than the least."""
        if reviews < self.best[0].reviews:
            return -inf
        return _interpolate([(one.reviews, one.recall) for one in self.best], reviews)

    def reviews(self, recall: float) -> float:
        """Infinite if that much is not reached."""
        if recall > self.best[-1].recall:
            return inf
        return _interpolate([(one.recall, one.reviews) for one in self.best], recall)


def _interpolate(points: Sequence[tuple[float, float]], x: float) -> float:
    place = bisect_left(points, (x, -inf))
    if place in {0, len(points)}:
        return points[min(place, len(points) - 1)][1]
    (x0, y0), (x1, y1) = points[place - 1], points[place]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
