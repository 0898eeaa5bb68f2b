"""Missing ids and duplicate ones."""

import re

import pytest

from srs.cli.kinds import KINDS
from srs.deckfile import DeckFile, duplicates, parse, with_ids
from srs.deckfile.ids import provisional


def deck(*notes: str, name: str = "x.yaml", title: str = "X") -> DeckFile:
    lines = "".join(f"- {{{note}}}\n" for note in notes)
    return parse(f"deck: {title}\nlanguages: {{ko: ko-KR, en: en-US}}\nnotes:\n{lines}".encode(), name, KINDS)


def made(*notes: str, title: str = "X") -> list[str]:
    file = deck(*notes, title=title)
    assert file.good
    assert all(note.provisional for note in file.notes)
    return [note.id for note in file.notes]


GOLDEN = [
    "hello-there-a04e8a2c5b",
    "which-0027bc6beb",
    "tell-me-about-a-bf671225b3",
    "times-6c97990970",
    "basic-c933f5c994",
    "spend-half-of-it-f6ecbada82",
]


def test_a_provisional_id_never_changes_from_one_version_to_the_next() -> None:
    """Progress hangs on it: these are golden."""
    assert (
        made(
            "phrase: {ko: 안녕하세요, en: Hello there}",
            "quiz: Which?, choices: [a, b], answer: a",
            "question: Tell me about a time, principles: [ownership]",
            "star: 2 times, situation: s, task: t, action: a, result: r",
            "front: 가, back: 나",
            'cloze: "Spend {{c1::half}} of it"',
        )
        == GOLDEN
    )


def test_it_depends_on_the_deck_and_on_the_content_that_makes_the_note() -> None:
    (first,) = made("front: a, back: b")
    assert made("front: a, back: c") != [first]
    assert made("front: a, back: b", title="Y") != [first]
    assert made("back: b, front: a") == [first]
    assert made("front: a, back: b, hint: c, tags: [d], source: {number: 3}") == [first]


@pytest.mark.parametrize("text", ["1e5", "2024-01-01", "가나다", "!!!", "x" * 300, "'it''s'", "No", "{{c1::a::b}}"])
def test_it_is_an_id_that_yaml_reads_as_text(text: str) -> None:
    written = provisional("X", {"front": text, "back": "b"}, KINDS)
    file = deck(f"id: {written}, front: a, back: b")
    assert file.problems == ()
    assert len(written) < 60


def test_the_later_of_two_notes_with_one_id_carries_the_error_at_the_id() -> None:
    a = deck("id: n, front: a, back: b", "front: c, id: n, back: d", name="a.yaml")
    b = deck("id: n, front: e, back: f", "id: N, front: a, back: b", name="b/a.yaml")
    first, second = duplicates([b, a])
    assert (first.level, first.file, first.line, first.column) == ("error", "a.yaml", 5, 18)
    assert first.message == "the id 'n' belongs to the note at a.yaml:4; write another one"
    assert (second.file, second.line, second.column) == ("b/a.yaml", 4, 8)
    assert "a.yaml:4" in second.message


def test_the_same_note_twice_without_an_id() -> None:
    (problem,) = duplicates([deck("front: a, back: b", "front: a, back: b, hint: c")])
    assert (problem.line, problem.column) == (5, 3)
    assert problem.message == "this note says the same as the one at x.yaml:4; delete one, or give it an id of its own"


def test_ids_in_a_file_with_errors_count() -> None:
    broken = deck("id: n, front: a, bakc: b", name="a.yaml")
    assert not broken.good
    assert [problem.file for problem in duplicates([broken, deck("id: n, front: a, back: b", name="b.yaml")])] == [
        "b.yaml"
    ]


def fixed(text: str) -> str:
    """The text with ids, which are then shortened to ID; checks that it reads as before."""
    data = text.encode()
    before = parse(data, "x.yaml", KINDS)
    written = with_ids(data, before)
    after = parse(written, "x.yaml", KINDS)
    assert before.good
    assert [(n.id, n.fields, n.tags) for n in after.notes] == [(n.id, n.fields, n.tags) for n in before.notes]
    assert not any(note.provisional for note in after.notes)
    assert after.problems == ()
    return re.sub(r"id: [a-z-]+-[0-9a-f]{10}", "id: ID", written.decode())


HEAD = "deck: X\nlanguages: {ko: ko-KR, en: en-US}\nnotes:"

STYLES = [
    ("\n- front: a\n  back: b\n", "\n- id: ID\n  front: a\n  back: b\n"),
    ("\n  -   front: a\n      back: b", "\n  -   id: ID\n      front: a\n      back: b"),
    ("\n-\n  front: a\n  back: b\n", "\n-\n  id: ID\n  front: a\n  back: b\n"),
    ("\n- # why\n   # more\n\n   front: a   \n   back: b  # so\n", "\n- # why\n   # more\n\n   id: ID\n   front: a   \n   back: b  # so\n"),
    ("\n- {front: a, back: b}\n", "\n- {id: ID, front: a, back: b}\n"),
    ("\n- { front: a, back: b }\n", "\n- { id: ID, front: a, back: b }\n"),
    ("\n- {\n  front: a,\n  back: b,\n  }\n", "\n- { id: ID,\n  front: a,\n  back: b,\n  }\n"),
    ('\n- {"front":"a","back":"b"}\n', '\n- {id: ID, "front":"a","back":"b"}\n'),
    (" [{front: a, back: b}, {front: c, back: d}]", " [{id: ID, front: a, back: b}, {id: ID, front: c, back: d}]"),
    (' [cloze: "{{c1::a}}", {id: x, front: a, back: b}]', ' [{id: ID, cloze: "{{c1::a}}"}, {id: x, front: a, back: b}]'),
    ("\n- ? front\n  : a\n  ? back\n  : b\n", "\n- id: ID\n  ? front\n  : a\n  ? back\n  : b\n"),
    ('\n- "front": >\n    a\n    b\n\n  back: |+\n    c\n\n\n', '\n- id: ID\n  "front": >\n    a\n    b\n\n  back: |+\n    c\n\n\n'),
    ("\n- id: x\n  front: a\n  back: b\n# 한국어\n- front: 가\n  back: 나\n", "\n- id: x\n  front: a\n  back: b\n# 한국어\n- id: ID\n  front: 가\n  back: 나\n"),
    ("\n- front: a\n  back: b\n...\n# end", "\n- id: ID\n  front: a\n  back: b\n...\n# end"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), STYLES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_ids_are_written_in_the_style_of_the_note(before: str, after: str, end: str, mark: str) -> None:
    assert fixed(mark + (HEAD + before).replace("\n", end)) == mark + (HEAD + after).replace("\n", end)


def test_a_file_with_errors_stays_as_it_is() -> None:
    for data in (b"deck: X\nnotes:\n- {front: a, back: b}\n- {front: no}\n", b"\xff", b"", b"deck: ["):
        assert with_ids(data, parse(data, "x.yaml", KINDS)) == data


def test_a_file_that_lacks_no_id_stays_as_it_is() -> None:
    data = b"deck: X\nnotes:\n- {id: a, front: a, back: b}\n"
    assert with_ids(data, parse(data, "x.yaml", KINDS)) == data


def test_of_two_notes_that_say_the_same_only_the_first_gets_the_id() -> None:
    data = b"deck: X\nnotes:\n- {front: a, back: b}\n- {front: a, back: b}\n"
    file = parse(with_ids(data, parse(data, "x.yaml", KINDS)), "x.yaml", KINDS)
    assert [note.provisional for note in file.notes] == [False, True]
    assert len(duplicates([file])) == 1
