"""Real Anki's memory of histories, in a process of its own.

Usage: memory.py COLLECTION; each line of the input is a history `MS:RATING MS:RATING …`, each line of the output its
stability and difficulty.
"""

import sys
from typing import Any

from anki.collection import Collection


def main(path: str) -> None:
    collection: Any = Collection(path)
    collection.set_config("fsrs", True)
    cards = []
    taken: set[int] = set()
    for line in sys.stdin.read().splitlines():
        note = collection.new_note(collection.models.by_name("Basic"))
        note["Front"] = line
        collection.add_note(note, 1)
        (card,) = note.cards()
        card.type, card.queue, card.ivl, card.reps = 2, 2, 1, 1
        collection.update_card(card)
        for n, answer in enumerate(line.split()):
            at, rating = (int(part) for part in answer.split(":"))
            while at in taken:  # ids are unique over all cards; a millisecond changes no day here
                at += 1
            taken.add(at)
            collection.db.execute(
                "insert into revlog values (?, ?, -1, ?, 1, 1, 500, 1000, ?)", at, card.id, rating, 1 if n else 0
            )
        cards.append(card.id)
    for card_id in cards:
        memory = collection.compute_memory_state(card_id)
        print(memory.stability, memory.difficulty)
    collection.close()


if __name__ == "__main__":
    main(sys.argv[1])
