"""`srs log` lists a card, a period, or the last entries."""

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def lived(srs: Shell) -> Shell:
    for day, card in enumerate(["one/back", "two/back", "one/back", "tight/en-ko"], 2):
        assert srs("answer", card, "good", SRS_NOW=f"2026-03-0{day}T09:00:00+09:00").status == 0
    return srs


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["one/back"], ["2026-03-02 one/back", "2026-03-04 one/back"]),
        (["tight"], ["2026-03-05 tight/en-ko"]),
        (["root"], []),
        (["Talk::Phrases"], ["2026-03-05 tight/en-ko"]),
        (["--since", "2026-03-04"], ["2026-03-04 one/back", "2026-03-05 tight/en-ko"]),
        (["--until", "2026-03-03"], ["2026-03-02 one/back", "2026-03-03 two/back"]),
        (["--since", "2026-03-03", "--until", "2026-03-04"], ["2026-03-03 two/back", "2026-03-04 one/back"]),
        (["--limit", "1"], ["2026-03-05 tight/en-ko"]),
        (["one", "--limit", "1"], ["2026-03-04 one/back"]),
    ],
)
def test_the_log_is_listed_by_card_period_and_number(lived: Shell, arguments: list[str], expected: list[str]) -> None:
    rows = lived("log", "--json", *arguments).json
    assert [f"{row['day']} {row['card']}" for row in rows] == expected
    assert len(lived("log", *arguments).out.splitlines()) == len(expected)


def test_a_relinked_card_is_found_under_both_ids(lived: Shell) -> None:
    lived.write(
        "a.yaml", "deck: Talk\nnotes:\n- {id: uno, front: one?, back: eins}\n- {id: two, front: two?, back: zwei}\n"
    )
    assert lived("relink", "one", "uno").status == 0
    for name in ("one/back", "uno/back", "uno"):
        assert [row["card"] for row in lived("log", "--json", name).json if row["card"]] == ["one/back"] * 2


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["on"], 1, "there is no card, note or deck 'on'. Did you mean one"),
        (["one/bakc"], 1, "there is no card 'one/bakc'"),
        ([""], 1, "there is no card, note or deck ''"),
        (["--since", "yesterday"], 2, "does not match the format"),
        (["--limit", "0"], 2, "--limit"),
        (["one", "--format", "csv"], 2, "--format prints the whole log"),
        (["one", "--import", "x.csv"], 2, "--import takes a whole file"),
    ],
)
def test_a_wrong_choice_is_no_empty_log(lived: Shell, arguments: list[str], status: int, said: str) -> None:
    done = lived("log", *arguments)
    assert (done.status, done.out) == (status, "")
    assert said in done.err


@pytest.mark.parametrize(
    "command", ["log --json", "verify --json", "undo --json", "rebuild", "sync {out}", "merge {other}"]
)
def test_the_log_needs_no_deck_files(lived: Shell, command: str) -> None:
    for file in (lived.path / "decks").iterdir():
        file.unlink()
    (lived.path / "out").mkdir()
    other = lived.path / "other.db"
    other.write_bytes((lived.path / "home" / "data" / "srs" / "srs.db").read_bytes())
    filled = command.format(out=lived.path / "out", other=other)
    assert lived(*filled.split()).status == 0
    assert len(lived("log", "--json").json) == 4
