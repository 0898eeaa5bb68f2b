"""Takes a screenshot of `srs stats` after some months of study: 80 and 40 columns, dark, light and without colour.

Usage: capture_stats.py OUT_DIR
"""

import os
import sys
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - a learner of a seed
from typing import Any

import pexpect
import pyte
from capture_review import ROOT, screen_svg, take_picture

from srs.cli.kinds import KINDS
from srs.collection import Collection, open_collection
from srs.collection.recorder import Recorder
from srs.core.clock import to_utc
from srs.core.event import Aim, Rating
from srs.core.settings import Limits, Settings
from srs.review.session import Session

START = 1_772_438_400_000  # 2 March 2026, 08:00 UTC
DAY = 86_400_000
DAYS = 120
LINES = 120
STATS = ["-m", "srs", "--decks", str(ROOT / "decks"), "stats"]
LOOKS = {"dark": {"COLORFGBG": "15;0"}, "light": {"COLORFGBG": "0;15"}, "plain": {"NO_COLOR": "1"}}


def study(collection: Collection, days: Iterable[int], draw: Random) -> None:
    """Answers all that is due on most of the days, at some hour."""
    for number in days:
        if draw.random() < 0.1:
            continue
        now = START + number * DAY + draw.choice((0, 1, 4, 11, 12, 12)) * 3_600_000
        session = Session(collection, lambda: now)  # noqa: B023 - it is to see how the time passes
        while session.question:
            now += draw.randrange(4_000, 40_000)
            session.reveal(all_parts=True)
            session.answer(draw.choices(list(Rating), (10, 10, 70, 10))[0])


def capture(columns: int, environment: dict[str, str]) -> pyte.Screen:
    """The whole output on one screen, as high as it is long."""
    screen = pyte.Screen(columns, LINES)
    child: Any = pexpect.spawn(sys.executable, STATS, env=environment, dimensions=(LINES, columns), cwd=str(ROOT))
    pyte.ByteStream(screen).feed(child.read())
    child.close(force=True)
    screen.lines = max(n for n, text in enumerate(screen.display) if text.strip()) + 1
    return screen


def main() -> None:
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home, now = Path(folder), START + DAYS * DAY
        settings = Settings(zone="UTC", limits=Limits(new=6))
        collection = open_collection(ROOT / "decks", home / "srs.db", home / "machine", settings, KINDS, START)
        study(collection, range(DAYS), Random(1))
        aim = Aim(collection.calendar.day(now) + timedelta(20), ("Interview",), minutes=15.0)
        Recorder(collection).set_goal("interview", aim, now)
        collection.store.close()
        environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {
            "SRS_DB": str(home / "srs.db"),
            "XDG_DATA_HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "SRS_NOW": to_utc(now).isoformat(),
            "TERM": "xterm-256color",
            "TZ": "UTC",
        }
        rows = []
        for columns in (80, 40):
            screens = {name: capture(columns, environment | look) for name, look in LOOKS.items()}
            svgs = (screen_svg(one, light=name == "light", title=f"{name} {columns}") for name, one in screens.items())
            rows.append("".join(f"<div style='width:{columns * 10}px'>{svg}</div>" for svg in svgs))
    page, png = target.resolve() / "stats.html", target / "stats.png"
    page.write_text(
        "<meta charset='utf-8'>" + "".join(f"<div style='display:flex'>{row}</div>" for row in rows), "utf-8"
    )
    take_picture(page, png, 2440, 3400)
    print(png)


if __name__ == "__main__":
    main()
