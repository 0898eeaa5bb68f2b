"""What real Anki makes of the next export, after something has changed here or there.

The table "What a new export changes in Anki" in docs/anki.md tells learners what is tested here.
"""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from srs.anki.write import write_package
from srs.cli.kinds import KINDS
from srs.kinds.note import Deck
from tests.anki.conftest import Anki
from tests.anki.test_write import PAST, by_key, fresh, package

pytestmark = pytest.mark.check

DECK = Deck("Talk::All")
OTHER = Deck("Talk::Other")
SCHEDULE = ("id", "type", "queue", "due", "ivl", "reps")
WAYS = ("import-plain", pytest.param("import", marks=pytest.mark.slow))
"""As the dialog stands at first, and with all ticked."""


def note(note_id: str, deck: Deck = DECK, **fields: Any) -> Any:
    return KINDS.note(note_id, deck, {"front": f"{note_id}?", "back": "b"} | fields, [])


def exported(target: Path, *notes: Any, at: int = PAST, decks: tuple[Deck, ...] = (DECK, OTHER)) -> Path:
    write_package(package(fresh(*notes, at=at), decks=decks), target)
    return target


def of_a_later_version(file: Path, change: Callable[[Any], None], seconds: int = 60) -> Path:
    """The package as a later version of the program would write it: its note types changed, and newer by so much."""
    with zipfile.ZipFile(file) as old:
        data = old.read("collection.anki2")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(data)
        kinds = json.loads(connection.execute("select models from col").fetchone()[0])
        for kind in kinds.values():
            change(kind)
            kind["mod"] += seconds
        connection.execute("update col set models = ?", (json.dumps(kinds),))
        connection.commit()
        data = connection.serialize()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("collection.anki2", data)
        new.writestr("media", "{}")
    return file


def schedule(result: Any) -> dict[str, list[Any]]:
    return {key: [card[name] for name in SCHEDULE] for key, card in by_key(result).items()}


@pytest.fixture
def first(tmp_path: Path, anki: Anki) -> Any:
    """Anki with two notes of a first export, one of them answered."""
    return anki(f"import:{exported(tmp_path / 'a.apkg', note('one'), note('two'))}", "answer:Talk=3")


@pytest.mark.parametrize("way", WAYS)
def test_a_renamed_field_keeps_what_is_in_it(tmp_path: Path, anki: Anki, first: Any, way: str) -> None:
    def rename(kind: Any) -> None:
        kind["flds"][1]["name"] = "Reverse"
        kind["tmpls"][0]["afmt"] = kind["tmpls"][0]["afmt"].replace("{{Back}}", "{{Reverse}}")

    file = of_a_later_version(exported(tmp_path / "b.apkg", note("one"), note("two", back="new")), rename)
    result = anki(f"{way}:{file}")
    assert {card["fields"]["Reverse"] for card in result["cards"]} == {"b"}
    assert all("Back" not in card["fields"] and "has a problem" not in card["answer"] for card in result["cards"])
    assert schedule(result) == schedule(first)
    assert result["scm"] == first["scm"], "no full sync"


def new_look(kind: Any) -> None:
    kind["css"] += "/* new */"
    kind["tmpls"][0]["qfmt"] = "New: " + kind["tmpls"][0]["qfmt"]


@pytest.mark.parametrize("way", WAYS)
def test_a_newer_look_lands(tmp_path: Path, anki: Anki, first: Any, way: str) -> None:
    result = anki(f"{way}:{of_a_later_version(exported(tmp_path / 'b.apkg', note('one')), new_look)}")
    assert result["css"]["srs Basic"] == first["css"]["srs Basic"] + "/* new */"
    assert all(card["question"].startswith("New: ") for card in result["cards"])
    assert schedule(result) == schedule(first)
    assert result["scm"] == first["scm"], "no full sync"


def test_a_look_that_is_not_newer_leaves_the_learners_own(tmp_path: Path, anki: Anki, first: Any) -> None:
    result = anki(f"import-plain:{of_a_later_version(exported(tmp_path / 'b.apkg', note('one')), new_look, 0)}")
    assert result["css"] == first["css"]


def test_after_note_types_were_merged_a_new_look_lands_only_when_always_is_chosen(
    tmp_path: Path, anki: Anki, first: Any
) -> None:
    """Merging counts as a change of the note type at that moment, which is later than our look."""
    anki(f"import:{exported(tmp_path / 'b.apkg', note('one'))}")
    file = of_a_later_version(exported(tmp_path / "c.apkg", note("one")), new_look)
    assert anki(f"import-plain:{file}")["css"] == first["css"]
    assert anki(f"import-always:{file}")["css"] != first["css"]


@pytest.mark.parametrize("way", WAYS)
def test_a_spare_field_is_taken_into_use_without_a_full_sync(tmp_path: Path, anki: Anki, first: Any, way: str) -> None:
    def use(kind: Any) -> None:
        (spare,) = (field for field in kind["flds"] if field["name"] == "Spare1")
        spare["name"] = "Extra"
        kind["tmpls"][0]["qfmt"] += "[{{Extra}}]"

    result = anki(f"{way}:{of_a_later_version(exported(tmp_path / 'b.apkg', note('one')), use)}")
    assert all("Extra" in card["fields"] and card["question"].endswith("[]") for card in result["cards"])
    assert schedule(result) == schedule(first)
    assert result["scm"] == first["scm"]


def second_template(kind: Any) -> None:
    kind["tmpls"].append(kind["tmpls"][0] | {"name": "Second", "ord": 1, "id": 1_234_567_890_123, "qfmt": "{{Back}}!"})


