"""A review through a pipe."""

from tests.cli.conftest import Shell

STAR = 'deck: D\nnotes:\n- {id: a, star: "Story?", situation: S., task: T., action: A., result: R., ko: "이야기?"}\n'


def ratings(srs: Shell) -> list[tuple[int, bool]]:
    return [(row["rating"], row["voided"]) for row in srs("log", "--json").json]


def test_an_empty_line_reveals_and_a_number_rates(srs: Shell) -> None:
    result = srs("review", stdin="\n3\n\n4\nq\n")
    assert result.status == 0
    assert result.out.index("one?") < result.out.index("eins") < result.out.index("1 Again 1m")
    assert "2 answers" in result.out
    assert ratings(srs) == [(3, False), (4, False)]


def test_a_rating_before_the_answer_is_a_hint_and_records_nothing(srs: Shell) -> None:
    result = srs("review", stdin="3\n9\nhello\n")
    assert result.status == 0
    assert "reveals the answer first" in result.err
    assert "1 to 4 rate" in result.err
    assert "eins" not in result.out
    assert ratings(srs) == []


def test_undo_and_quit(srs: Shell) -> None:
    result = srs("review", stdin="u\n\n1\nu\n\n2\nq\n\n4\n")
    assert "nothing to undo" in result.err
    assert "Taken back: answered one/back" in result.out
    assert ratings(srs) == [(1, True), (2, False)]


def test_undo_says_how_many_cards_a_command_had_marked(srs: Shell) -> None:
    srs("suspend", "Talk::Phrases")
    assert "Taken back: suspended 4 cards\n" in srs("review", stdin="u\n").out


def test_the_end_of_the_input_is_a_quit(srs: Shell) -> None:
    result = srs("review", stdin="\n3\n\n")
    assert result.status == 0
    assert "Left for today" in result.out
    assert ratings(srs) == [(3, False)]


def test_the_first_empty_line_reveals_a_whole_star_answer(empty: Shell) -> None:
    empty.write("a.yaml", STAR)
    result = empty("review", stdin="\n4\n")
    assert "Situation: S.\nTask: T.\nAction: A.\nResult: R." in result.out
    assert ratings(empty) == [(4, False)]
    assert "이야기?" not in result.out


def test_the_gloss_is_shown_when_asked_for(empty: Shell) -> None:
    empty.write("a.yaml", STAR)
    assert "이야기?" in empty("review", "--gloss", stdin="q\n").out


def test_no_colours_or_controls_go_through_a_pipe(srs: Shell) -> None:
    assert "\x1b" not in srs("review", stdin="\n3\nq\n").out


def test_a_reader_that_goes_away_ends_it_and_loses_nothing(srs: Shell) -> None:
    with srs.start("review") as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write("\n3\n")
        process.stdin.flush()
        assert any("1 done" in process.stdout.readline() for _ in range(20))
        process.stdout.close()
        process.stdin.write("\n3\n" * 50)
        process.stdin.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert ratings(srs)[0] == (3, False)


def test_only_the_decks_asked_for_and_those_below(srs: Shell) -> None:
    assert "one?" not in srs("review", "Talk::Phrases", stdin="q\n").out
    assert "one?" in srs("review", "Talk", stdin="q\n").out
