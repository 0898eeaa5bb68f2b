"""What an export costs: 10,000 notes without progress, as ratios of time and size to plain genanki for the same notes.

Both write the same fields of the same notes, in turn; medians of the ratios are printed.
"""

import html
import os
import statistics
import tempfile
import time
from pathlib import Path

import genanki

from srs.anki.export import export
from srs.cli.kinds import KINDS
from srs.collection import open_collection
from srs.core.settings import Settings

NOTES = 10_000
RUNS = 7


def deck() -> str:
    notes = (
        f'- id: n{n}\n  front: "What did the interviewer ask in round {n}, and why?"\n'
        f'  back: "Tell me about time number {n * 7919 % NOTES} when a deadline was tight and you had to cut scope."\n'
        for n in range(NOTES)
    )
    return "deck: Bench\nnotes:\n" + "".join(notes)


def plain(target: Path) -> None:
    model = genanki.Model(
        1_607_392_319,
        "Plain",
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
    )
    package = genanki.Deck(2_059_400_110, "Bench")
    for n in range(NOTES):
        front = f"What did the interviewer ask in round {n}, and why?"
        back = f"Tell me about time number {n * 7919 % NOTES} when a deadline was tight and you had to cut scope."
        package.add_note(genanki.Note(model, [html.escape(front), html.escape(back)], guid=f"n{n}"))
    genanki.Package(package).write_to_file(target)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["TMPDIR"] = folder  # genanki leaves its database behind
        tempfile.tempdir = None
        (home / "decks").mkdir()
        (home / "decks" / "bench.yaml").write_text(deck(), "utf-8")
        collection = open_collection(home / "decks", home / "srs.db", home / "machine", Settings(zone="UTC"), KINDS, 0)
        ours, theirs = home / "ours.apkg", home / "theirs.apkg"
        times: list[tuple[float, float]] = []
        for run in range(RUNS + 1):
            start = time.perf_counter()
            export(collection, ours, 0, fresh=True)
            middle = time.perf_counter()
            plain(theirs)
            if run:  # the first one warms up
                times.append((middle - start, time.perf_counter() - middle))
        collection.store.close()
        ratios = [a / b for a, b in times]
        print(f"{NOTES} notes: ours {statistics.median(a for a, _ in times):.2f} s, plain genanki ", end="")
        print(f"{statistics.median(b for _, b in times):.2f} s, ratio {statistics.median(ratios):.2f}", end="")
        print(f" ({min(ratios):.2f} to {max(ratios):.2f}); at most 1.5 is wanted")
        size = ours.stat().st_size / theirs.stat().st_size
        print(
            f"size: {ours.stat().st_size:,} bytes against {theirs.stat().st_size:,}, ratio {size:.2f}; at most 0.4 is wanted"
        )


if __name__ == "__main__":
    main()
