"""Every rule of a deck file: what is wrong, where, and that the message helps."""

from unicodedata import normalize

import pytest

from srs.cli.kinds import KINDS
from srs.deckfile import parse

ALL = KINDS.showing(["interview"])
HEAD = "deck: Interview::Phrases\nlanguages: {ko: ko-KR, en: en-US}\nnotes:\n"  # notes begin in line 4


def problems(text: str | bytes, level: str = "error") -> list[tuple[int, int, str]]:
    data = text if isinstance(text, bytes) else text.encode()
    return [(p.line, p.column, p.message) for p in parse(data, "a/b.yaml", ALL).problems if p.level == level]


def check(text: str | bytes, line: int, column: int, *parts: str, level: str = "error") -> None:
    """Exactly one problem of that level, there, and its message holds the parts."""
    found = problems(text, level)
    assert [(line, column)] == [place[:2] for place in found], found
    for part in parts:
        assert part in found[0][2]


WHOLE_FILES = [
    ("", 1, 1, "empty"),
    ("# only a comment\n", 1, 1, "empty"),
    ("---\n", 1, 1, "empty"),
    ("\ufeff", 1, 1, "empty"),
    ("- front: a\n  back: b\n", 1, 1, "begins with keys"),
    ("hello\n", 1, 1, "begins with keys"),
    (b"deck: X\nnotes: []\n# \xff\n", 1, 1, "not UTF-8 (line 3)"),
    ("deck: X\nnotes: []\n".encode("utf-16"), 1, 1, "not UTF-8"),
    (b"#" * (32 * 1024 * 1024 + 1), 1, 1, "larger than 32 MiB"),
    ("notes: []\n", 1, 1, "no `deck`; write `deck: Spanish::Verbs`"),
    ("deck: X\n", 1, 1, "no `notes`"),
    ("deck: X\nnotes:\n", 2, 7, "there is nothing here; write `notes: ["),
    ("deck: X\nnotes: hello\n", 2, 8, "a list is wanted here, not a text"),
    ("deck: X\nnotes: []\n---\ndeck: Y\nnotes: []\n", 3, 1, "a file holds one deck"),
    ("deck: X\nnotes: []\nnots: []\n", 3, 1, "'nots' is unknown here; did you mean `notes`?"),
    ("deck: X\nnotes: []\nqqq: []\n", 3, 1, "'qqq' is unknown here; write one of: deck, description, languages"),
    ("deck: X\ndeck: Y\nnotes: []\n", 2, 1, "'deck' repeats line 1"),
    ("%TAG !a! b\n" * 200 + "--- x", 1, 1, "too many %TAG"),
]


@pytest.mark.parametrize(("text", "line", "column", "part"), WHOLE_FILES)
def test_what_is_wrong_with_a_whole_file(text: str | bytes, line: int, column: int, part: str) -> None:
    check(text, line, column, part)


