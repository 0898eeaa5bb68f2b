"""Commands of Anki's in a deck's text are text there: nothing is played, read aloud, drawn by LaTeX or asked."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from srs.anki.export import export
from srs.anki.import_decks import import_decks
from srs.anki.markup_to_html import markup_to_html
from srs.cli.kinds import KINDS
from srs.deckfile import parse
from tests.anki.conftest import Anki
from tests.conftest import NOW, Home

COMMANDS = {
    "sound": "[sound:http://127.0.0.1:9/a.mp3] [sound: a.mp3 ] [SOUND:a.mp3]",
    "sound formed anew": "[sou[sound:a:b]nd:http://127.0.0.1:9/a.mp3]",
    "long sound": f"[sound:http://127.0.0.1:9/{'a' * 600}.mp3]",
    "sound that is gone": "![http://127.0.0.1:9/a](gone.mp3)",
    "latex": "[latex]\\input{/etc/passwd}[/latex] [LaTeX]x[/LATEX]",
    "dollars": "[$]x^2[/$] [$$]x^2[/$$]",
    "speech": "[anki:tts lang=en_US voices=x]hi[/anki:tts] [anki:play:q:0]",
    "end of speech": "a[/anki:tts]b",
    "gap": "{{c7::a}} {{c8::b::c}}",
    "fields": "{{FrontSide}} {{Tags}} {{#Front}}x{{/Front}} {{tts en_US:Back}}",
    "mathematics that loads": r"\(\style{background:url(http://127.0.0.1:9/a)}{x}\) \[\href{javascript:a()}{y}\] \(a \bbox[b:c]{d}\)",
    "code": "def f():\n    return [x  for x in y]\n\tz",
}
PLACES = ("because", "example", "note", "gloss", "hint")


def deck(text: str, *, html: bool = False) -> bytes:
    """Every kind of note with the text wherever there may be one."""
    more: dict[str, Any] = dict.fromkeys(PLACES, text) | ({"html": True} if html else {})
    notes: list[dict[str, Any]] = [
        {"id": "basic", "front": f"f {text}", "back": text, "also": [{"front": f"also {text}", "back": text}]},
        {"id": "phrase", "phrase": {"ko": f"가 {text}", "en": f"a {text}"}},
        {"id": "quiz", "quiz": f"q {text}", "choices": [f"a {text}", "b"], "answer": "b"},
        {"id": "mapping", "question": f"q {text}", "principles": ["ownership"]},
        {"id": "star", "star": f"s {text}", "situation": text, "task": text, "action": text, "result": text},
        {"id": "cloze", "cloze": "It is {{c1::so}}." if "{{" in text else f"It is {{{{c1::so}}}}. {text}"},
    ]
    head = {"deck": "D", "description": text, "languages": {"ko": "ko-KR", "en": "en-US"}, "source": {"title": text}}
    head["source"]["section"] = "1"  # type: ignore[index] # a mapping
    return yaml.safe_dump(
        head | {"notes": [note | more for note in notes]}, allow_unicode=True, sort_keys=False
    ).encode()


def words(html: str) -> str:
    return " ".join(
        unescape(
            re.sub(r"<style.*?</style>|<script.*?</script>|<br>", " ", re.sub("<wbr>|<span></span>", "", html))
        ).split()
    )


@pytest.mark.parametrize("what", COMMANDS)
def test_what_looks_like_a_command_is_shown_as_written_and_comes_back_so(
    what: str, home: Home, tmp_path: Path, anki: Anki
) -> None:
    home.write("a.yaml", deck(COMMANDS[what]))
    export(home.open(), tmp_path / "a.apkg", NOW)
    result = anki(f"import:{tmp_path / 'a.apkg'}", "edit", f"export-apkg:{tmp_path / 'b.apkg'}")
    assert (len(result["cards"]), result["empty"]) == (8, 0)
    for card in result["cards"]:
        both = card["question"] + card["answer"]
        heard = card["heard"]["question"] + card["heard"]["answer"]
        assert [tag[0] for tag in heard] == ([] if "(2 cards)" in card["kind"] else ["en_US"]), "the question, once"
        buttons = set(re.findall(r"\[anki:play:([qa]:\d)\]", both))
        assert len(buttons) == len(heard), both
        assert "<img" not in both
        assert not re.search(r"\\[(\[]", both)
        shown = COMMANDS[what].replace("![http://127.0.0.1:9/a](gone.mp3)", "[sound: http://127.0.0.1:9/a]")
        assert " ".join(shown.split()) in words(card["answer"]), card["answer"]
    import_decks(tmp_path / "back", tmp_path / "b.apkg", KINDS)
    before = {note.id: note for note in parse(home.decks.joinpath("a.yaml").read_bytes(), "a.yaml", KINDS).notes}
    (file,) = (tmp_path / "back").glob("*.yaml")
    for note in parse(file.read_bytes(), file.name, KINDS).notes:
        texts = {key: value for key, value in note.fields.items() if key != "source"}
        if "also" in texts:
            assert texts["also"][0].pop("card") == 2
        if what != "sound that is gone":  # there it is the words that stand for it
            assert texts == before[note.id].fields


@pytest.mark.parametrize(
    "cloze",
    [
        r"\({{c1::\sty}}le{background:url(http://127.0.0.1:9/a)}{x}\)",
        r"\(\st{{c1::y::a hint::b}}le{background:url(http://127.0.0.1:9/a)}{x}\)",
        r"\(\st{{c1::y{{c2::l}}}}e{background:url(http://127.0.0.1:9/a)}{x}\)",
        r"\(**\style**{background:url(http://127.0.0.1:9/a)}{{{c1::x}}}\)",
        r"\({{c1::x::\href{javascript:a()}{y} }}\)",
    ],
)
def test_gaps_and_emphasis_form_no_mathematics_that_loads(cloze: str, home: Home, tmp_path: Path, anki: Anki) -> None:
    """Anki takes tags out of mathematics in a cloze, so a mark within a command would go."""
    home.write("a.yaml", yaml.safe_dump({"deck": "D", "notes": [{"id": "one", "cloze": cloze}]}))
    export(home.open(), tmp_path / "a.apkg", NOW)
    cards = anki(f"import:{tmp_path / 'a.apkg'}")["cards"]
    assert cards
    for card in cards:
        assert r"\(" not in card["question"] + card["answer"], card["answer"]


@pytest.mark.parametrize("head", [{}, {"languages": {"ko": "ko-KR", "en": "en-US"}}])
def test_hints_and_mathematics_of_a_cloze_form_no_command(
    head: dict[str, Any], home: Home, tmp_path: Path, anki: Anki
) -> None:
    """Anki shows a hint in brackets, and takes tags out of mathematics."""
    clozes = [
        "{{c1::x::sound:127.0.0.1}}",
        "{{c1::x::anki:play:q:0}}",
        "{{c1::x::latex]y[/latex}}",
        "{{c1::x::latex}} y {{c1::z::/latex}}",
        "{{c1::x::$}} y {{c1::z::/$}}",
        r"\([latex]y[/latex] {{c1::x}}\)",
        r"\[{{c1::x::sound:127.0.0.1}}\]",
        r"\({{c1::x}}\) {{c2::y::sound:127.0.0.1}}",
        r"\([/anki:tts] [sound:127.0.0.1] {{c1::x}}\)",
        "{{c1::x::/anki:tts}} [sound:127.0.0.1]",
        r"\([sound:127.0.0.1]\) {{c1::x}}",
    ]
    notes: list[dict[str, Any]] = [{"id": f"n{n}", "cloze": cloze} for n, cloze in enumerate(clozes)]
    notes += [note | {"id": f"h{note['id']}", "html": True} for note in notes[:-3]]  # the last would name a file
    home.write("a.yaml", yaml.safe_dump({"deck": "D", "notes": notes} | head, sort_keys=False))
    export(home.open(), tmp_path / "a.apkg", NOW)
    cards = anki(f"import:{tmp_path / 'a.apkg'}", "edit", f"export-apkg:{tmp_path / 'b.apkg'}")["cards"]
    assert len(cards) == len(notes) + 2
    for card in cards:
        both = card["question"] + card["answer"]
        assert [tag[0] for tag in card["heard"]["question"]] == (["en_US"] if head else []), both
        assert not card["heard"]["answer"]
        assert not re.search(
            r"\[anki:play:|<img|\[latex\]", both.replace("[anki:play:q:0]", "", 1) if head else both
        ), both
    import_decks(tmp_path / "back", tmp_path / "b.apkg", KINDS)
    (file,) = (tmp_path / "back").glob("*.yaml")
    back = {note.id: note.fields["cloze"] for note in parse(file.read_bytes(), file.name, KINDS).notes}
    assert back == {note["id"]: note["cloze"] for note in notes}


def test_a_sound_and_mathematics_stand_together() -> None:
    assert markup_to_html(r"\(x^2\) ![](a.mp3)", {"a.mp3": "a.mp3"}) == r"\(x^2\) [sound:a.mp3]"


def test_other_mathematics_stays() -> None:
    for tex in (r"\(x^2\)", r"\[\sqrt{a \cdot b}\]", r"\(\require{mhchem}\ce{H2O}\)", r"C:\data"):
        assert markup_to_html(tex) == tex
