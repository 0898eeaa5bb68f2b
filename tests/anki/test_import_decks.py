"""Decks of a package become deck files."""

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from srs.anki.import_decks import import_decks
from srs.cli.kinds import KINDS
from tests.anki.conftest import REAL, run_anki
from tests.anki.test_convert_note import MEET
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
    why = "its cards are in several decks in Anki, and here all in the deck of the first card"
    assert found["changed"] == [{"why": why, "notes": 2, "example": "guid-0000"}]
    said = srs("import", "--decks", "other", str(file)).out
    assert f"2 notes not quite as in Anki: {why} (guid guid-0000)\n" in said


def test_cards_in_several_decks_stay_there_when_they_go_back(tmp_path: Path) -> None:
    """Into their own collection, as a package and by sync, with the reviews of both sides."""
    decks = {"one": ["A", "B"], "two": ["B::C", "A"], "three": ["C", "C"]}
    collection(tmp_path, decks, {})
    path = tmp_path / "a.anki2"
    before = run_anki([str(REAL), str(path), "fsrs", "answer:A=3", "answer:B=4"], tmp_path, "UTC")["cards"]
    srs = Shell(tmp_path, {"SRS_DECKS": "mine"})
    assert srs("import", "--with-progress", str(path)).status == 0
    card = next(card["card"] for card in srs("find", "three", "--json").json for card in [{"card": card["cards"][0]}])
    assert srs("answer", card, "good").status == 0
    assert srs("export", "back.apkg").status == 0
    copy = tmp_path / "copy.anki2"
    copy.write_bytes(path.read_bytes())
    met = subprocess.run(
        [sys.executable, "-c", MEET, str(copy), str(tmp_path / "back.apkg")], check=True, capture_output=True
    )
    assert json.loads(met.stdout) == {"same": True, "new": 0, "met": 3, "notes": 3}
    plan = srs("anki", "sync", "--json", str(path)).json
    assert (plan["to_anki"]["new_notes"], plan["to_anki"]["changed_texts"], plan["changed_in_anki"]) == ([], [], [])
    after = run_anki([str(REAL), str(path)], tmp_path, "UTC")["cards"]
    assert [(card["id"], card["deck"], card["kind"], card["fields"]) for card in after] == [
        (card["id"], card["deck"], card["kind"], card["fields"]) for card in before
    ]
    assert sum(card["reps"] for card in after) == 3


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
