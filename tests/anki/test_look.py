"""What a learner sees of a card in Anki, measured in Chromium, which is also what Anki draws with."""

import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from srs.anki.markup_to_html import markup_to_html
from srs.anki.write import write_package
from srs.cli.kinds import KINDS
from tests.anki.conftest import Anki
from tests.anki.test_notetypes import FIELDS
from tests.anki.test_write import DECK, fresh, package

CSS = (files("srs.anki") / "templates" / "card.css").read_text("utf-8")
MORE = {"because": "Why so.", "note": "A remark.", "hint": "A hint.", "ko": "질문", "example": "For example."}
NEWER: dict[str, Any] = {
    "phrase": {"chunk": {"ko": "마감", "en": "deadline"}},
    "mapping": {"wordings": ["One more?"], "also_accepted": ["dive-deep"]},
    "star": {"wordings": ["One more?"]},
}
# what the window's own styles do to every button and to the night, as far as it could get in our way
WINDOW = (
    "button { outline: none !important; margin: 1em; border: 1px solid #eee; color: #777 }"
    "body.nightMode { background-color: #777; color: #888 } hr { background-color: #737373 }"
)
PLAY = '<a class="replay-button soundLink" href="#"><svg viewBox="0 0 64 64"></svg></a>'
PHONE, DESKTOP = 390, 1200

# of each frame: the text to be read, what can be tapped with its size, the colours of texts and of the edges of controls
MEASURE = """
const behind = (view, element) => {
  for (; element; element = element.parentElement) {
    const colour = view.getComputedStyle(element).backgroundColor;
    if (colour !== "rgba(0, 0, 0, 0)") return colour;
  }
};
const measure = (frame) => {
  const page = frame.contentDocument, view = frame.contentWindow, root = page.querySelector("#qa");
  const all = [...root.querySelectorAll("*")].filter((element) => element.tagName !== "STYLE");
  const own = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const style = (element, name) => view.getComputedStyle(element)[name];
  return {
    text: root.innerText,
    scripts: page.documentElement.dataset.ran === "yes",
    overflow: page.documentElement.scrollWidth > page.documentElement.clientWidth,
    paper: style(page.body, "backgroundColor"),
    taps: [...root.querySelectorAll("button, summary, a")].map((element) => {
      const box = element.getBoundingClientRect();
      return [element.className || element.tagName, box.width, box.height];
    }),
    texts: all.filter(own).map((e) => [e.className || e.tagName, style(e, "color"), behind(view, e)]),
    edges: all.filter((e) => e.matches("button, details")).map(
      (e) => [e.className || e.tagName, style(e, "borderTopColor"), behind(view, e.parentElement)]),
    // last, as a reader opens them
    opened: (all.filter((e) => e.matches("details")).forEach((e) => e.open = true), root.innerText),
  };
};
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(measure);
  document.body.innerHTML = "<pre id=found></pre>";
  document.querySelector("pre").textContent = JSON.stringify(found);
});
"""


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio of two colours, `#rrggbb` or `rgb(r, g, b)`: 1 to 21."""

    def luminance(colour: str) -> float:
        if colour.startswith("#"):
            parts = [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
        else:
            parts = [int(number) for number in re.findall(r"\d+", colour)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (n / 255 for n in parts)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("night", [False, True])
def test_the_palette_has_enough_contrast(night: bool) -> None:
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", CSS.split("}")[night]))
    for ink in ("ink", "quiet", "accent"):
        for paper in ("paper", "raised"):
            assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)
    for mark in ("right", "wrong"):
        for ink in (mark, "ink"):
            assert contrast(colours[ink], colours[f"{mark}-paper"]) >= 4.5, (ink, mark)
    for edge, paper in product(("edge", "right", "wrong", "accent"), ("paper", "raised")):
        assert contrast(colours[edge], colours[paper]) >= 3, (edge, paper)


def dumped(file: Path) -> str:
    """The page as Chromium has it once its scripts have run."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", file.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=100).stdout


LEFT = """
const lines = [...document.querySelectorAll("#lines > div")].map((line) => {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const range = document.createRange(), text = walker.currentNode.textContent;
    range.setStart(walker.currentNode, text.length - text.trimStart().length);
    range.setEnd(walker.currentNode, text.length);
    found.push(range.getBoundingClientRect().left);
  }
  return found;
});
document.body.textContent = JSON.stringify(lines);
"""


@pytest.mark.check
@pytest.mark.parametrize("place", ["question", "answer", "text", "more"])
def test_lines_of_code_keep_their_indentation(tmp_path: Path, place: str) -> None:
    codes = ["def f():\n    a\n        b", "`if a:`\n`    b`\n`        c`"]
    shown = "".join(f"<div class={place}>{markup_to_html(code)}</div>" for code in codes)
    page = f"<!doctype html><style>{CSS}</style><body class=card><div id=lines>{shown}</div><script>{LEFT}</script>"
    (tmp_path / "a.html").write_text(page, "utf-8")
    found = json.loads(re.sub("<[^>]*>", "", dumped(tmp_path / "a.html").partition("<body")[2].partition(">")[2]))
    for first, second, third in found:
        assert second - first > 10
        assert third - second == pytest.approx(second - first, abs=1)


