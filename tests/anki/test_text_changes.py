"""Texts from Anki as values of a deck file: only what comes back the same is taken."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.anki.compare_texts import TheirText, compare_texts
from srs.anki.markup_to_html import markup_to_html
from srs.anki.notetypes import note_type
from srs.anki.same_texts import field_values, same_html, says_the_same, shows_the_same
from srs.anki.text_changes import OwnNote, TextChanges, text_changes
from srs.cli.kinds import KINDS
from srs.deckfile import parse

DECK = """\
deck: Talk
languages: {ko: ko-KR, en: en-US}
tags: [all]
notes:
- id: phrase
  phrase: {ko: "마감이 촉박했다", en: "The deadline was tight."}
  chunk: {ko: 마감이, en: deadline}
  ko: 주석
  tags: [x, y]
- id: quiz
  quiz: Which?
  choices: [a, b]
  answer: a
  because: so
- id: basic
  front: f
  back: b
  image: pictures/a.png
  also:
  - {front: g, back: h}
- id: star
  star: S?
  situation: one
  task: two
  action: three
  result: four
  wordings: [w1, w2]
- id: story
  story: S
  situation: [one]
  task: [t1, t2]
  action: a
  result: r
- id: mapping
  question: Q?
  principles: [ownership]
- id: cloze
  cloze: "a {{c1::b::hint}} c"
- id: html
  front: <b class="x">f</b><script>1</script>
  back: g
  html: true
