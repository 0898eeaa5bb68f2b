"""Takes screenshots of Anki cards: question and answer of each kind, on a phone and a desktop, in light and dark mode.

Usage: anki_cards.py OUT_DIR. Exports the starter decks, imports them into real Anki, and takes the screenshots with
Chromium, which Anki uses too. If Anki's window is installed (`pip install --no-deps aqt`), its styles are used as well.
"""

import base64
import html
import mimetypes
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from srs.anki.export import export
from srs.cli.kinds import KINDS
from srs.collection import open_collection
from srs.core.settings import Settings

ROOT = Path(__file__).parents[1]
PHONE, DESKTOP, HEIGHT = 390, 760, 900
# a button with the same classes as Anki's
PLAY = '<a class="replay-button soundLink" href="#"><svg class="playImage" viewBox="0 0 64 64"><circle cx="32" cy="32" r="29" /><path d="M24 18v28l24-14z" /></svg></a>'

PICTURES = """\
deck: Pictures
notes:
- front: "Which part of the answer is this? ![a bar in four parts, the third the longest](time.svg)"
  back: Action ![the word, spoken](action.mp3)
  image: time.svg
  audio: action.mp3
  because: It shows what you did, and why.
- quiz: Which bar is right?
  choices: ["![half of it](time.svg)", The one below]
  answer: "![half of it](time.svg)"
- cloze: "The longest part {{c1::![a bar](tall.svg)}} is {{c2::Action}}."
"""
NEW = """\
deck: New
languages: {ko: ko-KR, en: en-US}
by_ear: [en-ko]
notes:
- id: chunk
  phrase: {ko: 위험을 줄이기 위해 단계적으로 이전하는 방안을 제안했습니다., en: "To reduce the risk, I proposed a phased approach to the migration."}
  chunk: {ko: 단계적으로 이전하는 방안, en: a phased approach to}
  hint: It begins with the risk.
  example: I proposed a phased approach to the migration, one table at a time.
- id: wordings
  question: Tell me about technical debt you cleaned up because it bothered you and no one else would touch it.
  wordings:
  - Describe a mess in the code that nobody owned and that you fixed anyway.
  - When did your own standards make you fix something that worked well enough for everybody else?
  principles: [ownership, insist-on-the-highest-standards]
  also_accepted: [dive-deep, earn-trust]
  gloss: 아무도 손대지 않은 기술 부채를 직접 해결하신 경험을 말씀해 주십시오.
  because: Nobody asked for it, and the standard was your own.
- id: figures
  quiz: Which part of a STAR answer should take no more than 15-20 seconds, or about 10-15% of the two to three minutes you have?
  choices: [Situation, Task, Action, Result]
  answer: Task
  because: Task is 10% of the answer. Situation is tempting, but it may take 30-40 seconds of the 120-180 seconds.
"""
NOT_ASKED = """\
deck: Not asked
languages: {ko: ko-KR, en: en-US}
cards: [ko-en]
notes:
- id: not-asked
  phrase: {ko: 마감이 촉박했습니다., en: The deadline was tight.}
  hint: What was tight?
"""
TIME = """\
<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="260" font-family="sans-serif" font-size="44">
<rect x="4" y="4" width="1192" height="252" fill="none" stroke="#444" stroke-width="3"/>
<path d="M160 4V256M300 4V256M940 4V256" stroke="#444" stroke-width="3"/>
<rect x="300" y="4" width="640" height="252" fill="#f2b705"/>
<text x="60" y="145">S</text><text x="215" y="145">T</text><text x="605" y="145">?</text><text x="1050" y="145">R</text>
</svg>
"""
TALL = """\
<svg xmlns="http://www.w3.org/2000/svg" width="400" height="1600"><rect x="50" y="50" width="300" height="1500" fill="#17692d"/></svg>
"""


