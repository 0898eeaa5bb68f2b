"""`srs report`: the page, its figures, its charts as files, and what cannot be written."""

import os
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree as ET

import pytest

from srs.insight.report.charts import CHARTS
from tests.cli.conftest import Shell
from tests.conftest import Home, answer

MONTH = ("--period", "month")


class Page(HTMLParser):
    """The page's tables by caption, its headings, its ids, and the elements that are in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.headings: list[tuple[int, str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._rows: list[list[str]] = []
        self._text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self._rows.append([])
        if tag in {"caption", "th", "td", "h1", "h2", "h3"}:
            self._text = ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self._rows = self.tables.setdefault(self._text, [])
        elif tag in {"th", "td"}:
            self._rows[-1].append(self._text)
        elif tag in {"h1", "h2", "h3"}:
            self.headings.append((int(tag[1]), self._text))


def page_of(srs: Shell, *options: str) -> Page:
    done = srs("report", "a.html", *options)
    assert (done.status, done.err) == (0, "")
    return Page((srs.path / "a.html").read_text("utf-8"))


def share(found: dict[str, int]) -> str:
    return f"{100 * found['recalled'] / found['reviews']:.1f} % of {found['reviews']:,}" if found["reviews"] else "–"


def ages(found: dict[str, Any]) -> list[str]:
    return [share(found[age]) for age in ("young", "mature", "all") if age in found]


def test_the_figures_are_those_of_the_json(lived: Shell) -> None:
    tables, found = page_of(lived, *MONTH).tables, lived("stats", "--json", *MONTH).json
    days = found["by_day"]
    assert len(days) > 25
    counts = [[day["day"], *(f"{day[name]:,}" for name in ("answers", "reviews", "recalled", "new"))] for day in days]
    assert tables["Answers per day"][1:] == counts
    assert tables["Minutes per day"][1:] == [[day["day"], f"{day['minutes']:.1f}"] for day in days]
    assert [row[:3] for row in tables["Recalled per day"][1:]] == [[day["day"], *ages(day)] for day in days]
    assert tables["Recalled by deck"][1] == ["all", *ages(found["retention"])]
    assert tables["Recalled by deck"][2:] == [
        [one["deck"] or "(in no deck)", *ages(one["retention"])] for one in found["decks"]
    ]
    assert tables["Recalled by kind"][1:] == [
        [one["kind"] or "(in no deck)", *ages(one["retention"])] for one in found["kinds"]
    ]
    assert tables["Reviews due in the next 28 days"][1:] == [
        [day["day"], f"{day['reviews']:,}"] for day in found["forecast"]
    ]
    assert tables["Answers by hour of the day"][1:] == [
        [str(hour["hour"]), f"{hour['answers']:,}", share(hour)] for hour in found["hours"] if hour["answers"]
    ]
    reviews = sum(found["ratings"].values())
    assert tables["Ratings of reviews"][1:] == [
        [name.capitalize(), f"{count:,}", share({"reviews": reviews, "recalled": count})]
        for name, count in found["ratings"].items()
    ]
    assert tables["Recalled, against what FSRS expected"][1:] == [
        [f"{100 * one['predicted']:.1f} %", share(one).partition(" of ")[0], f"{one['reviews']:,}"]
        for one in found["calibration"]["buckets"]
    ]
    memory = found["memory"]
    for caption, name in (
        (f"Stability, median {memory['stability']['median']:.0f} days", "stability"),
        (f"Difficulty, median {memory['difficulty']['median']:.1f}", "difficulty"),
        (f"Recall today, mean {100 * memory['recall']['mean']:.1f} %", "recall"),
    ):
        assert [row[1] for row in tables[caption][1:]] == [f"{one['cards']:,}" for one in memory[name]["bins"]]
    (leeches,) = (rows for caption, rows in tables.items() if " with " in caption)
    assert leeches[1:] == [[one["card"], one["deck"], str(one["lapses"])] for one in found["leeches"]] != []


def test_the_words_are_those_of_the_screen(lived: Shell) -> None:
    page_of(lived)
    text = " ".join(re.sub("<[^>]*>", " ", (lived.path / "a.html").read_text("utf-8")).split())
    screen = " ".join(lived("stats", COLUMNS="80").out.split())
    for words in (
        r"[\d,]+ answers and [\d,]+ reviews among them in [^.]*\.\d minutes a day on \d+ days\.",
        r"\d+ days; the longest: \d+",
        r"\d+ reviews in 7 days, \d+ in 28\.",
        r"Learning steps: [^.]*\.\d % of \d+ passed",
        r"FSRS expected .*? log loss [\d.]+\)",
    ):
        (said,) = re.findall(words, screen)
        assert said in text


def test_weeks_and_the_map_add_up(lived: Shell) -> None:
    tables, found = page_of(lived).tables, lived("stats", "--json").json
    for table, column in (("Answers per week", 1), ("Answers of the past year", -1)):
        rows = tables[table][1:]
        assert len(rows) < 12
        assert sum(int(row[column].replace(",", "")) for row in rows) == found["answers"]


def test_the_page_needs_nothing_and_can_be_read_without_seeing_it(lived: Shell) -> None:
    page, text = page_of(lived), (lived.path / "a.html").read_text("utf-8")
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use"}
    assert not [attrs for _, attrs in page.tags if {"style", "src", "srcset", "xlink:href"} & set(attrs)]
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert len(pictures) > 8
    assert all(attrs.get("aria-hidden") or (attrs["role"] == "img" and attrs["aria-label"]) for attrs in pictures)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {(attrs["href"] or "")[1:] for tag, attrs in page.tags if tag == "a"}
    assert links == set(ids)
    assert ("html", {"lang": "en"}) in page.tags
    assert '<bdi lang="ko">한국어::<wbr>문장</bdi>' in text


def test_what_was_chosen_is_said(srs: Shell) -> None:
    srs("answer", "tight/ko-en", "good")
    srs("answer", "one/back", "good")
    assert page_of(srs, "--tag", "phrase").tables["Answers per day"][1:] == [["2026-03-02", "1", "0", "0", "1"]]
    assert "<p>Only --tag phrase.</p>" in (srs.path / "a.html").read_text("utf-8")
    page_of(srs, "--deck", "Talk::Phrases", "--find", "is:new <b>")
    assert "Only --deck Talk::Phrases --find &#x27;is:new &lt;b&gt;&#x27;." in (srs.path / "a.html").read_text("utf-8")


def test_without_answers_the_page_says_what_will_be_there(srs: Shell) -> None:
    page = page_of(srs)
    text = (srs.path / "a.html").read_text("utf-8")
    assert "No answers yet. After your first review (srs review), you see here" in text
    assert "6\N{NO-BREAK SPACE}new" in text
    assert page.tables == {}


def test_one_answer(srs: Shell) -> None:
    srs("answer", "one/back", "good")
    page = page_of(srs)
    assert page.tables["Answers per day"][1:] == [["2026-03-02", "1", "0", "0", "1"]]
    assert "There are no reviews in this period yet." in (srs.path / "a.html").read_text("utf-8")
    assert "Answers per day" not in page_of(srs, "--period", "2026-02-01").tables


def test_only_the_decks_with_most_reviews_are_told_singly(srs: Shell, home: Home) -> None:
    for n in range(130):
        srs.write(f"d{n}.yaml", f"deck: D{n:03}\nnotes:\n- {{id: d{n}, front: f, back: b}}\n")
    home.decks, home.database = srs.path / "decks", srs.path / "x.db"
    collection = home.open()
    for n in range(130):
        for day in range(3 if n < 120 else 4):
            answer(collection, f"d{n}/back", now=1_772_000_000_000 + n * 1000 + day * 100_000_000)
    srs.env["SRS_DB"] = "x.db"
    page = page_of(srs)
    assert [title for level, title in page.headings if level == 3][:10] == [f"D{n}" for n in range(120, 130)]
    text = (srs.path / "a.html").read_text("utf-8")
    assert len([level for level, _ in page.headings if level == 3]) == 24
    assert "Not shown: 108 more decks with 112 cards and" in text
    assert len(page.tables["Recalled by deck"]) == 2 + 100
    assert re.search(r"And 30 more decks with \d+ reviews\.", text)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_a_file_of_its_own(lived: Shell, chart: str) -> None:
    assert lived("report", "--chart", chart.upper(), "a.svg").status == 0
    text = (lived.path / "a.svg").read_text("utf-8")
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len([*root.iter()]) > 20
    rest = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"http|<script|<\?|<!|url\(|@import|href|\bon\w+=", rest)
    assert lived("report", "--chart", chart, "b.svg", SRS_DB="none.db").status == 0
    ET.parse(lived.path / "b.svg")


def test_an_unknown_chart_is_answered_with_those_there_are(srs: Shell) -> None:
    done = srs("report", "--chart", "pie", "a.svg")
    assert (done.status, done.out) == (2, "")
    assert all(name in done.err for name in ("pie", *CHARTS))


def test_a_file_is_replaced_and_a_program_learns_of_it(srs: Shell) -> None:
    (srs.path / "a.html").write_text("before")
    assert srs("report", "a.html").out == "a.html: 2025-03-03 to 2026-03-02, 0 answers\n"
    assert (srs.path / "a.html").read_text("utf-8").startswith("<!doctype html>")
    assert srs("report", "b.svg", "--chart", "hours", "--json").json == {
        "file": "b.svg", "chart": "hours", "answers": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("target", "options", "said"),
    [
        ("decks/a.yaml", (), "decks/a.yaml must end in .html or .htm."),
        ("a.html", ("--chart", "hours"), "a.html must end in .svg."),
        ("nowhere/a.html", (), "the folder nowhere does not exist; make it first, or choose another place."),
        ("f.html", (), "f.html is a folder; name the file to write."),
        ("pipe.html", (), "pipe.html cannot be written: it is no file."),
    ],
)
def test_a_target_that_cannot_be_written(srs: Shell, target: str, options: tuple[str, ...], said: str) -> None:
    (srs.path / "f.html").mkdir()
    os.mkfifo(srs.path / "pipe.html")
    before = sorted(path.name for path in srs.path.rglob("*"))
    done = srs("report", target, *options)
    assert (done.status, done.out, done.err) == (1, "", f"srs: {said}\n")
    assert sorted(path.name for path in srs.path.rglob("*")) == before
    assert (srs.path / "pipe.html").is_fifo()


def test_a_full_disk_leaves_what_was_there(srs: Shell) -> None:
    (srs.path / "a.html").write_text("before")
    with patch("srs.core.files.os.fsync", side_effect=OSError(28, "No space left on device")):
        done = srs("report", "a.html", "--db", "srs.db")
    assert done.status == 1
    assert (srs.path / "a.html").read_text() == "before"
    assert not [*srs.path.glob(".a.html*")]


@pytest.mark.parametrize("found", [True, False])
def test_it_is_shown_in_the_browser(srs: Shell, found: bool) -> None:
    with patch("webbrowser.open", return_value=found) as shown:
        done = srs("report", "한 글.html", "--open")
    assert done.status == 0
    shown.assert_called_once_with((srs.path / "한 글.html").as_uri())
    page = (srs.path / "한 글.html").as_uri()
    assert done.err == ("" if found else f"srs: no browser was found; open {page} in one.\n")


def test_colours_can_be_told_from_their_ground() -> None:
    """Text by 4.5 to 1 and shapes by 3 to 1, in each of light, dark and print."""
    styles = "".join(path.read_text("utf-8") for path in sorted(Path("srs/insight/report").glob("*.css")))
    roots = [
        dict(re.findall(r"--(\w+): (#\w{6});", root)) for root in re.findall(r":root \{(.*?)\}", styles, re.DOTALL)
    ]
    assert len(roots) == 3
    for colours in roots:
        for name, least in (("ink", 7), ("soft", 4.5), ("s0", 4.5), ("s1", 4.5), ("s2", 4.5), ("l4", 3)):
            assert contrast(colours[name], colours["paper"]) >= least, (name, colours)


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """As WCAG defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


STORY = """\
deck: Mine
notes:
- {id: q, star: Deep?, situation: s, task: t, action: a, result: r}
- {id: own, story: Mine, situation: s, task: t, action: a, result: r, principles: [dive-deep], answers: [q]}
"""


def test_stories_and_rehearsals_have_a_section_where_there_are_any(srs: Shell) -> None:
    assert "interview" not in (page_of(srs), (srs.path / "a.html").read_text("utf-8"))[1]
    srs.write("b.yaml", STORY)
    (srs.path / "t.txt").write_text("I measured it because it was slow.", "utf-8")
    done = srs(
        "rehearse", "--question", "q", "--story", "own", "--transcript", "t.txt", "--seconds", "90", "--rating", "3"
    )
    assert done.status == 0
    page = page_of(srs)
    assert (2, "Ready for the interview?") in page.headings
    assert [row[:3] for row in page.tables["Rehearsals by week"][1:]] == [["2026-03-02", "1", "3.0"]]
    text = re.sub("<[^>]*>", " ", (srs.path / "a.html").read_text("utf-8"))
    assert "Rehearsal: 1 of 16 principles and 1 of 1 question told aloud" in " ".join(text.split())
