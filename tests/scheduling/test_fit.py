"""What is fitted to a learner, when it is not, and how predictions are scored."""

import json
import subprocess
import sys
from collections.abc import Sequence
from math import nan

import fsrs_rs_python as rust
import pytest

from srs.core.event import Parameters
from srs.scheduling.fit import FEW, NEEDED, Fit, History, NoFit, Score, calibration, count_reviews, evaluate, fit
from srs.scheduling.fsrs6 import interval_model, memory_model
from srs.scheduling.scheduler import DEFAULT, parameter_problem
from tests.simulated_learner import DAY_MS, FORGETFUL, histories_of, live

FORGETFUL_LIFE = histories_of(live(1, cards=300, days=90).events)


def their_score(histories: list[History], values: tuple[float, ...]) -> tuple[float, float]:
    """fsrs-rs' evaluation of the same reviews, oldest first."""
    items = [
        (
            history.at[n],
            [rust.FSRSReview(*review) for review in list(zip(history.ratings, history.elapsed, strict=True))[: n + 1]],
        )
        for history in histories
        for n, elapsed in enumerate(history.elapsed)
        if elapsed
    ]
    found = rust.FSRS(list(values)).evaluate(
        [rust.FSRSItem(reviews) for _, reviews in sorted(items, key=lambda i: i[0])]
    )
    return found.log_loss, found.rmse_bins


def intervals(values: tuple[float, ...], *ratings: int) -> list[int]:
    """Days after each of these answers, each given on the day it was due."""
    first, following = memory_model(values)
    interval = interval_model(values, 0.9)
    stability, difficulty = first(ratings[0])
    days = [interval(stability)]
    for rating in ratings[1:]:
        stability, difficulty = following(stability, difficulty, days[-1], rating)
        days.append(interval(stability))
    return days


def score(histories: list[History], values: Sequence[float], since: int = 0) -> Score:
    found = evaluate(histories, values, since)
    assert found
    return found[0]


