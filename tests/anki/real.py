"""Real Anki in a process of its own (so in any time zone): does what the arguments say, then prints all as JSON.

Usage: real.py COLLECTION STEP…, where a step is `import:FILE` (all that a learner may tick), `import-plain:FILE` (as the
dialog stands at first), `import-always:FILE` (note types are updated, newer or not), `export-KIND:FILE` (apkg, colpkg,
each with `-old` for the form that older Anki reads), `add:DECK=FRONT` (a basic note), `fill:COUNT`
(so many of them), `delete-deck:NAME`,
`delete:QUERY` (the notes found), `move:QUERY=DECK` (the cards found), `rename-deck:OLD=NEW`, `fsrs` (switches it on), `edit`
(gives all notes a tag: Anki makes the cards that it misses) or `answer:DECK=RATING` (the deck's next card).
"""

import json
import sys
from typing import Any

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition
from anki.sound import TTSTag

ALWAYS = ImportAnkiPackageUpdateCondition.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS
IMPORTS = {
    "import": ImportAnkiPackageOptions(merge_notetypes=True, with_scheduling=True, with_deck_configs=True),
    "import-plain": ImportAnkiPackageOptions(),
    "import-always": ImportAnkiPackageOptions(update_notetypes=ALWAYS),
}


def main(path: str, steps: list[str]) -> None:
    collection: Any = Collection(path)
    for step in steps:
        name, _, argument = step.partition(":")
        first, _, second = argument.partition("=")
        if name in IMPORTS:
            request = ImportAnkiPackageRequest(package_path=argument, options=IMPORTS[name])
            collection.import_anki_package(request)
        elif name.startswith("export"):
            export(collection, name, argument)
        else:
            change(collection, name, first, second)
    print(json.dumps(everything(collection)))
    collection.close()


def export(collection: Any, name: str, file: str) -> None:
    old = name.endswith("old")
    if name.startswith("export-apkg"):
        chosen = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=old)
        collection.export_anki_package(out_path=file, options=chosen, limit=None)
    else:
        collection.export_collection_package(file, include_media=True, legacy=old)
        collection.reopen()


def change(collection: Any, name: str, first: str, second: str) -> None:
    match name:
        case "add":
            note = collection.new_note(collection.models.by_name("Basic"))
            note["Front"], note["Back"] = second, "back"
            collection.add_note(note, collection.decks.id(first))
        case "delete-deck":
            collection.decks.remove([collection.decks.id_for_name(first)])
        case "delete":
            collection.remove_notes(collection.find_notes(first))
        case "move":
            collection.set_deck(collection.find_cards(first), collection.decks.id_for_name(second))
        case "rename-deck":
            collection.decks.rename(collection.decks.id_for_name(first), second)
        case "fill":
            for number in range(int(first)):
                change(collection, "add", "Own", str(number))
        case "edit":
            for note in map(collection.get_note, collection.find_notes("")):
                note.tags.append("edited")
                collection.update_note(note)
        case "fsrs":
            collection.set_config("fsrs", True)
        case "answer":
            collection.decks.select(collection.decks.id_for_name(first))
            collection.sched.answerCard(collection.sched.getCard(), int(second))
        case _:
            raise ValueError(name)


def played(tag: Any) -> list[str]:
    """The language and the words of a text that is read aloud, or the name of a sound."""
    return [tag.lang, tag.field_text] if isinstance(tag, TTSTag) else [tag.filename]


def everything(collection: Any) -> dict[str, Any]:
    cards = []
    for number in collection.find_cards(""):
        card = collection.get_card(number)
        note = card.note()
        drawn = card.render_output()
        memory = collection.compute_memory_state(number) if card.reps else None
        cards.append(
            {
                "id": card.id,
                "guid": note.guid,
                "ord": card.ord,
                "deck": collection.decks.name(card.did),
                "kind": note.note_type()["name"],
                "fields": dict(note.items()),
                "tags": note.tags,
                "question": drawn.question_text,
                "answer": drawn.answer_text,
                "heard": {
                    "question": [played(tag) for tag in drawn.question_av_tags],
                    "answer": [played(tag) for tag in drawn.answer_av_tags],
                },
                "type": card.type,
                "queue": card.queue,
                "due": card.due,
                "in_days": card.due - collection.sched.today,
                "ivl": card.ivl,
                "reps": card.reps,
                "lapses": card.lapses,
                "flags": card.flags,
                "template": card.template()["name"],
                "left": card.left,
                "stability": card.memory_state and card.memory_state.stability,
                "difficulty": card.memory_state and card.memory_state.difficulty,
                "again_stability": memory and memory.stability,
                "again_difficulty": memory and memory.difficulty,
            }
        )
    _, fine = collection.fix_integrity()
    log = collection.db.all("select id, cid, ease, ivl, lastIvl, factor, time, type from revlog order by id")
    return {
        "cards": cards,
        "notes": collection.note_count(),
        "log": [list(row) for row in log],
        "fine": fine,
        "empty": len(collection.get_empty_cards().notes),
        "decks": {deck.name: collection.decks.get(deck.id)["desc"] for deck in collection.decks.all_names_and_ids()},
        "css": {kind["name"]: kind["css"] for kind in collection.models.all()},
        "scm": collection.db.scalar("select scm from col"),
        "presets": {preset["name"]: preset for preset in collection.decks.all_config()},
        "preset_of": {
            deck.name: collection.decks.config_dict_for_deck_id(deck.id)["name"]
            for deck in collection.decks.all_names_and_ids()
        },
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