HEADS = [
    ('deck: ""', 7, "nothing to read"),
    ("deck: no", 7, 'reads no as false; write "no"'),
    ("deck: [a]", 7, "a text is wanted here, not a list"),
    ("deck: A::::B", 7, "a part of the deck's name is empty"),
    ("deck: ::B", 7, "a part of the deck's name is empty"),
    ('deck: "a\\nb"', 7, "one line"),
    ("deck: " + "x" * 201, 7, "longer than 200"),
    ("deck: X\ndescription: 5", 14, 'the number 5; write "5"'),
    ("deck: X\nlanguages: {ko: ko-KR}", 12, "two languages belong here, not 1"),
    ("deck: X\nlanguages: {ko: a, en: b, de: c}", 17, "BCP 47"),
    ("deck: X\nlanguages: {ko: ko-KR, en: en-US, de: de-DE}", 12, "two languages belong here, not 3"),
    ("deck: X\nlanguages: {ko-KR: ko-KR, en: en-US}", 13, "'ko-KR' is not possible here: a language's code"),
    ("deck: X\nlanguages: {no: nb-NO, en: en-US}", 13, 'write "no"'),
    ("deck: X\nlanguages: {ko: ko_KR, en: en-US}", 17, "write e.g. ko-KR"),
    (
        "deck: X\nlanguages: [ko, en]",
        12,
        "a mapping is wanted here, not a list; write `languages: {ko: ko-KR, en: en-US}`",
    ),
    ("deck: X\ntags: [a b]", 8, "a tag holds no blanks"),
    ('deck: X\ntags: [""]', 8, "a tag holds no blanks"),
    (
        "deck: X\ntags: a",
        7,
        "a list is wanted here, not a text; write `tags: [situation, spoken]`".replace("situation, spoken", "phrase"),
    ),
    ("deck: X\ntags: [on]", 8, 'reads on as true; write "on"'),
    ("deck: X\nsource: {titel: a}", 10, "'titel' is unknown here; did you mean `title`?"),
    ("deck: X\nsource: a", 9, "a mapping is wanted here"),
    ("deck: X\nsource: {section: 5.1}", 19, 'the number 5.1; write "5.1"'),
    ('deck: X\nsource: {number: "5"}', 18, "a whole number without quotes"),
    ("deck: X\nsource: {number: 5.5}", 18, "a whole number"),
    ("deck: X\nsource: {number: 12:30}", 18, "a whole number"),
    ("deck: X\nsource: {number: true}", 18, "a whole number"),
    ("deck: X\nsource: {number: -1}", 18, "cannot be below 0"),
    ("deck: X\ncards: []", 8, "`cards` holds at least 1; write `cards: [ko-en]`"),
    ("deck: X\ncards: ko-en", 8, "a list is wanted here, not a text; write `cards: [ko-en]`"),
    ("deck: X\ncards: [no]", 9, 'write "no"'),
    ("deck: X\nafter: Y", 8, "a list is wanted here, not a text; write `after: ["),
    ('deck: X\nafter: [""]', 9, "nothing to read"),
    ("deck: X\nprinciples: {}", 13, "`principles` holds at least 1"),
    ("deck: X\nprinciples: {Be Kind: b}", 14, "'Be Kind' is not possible here: a principle's slug"),
    ("deck: X\nprinciples: {be-kind: 5}", 23, 'write "5"'),
    ("deck: X\nsettings: 5", 11, "a mapping is wanted here"),
    ("deck: X\nsettings: {new: many}", 17, "the setting `new` should be a number of cards from 0 to 10000"),
    ("deck: X\nsettings: {new: 5.0}", 17, "the setting `new` should be"),
    ("deck: X\nsettings: {desired_retention: 95}", 31, "should be a probability from 0.7 to 0.99"),
    ("deck: X\nsettings: {typing: yes}", 20, "the setting `typing` should be true or false"),
    ("deck: X\nsettings: {steps: 1m}", 19, "should be a list of times"),
    ("deck: X\nsettings: {new_per_day: 5}", 12, "`new_per_day` is not one of a deck; write one of the settings: new,"),
    ("deck: X\nsettings: {zone: Asia/Seoul}", 12, "the setting `zone` is not one of a deck"),
]


@pytest.mark.parametrize(("head", "column", "part"), HEADS)
def test_what_is_wrong_with_the_head(head: str, column: int, part: str) -> None:
    found = problems(f"{head}\nnotes: []\n")
    assert (head.count("\n") + 1, column) == found[0][:2]
    assert part in found[0][2]
    assert len(found) == 1 or "BCP 47" in part


