"""Moving notes, as people and programs meet it."""

import json

from tests.cli.conftest import Shell
from tests.conftest import BASIC, PHRASES

RENAMED = BASIC.replace("id: one", "id: uno").replace("one?", "one??")


def renamed(srs: Shell) -> None:
    """`one` was answered; then its id was changed, and a little of its text."""
    assert srs("answer", "one/back", "easy").status == 0
    srs.write("a.yaml", RENAMED)


def test_relink_moves_the_history_and_undo_takes_it_back(srs: Shell) -> None:
    renamed(srs)
    done = srs("relink", "one", "uno")
    assert (done.status, done.out) == (0, "Moved the history of one to uno: uno/back.\n")
    assert srs("show", "uno", "--json").json["cards"][0]["reps"] == 1
    assert [row["rating"] for row in srs("show", "uno", "--json").json["cards"][0]["history"]] == [4]
    again = srs("relink", "one", "uno")
    assert (again.status, again.out) == (0, "The history of one was already moved to uno.\n")
    assert srs("undo").out == "Taken back: relinked one\n"
    assert srs("show", "uno", "--json").json["cards"][0]["state"] == "new"
    assert srs("verify").status == 0


def test_the_log_keeps_the_stored_keys_and_names_the_current_card(srs: Shell) -> None:
    renamed(srs)
    told = srs("relink", "one", "uno", "--json").json
    assert (told["cards"], told["kept"], told["still_in"]) == (["uno/back"], [], None)
    assert (told["event"]["note"], told["event"]["other"], told["event"]["what"]) == ("one", "uno", "relinked")
    log = {row["what"]: row for row in srs("log", "--json").json}
    assert (log["answered"]["card"], log["answered"]["current"]) == ("one/back", "uno/back")
    assert log["relinked"] == told["event"]
    assert log["relinked"]["card"] is None
    assert {json.loads(line)["subject"] for line in srs("log", "--format", "jsonl").out.splitlines()} == {
        "one/back", "one",
    }  # fmt: skip
    assert "one/back  answered 4  (now uno/back)" in srs("log").out
    assert "one  relinked uno" in srs("log").out


def test_a_log_with_relinks_goes_out_and_comes_in_again(srs: Shell) -> None:
    renamed(srs)
    srs("relink", "one", "uno")
    file = srs.path / "log.jsonl"
    file.write_text(srs("log", "--format", "jsonl").out)
    before = srs("show", "uno", "--json").json
    fresh = {"SRS_DB": str(srs.path / "fresh.db")}
    for added in (2, 0):
        assert srs("log", "--import", str(file), "--json", **fresh).json["events"] == added
        assert srs("show", "uno", "--json", **fresh).json == before
    assert srs("verify", **fresh).status == 0


def test_a_relink_tells_of_an_id_that_is_still_there_and_check_of_one_that_is_not_asked(srs: Shell) -> None:
    srs("answer", "one/back", "easy")
    told = srs("relink", "one", "two")
    assert "one is still in a.yaml, but is no longer asked" in told.out
    (problem,) = [row for row in srs("check", "--json").json["problems"] if "by now" in row["message"]]
    assert (problem["level"], problem["file"], problem["line"]) == ("warning", "a.yaml", 3)
    assert srs("due", "--json").json["total"] == {"new": 2, "learning": 0, "review": 0}, "the phrases"


def test_what_the_new_note_does_not_ask_is_told(srs: Shell) -> None:
    srs("answer", "tight/ko-en", "easy")
    told = srs("relink", "tight", "one")
    assert told.status == 0
    assert "one has no card for one/ko-en; that history stays in the log." in told.out


def test_what_cannot_be_relinked_is_said_in_a_sentence(srs: Shell) -> None:
    srs("answer", "one/back", "easy")
    srs("relink", "one", "two")
    for args, said in [
        (("relink", "two", "one"), "was already moved to two"),
        (("relink", "one", "one"), "OLD and NEW are the same note (one)"),
        (("relink", "onne", "two"), "there is no note 'onne'. Did you mean one"),
        (("relink", "one", "nowhere"), "there is no note 'nowhere'"),
        (("distinct", "one", "one"), "the same note (one)"),
    ]:
        refused = srs(*args)
        assert (refused.status, refused.out) == (1, "")
        assert said in refused.err
    assert srs("relink", "one").status == 2


def test_check_warns_of_a_note_that_may_be_one_that_is_gone_until_it_is_told(srs: Shell) -> None:
    renamed(srs)
    report = srs("check", "--json")
    assert report.status == 0
    (problem,) = [row for row in report.json["problems"] if "is gone" in row["message"]]
    assert (problem["level"], problem["file"], problem["line"]) == ("warning", "a.yaml", 3)
    assert problem["message"].endswith("srs relink one uno, if not: srs distinct one uno")
    assert "srs relink one uno" in srs("check").out
    assert srs("distinct", "one", "uno").out == "Recorded: one and uno are different notes.\n"
    assert "is gone" not in srs("check").out
    assert srs("distinct", "uno", "one").out == "That is already recorded.\n"
    assert [row["what"] for row in srs("undo", "--json").json] == ["distinct"]
    assert "is gone" in srs("check").out


def test_review_without_a_terminal_says_nothing_of_it(srs: Shell) -> None:
    renamed(srs)
    done = srs("review", stdin="q\n")
    assert "gone" not in done.out + done.err
    assert "Same" not in done.out + done.err


def test_a_change_of_meaning_is_declared(srs: Shell) -> None:
    srs.write("b.yaml", PHRASES)
    srs("answer", "tight/ko-en", "easy")
    before = srs("show", "tight/ko-en", "--json").json["cards"][1]["stability"]
    assert srs("changed", "tight", "keep").out == "Nothing was changed.\n"
    assert srs("changed", "tight", "soften").out == "tight/ko-en: softened\n"
    assert srs("show", "tight", "--json").json["cards"][1]["stability"] == before / 2
    (row,) = srs("changed", "tight", "over", "--json").json
    assert (row["card"], row["what"]) == ("tight/ko-en", "forgot")
    assert srs("changed", "tight", "soften").out == "tight has no reviewed cards.\n"
    assert srs("changed", "tight", "over", "--factor", "0.3").status == 2
    assert srs("changed", "tight", "soften", "--factor", "1").status == 2
    assert srs("changed", "nobody", "over").status == 1
    assert srs("verify").status == 0
