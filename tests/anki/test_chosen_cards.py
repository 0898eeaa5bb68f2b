"""Anki keeps the cards that a deck file no longer asks."""

from pathlib import Path

from srs.anki.export import export
from srs.anki.pull import pull
from tests.anki.conftest import TimedAnki
from tests.conftest import DAY, NOW, PHRASES, Home, state_of


def test_reviews_of_a_card_that_is_not_asked_are_recorded(home: Home, tmp_path: Path, timed_anki: TimedAnki) -> None:
    home.write("a.yaml", PHRASES)
    export(home.open(), tmp_path / "ours.apkg", NOW)
    home.write("a.yaml", PHRASES.replace("tags: [phrase]", "tags: [phrase]\ncards: [ko-en]"))
    timed_anki(
        ["at", NOW + DAY],
        ["import", str(tmp_path / "ours.apkg")],
        ["answer", "tight/0", 3],
        ["export", "colpkg", str(tmp_path / "theirs.colpkg")],
        zone="Asia/Seoul",
    )
    collection = home.open()
    assert pull(collection, tmp_path / "theirs.colpkg", NOW + 2 * DAY).events == 1
    assert [state_of(collection, f"tight/{slug}").reps for slug in ("en-ko", "ko-en")] == [1, 0]