STAR = "star: a\n  situation: b\n  task: c\n  action: d\n  result: e"
NOTES = [
    ("front: a", 4, 3, "this basic note has no `back`"),
    ("quiz: a\n  answer: b", 4, 3, "this quiz has no `choices`; write `choices: [Neon, Nitrogen, Oxygen]`"),
    ("star: a\n  situation: b\n  task: c\n  result: d", 4, 3, "this STAR answer has no `action`"),
    ("question: a", 4, 3, "this mapping has no `principles`; write `principles: [customer-obsession, ownership]`"),
    (
        "hint: a",
        4,
        3,
        "of no kind; write one of: phrase: …, quiz: …, question: …, star: …, story: …, front: …, cloze: …",
    ),
    ("quiz: a\n  front: b", 5, 3, "`quiz` makes this a quiz, `front` a basic note"),
    ("front: a\n  back: b\n  becuase: c", 6, 3, "'becuase' is unknown here; did you mean `because`?"),
    ("front: a\n  back: b\n  choices: [c]", 6, 3, "it belongs to a quiz; this basic note has front, back"),
    ("front: a\n  back: b\n  back: c", 6, 3, "'back' repeats line 5"),
    ("front: a\n  back: b\n  source: {page: 5}", 6, 12, "'page' is unknown here; write one of: title, section, number"),
    ('front: ""\n  back: b', 4, 10, "there is nothing to read here"),
    ('front: "\u3164 \u200b"\n  back: b', 4, 10, "there is nothing to read here"),
    ("front: >-\n\n  back: b", 4, 10, "there is nothing to read here"),
    ("front: [a]\n  back: b", 4, 10, "a text is wanted here, not a list"),
    ("front: {a: b}\n  back: b", 4, 10, "a text is wanted here, not a mapping"),
    ("front: a\n  back: b\n  tags: [a b]", 6, 10, "a tag holds no blanks"),
    ("phrase: {ko: 가, de: b}", 4, 11, "the two languages of its file, not ko, de; write ko, en"),
    ("phrase: {ko: 가}", 4, 11, "two languages belong here, not 1"),
    ("phrase: {ko: 가, en: b, de: c}", 4, 11, "two languages belong here, not 3"),
    ("phrase: {ko: 가, EN: b}", 4, 19, "'EN' is not possible here"),
    ('phrase: {ko: "", en: b}', 4, 16, "nothing to read"),
    ("phrase: {ko: , en: b}", 4, 16, "there is nothing here"),
    ("phrase: 가", 4, 11, 'a mapping is wanted here, not a text; write `phrase: {ko: "마감", en: deadline}`'),
    (
        "quiz: a\n  choices: [S, T, Action]\n  answer: Acton",
        6,
        11,
        "'Acton' is not among the choices; write one of: S, T, Action",
    ),
    ("quiz: a\n  choices: [S, T]\n  answer: [S, U]", 6, 15, "'U' is not among the choices"),
    ("quiz: a\n  choices: [S, T]\n  answer: []", 6, 11, "`answer` holds at least 1"),
    ("quiz: a\n  choices: [S, T]\n  answer: {S: T}", 6, 11, "a text is wanted here, not a mapping"),
    ("quiz: a\n  choices: [S, T]\n  answer:", 6, 10, "there is nothing here"),
    ("quiz: a\n  choices: [S]\n  answer: S", 5, 12, "`choices` holds at least 2"),
    ("quiz: a\n  choices: S\n  answer: S", 5, 12, "a list is wanted here"),
    ("quiz: a\n  choices: [S, T, S]\n  answer: T", 5, 19, "the choice 'S' is listed twice"),
    ("quiz: a\n  choices: [caf\u00e9, T, cafe\u0301]\n  answer: T", 5, 22, "is listed twice"),
    ("quiz: a\n  choices: [S, 5]\n  answer: S", 5, 16, 'the number 5; write "5"'),
    ("question: a\n  principles: [ownershp]", 5, 16, "'ownershp' is unknown; did you mean 'ownership'?"),
    ("question: a\n  principles: [dive-deep, xxxxxxxx]", 5, 27, "write one of: customer-obsession, ownership"),
    ("question: a\n  principles: [dive-deep, dive-deep]", 5, 27, "is listed twice"),
    ("question: a\n  principles: []", 5, 15, "`principles` holds at least 1"),
    ("question: a\n  principles: dive-deep", 5, 15, "a list is wanted here"),
    ("question: a\n  principles: [dive-deep]\n  also_accepted: [dive-deep]", 6, 19, "is listed twice"),
    ("question: a\n  principles: [dive-deep]\n  also_accepted: [ownershp]", 6, 19, "did you mean 'ownership'?"),
    ("question: a\n  principles: [dive-deep]\n  also_accepted: []", 6, 18, "`also_accepted` holds at least 1"),
    ("question: a\n  principles: [dive-deep]\n  wordings: [b, c, d, e]", 6, 23, "a card takes at most 3 wordings"),
    ("question: a\n  principles: [dive-deep]\n  wordings: [b, A]", 6, 17, "the wording 'A' is there already"),
    ("question: a\n  principles: [dive-deep]\n  wordings: [b  c, B c]", 6, 20, "the wording 'B c' is there already"),
    ("question: a\n  principles: [dive-deep]\n  wordings: b", 6, 13, "a list is wanted here, not a text"),
    (f"{STAR}\n  wordings: [a]", 9, 14, "the wording 'a' is there already"),
    (f"{STAR}\n  wordings: []", 9, 13, "`wordings` holds at least 1; write `wordings: ["),
    ("front: a\n  back: b\n  wordings: [c]", 6, 3, "'wordings' is unknown here: it belongs to a mapping"),
    ("front: a\n  back: b\n  order: first", 6, 10, "a whole number without quotes is wanted here; write `order: 1`"),
    ("front: a\n  back: b\n  order: 1.5", 6, 10, "a whole number"),
    ("cloze: nothing", 4, 10, "hides nothing"),
    ('cloze: "{c1::half}"', 4, 10, "hides nothing"),
    ('cloze: "{{c1::}}"', 4, 10, "the gap c1 hides nothing; write `{{c1::hidden}}`"),
    ('cloze: "{{c2:: ::hint}} {{c1::a}}"', 4, 10, "the gap c2 hides nothing"),
    ('cloze: "{{c1::a"', 4, 10, "the gap c1 is not closed with }}"),
    ('cloze: "{{c0::a}}"', 4, 10, "number 0"),
    ('cloze: "{{c501::a}}"', 4, 10, "a gap's number is above 500"),
    ('cloze: "{{c1::a}} {{c1000::b}}"', 4, 10, "a gap's number is above 500"),
    ('cloze: "' + "{{c1::a" * 9 + "}}" * 9 + '"', 4, 10, "nested more than 8"),
    ('cloze: "' + "{{c1::a" * 5000 + "}}" * 5000 + '"', 4, 10, "nested more than 8"),
]


