"""Days put together by week, month or year."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from srs.insight.report.spans import put_together
from srs.insight.stats import Amount, ByAge, Retention, sum_amounts
from tests.insight.report.made_stats import made_stats

DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))


@given(st.dictionaries(DAYS, st.integers(1, 999), min_size=1, max_size=30), st.integers(0, 90))
def test_all_that_was_answered_is_in_few_spans_of_equal_kind(answers: dict[date, int], more: int) -> None:
    last = max(answers) + timedelta(min(more, (date(2199, 12, 31) - max(answers)).days))
    days = {day: Amount(n, n, n // 2, 0, 1000 * n) for day, n in sorted(answers.items())}
    ages = {day: ByAge(*[Retention(n, n // 2)] * 3) for day, n in sorted(answers.items())}
    found = put_together(made_stats(last=last, days=days, ages=ages))
    assert len(found.spans) <= 54 or found.unit == "year"
    assert sum_amounts(span.amount for span in found.spans) == sum_amounts(days.values())
    assert sum(span.ages.mature.recalled for span in found.spans) == sum(n // 2 for n in answers.values())
    names = [span.name for span in found.spans]
    assert names == sorted(set(names))


def test_a_period_has_the_smallest_unit_that_can_be_read() -> None:
    last, one = date(2026, 3, 31), Amount(1, 1, 1, 0, 1000)
    for days, unit, first in (
        (1, "day", "2026-03-31"),
        (54, "day", "2026-02-06"),
        (55, "week", "2026-02-02"),
        (365, "week", "2025-03-31"),
        (400, "month", "2025-02"),
        (2000, "year", "2020"),
    ):
        found = put_together(made_stats(last=last, days={last - timedelta(days - 1): one}))
        assert (found.unit, found.spans[0].name) == (unit, first)
        assert found.spans[0].amount == one
