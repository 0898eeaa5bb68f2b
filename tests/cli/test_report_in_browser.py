"""The page in real Chromium: nothing that a deck holds runs or loads, and the console stays empty."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.anki.test_loads import EVIL, Server, servers  # noqa: F401 - a fixture
from tests.cli.conftest import Shell
from tests.conftest import Home, answer

pytestmark = pytest.mark.check

MORE = [
    "</script><script>fetch('http://HOST/N')</script>",
    "</title></style></svg><img src=http://HOST/N onerror=\"fetch('http://HOST/N')\">",
    "\u202etxet\u202c ]]> --> \u2028 عربى <b>",
    "a\u200b\ufeff::<img src=//HOST/N>::\"' style='background:url(//HOST/N)'",
]


def visit(anki: Server, page: str) -> tuple[str, str]:
    """The page as it is after its scripts have run, if it has any, and what the browser says on its console."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    anki.pages["/"] = page.encode()
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--enable-logging=stderr"]
    command = [chromium, *options, "--dump-dom", f"http://{anki.host}/"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=100, text=True)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def test_nothing_runs_or_loads(srs: Shell, home: Home, servers: tuple[Server, Server]) -> None:  # noqa: F811
    ours, elsewhere = servers
    shutil.rmtree(srs.path / "decks")
    names = [one.replace("HOST", elsewhere.host).replace("N", f"{n}") for n, one in enumerate([*EVIL, *MORE])]
    for n, name in enumerate(names):
        note = {"id": f"n{n}", "front": "f", "back": "b", "tags": [f"t{n}"]}
        srs.write(f"d{n}.yaml", yaml.safe_dump({"deck": name, "notes": [note]}))
    home.decks, home.database = srs.path / "decks", srs.path / "x.db"
    collection = home.open()
    used = [n for n in range(len(names)) if collection.store.connection.execute(
        "select 1 from cards where card = ?", (f"n{n}/back",)).fetchone()]  # fmt: skip
    assert len(used) > 40
    for n in used:
        for day in range(3):
            answer(collection, f"n{n}/back", now=1_772_000_000_000 + n * 1000 + day * 100_000_000)
    query = f"is:review or <img/src=//{elsewhere.host}/query>"
    assert srs("--db", "x.db", "report", "a.html", "--find", query).status == 0
    page = (srs.path / "a.html").read_text("utf-8")
    assert page.count("&lt;") > len(used)

    seen, console = visit(ours, page)
    assert (elsewhere.asked, console) == ([], "")
    assert seen.count("<section") == page.count("<section") > 8

    bad = f"<main><img src=http://{elsewhere.host}/x><script>fetch('http://{elsewhere.host}/y')</script>"
    _, console = visit(ours, page.replace("<main>", bad))
    assert elsewhere.asked == [], "the policy of the page holds back what the page should not have held"
    assert "Content Security Policy" in console
    visit(ours, bad)
    assert set(elsewhere.asked) == {"/x", "/y"}, "this test would notice it"


def test_a_chart_by_itself_is_silent(srs: Shell, tmp_path: Path) -> None:
    srs("answer", "one/back", "good")
    assert srs("report", "--chart", "heatmap", "a.svg").status == 0
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"]
    done = subprocess.run(
        [chromium, *options, (srs.path / "a.svg").as_uri()], capture_output=True, check=True, text=True
    )
    assert "1 answer" in done.stdout
    assert "CONSOLE" not in done.stderr
