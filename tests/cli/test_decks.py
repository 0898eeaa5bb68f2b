"""`srs decks` and `srs tags`: totals and progress."""

from tests.cli.conftest import Shell

LATER = "2026-06-02T09:00:00+09:00"


def test_decks_count_each_card_once_by_its_state(srs: Shell) -> None:
    assert srs("answer", "one/back", "easy").status == 0
    assert srs("answer", "two/back", "good").status == 0
    assert srs("suspend", "tight/en-ko").status == 0
    talk, phrases = srs("decks", "--json").json
    assert talk == {
        "deck": "Talk", "notes": 2, "cards": 2, "new": 0, "learning": 1, "young": 1, "mature": 0, "suspended": 0,
    }  # fmt: skip
    assert phrases == {
        "deck": "Talk::Phrases", "notes": 2, "cards": 4, "new": 3, "learning": 0, "young": 0, "mature": 0, "suspended": 1,
    }  # fmt: skip


def test_a_card_is_mature_from_an_interval_of_21_days(srs: Shell) -> None:
    assert srs("answer", "one/back", "easy").status == 0
    assert srs("answer", "one/back", "easy", SRS_NOW=LATER).status == 0
    assert srs("decks", "--json").json[0]["mature"] == 1


def test_a_note_counts_under_its_own_tags_and_those_of_its_file(srs: Shell) -> None:
    tags = {row["tag"]: (row["notes"], row["cards"]) for row in srs("tags", "--json").json}
    assert tags == {"phrase": (2, 4), "situation": (1, 2)}


def test_the_lists_are_tables(srs: Shell) -> None:
    lines = srs("decks").out.splitlines()
    assert lines[0].split() == ["notes", "cards", "new", "learning", "young", "mature", "suspended"]
    assert lines[2].split() == ["Talk::Phrases", "2", "4", "4", "0", "0", "0", "0"]
    assert {len(line) for line in lines[:-1]} == {len(lines[0])}
    assert lines[-1] == "2 decks"
    assert srs("tags").out.splitlines()[-1] == "2 tags"


def test_a_folder_without_tags_has_an_empty_list(empty: Shell) -> None:
    empty.write("a.yaml", "deck: D\nnotes: [{id: a, front: f, back: b}]\n")
    assert empty("tags", "--json").json == []
    assert empty("tags").status == 0
