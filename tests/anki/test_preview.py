"""The page of `srs preview`: what it holds, and in real Chromium what it shows, and that nothing of a note runs or loads."""

import html
import json
import re
import threading
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from srs.anki import preview
from srs.anki.preview import Preview, page, read_preview
from tests.anki.test_loads import EVIL, Server
from tests.chromium import chromium
from tests.conftest import NOW, PHRASES, Home

RAN = 7777  # what a script of a note tells the page if it runs

DECK = """\
deck: D
notes:
- front: no id
  back: b
- front: "![p](p.png) ![gone](gone.png)"
  id: one
  back: "[x]"
  audio: s.mp3
- {id: two, front: f, back: b}
"""


def read_page(data: bytes) -> Any:
    """What the page's script reads."""
    found = re.search(rb'<script type="application/json" id="data">(.*?)</script>', data)
    assert found
    return json.loads(found[1])


def test_problems_stand_beside_their_note_and_others_above_all(home: Home) -> None:
    home.write("a.yaml", DECK)
    home.write("p.png", b"png")
    home.write("unused.png", b"png")
    shown = read_preview(home.open(), []).data
    first, one, two = shown["notes"]
    assert [(level, place) for level, place, _ in first["problems"]] == [("warning", "a.yaml:3:3")]
    assert [(level, place) for level, place, _ in one["problems"]] == [
        ("warning", "a.yaml:5:10"),
        ("warning", "a.yaml:8:10"),
    ]
    assert [one["place"], two["place"], two["problems"]] == ["a.yaml:5", "a.yaml:9", []]
    assert [place for _, place, _ in shown["problems"]] == ["unused.png:1:1"]


def test_a_file_with_an_error_is_shown_in_its_last_good_version_with_the_error_on_top(home: Home) -> None:
    home.write("a.yaml", "deck: D\nnotes:\n- {id: one, front: before, back: b}\n- {id: two, front: f, back: b}\n")
    collection = home.open()
    home.write(
        "a.yaml", "deck: D\nnotes:\n- {id: one, front: after, bak: b}\n- {front: f}\n- {id: two, front: f, back: b}\n"
    )
    collection.read_decks(NOW)
    found = read_preview(collection, [])
    assert read_page(page(found, failure="It broke."))["failures"] == ["It broke."]
    shown = read_page(page(found))
    assert "before" in shown["notes"][0]["values"]
    assert {level for level, *_ in shown["notes"][0]["problems"]} == {"error"}
    assert shown["notes"][1]["problems"] == []
    assert {place for _, place, _ in shown["problems"]} == {"a.yaml:4:3"}, "of an item that is no note"
    (failure,) = shown["failures"]
    assert re.fullmatch(r"a.yaml:3:\d+: .*; its last good version is shown", failure)


def test_of_the_decks_asked_for_only_their_notes_and_problems_are_shown(home: Home) -> None:
    home.write("a.yaml", DECK)
    home.write("b.yaml", PHRASES)
    found = read_preview(home.open(), ["Talk"])
    assert [note["id"] for note in found.data["notes"]] == ["tight", "root"]
    assert (found.notes, found.cards, found.problems, found.data["problems"]) == (2, 4, 0, [])