@pytest.fixture
def drawn(tmp_path: Path, anki: Anki) -> Any:
    """What Chromium shows of each card's (kind, side, night, width, ordinal); scripts are switched off in the cards."""
    notes = [KINDS.note(kind, DECK, of_kind | MORE | NEWER.get(kind, {}), []) for kind, of_kind in FIELDS.items()]
    heard = replace(DECK, cards=("ko-en",), extra={"by_ear": ["en-ko"]})
    chosen = KINDS.note("heard", heard, FIELDS["phrase"] | MORE, [])
    *of_kinds, of_heard = fresh(*notes, chosen)
    every_card = tuple((card.key, card.ordinal) for card in chosen.all_cards())
    write_package(package([*of_kinds, of_heard._replace(cards=every_card)]), tmp_path / "a.apkg")
    frames, keys = [], []
    for card in anki(f"import:{tmp_path / 'a.apkg'}")["cards"]:
        for side, night, width in product(("question", "answer"), (False, True), (PHONE, DESKTOP)):
            keys.append((card["fields"]["Srs"].split()[0], side, night, width, card["ord"]))
            body = "card card1 nightMode night_mode" if night else "card card1"
            shown = re.sub(r"\[anki:play:.:\d+\]", PLAY, card[side])
            page = (
                f"<!doctype html><style>{WINDOW}</style><body class='{body}'>"
                f"<script>document.documentElement.dataset.ran = 'yes'</script><div id=qa><style>{CSS}</style>{shown}</div>"
            )
            frames.append(
                f'<iframe sandbox="allow-same-origin" width={width} height=900 srcdoc="{html.escape(page)}"></iframe>'
            )
    file = tmp_path / "cards.html"
    file.write_text(f"<!doctype html><body>{''.join(frames)}<script>{MEASURE}</script>", "utf-8")
    dom = dumped(file)
    found = json.loads(html.unescape(dom.partition('<pre id="found">')[2].partition("</pre>")[0]))
    return dict(zip(keys, found, strict=True))


@pytest.mark.check
def test_cards_can_be_read_tapped_and_told_apart_without_scripts(drawn: Any) -> None:
    read = {
        "phrase": ["deadline", "마감"],
        "quiz": ["q?", "a", "<b>", "</script>c"],
        "mapping": ["q?", "also accepted Dive Deep"],
    }
    answers = {"mapping": "Ownership", "star": "Situation\ns", "basic": "b", "cloze": "a", "quiz": "Why so."}
    assert {kind for kind, *_ in drawn} == FIELDS.keys() | {"heard"}
    for (kind, side, night, width, ordinal), shown in drawn.items():
        where = f"{kind}/{ordinal} {side} night={night} {width}"
        assert not shown["scripts"], where
        assert not shown["overflow"], where
        if side == "answer":
            assert all(text in shown["text"] for text in read.get(kind, [])), f"{where}: {shown['text']}"
            assert answers.get(kind, "") in shown["text"], f"{where}: {shown['text']}"
            if kind == "star":
                assert "\nTask\nt\nAction\na\nResult\nr\n" in shown["opened"], f"{where}: {shown['opened']}"
        else:
            understands = kind in {"phrase", "heard"} and ordinal == 0
            assert ("A hint." in shown["opened"]) is not understands, where
            assert ("d___" in shown["opened"]) is (kind == "phrase" and not understands), where
            assert ("deadline" in shown["text"]) is (kind == "phrase" and understands), where
            assert kind != "heard" or ("deadline" in shown["opened"]) is understands, where
            assert "A hint." not in shown["text"], where
        unasked = kind == "heard" and ordinal == 0 and side == "question"
        assert ("This deck no longer asks this card." in shown["text"]) is unasked, where
        assert "One more?" not in shown["opened"], f"{where}: without a script the question is shown as it is written"
        if kind == "quiz":
            assert all(text in shown["text"] for text in read["quiz"]), where
        for what, across, down in shown["taps"]:
            assert min(across, down) >= 44, f"{where}: {what} is {across} × {down}"
        for what, ink, paper in shown["texts"]:
            assert contrast(ink, paper) >= 4.5, f"{where}: {what} {ink} on {paper}"
        for what, edge, paper in shown["edges"]:
            assert contrast(edge, paper) >= 3, f"{where}: {what} {edge} on {paper}"
        assert shown["paper"] == ("rgb(27, 30, 35)" if night else "rgb(251, 250, 247)"), where
    taps = {(kind, what) for (kind, *_), shown in drawn.items() for what, *_ in shown["taps"]}
    assert taps >= {("quiz", "choice"), ("star", "SUMMARY"), *((kind, "replay-button soundLink") for kind in FIELDS)}
    for night in (False, True):
        marks = [edge for _, edge, _ in drawn["quiz", "answer", night, PHONE, 0]["edges"]]
        assert marks[1] == marks[2] != marks[0], "which choices were right can be seen"
