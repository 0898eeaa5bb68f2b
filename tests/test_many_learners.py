"""The example that fits FSRS to the logs of many learners with DuckDB."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "examples" / "many_learners.py"


def test_it_finds_how_its_invented_learners_forget(tmp_path: Path) -> None:
    """They are half as stable at first as FSRS supposes, so what 40 of them teach predicts the others better."""
    pytest.importorskip("duckdb")
    command: list[str | Path] = [sys.executable, SCRIPT, tmp_path, "--simulate", "40"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    default, fitted = map(float, re.findall(r"log loss ([\d.]+)", printed))
    assert fitted < default
    assert len(list(tmp_path.glob("learner-*/*/2026-*.jsonl"))) >= 40


def test_undone_answers_do_not_count(tmp_path: Path) -> None:
    """The lines are those that `srs sync` writes; an undo may stand in the file of another machine."""
    pytest.importorskip("duckdb")
    line = '{{"at":"2026-01-0{day}T09:00:00.000+00:00","subject":"a/back","day":"2026-01-0{day}","what":"answered","rating":3}}\n'
    for machine, text in (
        ("m1", line.format(day=1) + line.format(day=3) + line.format(day=7)),
        ("m2", '{"at":"2026-01-03T09:00:00.000+00:00","subject":"a/back","what":"voided"}\n'),
    ):
        folder = tmp_path / "learner" / machine
        folder.mkdir(parents=True)
        (folder / "2026-01.jsonl").write_text(text)
    code = (
        f"import runpy, pathlib; read = runpy.run_path({str(SCRIPT)!r})['read']\n"
        f"found = sum(read(pathlib.Path({str(tmp_path)!r}), 10), [])\n"
        "print([len(item.reviews) for item in found])"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert printed.strip() == "[2]"
