"""Cards of strangers' note types ask and answer, word for word, what Anki shows of them."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from srs.anki.import_decks import import_decks
from srs.cli.kinds import KINDS
from srs.core.html_text import html_to_text
from srs.core.markup import markup_to_text
from srs.deckfile import parse
from tests.anki.test_convert_note import MEET
from tests.chromium import chromium
from tests.cli.conftest import Shell

Sides = list[tuple[str, str]]
"""Question and answer of each card, the answer without the question that it repeats."""

FILE = re.compile(r"!\[\]\([^()]*\)")
FB = {"F": "front", "B": "<b>back</b>", "More": "more"}
LINE = "<hr id=answer>"


def kind(fields: Mapping[str, str], *templates: Sequence[str], **more: Any) -> dict[str, Any]:
    """A note of a note type; a template without a back has the usual one."""
    back = f"{{{{FrontSide}}}}{LINE}{{{{B}}}}"
    return {"fields": fields, "templates": [[t[0], t[1] if len(t) > 1 else back] for t in templates], **more}


def hidden(question: str, css: str = "", fields: Mapping[str, str] = FB) -> tuple[dict[str, Any], Sides]:
    return kind(fields, [f"{{{{F}}}} {question}"], css=css), [("front", "back")]


def side(question: str, shown: str, **fields: str) -> tuple[dict[str, Any], Sides]:
    return kind(FB | fields, [question]), [(shown, "back")]


CLOZE = {"T": "ich {{c1::bin}} {{c2::zwei::tip}}", "U": "du {{c2::bist}}", "M": "plain", "R": "x {{c1:: 字[じ]}} y"}


def gaps(side: str, cards: Sides) -> tuple[dict[str, Any], Sides]:
    fields = {name: html if f":{name}}}}}" in side else "" for name, html in CLOZE.items()} | {"M": CLOZE["M"]}
    return kind(fields, [side, side if "M}}" in side else f"{side}<br>{{{{M}}}}"], cloze=True), cards


CASES: dict[str, tuple[dict[str, Any], Sides]] = {
    "hidden by a class": hidden('<div class="a hidden">{{More}}<i>!</i></div>', ".hidden {display: none}"),
    "hidden by an id": hidden("<p id=x>{{More}}</p>", "/* .x{} */ u, #x { color: red; DISPLAY : None !important }"),
    "hidden by a tag": hidden("<footer>{{More}}</footer>", ".card {color: red} .card footer {display: none}"),
    "hidden by a tag with a class": hidden("<div class=a>{{More}}</div>", "div.a {visibility: hidden}"),
    "hidden inline": hidden('<span style="color: red; display:none">{{More}}<span>x</span></span>'),
    "hidden by an attribute": hidden("<div hidden><div>{{More}}</div>{{B}}</div>"),
    "hidden by the template's own style": hidden("<style>.h {display: none}</style><div class=h>{{More}}</div>"),
    "hidden within a field": hidden("{{More}}", "", FB | {"More": '<span style="display:none">x</span>'}),
    "hidden within a field by a class": hidden("{{More}}", ".h {display: none}", FB | {"More": "<b class=h>x</b>"}),
    "hidden without an end": hidden("<div><span hidden>{{More}}</div>"),
    "hidden in a hidden element": hidden("<div hidden><div hidden>x</div>{{More}}</div>"),
    "shown by a later rule": (
        kind(FB, ["{{F}} <div class=h>{{More}}</div>"], css=".h {display: none} .h {display: block}"),
        [("front more", "back")],
    ),
    "shown by a stronger rule": (
        kind(FB, ["{{F}} <div class=h id=i>{{More}}</div>"], css="#i {display: block} .h {display: none}"),
        [("front more", "back")],
    ),
    "hidden only on paper": (
        kind(FB, ["{{F}} <div class=h>{{More}}</div>"], css="@media print {.h {display: none}} .h {color: red}"),
        [("front more", "back")],
    ),
    "shown on the back alone": (
        kind(
            FB,
            [
                "{{F}} <div class=h>{{More}}</div>",
                f"{{{{F}}}}{LINE}<style>.h {{display: block}}</style>{{{{B}}}} <div class=h>{{{{More}}}}</div>",
            ],
            css=".h {display: none}",
        ),
        [("front", "back more")],
    ),
    "several cloze fields": gaps(
        "{{cloze:T}}<br>{{cloze:U}}",
        [("ich … zwei", "ich bin zwei plain"), ("ich bin tip du …", "ich bin zwei du bist plain")],
    ),
    "a section for a card": gaps(
        "{{#c1}}one{{/c1}}{{^c1}}other{{/c1}}{{#c2}}two{{/c2}} {{cloze:T}}",
        [("one ich … zwei", "one ich bin zwei plain"), ("othertwo ich bin tip", "othertwo ich bin zwei plain")],
    ),
    "a section for all cards": gaps(
        "{{cloze:T}} {{#M}}{{M}}{{/M}}",
        [("ich … zwei plain", "ich bin zwei plain"), ("ich bin tip plain", "ich bin zwei plain")],
    ),
    "cloze-only": gaps(
        "{{cloze:T}}: {{cloze-only:T}}",
        [("ich … zwei: …", "ich bin zwei: bin plain"), ("ich bin tip: tip", "ich bin zwei: zwei plain")],
    ),
    "a filter within a cloze": gaps("{{cloze:kana:R}}", [("x … y", "x じ y plain")]),
    "a filter around a cloze": gaps("{{kanji:cloze:R}}", [("x … y", "x 字 y plain")]),
    "a cloze read aloud": gaps(
        "{{cloze:T}}{{tts en_US:cloze:T}}",
        [("ich … zwei", "ich bin zwei plain"), ("ich bin tip", "ich bin zwei plain")],
    ),
    "a cloze with its signs as text": gaps(
        "{{cloze:U}} {{text:U}}", [("du … du {{c2::bist}}", "du bist du {{c2::bist}} plain")]
    ),
    "the question again before a plain line": (
        kind(
            FB,
            [
                "<div class=card><div>{{F}} <i>x</i></div></div>",
                "<div class=card><div>{{F}}&nbsp;<b>x</b></div><hr><div>{{B}}</div></div>",
            ],
        ),
        [("front x", "back")],
    ),
    "the question again in a table": (
        kind(FB, ["<p>{{F}}</p>", "<table><tr><td>{{F}}</td><td>{{B}}</td></tr></table>"]),
        [("front", "back")],
    ),
    "the question again in another order": (
        kind(FB, ["<p>{{F}}</p>", "<p>{{More}}</p><p>{{F}}</p><hr><p>{{B}}</p>"]),
        [("front", "more front back")],
    ),
    "the question within the answer's words": (kind({"F": "a", "B": "ab c"}, ["{{F}}", "{{B}}"]), [("a", "ab c")]),
    "the question and the answer in bold": (kind(FB, ["{{F}}", "<b>{{F}}</b><i> {{More}}</i>"]), [("front", "more")]),
    "the question goes on": (kind({"F": "a", "B": "b"}, ["{{F}}", "<i>{{F}}</i>{{B}}"]), [("a", "ab")]),
    "the question and the answer in a line": (kind(FB, ["{{F}}", "{{F}} {{B}}"]), [("front", "back")]),
    "readings": side("{{furigana:F}}; {{kana:F}}; {{kanji:F}}", "漢字かんじ; かんじ; 漢字", F=" 漢字[かんじ]"),
    "readings within a text": side(
        "{{furigana:F}}; {{kana:F}}; {{kanji:F}}",
        "a漢字かんじと字じを b; aかんじとじを b; a漢字と字を b",
        F="a&nbsp;漢字[かんじ]と 字[じ]を<b> b</b>",
    ),
    "a reading of a long word": side("{{kana:F}}", "x" + 120 * "r", F=f"x {60 * '字'}[{120 * 'r'}]"),
    "a reading with a sound": side("{{kana:F}}", "xじ", F="x[sound:a.mp3] 字[じ]"),
    "a reading of two lines": side("{{kana:F}}", "a y 字b", F="x[a<br>y] 字b"),
    "text": side("{{text:F}}", "1 < 2 & 3 x", F="1 &lt; 2 &amp; 3 <i>x</i>"),
    "text of lines": side("{{text:F}}", "abc", F="a<br>b<div>c</div>"),
    "filters in a row": side("{{text:kana:F}}{{foo:F}}{{foo bar:text:F}}", "じ字じ字じ", F="<b>字[じ]</b>"),
    "a hint": side("{{F}} {{hint:More}}", "front"),
    "typed": (kind(FB, ["{{F}} {{type:B}}", f"{{{{F}}}}{LINE}{{{{B}}}}"]), [("front", "back")]),
    "read aloud": side("{{F}} {{tts en_US voices=A:F}} {{tts-voices:}}", "front"),
    "what a card knows": side(
        "{{F}} {{Card}} {{#Deck}}in a deck{{/Deck}}{{#Tags}}with tags{{/Tags}}{{#CardFlag}} flag{{/CardFlag}}",
        "front Card 1 in a deck flag",
    ),
    "closed details": (
        kind(
            FB,
            [
                "{{F}} <details><summary>More</summary>{{More}} <details>x</details><p>y</details> z",
                f"{{{{FrontSide}}}}{LINE}{{{{B}}}}<details><summary>s</summary></details>",
            ],
        ),
        [("front More z", "back s")],
    ),
    "closed details of a field": side(
        "{{G}}", "front a", G="front <DETAILS><summary>a</summary>secret {{B}}</DETAILS>"
    ),
    "open details": side("{{F}} <details open><summary>a</summary>{{More}}</details>", "front a more"),
    "signs without an end": side("{{F}} {{B", "front {{B"),
    "half a sign": side("{{F}} }} {{a} {{", "front }} {{a} {{"),
    "three braces": side("{{{F}}} x", "front} x"),
    "unknown filters and no fields": side("{{nope:F}}{{:}}{{F:}}{{text:}} {{tts-voices:}}", "front"),
    "a filter that is not for it": side("{{F}} {{cloze:F}}{{tts:F}}", "front front"),
    "sections within each other": side("{{#F}}{{#B}}{{F}}{{^F}}x{{/F}}{{/B}}{{/F}}{{^B}}y{{/B}}", "front"),
    "a field that holds signs": side("{{F}}", "{{B}} {{#F}} {{", F="{{B}} {{#F}} {{"),
    "fields in a comment": side("{{F}} <!-- {{B}} {{#F}} -->", "front"),
    "other delimiters": side(
        " {{=<% %>=}}<%F%> <%kana:K%> <%#F%>yes<%/F%><%^F%>no<%/F%> {{F}}", "front じ yes {{F}}", K="字[じ]"
    ),
    "other delimiters, not at the start": side("{{F}} <%F%>", "front <%F%>"),
    "a line in a template": side("<pre>{{F}}</pre>", "front"),
    "lines in a template": side("<pre>{{F}}\n  {{More}}</pre>", "front more"),
    "elements that play": side(
        "{{F}}<audio src='b%20c.mp3' controls>no</audio><object data=d.png></object>{{G}}"
        "<video><source src='{{H}}'><source src=a.mp3></video><embed src='https://x.org/y.mp3'>",
        "front",
        G="<audio><source src=e.mp3>no</audio>",
        H="f.mp3",
    ),
    "sounds in hidden elements": side(
        "{{F}}<div hidden>x [sound:b c.mp3] {{G}} {{H}}</div>{{I}}",
        "front",
        G="y [sound:e.mp3]",
        H="z",
        I="<i hidden>y [sound:f.mp3]</i>",
    ),
    "a cloze field on the back alone": (
        kind(
            {"T": "{{c1::a}} {{c2::b}}", "U": "more {{c2::c}}"},
            ["{{cloze:T}}", "{{cloze:T}}<br>{{cloze:U}}"],
            cloze=True,
        ),
        [("… b", "a b"), ("a …", "a b more c")],
    ),
    "an answer that a script shows": (
        kind(FB, ["{{F}}", f"{{{{F}}}}{LINE}<p id=a hidden>{{{{B}}}}</p><script>a.hidden = false</script>"]),
        [("front", "back")],
    ),
}


def drawn(folder: Path, cases: Mapping[str, dict[str, Any]]) -> dict[str, list[list[str]]]:
    """What real Anki makes of the cards of each; the package is `a.apkg`."""
    pytest.importorskip("anki")
    command = [sys.executable, str(Path(__file__).with_name("stranger_cards.py")), str(folder / "a.anki2")]
    made = subprocess.run(
        [*command, str(folder / "a.apkg")], input=json.dumps(list(cases.values())), check=True,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return dict(zip(cases, json.loads(made.stdout), strict=True))


class Strangers:
    """The cards of all cases: in Anki, and after an import."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.names = folder, list(CASES)
        self.in_anki = drawn(folder, {name: made for name, (made, _) in CASES.items()})
        self.done = import_decks(folder / "mine", folder / "a.apkg", KINDS)
        self.notes = {}
        for path in (folder / "mine").glob("*.yaml"):
            file = parse(path.read_bytes(), path.name, KINDS)
            assert file.deck
            for note in file.notes:
                name = self.names[int(str(note.fields["guid"]).removeprefix("guid-"))]
                self.notes[name] = KINDS.note(note.id, file.deck, note.fields)

    def asked(self, name: str) -> str:
        note = self.notes[name]
        return note.asks(note.cards()[0], None).question

    def here(self, name: str) -> Sides:
        note = self.notes[name]
        to_text = html_to_text if note.html else markup_to_text
        sides = []
        for card in note.cards():  # their answers do not repeat the question
            face = note.asks(card, None)
            answer = " ".join(part.text for part in face.answer)
            question = words(to_text(FILE.sub("", face.question)))
            sides.append((question, words(to_text(f"{answer} {note.note}"))))
        return sides


