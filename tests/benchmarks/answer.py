"""What an answer and the next card cost in a session, against real Anki's own answer and next card.

Both hold the same cards in the same decks, with 150 new cards a day and files on the same disk, and take turns in one
process, some answers each. Timed is what lies between a key press and the next card, ready to be drawn: the answer on
disk, the next card's question and answer as text, what each rating leads to. Nothing is drawn on either side. As Anki
can choose the next card without its text, that is measured as well. Needs the `anki` extra.
Usage: answer.py [CARDS]; 100,000 without one.
"""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from srs.backup.daily import DailyBackup
from srs.cli.context import Context
from srs.cli.kinds import KINDS
from srs.cli.paths import DeckFolder
from srs.collection import Collection, open_collection
from srs.collection.zone import calendar
from srs.core.event import Rating
from srs.core.settings import Limits, Settings
from srs.review.session import Session

FILES = 20
NEW = 150
SETTINGS = Settings(zone="UTC", limits=Limits(new=NEW))
CLOCK = Context(DeckFolder(None), None).clock()
RATINGS = (3, 3, 4, 3, 1, 3, 2, 3)  # of one turn
TURNS = 35
RUNS = 3

Answer = Callable[[int], float]
"""Gives the card on show a rating from 1 to 4 and goes on to the next card. Returns when that was chosen, in seconds."""


def questions(cards: int) -> Iterator[tuple[str, list[str]]]:
    """Name and questions of each deck."""
    for deck in range(FILES):
        yield f"{deck:02}", [f"question {deck} {n}" for n in range(cards // FILES)]


def build_ours(home: Path, cards: int) -> None:
    (home / "decks").mkdir()
    for deck, fronts in questions(cards):
        notes = "".join(f"- {{id: n{deck}-{n}, front: {front}, back: answer}}\n" for n, front in enumerate(fronts))
        (home / "decks" / f"{deck}.yaml").write_text(f"deck: Bench::{deck}\nnotes:\n{notes}")
    opened(home, home / "ours.db").store.close()


def opened(home: Path, database: Path) -> Collection:
    before = DailyBackup(database, lambda: calendar(SETTINGS), CLOCK)
    return open_collection(home / "decks", database, home / "machine", SETTINGS, KINDS, CLOCK(), before)


def ours(home: Path, stack: ExitStack) -> Answer:
    collection = opened(home, Path(shutil.copy(home / "ours.db", home / "ours-run.db")))
    stack.callback(collection.store.close)
    session = Session(collection, CLOCK)

    def answer(rating: int) -> float:
        assert session.answer(Rating(rating))
        assert session.question is not None
        return time.perf_counter()

    return answer


def build_theirs(home: Path, cards: int) -> None:
    from anki.collection import AddNoteRequest, Collection  # noqa: PLC0415 - optional

    collection: Any = Collection(str(home / "theirs.anki2"))
    collection.set_config("fsrs", True)
    kind = collection.models.by_name("Basic")
    for deck, fronts in questions(cards):
        number = collection.decks.id(f"Bench::{deck}")
        requests = []
        for front in fronts:
            note = collection.new_note(kind)
            note.fields = [front, "answer"]
            requests.append(AddNoteRequest(note, number))
        collection.add_notes(requests)
    options = collection.decks.config_dict_for_deck_id(1)
    options["new"]["perDay"] = NEW
    collection.decks.update_config(options)
    collection.decks.select(collection.decks.id("Bench"))
    collection.close()


def theirs(home: Path, stack: ExitStack) -> Answer:
    from anki.cards import Card  # noqa: PLC0415 - optional
    from anki.collection import Collection  # noqa: PLC0415 - as above

    collection: Any = Collection(str(shutil.copy(home / "theirs.anki2", home / "theirs-run.anki2")))
    stack.callback(collection.close)
    queued = collection.sched.get_queued_cards().cards[0]
    card = Card(collection, backend_card=queued.card)

    def answer(rating: int) -> float:
        nonlocal queued, card
        card.start_timer()
        chosen = collection.sched.build_answer(card=card, states=queued.states, rating=rating - 1)
        collection.sched.answer_card(chosen)
        queued = collection.sched.get_queued_cards().cards[0]
        known = time.perf_counter()
        card = Card(collection, backend_card=queued.card)
        card.render_output()
        return known

    return answer


class Times(NamedTuple):
    """Milliseconds until the next card was chosen, and until it could be drawn."""

    chosen: list[float]
    ready: list[float]

    @classmethod
    def of(cls, answer: Answer, ratings: Sequence[int]) -> "Times":
        times = cls([], [])
        for rating in ratings:
            start = time.perf_counter()
            times.chosen.append((answer(rating) - start) * 1000)
            times.ready.append((time.perf_counter() - start) * 1000)
        return times


def run(home: Path) -> tuple[float, float]:
    """Prints the medians. Returns their ratios: to Anki's next card with its text, and without."""
    with ExitStack() as stack:
        sides = [(ours(home, stack), Times([], [])), (theirs(home, stack), Times([], []))]
        for answer, _ in sides:
            Times.of(answer, RATINGS)  # not counted: caches are filled
        for _ in range(TURNS):
            for answer, times in sides:
                more = Times.of(answer, RATINGS)
                times.chosen.extend(more.chosen)
                times.ready.extend(more.ready)
    (_, us), (_, them) = sides
    median, anki, bare = map(statistics.median, (us.ready, them.ready, them.chosen))
    slow, anki_slow = (statistics.quantiles(times.ready, n=10)[-1] for times in (us, them))
    print(
        f"{len(us.ready)} answers: median {median:.2f} ms, Anki's {anki:.2f} ms, {bare:.2f} without the text;"
        f" 90 %: {slow:.2f} ms, Anki's {anki_slow:.2f} ms; ratio {median / anki:.2f}, {median / bare:.2f}"
    )
    return median / anki, median / bare


def main() -> None:
    cards = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        build_ours(home, cards)
        build_theirs(home, cards)
        print(f"an answer and the next card among {cards:,} cards, {NEW} new a day, {RUNS} runs:")
        ratios, bare = zip(*(run(home) for _ in range(RUNS)), strict=True)
    print(
        f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); at most 1.2 is wanted;"
        f" to Anki without the text {statistics.median(bare):.2f} ({min(bare):.2f} to {max(bare):.2f})"
    )


if __name__ == "__main__":
    main()