def test_pictures_are_in_the_file_as_far_as_there_is_room_for_them(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write(
        "a.yaml", 'deck: D\nnotes:\n- {id: one, front: "![](a.png) ![](b.svg) ![](c.gif)", back: b, audio: s.mp3}\n'
    )
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    for name, content in {"a.png": b"p", "b.svg": drawing, "c.gif": b"x" * 100, "s.mp3": b"ID3"}.items():
        home.write(name, content)
    monkeypatch.setattr(preview, "_MOST_EMBEDDED", 99)
    shown = read_page(page(read_preview(home.open(), [])))
    found = {name.rpartition("-")[2]: value.split(";base64,") for name, value in shown["pictures"].items()}
    assert {name: (kind, b64decode(data)) for name, (kind, data) in found.items()} == {
        "a.png": ("data:image/png", b"p"),
        "b.svg": ("data:image/svg+xml", drawing),
    }
    assert shown["more"][0].startswith("1 of the pictures are left out of this file")


def test_of_very_many_notes_the_first_are_shown_and_the_rest_counted(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write("a.yaml", DECK)
    monkeypatch.setattr(preview, "MOST_NOTES", 2)
    found = read_preview(home.open(), [])
    assert (found.notes, found.more, len(found.data["more"])) == (2, 1, 1)


def test_the_policy_allows_the_two_scripts_of_the_page_and_nothing_else(home: Home) -> None:
    home.write("a.yaml", DECK.replace("[x]", "</script><script>alert(1)</script><!--<script>"))
    text = page(read_preview(home.open(), [])).decode()
    assert "<script>alert" not in text
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    of_frame = read_page(text.encode())["script"]
    digests = " ".join(f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in (script, of_frame))
    policy = html.unescape(re.findall(r'Content-Security-Policy" content="([^"$]*)"', text)[0])
    assert policy == (
        f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; img-src data:; connect-src 'none';"
        " base-uri 'none'; form-action 'none'"
    )


@pytest.mark.check
@pytest.mark.parametrize("safe", [True, False], ids=["as it is", "without its policy"])
def test_not_even_html_that_nobody_cleaned_runs_or_loads_anything(home: Home, tmp_path: Path, safe: bool) -> None:
    """Which the sanitizer is there for; here, the page alone must hold."""
    home.write("a.yaml", "deck: D\nnotes:\n- {id: one, front: f, back: b}\n")
    found = read_preview(home.open(), [])
    elsewhere = Server()
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    scripts = [
        f"<script>parent.postMessage({RAN}, '*')</script>",
        f'<img src="x.png" onerror="parent.postMessage({RAN}, \'*\')">',
        f"<svg onload=\"parent.postMessage({RAN}, '*')\"></svg><details open ontoggle=\"parent.postMessage({RAN}, '*')\">",
        f"<iframe src=\"javascript:parent.parent.postMessage({RAN}, '*')\"></iframe>",
        "<script>top.location = 'http://HOST/N'</script></div></body></html><script src=//HOST/N></script>",
    ]
    evil = [one.replace("HOST", elsewhere.host).replace("N", str(n)) for n, one in enumerate([*EVIL, *scripts])]
    notes = [
        found.data["notes"][0] | {"id": f"n{n}", "deck": one, "tags": one, "place": one, "values": [one]}
        | {"cards": [(one, 0, 0)], "problems": [("error", one, one)]}
        for n, one in enumerate(evil)
    ]  # fmt: skip
    data = {**found.data, "html": [], "sides": [[-1]], "notes": notes, "problems": [("error", evil[0], evil[-1])]}
    text = page(Preview(data, {}, len(notes), len(notes), 0, 0)).decode()
    if not safe:
        policy = read_page(text.encode())["policy"]
        text = text.replace(html.escape(policy), "img-src *").replace(policy, "img-src *")
    (tmp_path / "page.html").write_text(text, "utf-8")
    with chromium() as browser:
        browser.open((tmp_path / "page.html").as_uri())
        browser.wait("typeof articles !== 'undefined' && mounted.size")
        browser.run("window.told = []; addEventListener('message', (event) => told.push(event.data))")
        browser.run("near.disconnect(); theme.value = 'light'; redraw(); articles.forEach(mount)")
        browser.wait(f"heights.size > {len(notes)}")
        if not safe:
            browser.wait(f"told.includes({RAN})")
        ran = browser.run(f"told.includes({RAN})")
        assert browser.run("location.href").startswith("file:")
    elsewhere.shutdown()
    elsewhere.server_close()
    assert ran is not safe
    assert (elsewhere.asked == []) is safe


@pytest.mark.check
@pytest.mark.parametrize("width", [360, 1280])
def test_a_note_is_found_by_its_words_and_shown_in_the_modes_chosen(home: Home, tmp_path: Path, width: int) -> None:
    home.write("a.yaml", DECK)
    home.write("b.yaml", PHRASES)
    (tmp_path / "page.html").write_bytes(page(read_preview(home.open(), [])))
    with chromium() as browser:
        browser.open((tmp_path / "page.html").as_uri(), width, 3000)
        browser.wait("heights.size >= 12")
        assert browser.run("document.documentElement.scrollWidth <= innerWidth")
        browser.run("search.value = 'DEADLINE was'; search.dispatchEvent(new Event('input'))")
        assert browser.run("data.notes.filter((_, n) => !articles[n].hidden).map((note) => note.id)") == ["tight"]
        assert browser.run("[...document.querySelectorAll('h2')].filter((one) => !one.hidden).length") == 1
        assert browser.run("count.textContent") == "1 of 5 notes, 7 cards"
        browser.wait("articles[3].querySelector('iframe')")
        browser.run("theme.value = 'night'; theme.dispatchEvent(new Event('change'))")
        assert browser.run("articles[3].querySelectorAll('.night iframe').length") == 4
        assert browser.run("articles[3].querySelectorAll('.light').length") == 0
        browser.run("search.value = 'warning'; search.dispatchEvent(new Event('input'))")
        assert browser.run("count.textContent") == "2 of 5 notes, 7 cards"
        assert browser.messages == []