"""
FILE = parse(DECK.encode(), "a.yaml", KINDS, lint=False)
assert FILE.good
assert FILE.deck
NOTES = {
    note.id: OwnNote(
        KINDS.note(note.id, FILE.deck, note.fields, note.tags),
        note.fields,
        note.tags,
        FILE.deck,
        "a.yaml",
        {"pictures/a.png": "srs-a.png"} if note.id == "basic" else {},
    )
    for note in FILE.notes
}


def in_anki(own: OwnNote, tags: list[str] | None = None, **changed: str) -> TheirText:
    values = field_values(own.note, own.media)
    assert changed.keys() <= values.keys()
    values |= changed
    kind = note_type(own.note)
    return TheirText(1, kind.id, tuple(values), tuple(values.values()), tuple(tags or own.note.tags))


def taken(name: str, tags: list[str] | None = None, **changed: str) -> TextChanges:
    own = NOTES[name]
    return text_changes(own, in_anki(own, tags, **changed), KINDS)


@pytest.mark.parametrize(
    ("note", "fields", "values"),
    [
        ("basic", {"Front": "one<br>two", "Back2": "<ul><li>x</li><li>y</li></ul>"}, {"front": "one\ntwo", "also": [{"front": "g", "back": "- x\n- y"}]}),
        ("basic", {"Front": "it's <b>so</b>&nbsp;"}, {"front": "it's **so**"}),
        ("basic", {"Back": 'b <img src="srs-a.png" alt="">'}, {"back": "b ![](pictures/a.png)"}),
        ("phrase", {"Foreign": "The <b>deadlines</b> were tight."}, {"phrase": {"ko": "마감이 촉박했다", "en": "The deadlines were tight."}, "chunk": {"ko": "마감이", "en": "deadlines"}}),
        ("phrase", {"Gloss": ""}, {"ko": None}),
        ("quiz", {"Question": "Why?", "Note": "new"}, {"quiz": "Why?", "note": "new"}),
        ("star", {"Spare1": "<ul><li>w1</li><li>w3</li><li>w2</li></ul>"}, {"wordings": ["w1", "w3", "w2"]}),
        ("star", {"Spare1": ""}, {"wordings": None}),
        ("story", {"Situation": "two", "Action": "<ul><li>a</li><li>b</li></ul>"}, {"situation": ["two"], "action": ["a", "b"]}),
        ("cloze", {"Text": "a {{c1::b::hint}} {{c2::c}}", "Note": "{<wbr>{c1::x}}"}, {"cloze": "a {{c1::b::hint}} {{c2::c}}", "note": "{{c1::x}}"}),
        ("html", {"Front": "<i>f</i>"}, {"front": "<i>f</i>"}),
    ],
)  # fmt: skip
def test_texts_are_taken_in_the_form_of_the_deck_file(
    note: str, fields: dict[str, str], values: dict[str, Any]
) -> None:
    assert taken(note, None, **fields) == TextChanges(values, ())


@pytest.mark.parametrize(
    ("note", "field", "html", "why"),
    [
        ("basic", "Front", "f<script>alert(1)</script>", "formatting"),
        ("basic", "Front", "<u>f</u>", "formatting"),
        ("basic", "Front", "", "get lost"),
        ("basic", "Front2", "", "get lost"),
        ("basic", "Back", '<img src="http://127.0.0.1:9/a.png">', "picture"),
        ("basic", "Back", "[sound:x.mp3]", "picture or a sound"),
        ("basic", "Back", "[anki:tts lang=en_US]b[/anki:tts]", "other HTML"),
        ("basic", "Note", "<br>", "other HTML"),
        ("basic", "Note", "a\x07", "control character"),
        ("basic", "Image", "", "deck file alone"),
        ("basic", "Source", "x", "deck file alone"),
        ("quiz", "Task", "Choose", "deck file alone"),
        ("quiz", "Choices", '<button data-right><span>c</span></button><button><span>d</span></button>', "deck file alone"),
        ("quiz", "Choices", "x", "choices of its quiz are missing"),
        ("mapping", "Primary", "Frugality", "deck file alone"),
        ("phrase", "Foreign", "The deadline was tight.", "get lost"),
        ("story", "Opening", "x", "deck file alone"),
        ("story", "Category", "failure", "deck file alone"),
        ("cloze", "Text", "a {{c1::b", "not closed"),
        ("cloze", "Text", "a", "hides nothing"),
        ("html", "Front", "f<script>2</script>", "other HTML"),
        ("html", "Front", "<img src=x onerror=alert(1)>", "picture"),
    ],
)  # fmt: skip
def test_what_would_not_come_back_the_same_is_refused_with_its_reason(
    note: str, field: str, html: str, why: str
) -> None:
    changes = taken(note, None, **{field: html})
    assert not changes.values
    assert [refused.field for refused in changes.refused] == [field]
    assert why in changes.refused[0].why


def test_one_refused_field_keeps_no_other_from_being_taken() -> None:
    changes = taken("quiz", Question="Why?", Because="<u>so</u>")
    assert changes.values == {"quiz": "Why?"}
    assert [refused.field for refused in changes.refused] == ["Because"]


def test_tags_are_those_of_the_note_and_never_those_of_its_file() -> None:
    assert taken("phrase", ["all", "X", "leech", "z::k"]).values == {"tags": ["x", "z::k"]}
    assert taken("phrase", ["all"]).values == {"tags": None}
    assert taken("phrase", ["all", "y", "x", "marked"]) == TextChanges({}, ())
    (refused,) = taken("phrase", ["x", "y"]).refused
    assert refused == ("Tags", "the whole deck file has the tag 'all'")


def test_what_follows_from_other_fields_is_no_change() -> None:
    own = NOTES["basic"]
    assert shows_the_same(own.note, own.media, in_anki(own, Front="f<br>", Back="b&nbsp;"))
    spoken = NOTES["quiz"]
    other = in_anki(spoken, Spare3="[anki:tts lang=en_US]Why?[/anki:tts]")
    assert says_the_same(spoken.note, spoken.media, other)
    assert not says_the_same(spoken.note, spoken.media, in_anki(spoken, Source="x"))
    assert not says_the_same(spoken.note, spoken.media, in_anki(spoken, Question="x"))
    assert not says_the_same(spoken.note, spoken.media, in_anki(spoken, ["other"]))


ANY_HTML = st.text().map(markup_to_html) | st.lists(
    st.sampled_from(["<b>", "</b>", "<br>", "<div>", "</div>", "a", " ", "&nbsp;", "'", "&#x27;", "{{c1::", "}}", "<li>", "<ul>", "*", "- ", "[sound:a]", "\\(", "&lt;", "<", "\n", "\x07"])
).map("".join)  # fmt: skip


@given(st.data(), st.sampled_from(sorted(NOTES)))
def test_after_taking_the_two_sides_are_the_same_but_for_what_was_refused(data: st.DataObject, name: str) -> None:
    own = NOTES[name]
    fields = list(field_values(own.note, own.media))[: note_type(own.note).hidden]
    changed = data.draw(st.dictionaries(st.sampled_from(fields), ANY_HTML, max_size=3))
    theirs = in_anki(own, None, **changed)
    changes = text_changes(own, theirs, KINDS)
    written = {key: value for key, value in {**own.fields, **changes.values}.items() if value is not None}
    note = KINDS.note(own.note.id, own.deck, written, own.tags)
    now, refused = field_values(note, own.media), {one.field for one in changes.refused}
    for field, html in changed.items():
        assert field in refused or same_html(now[field], html)
    again = OwnNote(note, written, own.tags, own.deck, own.path, own.media)
    assert not text_changes(again, theirs, KINDS).values
    if not refused and compare_texts(own.note, own.media, theirs).changed != "same":
        assert says_the_same(note, own.media, theirs)
