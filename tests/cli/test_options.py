"""Options of every command, the help, and what a wrong command is answered with."""

import pytest

from tests.cli.conftest import Shell


@pytest.mark.parametrize("command", ["due", "find", "check", "decks", "tags", "log", "verify", "next", "settings"])
def test_the_deck_folder_and_the_database_may_be_named_after_the_command(srs: Shell, command: str) -> None:
    (srs.path / "decks").rename(srs.path / "mine")
    before = srs("--decks", "mine", "--db", "x.db", command, "--json")
    after = srs(command, "--json", "--decks", "mine", "--db", "x.db")
    assert (after.status, after.out, after.err) == (before.status, before.out, before.err)
    assert (srs.path / "x.db").exists() is (command != "check")
    assert not (srs.path / "home" / "data" / "srs" / "srs.db").exists()


def test_the_one_after_the_command_counts(srs: Shell) -> None:
    assert srs("--db", "x.db", "answer", "one/back", "3", "--db=y.db").status == 0
    assert len(srs("log", "--json", "--db", "y.db").json) == 1
    assert srs("log", "--json", "--db", "x.db").json == []
    assert srs("anki", "pull", "nothing.apkg", "--db", "y.db").err.endswith("nothing.apkg does not exist.\n")


def test_without_a_command_what_one_needs_every_day_fits_a_screen(srs: Shell) -> None:
    done = srs()
    assert done.status == 0
    lines = done.out.splitlines()
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 80
    assert {"review", "due", "init", "add"} <= {line.split()[0] for line in lines if line.startswith("  ")}
    assert lines[-1] == "All commands and options: srs --help"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("reviw", "review"),
        ("deck", "decks"),
        ("tag", "tags"),
        ("stats", None),
        ("forecast", None),
        ("statistics", None),
    ],
)
def test_only_a_slip_is_taken_for_a_command(srs: Shell, typed: str, meant: str | None) -> None:
    last = srs(typed).err.splitlines()[-1]
    assert last == f"Error: there is no command '{typed}'." + (f" Did you mean '{meant}'?" if meant else "")


def test_an_export_tells_a_program_what_it_wrote(srs: Shell) -> None:
    done = srs("export", "a.apkg", "--json")
    assert done.json == {
        "file": "a.apkg", "notes": 4, "cards": 6, "reviews": 0, "media": 0, "adopted": 0, "ahead": 0, "missing_media": [],
    }  # fmt: skip
    assert done.err == ""


def test_files_are_checked_one_by_one(srs: Shell) -> None:
    srs.write("wrong.yaml", "deck: W\nnotes: 3\n")
    (srs.path / "other").mkdir()
    (srs.path / "other" / "o.yaml").write_text("deck: O\nnotes:\n- {front: f, back: b}\n- {front: g, back: b}\n")
    good = srs("check", "decks/a.yaml", "--json")
    assert (good.status, good.json["files"], good.json["notes"], good.json["problems"]) == (0, 1, 2, [])
    wrong = srs("check", "decks/a.yaml", "decks/wrong.yaml")
    assert (wrong.status, wrong.out.splitlines()[-1]) == (1, "2 files, 2 notes, 2 cards; 1 problem")
    assert ": error: " in wrong.out
    elsewhere = srs("check", "other/o.yaml")
    assert elsewhere.out.splitlines() == [
        "o.yaml:3:3: warning: 2 notes from here on have no `id`; let `srs check --fix` write them",
        "1 file, 2 notes, 2 cards; 1 problem",
    ]
    assert srs("check", "other").out == elsewhere.out
    apart = srs("check", "decks/a.yaml", "other/o.yaml")
    assert (apart.status, "check the files of one folder at a time" in apart.err) == (2, True)
    assert {deck["deck"] for deck in srs("decks", "--json").json} == {"Talk", "Talk::Phrases"}


def test_limits_are_named_where_they_cut(srs: Shell) -> None:
    srs.write("m.yaml", "deck: Many\nnotes:\n" + "".join(f"- {{id: m{n}, front: f{n}, back: b}}\n" for n in range(30)))
    lines = srs("due").out.splitlines()
    assert lines[-2].split() == ["together", "20", "0", "0"]
    assert lines[-1] == "The daily limit leaves 16 new cards for later; for some today: srs review --new 30"
    done = srs("review", "Many", stdin="\n4\n" * 25)
    assert done.out.splitlines()[-1] == (
        "10 new cards left for later days. For some of them today: srs review Many --new 10"
    )
    assert srs("review", "Many", "--new", "10", stdin="\n4\n" * 12).out.count(" done, left") == 10
    assert "for later" not in srs("due", SRS_NOW="2026-03-03T09:00:00+09:00").out


def test_a_session_that_was_left_says_nothing_of_tomorrow(srs: Shell) -> None:
    left = srs("review", stdin="\n3\nq\n").out
    assert "Left for today" in left
    assert "Tomorrow brings" not in left


def test_the_times_of_show_are_the_learners(srs: Shell) -> None:
    srs("answer", "one/back", "easy")
    srs("answer", "one/back", "again", SRS_NOW="2026-03-14T02:30:00+09:00")
    text = srs("show", "one").out
    assert "  2026-03-02 09:00  Easy" in text
    assert "  2026-03-14 02:30  Again" in text
    assert "due 2026-03-14 02:40" in text
