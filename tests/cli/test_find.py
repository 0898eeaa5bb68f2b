"""`srs find`: options are options, terms are terms, and what there is not is refused."""

from pathlib import Path
from unicodedata import normalize

import pytest

from tests.cli.conftest import Shell


def found(srs: Shell, *query: str) -> list[str]:
    return [note["note"] for note in srs("find", "--json", *query).json]


@pytest.mark.parametrize(
    "query", [["-is:new"], ["-is:new", "-tag:phrase"], ["--", "-is:new"], ["e* -is:new"], ["is:learning or is:review"]]
)
def test_a_term_may_be_turned_round_wherever_it_stands(srs: Shell, query: list[str]) -> None:
    srs("answer", "one/back", "easy")
    assert found(srs, *query) == ["one"]


def test_options_are_known_before_and_after_terms(srs: Shell) -> None:
    assert [note["note"] for note in srs("find", "-eins", "zwei", "--json").json] == ["two"]
    for option in ("-h", "--help"):
        assert "deck:NAME" in srs("find", option).out
        assert "deck:NAME" in srs("find", "root", option).out
    assert found(srs, "--", "-h") == found(srs, '-"h"')


def test_a_question_is_listed_as_its_words(srs: Shell) -> None:
    srs.write("b.yaml", 'deck: B\nnotes:\n- {id: x, front: "*In* **which** ![a bar](a.png) is `a*b`?", back: b}\n')
    assert srs("find", "deck:B").out == "x  In which [picture: a bar] is a*b?\n"


@pytest.mark.parametrize(
    ("args", "advice"),
    [
        (["--tag", "geo"], "write tag:geo, or -tag:geo"),
        (["root", "--deck=Talk"], "write deck:Talk, or -deck:Talk"),
        (["--is"], "write is:…"),
        (["--jsn"], "--json"),
    ],
)
def test_an_option_that_there_is_not_is_wrong_usage(srs: Shell, args: list[str], advice: str) -> None:
    done = srs("find", *args)
    assert done.status == 2
    assert advice in done.err


@pytest.mark.parametrize(
    ("query", "status", "advice"),
    [
        ("deck:Nope", 1, "there is no deck 'Nope'."),
        ("deck:phrases", 1, "Did you mean Talk::Phrases?"),
        ("one or -deck:Talk::Phrase", 1, "Did you mean Talk::Phrases"),
        ("tag:phrse", 1, "Did you mean phrase?"),
        ("tag:phr_s", 1, "there is no tag 'phr_s'"),
        ("kind:quizz", 2, "did you mean kind:quiz?"),
        ("a is:lerning", 2, "character 3: 'is:' takes one of"),
        ("prop:stabilty<3", 2, "did you mean stability?"),
        ("kidn:quiz", 2, "did you mean kind:?"),
        ("front:one", 2, "put text with a colon in quotes"),
        ("(one", 2, "'(' has no matching ')'"),
    ],
)
def test_what_there_is_not_is_refused_with_what_is_near(srs: Shell, query: str, status: int, advice: str) -> None:
    for done in (srs("find", query), srs("review", "--find", query)):
        assert (done.status, done.out) == (status, "")
        assert advice in done.err
        assert done.err.count("\n") == 1


def test_decks_and_tags_are_found_in_any_capitals_and_patterns_may_find_nothing(srs: Shell) -> None:
    assert (
        found(srs, "deck:talk::phrases") == found(srs, "deck:*PHRASES") == found(srs, "tag:Phrase") == ["tight", "root"]
    )
    assert found(srs, "deck:Nope*") == []


def test_dates_and_answers_are_counted_in_study_days(srs: Shell) -> None:
    """The clock stands at nine; the day turned at four."""
    srs("due")
    srs("answer", "one/back", "again")
    later, edit = "2026-03-04T03:59:00+09:00", "2026-03-03T12:00:00+09:00"  # the second day, still
    srs.write("c.yaml", "deck: C\nnotes:\n- {id: three, front: three?, back: drei}\n")
    srs.write(
        "a.yaml", "deck: Talk\nnotes:\n- {id: one, front: one?, back: EINS}\n- {id: two, front: two?, back: zwei}\n"
    )
    srs("answer", "two/back", "good", SRS_NOW=edit)

    def then(*query: str) -> list[str]:
        return [note["note"] for note in srs("find", "--json", *query, SRS_NOW=later).json]

    assert then("added:1") == ["three"]
    assert then("added:2") == ["one", "two", "tight", "root", "three"]
    assert then("edited:1") == ["one", "three"]
    assert then("rated:1") == ["two"]
    assert then("rated:2") == ["one", "two"]
    assert then("rated:2:1") == ["one"]
    assert then("rated:2:4") == []


def test_tags_of_a_review_are_names_and_nothing_else(srs: Shell) -> None:
    srs.write("c.yaml", "deck: C\nnotes:\n- {id: three, front: three?, back: drei, tags: ['a\"b*_\\']}\n")
    assert "three?" in srs("review", "--tag", 'a"b*_\\').out
    assert srs("review", "--tag", "phr*").status == 1
    assert "one?" in srs("review", "--find", "nothing or kind:basic", "--kind", "basic").out
    assert srs("review", "--find", "a) or (b", "--tag", "phrase").status == 2


def test_decks_tags_and_words_are_known_however_their_letters_are_composed(srs: Shell, tmp_path: Path) -> None:
    composed, parted = "면접É", normalize("NFD", "면접É")
    srs.write(
        "c.yaml", f"deck: {parted}\ntags: [{parted}]\nnotes:\n- {{id: three, front: three?, back: 답 {composed}}}\n"
    )
    for name in (composed, parted):
        assert found(srs, f"deck:{name}") == found(srs, f"tag:{name}") == found(srs, f'"답 {name}"') == ["three"]
        assert "three?" in srs("review", name).out
        assert "three?" in srs("review", "--tag", name).out
        for options in (["--deck", name], ["--tag", name]):
            assert srs("export", str(tmp_path / "a.apkg"), *options).status == 0
    assert srs("add", composed, "--front", "f", "--back", "b").status == 0


def test_an_option_without_its_value_is_named(srs: Shell) -> None:
    done = srs("find", "root", "--decks")
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[-1] == "Error: the option --decks needs a value."