def render_cards(packages: list[Path], folder: Path) -> dict[str, tuple[str, str, str]]:
    """Return CSS, question and answer of one card of each template, by the names of note type and template, and of all cards
    that show what is new.
    """
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest  # noqa: PLC0415 - optional

    collection: Any = Collection(str(folder / "anki.anki2"))
    options = ImportAnkiPackageOptions(with_scheduling=True)
    for package in packages:
        collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options))
    found = {}
    for number in collection.find_cards(""):
        card = collection.get_card(number)
        output = card.render_output()
        pictured = " with pictures" if "<img" in output.answer_text else ""
        name = f"{card.note_type()['name']} {card.template()['name']}{pictured}"
        if collection.decks.name(card.did) in {"New", "Not asked"}:
            name = f"new {card.note()['Srs'].split()[0]} {card.template()['name']}"
        if name not in found:
            sides = (re.sub(r"\[anki:play:.:\d+\]", PLAY, side) for side in (output.question_text, output.answer_text))
            found[name] = (output.css, *(embed_pictures(side, Path(collection.media.dir())) for side in sides))
    collection.close()
    return found


def embed_pictures(side: str, media: Path) -> str:
    """Return the side with its pictures as data URLs, because the frame has no folder to load them from."""

    def embed(found: re.Match[str]) -> str:
        file = media / found[1]
        data = base64.b64encode(file.read_bytes()).decode()
        return f'src="data:{mimetypes.guess_type(file.name)[0]};base64,{data}"'

    return re.sub('src="([^":]+)"', embed, side)


def window_css() -> str:
    """Return the styles of Anki's window, or nothing if it is not installed."""
    found = find_spec("_aqt")
    if found is None or not found.submodule_search_locations:
        return ""
    styles = Path(next(iter(found.submodule_search_locations))) / "data" / "web" / "css"
    return "".join((styles / f"{name}.css").read_text("utf-8") for name in ("webview", "reviewer"))


def sheet_html(css: str, question: str, answer: str) -> str:
    """Return a page with eight frames: light and dark, two widths, question and answer."""
    frames, window = [], window_css()
    for night in (False, True):
        for width in (PHONE, DESKTOP):
            for side in (question, answer):
                body = "card card1 nightMode night_mode" if night else "card card1"
                mode = " class='night-mode' data-bs-theme='dark'" if night else ""
                page = f"<!doctype html><html{mode}><style>{window}</style><body class='{body}'><div id=qa><style>{css}</style>{side}</div></body></html>"
                frames.append(
                    f'<iframe width="{width}" height="{HEIGHT}" srcdoc="{html.escape(page)}" style="border:1px solid #888;margin:4px"></iframe>'
                )
    return f"<body style='margin:0;width:{2 * (PHONE + DESKTOP) + 60}px'>{''.join(frames)}</body>"


def take_screenshot(page: str, target: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chrome"
    source = target.with_suffix(".html")
    source.write_text(page, "utf-8")
    size = f"--window-size={2 * (PHONE + DESKTOP) + 60},{2 * HEIGHT + 40}"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", size, f"--screenshot={target}"]
    subprocess.run([chromium, *options, source.as_uri()], check=True, capture_output=True)
    source.unlink()


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        shutil.copytree(ROOT / "decks", folder / "decks")
        all_asked = NOT_ASKED.replace("cards: [ko-en]\n", "")
        for name, text in (
            ("pictures.yaml", PICTURES), ("new.yaml", NEW), ("not-asked.yaml", all_asked),
            ("time.svg", TIME), ("tall.svg", TALL), ("action.mp3", ""),
        ):  # fmt: skip
            (folder / "decks" / name).write_text(text, "utf-8")
        settings = Settings(zone="UTC")
        for now, package in enumerate(packages := [folder / "first.apkg", folder / "second.apkg"]):
            collection = open_collection(folder / "decks", folder / "srs.db", folder / "machine", settings, KINDS, now)
            export(collection, package, now)
            collection.store.close()
            (folder / "decks" / "not-asked.yaml").write_text(NOT_ASKED, "utf-8")
        for name, sides in render_cards(packages, folder).items():
            file = "-".join("".join(c if c.isalnum() else " " for c in name).split()).lower()
            take_screenshot(sheet_html(*sides), out.resolve() / f"{file}.png")
            print(out / f"{file}.png")


if __name__ == "__main__":
    main()
