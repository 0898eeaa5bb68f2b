"""Notes of note types that strangers made, in a collection of real Anki: what it draws of each card, and the package.

Usage: stranger_cards.py COLLECTION PACKAGE; reads a list of note types as JSON, each {"fields": {NAME: HTML}, "templates":
[[FRONT, BACK]], "css", "cloze", "decks": [DECK of each card]}, with one note each, and prints [[QUESTION, ANSWER] of each card].
"""

import json
import re
import sys
from typing import Any

from anki.collection import Collection, ExportAnkiPackageOptions


def main(path: str, package: str) -> None:
    collection: Any = Collection(path)
    for name in ("a.mp3", "b c.mp3", "d.png", "e.mp3", "f.mp3"):
        collection.media.write_data(name, name.encode())
    drawn = []
    for number, made in enumerate(json.load(sys.stdin)):
        kind = collection.models.new(f"Kind {number}")
        kind["type"] = int(made.get("cloze", False))
        kind["css"] = made.get("css", "")
        for name in made["fields"]:
            collection.models.add_field(kind, collection.models.new_field(name))
        for n, (front, back) in enumerate(made["templates"], 1):
            template = collection.models.new_template(f"Card {n}")
            template["qfmt"], template["afmt"] = front, back
            collection.models.add_template(kind, template)
        collection.models.add(kind)
        note = collection.new_note(kind)
        note.guid = f"guid-{number:04}"
        for name, value in made["fields"].items():
            note[name] = value
        decks = made.get("decks", ["Deck"])
        collection.add_note(note, collection.decks.id(decks[0]))
        for card, deck in zip(note.cards(), decks, strict=False):
            collection.set_deck([card.id], collection.decks.id(deck))
        drawn.append([sides(card) for card in note.cards()])
    options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=True)
    collection.export_anki_package(out_path=package, options=options, limit=None)
    collection.close()
    print(json.dumps(drawn))


def sides(card: Any) -> list[str]:
    """Without what is not of the words: buttons to play, the box to type in, and the link to a hint."""
    output = card.render_output()
    unwanted = re.compile(r"\[anki:play:.:\d+\]|\[\[type:.*?\]\]|<a class=hint.*?</a>", re.DOTALL)
    return [unwanted.sub("", side) for side in (output.question_text, output.answer_text)]


if __name__ == "__main__":
    main(*sys.argv[1:])
