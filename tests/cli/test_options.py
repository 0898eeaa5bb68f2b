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
    assert len(lines) <= 22
    assert max(map(len, lines)) <= 80
    assert {"review", "due", "init", "add"} <= {line.split()[0] for line in lines if line.startswith("  ")}
    assert lines[-1] == "All commands and options: srs --help"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("reviw", "review"),
        ("deck", "decks"),
        ("tag", "tags"),
        ("stat", "stats"),
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


def numbered(name: str, count: int, head: str = "") -> str:
    notes = "".join(f"- {{id: {name[-3:].lower()}{n}, front: '{name}{n}', back: b}}\n" for n in range(count))
    return f"deck: {name}\n{head}notes:\n{notes}"


def test_no_new_cards_are_promised_of_decks_that_have_none_today(srs: Shell) -> None:
    """Those of decks that wait for others, and of decks without new cards."""
    (srs.path / "decks" / "b.yaml").unlink()
    srs.write("a.yaml", numbered("First", 21))
    srs.write("w.yaml", numbered("Waits", 5, "after: [First]\n"))
    srs.write("z.yaml", numbered("Shut", 5, "settings: {new: 0}\n"))
    srs.write("y.yaml", numbered("Shut::Below", 5))
    assert srs("due").out.splitlines()[-1].startswith("The daily limit leaves 1 new card for later;")
    assert "1 new card left for later days." in srs("review", stdin="\n4\n" * 21).out
    assert "5 new cards left for later days." in srs("review", "Waits").out
    assert "left for later days" not in srs("review", "Shut").out


def test_a_file_that_is_no_deck_is_not_called_good(srs: Shell) -> None:
    srs.write("notes.txt", "deck: T\nnotes: 3\n")
    srs.write("empty/readme.md", "x")
    for name in ("notes.txt", "empty"):
        done = srs("check", "decks/a.yaml", f"decks/{name}")
        assert (done.status, done.out) == (2, "")
        assert f"{name} is no deck file (.yaml or .yml) and holds none" in done.err


def test_the_limit_of_a_deck_above_is_not_called_the_daily_one(srs: Shell) -> None:
    for name in ("a.yaml", "b.yaml"):
        (srs.path / "decks" / name).unlink()
    srs.write("top.yaml", numbered("Top", 1, "settings: {reviews: 1}\n"))
    srs.write("one.yaml", numbered("Top::One", 1))
    srs.write("two.yaml", numbered("Top::Two", 1))
    for card in ("one0", "two0"):
        srs("answer", f"{card}/back", "easy")
    assert srs("due", "--json", SRS_NOW="2026-05-02T09:00:00+09:00").json["total"]["review"] == 1
    assert "daily limit" not in srs("due", SRS_NOW="2026-05-02T09:00:00+09:00").out
