"""Real Anki in a process of its own whose clock is moved: lives through what the input says, then prints all as JSON.

Usage: python -m tests.anki.real_anki_driver COLLECTION CLOCK < STEPS, where CLOCK is the library that `clock.c` makes (it is also
preloaded) and STEPS a JSON list of lists. Cards are named NOTE/ORDINAL, or by their number.
"""

import ctypes
import json
import random  # noqa: TID251 - a learner of a seed
import sys
import time
from collections.abc import Callable
from typing import Any

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.deck_config_pb2 import UpdateDeckConfigsRequest
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped] # has no types of its own

RATINGS = (1, 2, 3, 3, 3, 4)
SEPARATOR = "\x1f"


class TimedAnki:
    def __init__(self, path: str, clock: str) -> None:
        self.shift = ctypes.c_longlong.in_dll(ctypes.CDLL(clock), "shift_ms")
        self.path = path
        self.collection: Any = None
        self.drawn: list[dict[str, Any]] = []

    def at(self, moment: int) -> None:
        """The instant, UTC milliseconds; the clock goes on from there."""
        self.shift.value += moment - time.time_ns() // 1_000_000  # noqa: TID251 - the clock that is moved
        if self.collection is None:
            self.collection = Collection(self.path)

    def card(self, name: str | int) -> Any:
        if isinstance(name, int):
            return self.collection.get_card(name)
        return self.collection.get_card(self.names()[name])

    def names(self) -> dict[str, int]:
        """The number of each card of ours, by NOTE/ORDINAL; the hidden field begins with the note's id."""
        places = {
            model["id"]: place
            for model in self.collection.models.all()
            for place, field in enumerate(model["flds"])
            if field["name"] == "Srs"
        }
        rows = self.collection.db.all("select c.id, c.ord, n.mid, n.flds from cards c join notes n on n.id = c.nid")
        return {
            f"{fields.split(SEPARATOR)[places[model]].split()[0]}/{ordinal}": number
            for number, ordinal, model, fields in rows
            if model in places
        }

    def bring(self, file: str) -> None:
        options = ImportAnkiPackageOptions(merge_notetypes=True, with_scheduling=True, with_deck_configs=True)
        self.collection.import_anki_package(ImportAnkiPackageRequest(package_path=file, options=options))

    def export(self, kind: str, file: str) -> None:
        if kind.startswith("apkg"):
            options = ExportAnkiPackageOptions(
                with_scheduling=True, with_deck_configs=True, with_media=True, legacy=kind.endswith("old")
            )
            self.collection.export_anki_package(out_path=file, options=options, limit=None)
        else:
            self.collection.export_collection_package(file, include_media=True, legacy=kind.endswith("old"))
            self.collection.reopen()

    def fsrs(self) -> None:
        """Switches FSRS on for the whole collection, as the deck options do."""
        self._options(lambda conf: None)

    def reschedule(self, retention: float) -> None:
        """Another desired retention, and all cards rescheduled for it."""

        def changed(conf: Any) -> None:
            conf.config.desired_retention = retention

        self._options(changed, reschedule=True)

    def _options(self, change: Callable[[Any], None], *, reschedule: bool = False) -> None:
        info = self.collection.decks.get_deck_configs_for_update(1)
        confs = [one.config for one in info.all_config]
        for conf in confs:
            change(conf)
        request = UpdateDeckConfigsRequest(
            target_deck_id=1, configs=confs, limits=info.current_deck.limits, fsrs=True,
            fsrs_reschedule=reschedule,
        )  # fmt: skip
        self.collection.decks.update_deck_configs(request)

    def answer(self, name: str | int, rating: int) -> None:
        card = self.card(name)
        card.start_timer()
        states = self.collection._backend.get_scheduling_states(card.id)
        self.collection.sched.answer_card(
            self.collection.sched.build_answer(card=card, states=states, rating=rating - 1)
        )

    def suspend(self, *names: str) -> None:
        self.collection.sched.suspend_cards([self.card(name).id for name in names])

    def unsuspend(self, *names: str) -> None:
        self.collection.sched.unsuspend_cards([self.card(name).id for name in names])

    def bury(self, *names: str) -> None:
        self.collection.sched.bury_cards([self.card(name).id for name in names], manual=True)

    def forget(self, *names: str) -> None:
        self.collection.sched.schedule_cards_as_new([self.card(name).id for name in names])

    def due(self, name: str, days: str) -> None:
        self.collection.sched.set_due_date([self.card(name).id], days)

    def add(self, deck: str, front: str, guid: str) -> None:
        """A basic note of the learner's own."""
        note = self.collection.new_note(self.collection.models.by_name("Basic"))
        note["Front"], note["Back"], note.guid = front, "back", guid
        self.collection.add_note(note, self.collection.decks.id(deck))

    def edit(self, name: str, field: str, text: str) -> None:
        note = self.card(name).note()
        note[field] = text
        self.collection.update_note(note)

    def tag(self, name: str, *tags: str) -> None:
        note = self.card(name).note()
        note.tags = [*note.tags, *tags]
        self.collection.update_note(note)

    def remove_field(self, model: str, field: str) -> None:
        """A change of a note type's shape, and all of it synced with AnkiWeb since."""
        kind = self.collection.models.by_name(model)
        (one,) = (each for each in kind["flds"] if each["name"] == field)
        self.collection.models.remove_field(kind, one)
        self.collection.models.update_dict(kind)
        self.collection.db.execute("update col set ls = scm + 1")

    def add_field(self, model: str, field: str) -> None:
        kind = self.collection.models.by_name(model)
        self.collection.models.add_field(kind, self.collection.models.new_field(field))
        self.collection.models.update_dict(kind)

    def look(self, model: str, css: str, changed: int) -> None:
        """A note type as an earlier version made it; `changed` is in seconds."""
        kind = self.collection.models.by_name(model)
        kind["css"] = css
        self.collection.models.update_dict(kind)
        self.collection.db.execute("update notetypes set mtime_secs = ? where id = ?", changed, kind["id"])

    def fronts(self, model: str, changed: int) -> None:
        """The fronts of a note type as an earlier version made them; `changed` is in seconds."""
        kind = self.collection.models.by_name(model)
        for template in kind["tmpls"]:
            template["qfmt"] += "older"
        self.collection.models.update_dict(kind)
        self.collection.db.execute("update notetypes set mtime_secs = ? where id = ?", changed, kind["id"])

    def optimize(self) -> None:
        self.collection.optimize()

    def preset(self, name: str, retention: float) -> None:
        self.options(name, {"desiredRetention": retention})

    def options(self, name: str, values: dict[str, Any]) -> None:
        """Other values in a preset."""
        (conf,) = (each for each in self.collection.decks.all_config() if each["name"] == name)
        self.collection.decks.update_config(conf | values)

    def optimize_preset(self, name: str) -> None:
        """What the button "Optimize" of the deck options does."""
        (conf,) = (each for each in self.collection.decks.all_config() if each["name"] == name)
        fitted = self.collection._backend.compute_fsrs_params(
            search=f'preset:"{name}"', current_params=conf["fsrsParams6"], ignore_revlogs_before_ms=0,
            num_of_relearning_steps=1, health_check=False,
        )  # fmt: skip
        self.options(name, {"fsrsParams6": list(fitted.params)})

    def new_preset(self, name: str, deck: str, values: dict[str, Any]) -> None:
        """A preset of the learner's own, for this deck."""
        decks = self.collection.decks
        decks.update_config(decks.add_config(name) | values)
        (conf,) = (each for each in decks.all_config() if each["name"] == name)
        decks.set_config_id_for_deck_dict(decks.by_name(deck), conf["id"])

    def filter(self, deck: str, search: str, resched: bool) -> None:
        number = self.collection.decks.new_filtered(deck)
        made = self.collection.decks.get(number)
        made["terms"], made["resched"] = [[search, 1000, 0]], resched
        self.collection.decks.save(made)
        self.collection.sched.rebuild_filtered_deck(number)

    def empty(self, deck: str) -> None:
        self.collection.sched.empty_filtered_deck(self.collection.decks.id_for_name(deck))

    def study(self, deck: str, most: int, seed: int) -> None:
        """Answers what the deck's queue offers now, as a learner of that seed would; a minute passes now and then."""
        draw = random.Random(seed)
        self.collection.decks.select(self.collection.decks.id_for_name(deck))
        for _ in range(most):
            card = self.collection.sched.getCard()
            if card is None:
                return
            card.start_timer()
            self.collection.sched.answerCard(card, draw.choice(RATINGS))
            self.shift.value += draw.randrange(1_000, 90_000)

    def remove(self, *notes: str) -> None:
        """Notes, by a card of each."""
        self.collection.remove_notes([self.card(name).nid for name in notes])

    def graphs(self, search: str) -> None:
        """What the window "Stats" draws of the cards found."""
        found = self.collection._backend.graphs(search=search, days=0)
        self.drawn.append(
            MessageToDict(found, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
        )

    def everything(self) -> dict[str, Any]:
        cards = {}
        for name, number in self.names().items():
            card = self.collection.get_card(number)
            memory = self.collection.compute_memory_state(number) if card.reps else None
            cards[name] = {
                "id": number,
                "type": card.type,
                "queue": card.queue,
                "due": card.odue if card.odid and card.odue > 0 else card.due,
                "in_days": (card.odue if card.odid and card.odue > 0 else card.due) - self.collection.sched.today,
                "ivl": card.ivl,
                "left": card.left,
                "mod": card.mod,
                "deck": self.collection.decks.name(card.did),
                "fields": dict(card.note().items()),
                "tags": card.note().tags,
                "stability": card.memory_state and card.memory_state.stability,
                "again_stability": memory and memory.stability,
                "again_difficulty": memory and memory.difficulty,
            }
        log = self.collection.db.all("select id, cid, ease, ivl, lastIvl, factor, time, type from revlog order by id")
        presets = {conf["name"]: conf["desiredRetention"] for conf in self.collection.decks.all_config()}
        parameters = {conf["name"]: conf["fsrsParams6"] for conf in self.collection.decks.all_config()}
        looks = {kind["name"]: kind["css"] for kind in self.collection.models.all()}
        looked = {kind["name"]: kind["mod"] for kind in self.collection.models.all()}
        return {
            "presets": presets,
            "parameters": parameters,
            "looks": looks,
            "looked": looked,
            "cards": cards,
            "card_count": self.collection.card_count(),
            "log": [list(row) for row in log],
            "graphs": self.drawn,
            "now": time.time_ns() // 1_000_000,  # noqa: TID251 - as above
        }


def main(path: str, clock: str) -> None:
    anki = TimedAnki(path, clock)
    for name, *arguments in json.load(sys.stdin):
        getattr(anki, "bring" if name == "import" else name)(*arguments)
    print(json.dumps(anki.everything()))
    anki.collection.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
