"""Prints which new cards come on each of the first days, if one learns every day and answers Good.

Usage: first_days.py [DECKS] [--days 14] [--new 20]
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill

from srs.cli.kinds import KINDS
from srs.collection import Collection, lookup, open_collection
from srs.core.card_state import New
from srs.core.event import Rating
from srs.core.settings import Limits, Settings
from srs.review.session import Session

START = 1_772_442_000_000  # 2 March 2026, 09:00 UTC
DAY = 86_400_000
SECONDS_EACH = 20


@dataclass
class Day:
    """What came on one day: the new cards by deck, in the order of asking, and how many cards of earlier days."""

    new: dict[str, list[str]] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)


def play(collection: Collection, days: int) -> Iterator[Day]:
    """Answers all that is due, day by day."""
    for number in range(days):
        now = START + number * DAY
        session, came = Session(collection, lambda: now), Day()  # noqa: B023 - it is to see how the time passes
        introduced = set[str]()
        while question := session.question:
            now += SECONDS_EACH * 1000
            key = question.card.key
            if isinstance(question.preview.state.phase, New):
                introduced.add(key)
                several = len(question.note.cards()) > 1
                came.new.setdefault(question.note.deck, []).append(key if several else question.note.id)
            elif key not in introduced:
                came.again.add(key)
            session.reveal(all_parts=True)
            session.answer(Rating.GOOD)
        yield came


def shown(number: int, day: Day) -> Iterator[str]:
    count = sum(map(len, day.new.values()))
    yield f"Day {number}: {count} new, {len(day.again)} from earlier days"
    for deck, cards in day.new.items():
        lead = f"  {deck} ({len(cards)}): "
        yield fill(" ".join(cards), 80, initial_indent=lead, subsequent_indent="    ", break_on_hyphens=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("decks", nargs="?", type=Path, default=Path(__file__).parents[1] / "decks", metavar="DECKS")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--new", type=int, default=20, help="new cards a day")
    options = parser.parse_args()
    settings = Settings(zone="UTC", limits=Limits(new=options.new))
    with TemporaryDirectory() as folder:
        home = Path(folder)
        collection = open_collection(options.decks, home / "srs.db", home / "machine", settings, KINDS, START)
        left = Counter(note.deck for _, note in lookup.notes(collection) for _ in note.cards())
        for number, day in enumerate(play(collection, options.days), 1):
            left -= Counter({deck: len(cards) for deck, cards in day.new.items()})
            print("\n".join(shown(number, day)))
        later = ", ".join(f"{deck} ({count})" for deck, count in left.items())
        print(fill(f"Later: {later or 'nothing'}", 80, subsequent_indent="    ", break_on_hyphens=False))
        collection.store.close()


if __name__ == "__main__":
    main()
