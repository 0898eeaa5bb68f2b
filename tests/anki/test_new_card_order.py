"""New cards come in Anki in the order in which they come here."""

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from srs.anki.export import export
from tests.collection.test_waiting_decks import deck
from tests.conftest import NOW, Home


def order_in_anki(package: Path, folder: Path) -> list[str]:
    """The fronts of the new cards, by position."""
    with zipfile.ZipFile(package) as file:
        (folder / "there.anki2").write_bytes(file.read("collection.anki2"))
    with closing(sqlite3.connect(folder / "there.anki2")) as there:
        rows = there.execute(
            "select flds from cards c join notes n on n.id = c.nid where type = 0 order by due"
        ).fetchall()
    return [fields.partition("\x1f")[0] for (fields,) in rows]


def test_by_rank_and_after_the_decks_that_come_first(home: Home, tmp_path: Path) -> None:
    home.write("a.yaml", deck("Stories", 2, "Basics"))
    home.write("b.yaml", deck("Basics", 2).replace("basics1?, back: b", "basics1?, back: b, order: 1"))
    home.write("c.yaml", deck("Words", 2))
    export(home.open(), tmp_path / "a.apkg", NOW)
    assert order_in_anki(tmp_path / "a.apkg", tmp_path) == [
        "basics1?",
        "words0?",
        "basics0?",
        "words1?",
        "stories0?",
        "stories1?",
    ]
