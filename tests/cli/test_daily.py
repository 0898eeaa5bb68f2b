"""What makes a day shorter: settings, the prompt's number, completion, choosing what to study."""

import pytest

from tests.cli.conftest import Shell


def completed(srs: Shell, line: str, shell: str = "bash") -> set[str]:
    words = line.split(" ")
    env = {"_SRS_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    out = srs(**env).out
    return {row.partition(",")[2] for row in out.splitlines() if row}


def test_decks_tags_notes_and_cards_are_completed(srs: Shell) -> None:
    (srs.path / "decks" / "z.yaml").write_text(
        "deck: Deep::Down\ntags: [fine]\nnotes:\n- {id: zed, front: f, back: b}\n"
    )
    assert completed(srs, "srs review dee") == {"Deep", "Deep::Down"}
    assert completed(srs, "srs review --tag fi") == {"fine"}
    assert completed(srs, "srs show ze") == {"zed"}
    assert completed(srs, "srs suspend ze") == {"zed", "zed/back"}
    assert "settings" in completed(srs, "srs se")
    assert completed(srs, "srs --decks nowhere review dee") == set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(srs: Shell, shell: str) -> None:
    assert "_SRS_COMPLETE" in srs(_SRS_COMPLETE=f"{shell}_source").out


def test_the_prompt_gets_a_number_or_nothing(srs: Shell) -> None:
    number = srs("due", "--prompt").out
    total = srs("due", "--json").json["total"]
    assert number == f"{sum(total.values())}\n"
    for card in srs("find", "--json").json:
        srs("suspend", *card["cards"])
    assert srs("due", "--prompt").out == ""


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("srs find dec", {"deck:"}),
        ("srs find is:le", {"is:learning", "is:leech"}),
        ("srs review --find tag:si", {"tag:situation"}),
        ("srs next --find kind:ba", {"kind:basic"}),
        ("srs suspend --find deck:Talk::", {"deck:Talk::Phrases"}),
        ("srs next Tal", {"Talk", "Talk::Phrases"}),
        ("srs export a.apkg --tag p", {"phrase"}),
        ("srs export a.apkg --deck Talk::", {"Talk::Phrases"}),
        ("srs bury tight", {"tight", "tight/en-ko", "tight/ko-en"}),
        ("srs log ro", {"root", "root/en-ko", "root/ko-en"}),
        ("srs edit on", {"one"}),
        ("srs settings the", {"theme"}),
        ("srs de", {"decks"}),
    ],
)
def test_what_a_command_takes_is_completed(srs: Shell, line: str, names: set[str]) -> None:
    assert completed(srs, line) == names


def test_settings_hold_for_every_command_and_are_shown_with_their_place(srs: Shell) -> None:
    file = srs.path / "mine.toml"
    file.write_text("# mine\nnew = 1\n")
    srs.env["SRS_SETTINGS"] = str(file)
    assert srs("due", "--json").json["total"]["new"] == 1
    shown = srs("settings", "--json").json
    assert shown["file"] == str(file)
    rows = {row["name"]: row for row in shown["settings"]}
    assert (rows["new"]["value"], rows["new"]["line"], rows["steps"]["line"]) == (1, 2, None)
    text = srs("settings").out
    assert "line 2" in text
    assert "default" in text
    (srs.path / "decks" / "z.yaml").write_text("deck: Z\nsettings:\n  new: 0\nnotes:\n- {id: z, front: f, back: b}\n")
    assert "Z, z.yaml:3" in srs("settings").out
    own = {"file": "z.yaml", "line": 3, "deck": "Z", "name": "new", "value": 0}
    assert srs("settings", "--json").json["decks"] == [own]
    assert srs("--decks", "nowhere", "settings").status == 0


def test_after_chosen_cards_the_end_tells_what_else_waits_today(srs: Shell) -> None:
    (srs.path / "decks" / "z.yaml").write_text("deck: Z\nnotes:\n- {id: zed, front: zed?, back: b, tags: [late]}\n")
    rest = "Done with these. Left for today: 4 new, 0 learning, 0 review."
    assert rest in srs("review", "--tag", "late", stdin="\n4\n").out
    srs("undo")
    assert rest in srs("review", "Z", stdin="\n4\n").out
    srs("undo")
    assert rest.replace("4", "5") in srs("review", "Z", "--cram", stdin="\n3\n").out
    assert "Left to cram: 1 card." in srs("review", "Z", "--cram").out
    done = srs("review", stdin="\n4\n" * 5).out
    assert "Done for today. The next card is due" in done
    assert "Done for today. The next card is due" in srs("review", "Z", "--cram", stdin="\n3\n").out


def test_a_sitting_over_chosen_cards(srs: Shell) -> None:
    (srs.path / "decks" / "z.yaml").write_text("deck: Z\nnotes:\n- {id: zed, front: zed?, back: b, tags: [late]}\n")
    done = srs("review", "--tag", "late", stdin="\n3\n")
    assert "zed?" in done.out
    assert "1 answer " in done.out
    crammed = srs("review", "Z", "--cram", stdin="\n1\n\n3\n")
    assert "2 answers" in crammed.out
    assert [row["what"] for row in srs("log", "--json").json] == ["answered", "crammed", "crammed"]
    assert "No matching card is due now." in srs("review", "--find", "nothing-like-it").out
    assert srs("review", "--find", "is:odd").status == 2
    typo = srs("review", "--tag", "lat")
    assert typo.status == 1
    assert "Did you mean late?" in typo.err
    assert srs("find", "is:learning", "--json").json[0]["note"] == "zed"
