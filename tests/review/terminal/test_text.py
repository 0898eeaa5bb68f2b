"""Words and harmless text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.collection.zone import calendar
from srs.core.clock import Calendar
from srs.core.event import Days, Next, Step
from srs.core.safe_text import printable
from srs.core.settings import Settings
from srs.review.terminal.text import duration, interval, moment
from tests.conftest import instant

SEOUL: Calendar = calendar(Settings(zone="Asia/Seoul"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("a\x00b\x7fc\x9b", "a␀b␡c<009B>"),
        ("a\tb", "a    b"),
        ("abc\u202ecba", "abc<202E>cba"),
        ("zero\u200bwidth", "zero<200B>width"),
        ("\r\n", "␍\n"),
        ("촉박한 마감 👩‍💻 e\u0301 שלום", "촉박한 마감 👩‍💻 e\u0301 שלום"),
    ],
)
def test_what_could_drive_the_terminal_is_shown_instead(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text() | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_no_control_ever_remains(text: str) -> None:
    shown = printable(text)
    assert printable(shown) == shown
    assert all(
        character == "\n" or unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"} for character in shown
    )
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@pytest.mark.parametrize(
    ("led_to", "shown"),
    [
        (Step(False, 0, 60), "1m"),
        (Step(False, 0, 330), "5.5m"),
        (Step(True, 0, 600), "10m"),
        (Step(False, 1, 5400), "1.5h"),
        (Days(1), "1d"),
        (Days(29), "29d"),
        (Days(43), "1.4mo"),
        (Days(364), "12mo"),
        (Days(365), "1y"),
        (Days(36_500), "99.9y"),
    ],
)
def test_what_a_button_promises_is_short(led_to: Next, shown: str) -> None:
    assert interval(led_to) == shown


@pytest.mark.parametrize(
    ("ms", "shown"),
    [(0, "0 s"), (59_999, "59 s"), (60_000, "1 min"), (200_000, "3 min 20 s"), (3_900_000, "1 h 05 min")],
)
def test_a_time_spent(ms: int, shown: str) -> None:
    assert duration(ms) == shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-03-02T08:00+09:00", "now"),
        ("2026-03-02T09:00:30+09:00", "in a minute"),
        ("2026-03-02T09:08+09:00", "in 8 minutes"),
        ("2026-03-02T10:00+09:00", "at 10:00"),
        ("2026-03-03T03:59+09:00", "at 03:59"),
        ("2026-03-03T04:00+09:00", "tomorrow"),
        ("2026-03-05T04:00+09:00", "on 5 March"),
        ("2027-01-05T04:00+09:00", "on 5 January 2027"),
    ],
)
def test_when_the_next_card_is_due(at: str, shown: str) -> None:
    assert moment(instant(at), instant("2026-03-02T09:00+09:00"), SEOUL) == shown
