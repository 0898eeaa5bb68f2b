"""An export over one of an older srs, which filled no spare field: `older/older.apkg` was written by it from the decks beside
it, with nine answers to five cards.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from srs.anki.export import export
from srs.anki.import_decks import import_decks
from srs.anki.notetypes import RENDERED, VERSION
from srs.cli.kinds import KINDS
from srs.deckfile import parse
from tests.anki.conftest import Anki
from tests.anki.test_write import by_key
from tests.conftest import NOW, Home

pytestmark = pytest.mark.check

OLDER = Path(__file__).with_name("older")
SCHEDULE = ("id", "guid", "deck", "kind", "type", "queue", "due", "ivl", "reps")
WAYS = ("import-plain", "import")
NEW_KEYS = {
    "phrases.yaml": (
        ("languages:", "cards: [ko-en]\nby_ear: [en-ko]\nlanguages:"),
        ("  hint: under", "  chunk: {ko: 마감이 촉박한 상황에서, en: under a tight deadline}\n  hint: under"),
    ),
    "questions.yaml": (
        ("notes:", "languages: {ko: ko-KR, en: en-US}\nnotes:"),
        ("  principles:", "  wordings: [Tell me about debt., '<b>Which</b> debt?']\n  also_accepted: [dive-deep]\n  principles:"),
    ),
}  # fmt: skip


def exported(home: Home, target: Path, keys: Any) -> Path:
    """The older decks with further keys."""
    for name in NEW_KEYS:
        text = (OLDER / name).read_text("utf-8")
        for old, new in keys.get(name, ()):
            assert old in text
            text = text.replace(old, new)
        home.write(name, text)
    export(home.open(), target, NOW)
    return target


def schedule(result: Any) -> dict[str, list[Any]]:
    assert len(result["cards"]) == len({(card["guid"], card["ord"]) for card in result["cards"]}), "no card twice"
    return {key: [card[name] for name in SCHEDULE] for key, card in by_key(ours(result)).items()}


def ours(result: Any) -> Any:
    """Without the learner's own cards."""
    return result | {"cards": [card for card in result["cards"] if card["kind"].startswith("srs ")]}


@pytest.mark.parametrize("way", WAYS)
def test_schedules_stay_and_notes_get_what_is_new(home: Home, tmp_path: Path, anki: Anki, way: str) -> None:
    first = anki("fill:300", f"import:{OLDER / 'older.apkg'}", "fsrs", "answer:Talk=3")
    second = anki(f"{way}:{exported(home, tmp_path / 'new.apkg', NEW_KEYS)}")
    assert schedule(second) == schedule(first)
    assert (second["log"], second["notes"], second["scm"]) == (first["log"], first["notes"], first["scm"])
    assert (second["fine"], second["empty"]) == (True, 0)
    assert {card["kind"] for card in second["cards"]} == {card["kind"] for card in first["cards"]}, (
        "no second note type"
    )
    cards = by_key(ours(second))
    assert cards["tight/1"]["fields"]["Foreign"] == "I had to ship the first version <b>under a tight deadline</b>."
    assert cards["tight/1"]["fields"]["Spare1"]
    assert {card["fields"]["Spare2"] for key, card in cards.items() if card["template"] == "en-ko"} == {"ko-en"}
    assert cards["debt-lp/0"]["fields"]["Spare2"] == "Dive Deep"
    for key in ("debt-lp/0", "migration-star/0", "letters/0", "share/0", "gap/0"):
        assert cards[key]["fields"]["Spare3"].startswith("[anki:tts lang=en_US]"), key
    assert not any("has a problem" in card["question"] + card["answer"] for card in second["cards"])


def test_without_new_keys_only_the_look_changes(home: Home, tmp_path: Path, anki: Anki) -> None:
    """Spare fields stay empty, and the text of Anki's user stays: the note is not newer than it was."""
    first = anki("fill:300", f"import:{OLDER / 'older.apkg'}")
    second = anki(f"import-plain:{exported(home, tmp_path / 'new.apkg', {})}")
    assert schedule(second) == schedule(first)
    assert [card["fields"] for card in second["cards"]] == [card["fields"] for card in first["cards"]]
    assert second["css"] != first["css"]


