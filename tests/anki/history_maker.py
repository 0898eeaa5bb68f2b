"""Real Anki's memory of histories that it is given, and a package that holds them.

Usage: history_maker.py FOLDER [CONF]; reads a list of cards as JSON, each {"guid", "card": {COLUMN: VALUE}, "log": [[id, ease, ivl,
lastIvl, factor, time, type]]}, and writes `given.apkg` into the folder, with the settings of its collection replaced by those
in CONF (JSON). Prints by guid stability and difficulty as computed after an import of that package, or null, and Anki's
columns of the card.
"""

import itertools
import json
import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.deck_config_pb2 import UpdateDeckConfigsRequest

REVIEW = {"type": 2, "queue": 2, "ivl": 10, "factor": 2500, "reps": 1}
IMPORT = ImportAnkiPackageOptions(merge_notetypes=True, with_scheduling=True, with_deck_configs=True)


def main(folder: Path, conf: str = "{}") -> None:
    package = folder / "given.apkg"
    make(folder, package)
    if changes := json.loads(conf):
        change_settings(folder, package, changes)
    print(json.dumps(computed(folder, package)))


def make(folder: Path, package: Path) -> None:
    collection: Any = Collection(str(folder / "given.anki2"))
    collection.db.execute("update col set crt = crt - 86400 * 6000")
    collection.close()
    collection = Collection(str(folder / "given.anki2"))
    ids: set[int] = set()
    for given in json.load(sys.stdin):
        note = collection.new_note(collection.models.by_name("Basic"))
        note["Front"], note["Back"], note.guid = given["guid"], "back", given["guid"]
        collection.add_note(note, 1)
        (card,) = note.cards()
        columns = REVIEW | {"due": collection.sched.today + 3} | given["card"]
        settings = ", ".join(f"{name} = {value}" for name, value in columns.items())
        collection.db.execute(f"update cards set {settings} where id = ?", card.id)
        for wanted, *row in given["log"]:
            at = next(at for at in itertools.count(wanted) if at not in ids)  # unique over all cards
            ids.add(at)
            collection.db.execute("insert into revlog values (?, ?, -1, ?, ?, ?, ?, ?, ?)", at, card.id, *row)
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, legacy=True)
    collection.export_anki_package(out_path=str(package), options=options, limit=None)
    collection.close()


def change_settings(folder: Path, package: Path, changes: dict[str, Any]) -> None:
    """Writes the package as an older Anki would have; a setting that is null is taken out."""
    database = folder / "older.anki2"
    with zipfile.ZipFile(package) as archive:
        database.write_bytes(archive.read("collection.anki21"))
    with closing(sqlite3.connect(database)) as connection:
        conf = json.loads(connection.execute("select conf from col").fetchone()[0]) | changes
        conf = {name: value for name, value in conf.items() if value is not None}
        connection.execute("update col set conf = ?", (json.dumps(conf),))
        connection.commit()
    with zipfile.ZipFile(package, "w") as archive:
        archive.write(database, "collection.anki2")
        archive.writestr("media", "{}")


def computed(folder: Path, package: Path) -> dict[str, Any]:
    collection: Any = Collection(str(folder / "fresh.anki2"))
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=IMPORT))
    info = collection.decks.get_deck_configs_for_update(1)
    confs = [one.config for one in info.all_config]
    limits = info.current_deck.limits
    collection.decks.update_deck_configs(
        UpdateDeckConfigsRequest(target_deck_id=1, configs=confs, limits=limits, fsrs=True)
    )
    found = {}
    for number in collection.find_cards(""):
        card, memory = collection.get_card(number), collection.compute_memory_state(number)
        pair = [memory.stability, memory.difficulty] if memory.stability is not None else None
        columns = {"type": card.type, "in_days": card.due - collection.sched.today, "ivl": card.ivl}
        found[card.note().guid] = {"memory": pair, **columns}
    collection.close()
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