@pytest.mark.parametrize(("note", "line", "column", "part"), NOTES)
def test_what_is_wrong_with_a_note(note: str, line: int, column: int, part: str) -> None:
    check(f"{HEAD}- {note}\n  id: x\n", line, column, part)


@pytest.mark.parametrize("text", ["hello", "5", "[front]", "", "no"])
def test_a_note_is_a_mapping(text: str) -> None:
    assert "a note has keys" in problems(f"{HEAD}- {text}\n")[0][2]


IDS = [("2024", "the number 2024"), ("no", "false"), ("a b", "only letters"), ("-a", "only letters"), ("a/b", "only letters"),
       ("가", "only letters"), ("'a\n\n    '", "only letters"), ('""', "only letters"), ("x" * 201, "longer than 200"), ("[a]", "a text is wanted")]  # fmt: skip


@pytest.mark.parametrize(("written", "part"), IDS)
def test_ids_that_cannot_be(written: str, part: str) -> None:
    file = parse(f"{HEAD}- id: {written}\n  front: a\n  back: b\n".encode(), "x.yaml", ALL)
    (error,) = [problem for problem in file.problems if problem.level == "error"]
    assert (error.line, error.column) == (4, 7)
    assert part in error.message
    assert file.notes == ()


def test_a_phrase_needs_languages_in_its_file() -> None:
    text = "deck: X\nnotes:\n- id: a\n  phrase: {ko: 가, en: b}\n"
    check(text, 4, 11, "write `languages: {ko: …, en: …}` at the top")
    assert not problems("deck: X\nnotes:\n- {id: a, front: b, back: c}\n")


def test_wrong_languages_are_said_once_and_not_at_every_phrase() -> None:
    check("deck: X\nlanguages: {ko: ko-KR}\nnotes:\n- {id: a, phrase: {ko: 가, en: b}}\n", 2, 12, "two")


def test_an_own_vocabulary_replaces_the_principles() -> None:
    text = "deck: X\nprinciples: {be-kind: Be Kind}\nnotes:\n- {id: a, question: b, principles: [be-kind, dive-deep]}\n"
    check(text, 4, 46, "'dive-deep' is unknown; write one of: be-kind")


