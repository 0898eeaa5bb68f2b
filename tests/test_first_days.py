"""The plan of the first days that `examples/first_days.py` prints."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import PHRASES

SCRIPT = Path(__file__).parents[1] / "examples" / "first_days.py"


def printed(*args: str | Path) -> list[str]:
    result = subprocess.run(
        [sys.executable, SCRIPT, *args], check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return result.stdout.splitlines()


def test_it_names_the_new_cards_of_each_day_by_deck(tmp_path: Path) -> None:
    names = [f"a-rather-long-name-{number:02}" for number in range(13)]
    notes = "".join(f"- {{id: {name}, front: {name}?, back: b}}\n" for name in names)
    (tmp_path / "words.yaml").write_text(f"deck: Words\nafter: [Talk]\nnotes:\n{notes}")
    (tmp_path / "phrases.yaml").write_text(PHRASES, "utf-8")
    lines = printed(tmp_path, "--days", "3", "--new", "9")
    assert lines[:5] == [
        "Day 1: 2 new, 0 from earlier days",
        "  Talk::Phrases (2): tight/en-ko root/en-ko",
        "Day 2: 9 new, 0 from earlier days",
        "  Talk::Phrases (2): tight/ko-en root/ko-en",
        "  Words (7): a-rather-long-name-00 a-rather-long-name-01 a-rather-long-name-02",
    ]
    assert "Day 3: 6 new, 2 from earlier days" in lines
    assert lines[-1] == "Later: nothing"
    assert all(len(line) <= 80 for line in lines)


def test_the_starter_decks_fill_the_first_day() -> None:
    assert printed("--days", "1")[0] == "Day 1: 20 new, 0 from earlier days"
