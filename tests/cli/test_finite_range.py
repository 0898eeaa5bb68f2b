"""Numbers on the command line that are none."""

import pytest

from tests.cli.conftest import Shell


@pytest.mark.parametrize(
    "command",
    [
        ("review", "--minutes"),
        ("goal", "2026-04-01", "--minutes"),
        ("goal", "2026-04-01", "--recall"),
        ("changed", "x", "soften", "--factor"),
    ],
)
@pytest.mark.parametrize("number", ["nan", "NaN", "-nan", "inf", "-inf"])
def test_what_is_in_no_range_is_refused(srs: Shell, command: tuple[str, ...], number: str) -> None:
    done = srs(*command, number)
    assert done.status == 2
    assert "is not in the range" in done.err
    assert srs("log", "--json").json == []