@pytest.mark.parametrize("values", [DEFAULT.values, FORGETFUL], ids=["default", "forgetful"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_scores_are_those_of_fsrs_rs(seed: int, values: tuple[float, ...]) -> None:
    histories = histories_of(live(seed, cards=120, days=60).events)
    assert tuple(score(histories, values)) == pytest.approx(their_score(histories, values), rel=1e-4)


def test_one_review_is_scored_as_by_fsrs_rs() -> None:
    history = [History((1, 2), (0, 2), (3, 1))]
    assert tuple(score(history, DEFAULT.values)) == pytest.approx(their_score(history, DEFAULT.values), rel=1e-4)


def test_a_learner_who_forgets_faster_is_predicted_better_and_asked_sooner() -> None:
    found = fit(FORGETFUL_LIFE, DEFAULT)
    assert isinstance(found, Fit)
    assert found.reviews == count_reviews(FORGETFUL_LIFE) > FEW
    assert found.after.log_loss < found.before.log_loss * 0.98
    assert found.after.rmse < found.before.rmse
    assert found.parameters.fitted is not None
    assert found.parameters.fitted.reviews == found.reviews
    fitted, default = (intervals(values, 3, 3, 3) for values in (found.parameters.values, DEFAULT.values))
    assert all(mine < theirs for mine, theirs in zip(fitted, default, strict=True))


def test_the_scores_are_of_reviews_that_the_fit_had_not_seen() -> None:
    """The later quarter: what was answered before has no part in them but the memory."""
    found = fit(FORGETFUL_LIFE, DEFAULT)
    times = sorted(at for card in FORGETFUL_LIFE for at, days in zip(card.at, card.elapsed, strict=True) if days)
    assert isinstance(found, Fit)
    assert found.measured == len(times) - int(len(times) * 0.75)
    assert found.before == score(FORGETFUL_LIFE, DEFAULT.values, since=times[-found.measured])


def test_with_few_reviews_only_the_first_four_parameters_are_fitted() -> None:
    histories = histories_of(live(6, cards=120, days=30).events)
    assert NEEDED < count_reviews(histories) < FEW
    found = fit(histories, DEFAULT)
    assert isinstance(found, Fit)
    assert found.only_first_four
    assert found.parameters.values[:4] != DEFAULT.values[:4]
    assert found.parameters.values[4:] == pytest.approx(DEFAULT.values[4:], abs=1e-4)


def test_a_second_fit_to_the_same_reviews_is_not_better() -> None:
    first = fit(FORGETFUL_LIFE, DEFAULT)
    assert isinstance(first, Fit)
    found = fit(FORGETFUL_LIFE, first.parameters)
    assert isinstance(found, NoFit)
    assert (found.problem, found.reviews, found.measured) == ("not-better", first.reviews, first.measured)
    assert found.before
    assert found.after
    assert found.after.log_loss >= found.before.log_loss


@pytest.mark.parametrize(
    ("histories", "reviews"),
    [
        ([], 0),
        ([History((n,), (0,), (3,)) for n in range(500)], 0),
        ([History(tuple(range(n, n + 9)), (0,) * 9, (3,) * 9) for n in range(500)], 0),
        ([History((n, DAY_MS + n), (0, 1), (3, 3)) for n in range(NEEDED - 1)], NEEDED - 1),
    ],
    ids=["no answers", "one answer per card", "answers of the same day", "one review too few"],
)
def test_too_few_reviews_are_counted_and_not_fitted(histories: list[History], reviews: int) -> None:
    assert fit(histories, DEFAULT) == NoFit("too-few", reviews)


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
@pytest.mark.parametrize("gap", [1, 30_000])
def test_reviews_that_are_all_alike_are_no_failure(gap: int, rating: int) -> None:
    """Recall that is certain or impossible, and gaps of a lifetime."""
    histories = [History((n, DAY_MS + n, 2 * DAY_MS + n), (0, gap, gap), (rating,) * 3) for n in range(NEEDED)]
    found = fit(histories, DEFAULT)
    assert not isinstance(found, Fit) or not parameter_problem(found.parameters)


def test_all_parameters_that_are_out_of_bounds_are_named_at_once() -> None:
    values = (nan, *DEFAULT.values[1:7], 1.5, *DEFAULT.values[8:])
    assert (
        parameter_problem(Parameters("FSRS-6", values))
        == "w[0] is nan, not 0.001 to 100.0; w[7] is 1.5, not 0.001 to 0.75"
    )
    assert parameter_problem(Parameters("FSRS-6", values[:19])) == "there are 19 parameters; FSRS-6 has 21"
    assert parameter_problem(Parameters("FSRS-7", values)) == "the model FSRS-7 is unknown"


def test_nothing_is_fitted_with_the_library_before_it_is_needed() -> None:
    """`fsrs_rs_python` is loaded by no other command."""
    program = "import json, sys; import srs.scheduling.fit; print(json.dumps('fsrs_rs_python' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) is False


def test_the_model_is_off_for_a_learner_who_forgets_faster_and_not_for_one_as_it_expects() -> None:
    off = calibration(FORGETFUL_LIFE, DEFAULT.values)
    assert off.is_off
    assert off.recalled < off.expected
    assert not calibration(FORGETFUL_LIFE, FORGETFUL).is_off
    usual = histories_of(live(2, cards=300, days=90, memory=DEFAULT.values).events)
    assert not calibration(usual, DEFAULT.values).is_off


def test_a_few_reviews_say_nothing_of_the_model() -> None:
    assert not calibration([], DEFAULT.values).is_off
    lapses = [History((1, 2), (0, 2), (3, 1))] * 3
    assert calibration(lapses, DEFAULT.values).recalled == 0
    assert not calibration(lapses, DEFAULT.values).is_off


def test_the_shares_are_those_of_the_latest_reviews() -> None:
    early = [History((n, n + 1), (0, 2), (3, 1)) for n in range(1000)]
    late = [History((n, n + 1), (0, 2), (3, 3)) for n in range(5000, 6000)]
    found = calibration([*early, *late], DEFAULT.values)
    assert (found.reviews, found.recalled) == (1000, 1.0)
    assert 0.8 < found.expected < 1
