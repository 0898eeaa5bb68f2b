"""`srs coverage`, from the starter decks to the last gap."""

import base64
import re
import shutil
import subprocess
from datetime import date
from hashlib import sha256

import pytest
from rich.cells import cell_len

from srs.core.event import Event, EventSource, Rating, Rehearsal
from srs.core.event_line import to_line
from tests.cli.conftest import Shell
from tests.conftest import instant

PARTS = "  situation: s\n  task: t\n  action: a\n  result: r\n"
HOSTILE = "</script><script>alert(1)</script> 지연 시간"


def stories(*principles: str) -> str:
    notes = "".join(
        f"- id: s{n}\n  story: Story {n}\n{PARTS}  principles: [{one}]\n" for n, one in enumerate(principles)
    )
    return f"deck: Mine\nnotes:\n{notes}"


def test_with_the_starter_decks_and_three_stories_it_says_what_to_do_next_and_why(empty: Shell) -> None:
    before = empty("coverage", "--json").json
    assert before["next"]["what"] == "Write your first story, one that shows Customer Obsession and Earn Trust"
    assert before["next"]["command"] == "srs story new"
    assert len(before["principles"]) == 16
    assert {"principle": "dive-deep", "missing": 2} in before["gaps"]
    for n, slugs in enumerate(("customer-obsession, earn-trust", "customer-obsession, earn-trust", "dive-deep")):
        note = f"story: Story {n}\n{PARTS.replace('  ', '')}principles: [{slugs}]\nanswers: [angry-customer-star]\n"
        assert empty("story", "new", stdin=note).status == 0
    after = empty("coverage", "--json").json
    assert after["next"]["what"] == "Write a story that shows Deliver Results and Frugality"
    assert after["next"]["why"] == "no story shows either yet, and 6 questions ask for them."
    assert {"principle": "dive-deep", "missing": 1} in after["gaps"]
    assert {"question": "angry-customer-star", "missing": 1} in before["gaps"]
    assert {"question": "angry-customer-star", "missing": 1} not in after["gaps"]
    assert after["ready"]["coverage"] == {"principles": {"have": 2, "of": 16}, "questions": {"have": 1, "of": 69}}
    first = empty("coverage").out
    assert first.startswith("Next: Write a story that shows Deliver Results and Frugality: no story shows")
    assert first.index("Think Big") < first.index("Dive Deep") < first.index("Customer Obsession")


@pytest.mark.parametrize("width", [80, 40])
def test_the_screen_fits(srs: Shell, width: int) -> None:
    srs.write("m.yaml", stories("dive-deep", "dive-deep", "ownership"))
    srs.write(
        "q.yaml",
        f"deck: Q\nnotes:\n- {{id: {'q' * 60}, question: '{'지연 시간을 ' * 20}?', principles: [ownership]}}\n",
    )
    out = srs("coverage", COLUMNS=f"{width}").out
    assert max(map(cell_len, out.splitlines())) <= width
    assert "could be answered by s2" in out


def test_no_stories_and_no_questions_are_said(srs: Shell) -> None:
    out = srs("coverage").out
    assert "Write your first story, one that shows Customer Obsession: no story shows it yet." in " ".join(out.split())
    assert "No deck here asks for stories" in out
    assert "no story yet" in out
    found = srs("coverage", "--json").json
    assert (found["questions"], found["weeks"], found["goal"]) == ([], [], None)


def test_rehearsals_are_counted_and_told_by_week(srs: Shell) -> None:
    srs.write("m.yaml", stories("dive-deep"))
    told = Rehearsal("one", Rating.GOOD, (("whole", 120),), 280, 4, (("length", True), ("lesson", False)))
    event = Event("s0", instant("2026-02-24T09:00+09:00"), date(2026, 2, 24), EventSource.SRS, "m", told)
    (srs.path / "log.jsonl").write_text(f"{to_line(event)}\n")
    assert srs("log", "--import", "log.jsonl").status == 0
    found = srs("coverage", "--json").json
    assert found["weeks"] == [
        {"week": "2026-02-23", "rehearsals": 1, "rating": 3, "minutes": 2, "words_per_minute": 140, "checks": 0.5}
    ]
    assert found["ready"]["rehearsal"] == {"principles": {"have": 1, "of": 16}, "questions": {"have": 0, "of": 0}}
    assert re.search(r"2026-02-23 +1 +3\.0 +2\.0 +140 +50 %", srs("coverage").out)
    assert re.search(r"2026-02-23 +1 +3\.0 +2\.0$", srs("coverage", COLUMNS="40").out, re.MULTILINE)


def test_the_page_holds_all_it_needs_and_nothing_that_a_deck_says_is_markup(srs: Shell) -> None:
    srs.write("m.yaml", stories("dive-deep").replace("Story 0", f'"{HOSTILE}"'))
    srs.write("q.yaml", "deck: Q\nnotes:\n- {id: q, question: 'Why <b>?', principles: [dive-deep]}\n")
    done = srs("coverage", "--html", "a.html")
    assert (done.status, done.out) == (0, "a.html: 16 principles, 1 question\n")
    page = (srs.path / "a.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "Why &lt;b&gt;?" in page
    assert not re.search(r"(src=|href=|url\()", page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert base64.b64encode(sha256(style.encode()).digest()).decode() in page


def test_a_page_that_cannot_be_written_is_told_before_the_work(srs: Shell) -> None:
    assert (srs("coverage", "--html", "a.txt").status, srs("coverage", "--html", "no/a.html").status) == (1, 1)
    assert srs("coverage", "--html", "a.html", "--json").json["file"] == "a.html"


@pytest.mark.check
def test_the_browser_shows_the_page_and_is_silent(srs: Shell) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    srs.write("m.yaml", stories(*["dive-deep"] * 30))
    srs("coverage", "--html", "a.html")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"]
    done = subprocess.run(
        [chromium, *options, (srs.path / "a.html").as_uri()], capture_output=True, check=True, text=True, timeout=100
    )
    assert "and 18 more" in done.stdout
    assert "CONSOLE" not in done.stderr