def words(text: str) -> str:
    """Without sounds; gaps and readings are the same, whichever dots and brackets they have."""
    text = re.sub(r"\[sound[^]]*\]|[][()]", "", text.replace("...", "…"))
    return " ".join(text.split())


def without(question: str, answer: str) -> str:
    """The answer, less the whole words of the question that it begins with."""
    return f"{answer} ".removeprefix(f"{question} ").strip()


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Strangers:
    return Strangers(tmp_path_factory.mktemp("strangers"))


@pytest.mark.parametrize("name", CASES)
def test_cards_ask_and_answer_what_they_do_in_anki(strangers: Strangers, name: str) -> None:
    assert strangers.here(name) == CASES[name][1]


def test_blanks_and_lines_stay_where_a_template_keeps_them(strangers: Strangers) -> None:
    assert strangers.asked("lines in a template") == "```\nfront\n  more\n```"
    assert strangers.asked("a line in a template") == "front"


def test_elements_that_play_become_sounds_and_pictures(strangers: Strangers) -> None:
    files = ["b_c.mp3", "d.png", "e.mp3", "f.mp3"]
    assert strangers.asked("elements that play") == "front" + "".join(f"![](media/{name})" for name in files)


def test_sounds_in_hidden_elements_are_played_as_in_anki(strangers: Strangers) -> None:
    files = ["b_c.mp3", "e.mp3", "f.mp3"]
    assert strangers.asked("sounds in hidden elements") == "front" + "".join(f"![](media/{name})" for name in files)


