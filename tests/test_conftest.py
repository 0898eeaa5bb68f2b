"""What all tests rely on."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="this system does not show which signals are ignored"
)
def test_a_child_of_a_test_starts_with_the_default_signals_though_the_caller_ignores_some() -> None:
    ask = ["grep", "SigIgn", "/proc/self/status"]
    program = f"import subprocess, tests.conftest; subprocess.run({ask}, restore_signals=False)"
    caller = ["sh", "-c", 'trap "" INT QUIT HUP; exec "$@"', "sh", sys.executable, "-c", program]
    done = subprocess.run(caller, cwd=ROOT, capture_output=True, text=True, check=True)
    ignored = int(done.stdout.split()[1], 16)
    assert [number for number in signal.valid_signals() if ignored >> (number - 1) & 1] == []
