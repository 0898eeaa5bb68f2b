"""The starter decks, exported as a learner does, in real Anki."""

from pathlib import Path
from typing import Any

import pytest

from tests.anki.conftest import Anki
from tests.cli.conftest import Shell
from tests.decks.guide import starter_notes

pytestmark = pytest.mark.check

ROOT = Path(__file__).parents[2]


def srs(home: Path, *args: str, decks: Path = ROOT / "decks") -> Any:
    """Runs the program; what it prints, as JSON where it is that."""
    done = Shell(home)("--decks", str(decks), *args, TZ="UTC", SRS_NOW="")  # Anki reads the real clock, too
    assert done.status == 0, done.err
    return done.json if "--json" in args else done.out


def test_every_note_and_card_arrives_once_and_draws(tmp_path: Path, anki: Anki) -> None:
    printed = srs(tmp_path, "export", "a.apkg")
    assert len(printed.splitlines()) == 3
    notes = srs(tmp_path, "find", "--json")
    result = anki(f"import:{tmp_path / 'a.apkg'}")
    assert result["notes"] == len(notes)
    ours = sorted(f"{note.id}/{card.ordinal}" for note in starter_notes() for card in note.cards())
    assert sorted(f"{card['fields']['Srs'].split()[0]}/{card['ord']}" for card in result["cards"]) == ours
    assert (result["fine"], result["empty"]) == (True, 0)
    assert all("has a problem" not in card["question"] + card["answer"] for card in result["cards"])
    subdecks = {note.deck for note in starter_notes()}
    assert len(subdecks) == len(list((ROOT / "decks").glob("*.yaml")))
    assert result["decks"].keys() - {"Default"} == {"Interview", *subdecks}
    assert {note["kind"] for note in notes} == {"phrase", "quiz", "mapping", "star", "basic", "cloze"}


def test_imported_again_after_an_edit_the_text_changes_and_the_schedule_stays(tmp_path: Path, anki: Anki) -> None:
    decks = tmp_path / "decks"
    decks.mkdir()
    text = (ROOT / "decks" / "phrases.yaml").read_text("utf-8")
    (decks / "phrases.yaml").write_text(text, "utf-8")
    srs(tmp_path, "export", "a.apkg", decks=decks)
    schedule = ("id", "type", "queue", "due", "ivl", "reps")
    first = anki(f"import:{tmp_path / 'a.apkg'}", "answer:Interview::Phrases=3")
    (decks / "phrases.yaml").write_text(
        text.replace("I had to ship the first version", "I shipped version one"), "utf-8"
    )
    srs(tmp_path, "export", "b.apkg", decks=decks)
    second = anki(f"import:{tmp_path / 'b.apkg'}")
    assert not any("I shipped version one" in card["question"] for card in first["cards"])
    assert any("I shipped version one" in card["question"] for card in second["cards"])
    assert [[card[name] for name in schedule] for card in first["cards"]] == [
        [card[name] for name in schedule] for card in second["cards"]
    ]


def test_progress_exported_is_the_progress_that_the_program_shows(tmp_path: Path, anki: Anki) -> None:
    for card, ratings in {"tight-deadline/ko-en": "344", "root-cause/en-ko": "4", "team-of-five/ko-en": "31"}.items():
        for rating in ratings:
            srs(tmp_path, "answer", card, rating)
    srs(tmp_path, "suspend", "root-cause/en-ko")
    srs(tmp_path, "undo")
    srs(tmp_path, "suspend", "team-of-five/en-ko")
    srs(tmp_path, "export", "a.apkg")
    srs(tmp_path, "export", "fresh.apkg", "--fresh")
    result = anki(f"import:{tmp_path / 'a.apkg'}", "fsrs")
    by_key = {
        f"{card['fields']['Srs'].split()[0]}/{['en-ko', 'ko-en'][card['ord']]}": card
        for card in result["cards"]
        if card["kind"].startswith("srs Phrase")
    }
    for note in ("tight-deadline", "root-cause", "team-of-five"):
        for shown in srs(tmp_path, "show", note, "--json")["cards"]:
            card = by_key[shown["card"]]
            assert (card["reps"], card["lapses"]) == (shown["reps"], shown["lapses"])
            assert card["type"] == {"new": 0, "learning": 1, "review": 2, "relearning": 3}[shown["state"]]
            assert (card["queue"] == -1) is shown["suspended"]
            if shown["stability"] is not None:
                assert card["again_stability"] == pytest.approx(shown["stability"], rel=1e-4)
                assert card["difficulty"] == pytest.approx(shown["difficulty"], abs=1e-3)
    assert len(result["log"]) == 6
    (tmp_path / "real.anki2").unlink()
    assert all(card["type"] == 0 for card in anki(f"import:{tmp_path / 'fresh.apkg'}")["cards"])