def test_back_in_their_collection_the_cards_are_none_that_are_new(strangers: Strangers, tmp_path: Path) -> None:
    srs = Shell(tmp_path, {"SRS_DECKS": str(strangers.folder / "mine")})
    assert srs("export", "back.apkg").status == 0
    copy = tmp_path / "real.anki2"
    copy.write_bytes((strangers.folder / "a.anki2").read_bytes())
    command = [sys.executable, "-c", MEET, str(copy), str(tmp_path / "back.apkg")]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert result == {"same": True, "new": 0, "met": len(CASES), "notes": len(CASES)}


@pytest.mark.check
def test_the_words_are_those_that_a_browser_shows(strangers: Strangers) -> None:
    """Of the cards as real Anki draws them, with the styles of their note types."""
    shown: dict[str, Sides] = {}
    with chromium() as page:
        for name, sides in strangers.in_anki.items():
            css = CASES[name][0].get("css", "")
            shown[name] = []
            for pair in sides:
                found = []
                for side in pair:
                    html = f"<style>{css}</style><body class=card><div id=qa>{side}</div>"
                    page.run(f"document.open(); document.write({json.dumps(html)}); document.close()")
                    found.append(words(page.run("document.getElementById('qa').innerText")))
                shown[name].append((found[0], without(*found)))
    assert shown == {name: sides for name, (_, sides) in CASES.items()}
