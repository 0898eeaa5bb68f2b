"""Decks of a package become deck files."""

import json
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from srs.anki.import_decks import import_decks
from srs.cli.kinds import KINDS
from tests.anki.test_stranger_cards import drawn, kind
from tests.cli.conftest import Shell

CARDS = ["{{F}}", "{{B}}"], ["{{B}}", "{{F}}"]


def collection(folder: Path, decks: Mapping[str, list[str]], renamed: Mapping[str, str]) -> Path:
    """A note for each name, its cards in those decks; `renamed` as no Anki of today would do it."""
    drawn(folder, {name: kind({"F": name, "B": f"{name} b"}, *CARDS, decks=cards) for name, cards in decks.items()})
    with zipfile.ZipFile(folder / "a.apkg") as package:
        path = Path(package.extract("collection.anki21", folder))
    with closing(sqlite3.connect(path)) as connection:
        found = json.loads(connection.execute("select decks from col").fetchone()[0])
        for deck in found.values():
            deck["name"] = renamed.get(deck["name"], deck["name"])
        connection.execute("update col set decks = ?", (json.dumps(found),))
        connection.commit()
    return path.rename(folder / "b.anki2")


def test_decks_whose_names_differ_in_case_are_one_as_in_anki(tmp_path: Path) -> None:
    decks = {"one": ["A::b"], "two": ["X"], "three": ["Y"]}
    file = collection(tmp_path, decks, {"X": "a::B", "Y": "a::C"})
    plan = import_decks(tmp_path / "mine", file, KINDS).plan
    assert [(new.deck, new.notes) for new in plan.files] == [("A::C", 1), ("A::b", 2)]


def test_notes_whose_cards_lie_in_several_decks_are_counted(tmp_path: Path) -> None:
    """A note of ours has one deck: that of its first card."""
    file = collection(tmp_path, {"one": ["A", "B"], "two": ["B", "B"], "three": ["C", "A"]}, {})
    srs = Shell(tmp_path, {"SRS_DECKS": "mine"})
    found = srs("import", "--json", str(file)).json
    assert [(deck["deck"], deck["notes"], deck["cards"]) for deck in found["decks"]] == [
        ("A", 1, 2),
        ("B", 1, 2),
        ("C", 1, 2),
    ]
    why = "its cards lie in several decks in Anki, here all in that of the first"
    assert found["changed"] == [{"why": why, "notes": 2, "example": "guid-0000"}]
    said = srs("import", "--decks", "other", str(file)).out
    assert f"2 notes not quite as in Anki: {why} (guid guid-0000)\n" in said


def test_what_cards_do_in_anki_alone_is_counted(tmp_path: Path) -> None:
    """Also a card that answers nothing, of a note whose other card does."""
    plain = {"F": "f", "B": "b"}
    read_aloud = kind(plain, ["{{F}} {{tts en_US:F}}"], ["{{F}}<script>run()</script>"])
    drawn(
        tmp_path,
        {"aloud": read_aloud, "half": kind(plain, ["{{F}}"], ["{{B}}", "{{F}}<script>x</script>"], ["{{F}}!", "<br>"])},
    )
    done = import_decks(tmp_path / "mine", tmp_path / "a.apkg", KINDS)
    assert {one.why: (one.notes, one.example) for one in done.plan.changed} == {
        "the scripts of its note type are not run": (2, "guid-0000"),
        "Anki reads it aloud, srs does not": (1, "guid-0000"),
        "a card that answers nothing is left out": (1, "guid-0001"),
    }
