"""Marks on cards, notes, decks, and what a query finds."""

import pytest

from tests.cli.conftest import Shell


def marked(srs: Shell) -> dict[str, str]:
    """What the log has of each card, less what was undone."""
    return {row["card"]: row["what"] for row in srs("log", "--json").json if not row["voided"]}


def many(srs: Shell, count: int) -> None:
    srs.write(
        "m.yaml", "deck: Many\nnotes:\n" + "".join(f"- {{id: m{n}, front: f{n}, back: b}}\n" for n in range(count))
    )


@pytest.mark.parametrize(
    ("names", "cards"),
    [
        (["tight"], ["tight/en-ko", "tight/ko-en"]),
        (["Talk::Phrases"], ["root/en-ko", "root/ko-en", "tight/en-ko", "tight/ko-en"]),
        (["Talk"], ["one/back", "root/en-ko", "root/ko-en", "tight/en-ko", "tight/ko-en", "two/back"]),
        (["--find", "deadline"], ["tight/en-ko", "tight/ko-en"]),
        (["one", "--find", "kind:basic"], ["one/back", "two/back"]),
    ],
)
def test_a_note_a_deck_and_a_query_stand_for_their_cards(srs: Shell, names: list[str], cards: list[str]) -> None:
    done = srs("suspend", *names)
    assert done.status == 0
    assert sorted(marked(srs)) == cards
    assert sorted(line.partition(":")[0] for line in done.out.splitlines()) == cards


def test_one_undo_takes_a_command_on_many_cards_back(srs: Shell) -> None:
    srs("answer", "two/back", "good")
    srs("bury", "one/back")
    srs("suspend", "Talk")
    assert len({row["at"] for row in srs("log", "--json").json if row["what"] == "suspended"}) == 1
    assert srs("undo").out == "Taken back: suspended 6 cards\n"
    assert marked(srs) == {"one/back": "buried", "two/back": "answered"}
    assert srs("undo").out == "Taken back: buried one/back\n"
    assert [row["card"] for row in srs("undo", "--json").json] == ["two/back"]


def test_two_commands_at_one_instant_are_undone_one_by_one(srs: Shell) -> None:
    srs("suspend", "one")
    srs("suspend", "tight")
    srs("undo")
    assert marked(srs) == {"one/back": "suspended"}


def test_more_than_20_cards_need_a_yes(srs: Shell) -> None:
    many(srs, 21)
    refused = srs("suspend", "Many")
    assert (refused.status, marked(srs)) == (2, {})
    assert "these are 21 cards; add --yes to suspend them all." in refused.err
    done = srs("suspend", "Many", "--yes")
    assert done.out == "21 cards: suspended; 0: nothing to do. To take it back: srs undo\n"
    assert len(marked(srs)) == 21
    assert srs("forget", *[f"m{n}/back" for n in range(21)]).status == 0  # cards that are named are not asked about


def test_thousands_of_cards_are_marked_at_one_instant_and_undone_at_once(srs: Shell) -> None:
    many(srs, 5000)
    assert len(srs("suspend", "--find", "deck:Many", "--yes", "--json").json) == 5000
    assert len(srs("undo", "--json").json) == 5000
    assert marked(srs) == {}


def test_a_query_that_matches_nothing_changes_nothing(srs: Shell) -> None:
    done = srs("suspend", "--find", "is:leech")
    assert (done.status, done.out) == (0, "No card matches.\n")
    assert srs("suspend", "--find", "is:leech", "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a card, a note or a deck"),
        (["--find", " "], "name a card, a note or a deck"),
        (["tigth"], "there is no card, note or deck 'tigth'. Did you mean tight?"),
        (["one/bak"], "there is no card 'one/bak'. Did you mean one/back?"),
        (["--find", "kind:quizz"], "kind"),
    ],
)
def test_a_wrong_name_marks_nothing(srs: Shell, arguments: list[str], said: str) -> None:
    done = (
        srs("suspend", "two", *arguments) if arguments[:1] in (["tigth"], ["one/bak"]) else srs("suspend", *arguments)
    )
    assert done.status in {1, 2}
    assert said in done.err
    assert marked(srs) == {}


def test_a_card_under_two_ids_is_marked_once(srs: Shell) -> None:
    srs("answer", "one/back", "good")
    srs.write("a.yaml", "deck: Talk\nnotes:\n- {id: uno, front: one?, back: eins}\n")
    srs("relink", "one", "uno")
    srs.write("a.yaml", "deck: Talk\nnotes:\n- {id: uno, front: one?, back: eins}\n- {id: one, front: two?, back: b}\n")
    done = srs("suspend", "one/back", "uno/back")
    assert (done.status, done.out) == (0, "one/back: suspended\nuno/back: nothing to do\n")
    assert srs("forget", "Talk").status == 0
    assert srs("undo").out == "Taken back: forgot uno/back\n"


def test_a_deck_whose_name_has_a_slash_can_be_marked(srs: Shell) -> None:
    srs.write("io.yaml", "deck: Input/Output\nnotes:\n- {id: io, front: f, back: b}\n")
    assert srs("suspend", "Input/Output").out == "io/back: suspended\n"
    assert [row["what"] for row in srs("log", "Input/Output", "--json").json] == ["suspended"]
    assert "there is no card 'io/bakc'. Did you mean io/back?" in srs("suspend", "io/bakc").err