def test_a_new_template_needs_merged_note_types_and_a_full_sync(tmp_path: Path, anki: Anki, first: Any) -> None:
    file = of_a_later_version(
        exported(tmp_path / "b.apkg", note("one", back="new"), note("two"), at=PAST + 5000), second_template
    )
    result = anki(f"import:{file}")
    cards = by_key(result)
    assert cards.keys() == {"one/0", "one/1", "two/0", "two/1"}
    assert cards["one/1"]["question"].endswith("new!")
    assert {key: cards[key]["id"] for key in by_key(first)} == {key: card["id"] for key, card in by_key(first).items()}
    assert {card["kind"] for card in result["cards"]} == {"srs Basic"}
    assert result["scm"] != first["scm"], "Anki asks for a full sync"


def test_without_merging_a_new_template_makes_a_second_note_type_and_edits_do_not_land(
    tmp_path: Path, anki: Anki, first: Any
) -> None:
    file = of_a_later_version(
        exported(tmp_path / "b.apkg", note("one", back="new"), note("three"), at=PAST + 5000), second_template
    )
    cards = by_key(anki(f"import-plain:{file}"))
    assert {key: card["kind"] for key, card in cards.items()} == {
        "one/0": "srs Basic",
        "two/0": "srs Basic",
        "three/0": "srs Basic+",
    }
    assert cards["one/0"]["fields"]["Back"] == "b"


@pytest.mark.parametrize("way", WAYS)
def test_a_moved_note_stays_in_its_old_deck_until_it_is_moved_there_too(
    tmp_path: Path, anki: Anki, first: Any, way: str
) -> None:
    file = exported(tmp_path / "b.apkg", note("one", OTHER, back="new"), note("three", OTHER), at=PAST + 5000)
    result = by_key(anki(f"{way}:{file}"))
    assert (result["one/0"]["deck"], result["one/0"]["fields"]["Back"]) == (DECK.name, "new")
    assert result["three/0"]["deck"] == OTHER.name
    moved = anki(f'move:"Srs:one *"={OTHER.name}', f"{way}:{file}")
    assert by_key(moved)["one/0"]["deck"] == OTHER.name
    assert {key: row for key, row in schedule(moved).items() if key != "three/0"} == schedule(first)


@pytest.mark.parametrize("way", WAYS)
def test_the_card_of_a_deleted_gap_stays_and_is_empty(tmp_path: Path, anki: Anki, way: str) -> None:
    def cloze(text: str) -> Any:
        return KINDS.note("one", DECK, {"cloze": text}, [])

    first = anki(f"import:{exported(tmp_path / 'a.apkg', cloze('a {{c1::b}} {{c2::c}}'))}", "answer:Talk=3")
    result = anki(f"{way}:{exported(tmp_path / 'b.apkg', cloze('a b {{c2::c}}'), at=PAST + 5000)}")
    assert (first["empty"], result["empty"]) == (0, 1)
    assert schedule(result) == schedule(first)


@pytest.mark.parametrize("way", WAYS)
def test_a_deck_renamed_here_leaves_old_cards_in_the_old_one(tmp_path: Path, anki: Anki, first: Any, way: str) -> None:
    deck = Deck("Renamed")
    file = exported(tmp_path / "b.apkg", note("one", deck), note("new", deck), decks=(deck,))
    assert {key: card["deck"] for key, card in by_key(anki(f"{way}:{file}")).items()} == {
        "one/0": DECK.name,
        "two/0": DECK.name,
        "new/0": "Renamed",
    }


@pytest.mark.parametrize("way", WAYS)
def test_renamed_in_anki_before_the_export_everything_stays_together(
    tmp_path: Path, anki: Anki, first: Any, way: str
) -> None:
    deck = Deck("Renamed")
    file = exported(tmp_path / "b.apkg", note("one", deck), note("new", deck), decks=(deck,))
    result = anki(f"rename-deck:{DECK.name}=Renamed", f"{way}:{file}")
    assert {card["deck"] for card in result["cards"]} == {"Renamed"}
    assert {key: row for key, row in schedule(result).items() if key != "new/0"} == schedule(first)


@pytest.mark.parametrize("way", WAYS)
def test_a_deck_renamed_only_in_anki_keeps_its_cards_and_new_ones_get_the_old_name(
    tmp_path: Path, anki: Anki, first: Any, way: str
) -> None:
    file = exported(tmp_path / "b.apkg", note("one"), note("new"))
    result = by_key(anki(f"rename-deck:{DECK.name}=Mine", f"{way}:{file}"))
    assert {key: card["deck"] for key, card in result.items()} == {
        "one/0": "Mine",
        "two/0": "Mine",
        "new/0": DECK.name,
    }


@pytest.mark.parametrize("way", WAYS)
def test_a_note_deleted_here_stays_and_one_deleted_there_comes_back_as_new(
    tmp_path: Path, anki: Anki, first: Any, way: str
) -> None:
    assert schedule(anki(f"{way}:{exported(tmp_path / 'b.apkg', note('two'))}")) == schedule(first)
    result = anki('delete:"Srs:one *"', f"{way}:{exported(tmp_path / 'c.apkg', note('one'), note('two'))}")
    assert result["notes"] == 2
    assert (by_key(result)["one/0"]["type"], by_key(result)["one/0"]["reps"]) == (0, 0)


@pytest.mark.parametrize("name", ["Default", "default", "Default::Part"])
def test_a_deck_called_default_is_ankis_own_of_that_name(tmp_path: Path, anki: Anki, name: str) -> None:
    deck = Deck(name)
    result = anki(f"import-plain:{exported(tmp_path / 'a.apkg', note('one', deck), decks=(deck,))}")
    assert {card["deck"].casefold() for card in result["cards"]} == {name.casefold()}
    assert not any("_" in other or "+" in other for other in result["decks"])
