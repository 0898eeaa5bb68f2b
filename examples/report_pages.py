"""Takes screenshots of the page that `srs report` writes for a simulated learner of the starter decks.

Usage: report_pages.py OUT_DIR. There are the page, its charts as files, and pictures of the page on a phone and a desktop,
light and dark, and as printed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from srs.cli.kinds import KINDS
from srs.collection import lookup, open_collection
from srs.core.event import Answered, Event
from srs.core.event_row import event_to_row
from srs.core.settings import Settings
from srs.insight.report.charts import CHARTS
from srs.log import event_log
from srs.log.replay import replay_all
from tests.simulated_learner import FIRST_DAY, NOON, live

ROOT = Path(__file__).parents[1]
DAYS = 170
WIDTHS = {"phone": (360, 9000), "desktop": (1280, 5600)}
NIGHT = FIRST_DAY + timedelta(DAYS - 1)


def learner(cards: list[str]) -> Iterator[Event]:
    """Answers of a life, at the times of a working week, and none on some days."""
    names = {f"n{n}/back": card for n, card in enumerate(cards)}
    for n, event in enumerate(live(11, cards=len(cards), days=DAYS, new=9).events):
        if (event.day - FIRST_DAY).days % 23 == 11 and event.day != NIGHT:
            continue
        assert isinstance(event.what, Answered)
        hours = (-5, 8, 9, -4)[event.day.weekday() % 4] + (n % 3 == 0)
        what = replace(event.what, duration_ms=3000 + 7919 * n % 14000)
        yield replace(event, subject=names[event.subject], at=event.at + hours * 3_600_000, what=what)


def make_database(folder: Path) -> None:
    zone = Settings(zone="Asia/Seoul")
    collection = open_collection(ROOT / "decks", folder / "srs.db", folder / "machine", zone, KINDS, NOON)
    with closing(collection.store):
        order = [card.key for _, note in lookup.notes(collection) for card in note.cards()]
        with collection.store.write() as connection:
            event_log.insert_block(connection, event_log.build_block(map(event_to_row, learner(order[::2]))))
            replay_all(connection)


def main() -> None:
    out = Path(sys.argv[1]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chrome"
    flags = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    page = out / "report.html"
    with tempfile.TemporaryDirectory() as home:
        make_database(Path(home))
        env = os.environ | {"SRS_NOW": f"{NIGHT}T23:30:00+09:00", "TZ": "Asia/Seoul", "XDG_CONFIG_HOME": home}
        srs = [sys.executable, "-m", "srs", "--decks", str(ROOT / "decks"), "--db", f"{home}/srs.db"]
        aim = [*srs, "goal", f"{NIGHT + timedelta(20)}", "--deck", "Interview"]
        subprocess.run(aim, env=env, check=True, cwd=ROOT, capture_output=True)
        srs.append("report")
        subprocess.run([*srs, str(page)], env=env, check=True, cwd=ROOT)
        for chart in CHARTS:
            subprocess.run([*srs, "--chart", chart, str(out / f"{chart}.svg")], env=env, check=True, cwd=ROOT)
    for name, (width, height) in WIDTHS.items():
        frame = out / "frame.html"  # a window cannot be as narrow as a phone
        frame.write_text(
            f'<body style="margin:0"><iframe src="{page.name}" width="{width}" height="{height}" style="border:0"></iframe>'
        )
        for scheme, number in (("dark", 0), ("light", 1)):
            picture = out / f"{name}-{scheme}.png"
            options = [f"--window-size={max(width, 600)},{height}", f"--blink-settings=preferredColorScheme={number}"]
            command = [*flags, *options, f"--screenshot={picture}", frame.as_uri()]
            subprocess.run(command, check=True, capture_output=True)
            print(picture)
        frame.unlink()
    subprocess.run([*flags, f"--print-to-pdf={out / 'report.pdf'}", page.as_uri()], check=True, capture_output=True)
    print(out / "report.pdf")


if __name__ == "__main__":
    main()