SURPRISES = [
    ("no", "false"), ("Yes", "true"), ("ON", "true"), ("off", "false"), ("true", "true"), ("null", "nothing"), ("~", "nothing"),
    ("12:30", "the number 750"), ("0o17", "the number 15"), ("017", "the number 15"), ("0x1F", "the number 31"), ("1_000", "the number 1000"),
    ("5.1", "the number 5.1"), ("2024", "the number 2024"), ("2024-01-01", "a date"), ("2024-13-45", "a date"), (".inf", "the number inf"),
    ("=", "a default value"), ("1e3", "the number 1000.0"), ("+5", "the number 5"), ("9" * 5000, "a number"), ("2001-12-14t21:59:43.10-05:00", "a date"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reads"), SURPRISES)
def test_unquoted_text_that_yaml_would_not_read_as_text_is_refused(text: str, reads: str) -> None:
    check(f"{HEAD}- id: x\n  front: {text}\n  back: b\n", 5, 10, f"as {reads}", "; write ")
    check(f"{HEAD}- id: x\n  front: a\n  back: a\n  hint: {text}\n", 7, 9, f"as {reads}")
    check(f"{HEAD}- id: x\n  quiz: a\n  choices: [b, {text}]\n  answer: b\n", 6, 16, f"as {reads}")
    assert not problems(f"{HEAD}- id: x\n  front: '{text}'\n  back: \"{text}\"\n")


@pytest.mark.parametrize("text", ["nope", "y", "1st", "v5.1", "5 %", "12:30 Uhr", "5,1", "-", "…", "a=b", "1.2.3"])
def test_text_that_only_looks_like_a_surprise_is_fine(text: str) -> None:
    if text == "-":
        text = "--"
    assert not problems(f"{HEAD}- id: x\n  front: {text}\n  back: b\n")


def test_nothing_after_a_colon_is_said_to_be_nothing() -> None:
    check(f"{HEAD}- id: x\n  front:\n  back: b\n", 5, 9, "there is nothing here")


CONTROLS = ["\\x1b", "\\x1f", "\\0", "\\a", "\\x7f", "\\x9b", "\\u0085", "\\N", "\\r", "\\L", "\\uffff"]


@pytest.mark.parametrize("escape", CONTROLS)
def test_control_characters_that_escapes_bring_in_are_refused_at_their_text(escape: str) -> None:
    text = f'{HEAD}- id: x\n  front: "a{escape}b"\n  back: b\n'
    check(text, 5, 10, "a text cannot hold the control character U+")
    assert problems(text)[0][2].isprintable()


@pytest.mark.parametrize("raw", ["\x1b", "\x1f", "\0", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\ufffe"])
@pytest.mark.parametrize(
    "where", ["  front: ab{}c\n  back: b\n", "  front: a # {}\n  back: b\n", "  front: {}\n  back: b\n"]
)
def test_raw_control_characters_are_refused_where_they_stand(raw: str, where: str) -> None:
    text = f"{HEAD}- id: x\n{where.format(raw)}"
    check(text, 5, where.index("{") + 1, f"U+{ord(raw):04X}")


def test_a_binary_file_is_given_up_after_twenty_control_characters() -> None:
    assert len(problems(b"\0" * 100)) == 20


def test_tabs_and_line_ends_are_text() -> None:
    assert not problems(f'{HEAD}- id: x\n  front: "a\\tb\\nc"\n  back: |\n    a\tb\n    c\n')


WARNINGS = [
    ("front: a\n  back: b", 4, 3, "this note has no `id`; write one of your own, or let `srs check --fix` write a-"),
    ('id: x\n  front: " a"\n  back: b', 5, 10, "begins or ends with blanks"),
    ('id: x\n  front: a\n  back: b\n  hint: ""', 7, 9, "`hint` is empty"),
    ('id: x\n  cloze: "{{c1::a}} }}"', 5, 10, "signs of a gap outside"),
    ('id: x\n  front: "a\\u202eb"\n  back: b', 5, 10, "changes its direction"),
    ('id: x\n  front: "a\u2067b\u202c"\n  back: b', 5, 10, "changes its direction"),
]


@pytest.mark.parametrize(("note", "line", "column", "part"), WARNINGS)
def test_warnings_leave_the_file_good(note: str, line: int, column: int, part: str) -> None:
    text = f"{HEAD}- {note}\n"
    check(text, line, column, part, level="warning")
    assert parse(text.encode(), "x.yaml", ALL).good


def test_balanced_directions_are_fine() -> None:
    text = f'{HEAD}- id: x\n  front: "a\u2067\u202bb\u202c\u2069c"\n  back: شكرا\n'
    assert parse(text.encode(), "x.yaml", ALL).problems == ()


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    text = (
        "deck: no\nlanguages: {ko: ko-KR, en: en-US}\nnotes:\n- id: a\n  quiz: q\n  choices: [S, 5.1]\n  answer: U\n  becuase: x\n"
        "- front: ''\n- id: b c\n  cloze: x\n"
    )
    file = parse(text.encode(), "deep/x.yaml", ALL)
    assert [(problem.line, problem.column) for problem in file.problems if problem.level == "error"] == [
        (1, 7), (6, 16), (7, 11), (8, 3), (9, 3), (9, 10), (10, 7), (11, 10),
    ]  # fmt: skip
    assert {problem.file for problem in file.problems} == {"deep/x.yaml"}
    assert file.deck is None
    assert [note.id for note in file.notes] == ["a"]


def test_the_answer_to_an_unquoted_choice_is_not_said_to_be_wrong_as_well() -> None:
    check(f'{HEAD}- id: x\n  quiz: a\n  choices: [b, 5.1]\n  answer: "5.1"\n', 6, 16, 'write "5.1"')


def test_messages_are_short_and_show_no_control_characters() -> None:
    text = f'{HEAD}- id: x\n  quiz: a\n  choices: [b, c]\n  answer: "\\e[31m\\u202e{"x" * 500}"\n'
    for _, _, message in problems(text):
        assert message.isprintable()
        assert len(message) < 160
    assert any("\\x1b[31m\\u202exxx" in message for _, _, message in problems(text))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_count_in_characters_whatever_ends_the_lines(end: str, mark: str) -> None:
    text = mark + f"{HEAD}# 한국어 😀 line\n- {{id: 'x', front: 가나다, back: no}}\n".replace("\n", end)
    check(text, 5, 31, 'write "no"')


BASIC = "- id: n\n  front: f\n  back: b\n"


@pytest.mark.parametrize(
    ("more", "line", "column", "part"),
    [
        ("  also: []\n", 7, 9, "`also` holds at least 1"),
        ("  also:\n  - front: g\n", 8, 5, "this card has no `back`"),
        ("  also:\n  - {front: g, back: c, bak: d}\n", 8, 25, "'bak' is unknown here; did you mean `back`?"),
        ("  also:\n  - {front: g, back: c, card: 1}\n", 8, 31, "the cards' numbers go up; write 2 or more"),
        ("  card: 50\n  also:\n  - {front: g, back: c}\n", 9, 5, "at most 50 cards"),
        ("  card: 51\n", 7, 9, "cannot be above 50"),
        ("  card: two\n", 7, 9, "a whole number"),
        ("  html: maybe\n", 7, 9, "true or false"),
        ("  html: 'true'\n", 7, 9, "without quotes"),
    ],
)
def test_further_cards_and_html(more: str, line: int, column: int, part: str) -> None:
    check(HEAD + BASIC + more, line, column, part)


def test_html_is_read_as_what_it_says() -> None:
    text = HEAD + BASIC + "  html: true\n" + BASIC.replace("id: n", "id: m") + "  html: false\n"
    assert [note.fields.get("html") for note in parse(text.encode(), "a.yaml", ALL).notes] == [True, None]


@pytest.mark.parametrize(
    ("value", "column"),
    [
        ("Which gas is in airbags #1", 10),
        ("Which gas is in airbags # 1", 10),
        ("Which gas\t#1?", 10),
        ("Which gas   #1?", 10),
        ("one\n   two lines #3", 10),
    ],
)
def test_a_comment_that_may_be_meant_as_text_is_warned_of(value: str, column: int) -> None:
    check(f"deck: X\nnotes:\n- front: {value}\n  back: b\n  id: n\n", 3, column, "quotes", level="warning")


@pytest.mark.parametrize(
    "value", ["a  # a comment", "'a' # b", '"a" #b', "|-\n   a #1\n", "a#1", "5. a   # b", "a b  #"]
)
def test_a_comment_that_is_set_off_and_a_sign_in_quotes_are_fine(value: str) -> None:
    assert problems(f"deck: X\nnotes:\n- front: {value}\n  back: b\n  id: n\n", "warning") == []
    assert problems("deck: X\nsettings: {new: 3} #x\nnotes: [] #x\n", "warning") == []


@pytest.mark.parametrize("tag", ["English", "Korean", "jp-JP", "en-USA", "en-US-US", "en-US-uk", "xy", "xx-YY", "engl"])
def test_a_language_that_is_no_tag_of_bcp_47_is_warned_of_and_the_file_stays_in_use(tag: str) -> None:
    text = f"deck: X\nlanguages: {{ko: ko-KR, en: '{tag}'}}\nnotes: []\n"
    check(text, 2, 28, "BCP 47", level="warning")
    assert problems(text) == []


@pytest.mark.parametrize(
    "tag",
    [
        "en",
        "en-US",
        "EN-us",
        "zh-Hans-CN",
        "zh-cmn-Hans",
        "es-419",
        "de-CH-1996",
        "sl-rozaj-biske",
        "yue",
        "x-own",
        "en-x-own",
        "i-klingon",
        "ar-u-nu-latn",
    ],
)
def test_a_tag_of_bcp_47_is_fine(tag: str) -> None:
    assert problems(f"deck: X\nlanguages: {{ko: ko-KR, en: '{tag}'}}\nnotes: []\n", "warning") == []


def test_a_conflict_that_git_left_is_named_as_such() -> None:
    ours, theirs = "- id: a\n  front: a\n  back: b\n", "- id: a\n  front: a\n  back: c\n"
    text = f"deck: X\nnotes:\n<<<<<<< HEAD\n{ours}=======\r\n{theirs}>>>>>>> other branch\n"
    check(text, 3, 1, "git", "line 11", "delete")
    check(f"deck: X\nnotes:\n{ours}>>>>>>> other\n", 6, 1, "git")
    found = problems(text.replace("=======", "||||||| base\n======="))
    assert [place[:2] for place in found] == [(3, 1)]
    assert problems("deck: X\ndescription: |\n  =======\n  <<<<<<< a\n  >>>>>>> b\nnotes: []\n") == []


@pytest.mark.parametrize("answer", ["촉박", "[촉박, T]"])
def test_an_answer_is_among_the_choices_however_its_letters_are_composed(answer: str) -> None:
    text = f"deck: D\nnotes:\n- id: n\n  quiz: a\n  choices: [S, {normalize('NFD', '촉박')}, T]\n  answer: {answer}\n"
    assert problems(text) == []


CHOSEN = (
    "deck: X\nlanguages: {ko: ko-KR, en: en-US}\ncards: [ko-en, ko-es]\nnotes:\n- id: a\n  phrase: {ko: 가, en: a}\n"
)


def test_a_card_that_no_note_of_the_file_has_cannot_be_chosen() -> None:
    check(CHOSEN, 3, 16, "no note of this file has a card 'ko-es'; write one of: en-ko, ko-en")
    check(CHOSEN.replace("ko-es", "ko-en"), 3, 16, "listed twice")
    assert not problems(CHOSEN.replace(", ko-es", ""))
    assert not problems(f"{CHOSEN}- id: b\n  quiz: q\n  choices: [a, b]\n  answer: a\n".replace("ko-es", "choose"))


def test_a_file_without_notes_may_choose_cards_already() -> None:
    assert not problems("deck: X\ncards: [ko-en]\nnotes: []\n")


def test_a_question_and_an_answer_are_taken_for_a_basic_note() -> None:
    text = f"{HEAD}- {{id: a, question: What?, answer: That.}}\n"
    assert [message for _, _, message in problems(text)] == [
        "this note is of no kind; write `front` for `question` and `back` for `answer`"
    ]


def test_a_line_that_begins_too_far_right_is_said_to() -> None:
    check("deck: D\nnotes:\n- front: a\n    back: b\n", 4, 9, "begins further right than the key above it")


def test_all_notes_without_an_id_are_counted_in_one_line() -> None:
    text = f"{HEAD}- {{front: a, back: b}}\n- {{front: c, back: d}}\n- {{id: x, front: e, back: f}}\n"
    found = parse(text.encode(), "x.yaml", KINDS).problems
    assert [problem.message for problem in found] == [
        "2 notes from here on have no `id`; let `srs check --fix` write them"
    ]