def test_where_most_cards_are_ours_anki_may_make_some_again_and_its_check_removes_them(
    home: Home, tmp_path: Path, anki: Anki
) -> None:
    """It does so when a front changes, after its database was optimised; the check is the one at the end of each run."""
    first = anki(f"import:{OLDER / 'older.apkg'}", "answer:Talk=3")
    again = anki(f"import-plain:{exported(home, tmp_path / 'new.apkg', NEW_KEYS)}")
    assert len(again["cards"]) == len(first["cards"]) + 2
    assert schedule(anki()) == schedule(first)


@pytest.mark.parametrize("way", WAYS)
def test_cards_of_the_older_export_that_are_not_asked_any_more_say_so(
    home: Home, tmp_path: Path, anki: Anki, way: str
) -> None:
    result = by_key(anki(f"import:{OLDER / 'older.apkg'}", f"{way}:{exported(home, tmp_path / 'new.apkg', NEW_KEYS)}"))
    for note in ("tight", "phased", "plain"):
        for ordinal, slug in enumerate(("en-ko", "ko-en")):
            assert f'[data-asked~="{slug}"] > .unasked {{ display: none }}' in result[f"{note}/{ordinal}"]["question"]
            assert '<div data-asked="ko-en"><p class="unasked">' in result[f"{note}/{ordinal}"]["question"]


def test_a_new_learner_gets_the_chosen_cards_alone(home: Home, tmp_path: Path, anki: Anki) -> None:
    result = anki(f"import:{exported(home, tmp_path / 'new.apkg', NEW_KEYS)}")
    assert {card["template"] for card in result["cards"] if card["kind"].startswith("srs Phrase")} == {"ko-en"}
    assert (result["fine"], result["empty"]) == (True, 0)


def test_the_release_is_not_ahead_of_its_look() -> None:
    assert RENDERED <= VERSION


@pytest.mark.parametrize("keys", ["cards: [en-ko]", "by_ear: [en-ko]"])
def test_a_key_of_the_file_reaches_anki_though_no_text_changed(
    home: Home, tmp_path: Path, anki: Anki, keys: str
) -> None:
    first = exported(home, tmp_path / "a.apkg", {"phrases.yaml": [("languages:", "cards: [ko-en]\nlanguages:")]})
    anki(f"import:{first}")
    home.write("phrases.yaml", (OLDER / "phrases.yaml").read_text("utf-8").replace("languages:", f"{keys}\nlanguages:"))
    export(home.open("2027-03-02T09:00+09:00"), tmp_path / "b.apkg", NOW)
    fields = by_key(anki(f"import-plain:{tmp_path / 'b.apkg'}"))["plain/1"]["fields"]
    assert (fields["Spare2"], fields["Spare3"]) == (("en-ko", "") if "cards" in keys else ("", "en-ko"))


def test_the_deck_files_come_back_from_anki(home: Home, tmp_path: Path, anki: Anki) -> None:
    anki(f"import:{exported(home, tmp_path / 'new.apkg', NEW_KEYS)}", f"export-apkg:{tmp_path / 'back.apkg'}")
    import_decks(tmp_path / "back", tmp_path / "back.apkg", KINDS)
    files = sorted((tmp_path / "back").glob("*.yaml"))
    assert [file.name for file in files] == ["talk-phrases.yaml", "talk-questions.yaml"]
    for file in files:
        back = parse(file.read_bytes(), file.name, KINDS)
        ours = parse((home.decks / f"{file.stem.removeprefix('talk-')}.yaml").read_bytes(), "a.yaml", KINDS)
        assert back.good
        assert {note.id: note.fields for note in back.notes} == {note.id: note.fields for note in ours.notes}
        assert back.deck
        assert ours.deck
        assert (back.deck.cards, back.deck.extra) == (ours.deck.cards, ours.deck.extra)


def test_wordings_are_data_in_their_field(home: Home, tmp_path: Path, anki: Anki) -> None:
    cards = by_key(anki(f"import:{exported(home, tmp_path / 'new.apkg', NEW_KEYS)}"))
    field = cards["debt-lp/0"]["fields"]["Spare1"]
    assert re.findall("<li>(.*?)</li>", field) == ["Tell me about debt.", "&lt;b&gt;Which&lt;/b&gt; debt?"]
