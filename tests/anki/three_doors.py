"""One memory behind three doors: a terminal with its log, a phone and a desktop with real Anki, which sync over a real server
while days pass.

Usage: python -m tests.anki.three_doors FOLDER ROUNDS SEED…, under the clock that `clock.c` makes, which SHARED_CLOCK names. A
story is a list of deeds; a deed that is not possible when its turn comes is left out.

    ["wait", minutes]                               ["meet"]: all sync until nothing changes, and must agree
    ["sync", DOOR]                                  ["answer", DOOR, CARD, rating]
    ["undo", DOOR]                                  [MARK, DOOR, CARD]: suspend, unsuspend, bury, forget, flag
    ["due", DOOR, CARD, days]                       ["edit", DOOR, NOTE]
    ["new"]: a note in the deck file                ["own", DEVICE]: a note that is not ours
    ["delete", DEVICE, NOTE]                        ["reshape", DEVICE]: forces a full sync, and uploads

A device's deed is in its collection until it syncs; what another device does to the same card meanwhile, Anki settles in its way:
the later change of a card or a note is the one that stays. So only what a single door did between two meetings has to
be as it was done. All answers have to be there in any case.
"""

import json
import mmap
import os
import random  # noqa: TID251 - stories of a seed
import struct
import sys
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from srs.anki import sync_client
from srs.anki.mirror import mirror_of
from srs.anki.missing_answers import find_starts
from srs.anki.server_sync import sync_with_server
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncPlan
from srs.anki.sync_relay import SyncRelay
from srs.backup.verify import verify
from srs.cli.kinds import KINDS
from srs.collection import Collection, open_collection
from srs.collection.marks import Mark
from srs.collection.recorder import Recorder
from srs.core.card_state import CardState, New, Review, Scheduled, WithoutMemory
from srs.core.clock import Calendar
from srs.core.event import Answered, Buried, Event, Flagged, Forgot, Rating, Suspended, Unsuspended
from srs.core.settings import Settings
from srs.database import states
from srs.log import event_log
from tests.anki.sync_servers import PASSWORD, USER, Phone, TestServer, started_server
from tests.conftest import MINUTE

Story = list[list[Any]]
Memory = tuple[float, float] | None

DEVICES = ("phone", "desktop")
DOORS = ("terminal", *DEVICES)
PLAIN, SIDED = [f"n{number}" for number in range(4)], ["p0", "p1"]
CARDS = [*(f"{note}/back" for note in PLAIN), *(f"{note}/{slug}" for note in SIDED for slug in ("en-ko", "ko-en"))]
MARKS: dict[str, Mark] = {
    "suspend": Suspended(),
    "unsuspend": Unsuspended(),
    "bury": Buried(),
    "forget": Forgot(),
    "flag": Flagged(),
}
START = 1_767_225_600_000  # the first day of 2026
ZONE = Calendar(ZoneInfo("Asia/Seoul"))
SECONDS = 1_000_000_000  # a larger due is an instant


def story(seed: int, rounds: int, *, deletions: bool = False) -> Story:  # noqa: PLR0912 - one for each deed
    """Rounds of a few deeds each; a door may be offline for some of them. Every few rounds, all meet."""
    draw = random.Random(seed)
    deeds: Story = []
    offline = dict.fromkeys(DOORS, 0)
    cards = list(CARDS)
    rare = [
        ("undo", 6), ("suspend", 5), ("unsuspend", 5), ("bury", 3), ("forget", 3), ("flag", 2), ("due", 4), ("edit", 6),
        ("new", 2), ("own", 1), ("reshape", 1), ("delete", 2 * deletions),
    ]  # fmt: skip
    for number in range(rounds):
        for _ in range(draw.randrange(2, 8)):
            deeds.append(["wait", draw.choice((0.1, 0.5, 2, 11, 60))])
            door = draw.choice(DOORS)
            if draw.random() < 0.55:
                few = cards[: draw.choice((3, len(cards)))]  # the same card on two sides
                deeds.append(["answer", door, draw.choice(few), draw.choice((1, 2, 3, 3, 3, 4))])
                continue
            (what,) = draw.choices([name for name, _ in rare], [weight for _, weight in rare])
            if what in {"own", "reshape", "delete"} and door == "terminal":
                door = draw.choice(DEVICES)
            match what:
                case "new":
                    deeds.append([what])
                    cards.append(f"m{len(cards)}/back")
                case "undo" | "own" | "reshape":
                    deeds.append([what, door])
                case "edit" | "delete":
                    deeds.append([what, door, draw.choice(cards).partition("/")[0]])
                case "due":
                    deeds.append([what, door, draw.choice(cards), draw.randrange(0, 40)])
                case _:
                    deeds.append([what, door, draw.choice(cards[:5])])
        for door in draw.sample(DOORS, 3):
            if offline[door]:
                offline[door] -= 1
            elif draw.random() < 0.15:
                offline[door] = draw.randrange(1, 5)
            else:
                deeds.append(["sync", door])
        deeds.append(["wait", draw.choice((20, 300, 1440, 2880, 8000))])
        if number % 5 == 4:
            deeds.append(["meet"])
    return [*deeds, ["meet"]]


def _now() -> int:
    return time.time_ns() // 1_000_000  # noqa: TID251 - the clock that is moved


class Clock:
    """The clock of this process and of the server; it goes on by itself, too."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as stream:
            self._shift = mmap.mmap(stream.fileno(), 8)

    @property
    def now(self) -> int:
        return _now()

    def set(self, moment: int) -> None:
        (shift,) = struct.unpack("q", self._shift[:8])
        self._shift[:8] = struct.pack("q", shift + moment - self.now)


class View(NamedTuple):
    """What a door says of a card: "new", "steps" or "review", due (a day of a review, else UTC seconds or a day) and whether it is suspended."""

    state: str
    due: int | date | None
    suspended: bool

    def is_like(self, other: "View") -> bool:
        one, two = self.due, other.due
        both = isinstance(one, int) and isinstance(two, int)
        # Anki spreads the ends of steps
        same = abs(one - two) <= 300 if both else _as_day(one) == _as_day(two)  # type: ignore[operator]
        return same and (self.state, self.suspended) == (other.state, other.suspended)


def _as_day(due: int | date | None) -> date | None:
    return ZONE.day(due * 1000) if isinstance(due, int) else due


class Answer(NamedTuple):
    card: str
    at: int
    rating: int


class Terminal:
    """A computer with `srs`."""

    def __init__(self, folder: Path, server: TestServer, clock: Clock) -> None:
        self.folder, self.server, self.clock = folder, server, clock
        self.decks = folder / "decks"
        self.decks.mkdir(parents=True)
        self.backs = {f"{name}": f"back of {name}" for name in PLAIN + SIDED}
        self._write_decks()
        self.settings = Settings(zone="Asia/Seoul")
        self.key = ""

    def open(self, stack: ExitStack) -> Collection:
        collection = open_collection(
            self.decks, self.folder / "srs.db", self.folder / "machine", self.settings, KINDS, self.clock.now
        )
        stack.enter_context(closing(collection.store))
        return collection

    def _write_decks(self) -> None:
        plain = [f"- {{id: {n}, front: {n}?, back: '{back}'}}\n" for n, back in self.backs.items() if n[0] != "p"]
        sided = [
            f"- {{id: {n}, phrase: {{ko: '{n} 말', en: 'words of {n}'}}, note: '{self.backs[n]}'}}\n" for n in SIDED
        ]
        (self.decks / "plain.yaml").write_text("deck: Talk\nnotes:\n" + "".join(plain))
        head = "deck: Talk::Sided\nlanguages: {ko: ko-KR, en: en-US}\nnotes:\n"
        (self.decks / "sided.yaml").write_text(head + "".join(sided))

    def edit(self, note: str, text: str) -> bool:
        self.backs[note] = text
        self._write_decks()
        return True

    def answer(self, card: str, rating: int) -> int | None:
        with ExitStack() as stack:
            collection = self.open(stack)
            if card not in collection_cards(collection) or state_of(collection, card).suspended:
                return None
            recorder, now = Recorder(collection), self.clock.now
            recorded = recorder.answer(recorder.preview(card, now), Rating(rating), 1500, now)
            assert recorded
            return recorded.event.at

    def undo(self) -> list[Event] | None:
        with ExitStack() as stack:
            collection = self.open(stack)
            if event_log.count_events(collection.store.connection) == 0:
                return None
            try:
                return [one.event for one in Recorder(collection).undo()]
            except Exception as error:
                if type(error).__name__ == "NothingToUndo":
                    return None
                raise

    def mark(self, what: str, card: str) -> bool:
        with ExitStack() as stack:
            collection = self.open(stack)
            if card not in collection_cards(collection):
                return False
            return Recorder(collection).mark(card, MARKS[what], self.clock.now) is not None

    def due(self, card: str, days: int) -> bool:
        with ExitStack() as stack:
            collection = self.open(stack)
            if not isinstance(state_of(collection, card).phase, Review | Scheduled):
                return False
            now = self.clock.now
            return bool(Recorder(collection).move_reviews({card: collection.calendar.day(now) + timedelta(days)}, now))

    def sync(self) -> AnkiSyncPlan:
        if not self.key:
            with SyncRelay(self.server.address) as relay:
                self.key = sync_client.log_in(relay, USER, PASSWORD, self.folder / "scratch.anki2")
        mirror = mirror_of(self.folder / "mirrors", self.server.address, USER)
        with ExitStack() as stack:
            return sync_with_server(
                self.open(stack), mirror, self.key, self.clock.now, SyncChoices(lambda _: True)
            ).plan

    def views(self) -> dict[str, View]:
        with ExitStack() as stack:
            collection = self.open(stack)
            return {card: self._view(state_of(collection, card)) for card in collection_cards(collection)}

    def _view(self, state: CardState) -> View:
        match state.phase:
            case New():
                return View("new", None, state.suspended)
            case Review(due=due) | Scheduled(due=due):
                return View("review", due, state.suspended)
            case phase:
                return View("steps", phase.due // 1000, state.suspended)

    def answers(self) -> set[Answer]:
        with ExitStack() as stack:
            entries = event_log.log_entries(self.open(stack).store.connection)
            return {Answer(card, at, rating) for card, at, what, rating, *_ in entries if what == "answered"}

    def events(self, card: str) -> list[tuple[Any, ...]]:
        with ExitStack() as stack:
            entries = event_log.log_entries(self.open(stack).store.connection)
            return [entry[1:] for entry in entries if entry[0] == card]

    def due_while_new(self) -> set[str]:
        """Cards whose memory began with an answer after a due date was set while they were new. Computing it from its log, Anki
        begins with the interval of that answer instead, other than when it was answered.
        """
        with ExitStack() as stack:
            entries = event_log.log_entries(self.open(stack).store.connection)
            found, answered = set(), set()
            for card, _, what, *_ in entries:
                if what == "forgot":
                    found.discard(card)
                    answered.discard(card)
                elif what == "answered":
                    answered.add(card)
                elif card not in answered:
                    found.add(card)
            return found

    def memories(self) -> dict[str, Memory]:
        with ExitStack() as stack:
            collection = self.open(stack)
            assert verify(collection, self.clock.now).good
            return {card: _memory(state_of(collection, card)) for card in collection_cards(collection)}


def collection_cards(collection: Collection) -> list[str]:
    rows = collection.store.connection.execute("select card from cards order by card")
    return [card for (card,) in rows]


def state_of(collection: Collection, card: str) -> CardState:
    return states.get(collection.store.connection, card)


def _memory(state: CardState) -> Memory:
    phase = state.phase
    return None if isinstance(phase, WithoutMemory) else (phase.memory.stability, phase.memory.difficulty)


class Device(Phone):
    """A phone or a desktop. Cards have our names."""

    def cards(self) -> dict[str, Any]:
        found = {}
        for number in self.collection.find_notes("Srs:_*"):
            note = self.collection.get_note(number)
            name = note["Srs"].split()[0]
            for card in note.cards():
                slug = "back" if "Back" in note else ("en-ko", "ko-en")[card.ord]
                found[f"{name}/{slug}"] = card
        return found

    def card(self, name: str) -> Any:
        return self.cards().get(name)

    def try_answer(self, name: str, rating: int) -> int | None:
        card = self.card(name)
        if card is None or card.queue == -1:
            return None
        card.start_timer()
        states = self.collection._backend.get_scheduling_states(card.id)
        self.collection.sched.answer_card(
            self.collection.sched.build_answer(card=card, states=states, rating=rating - 1)
        )
        at: int = self.collection.db.scalar("select max(id) from revlog where cid = ?", card.id)
        return at

    def take_back(self) -> bool:
        if not self.collection.undo_status().undo:
            return False
        self.collection.undo()
        return True

    def mark(self, what: str, name: str) -> bool:
        card = self.card(name)
        if (
            card is None
            or (what in {"suspend", "bury"} and card.queue < 0)
            or (what == "unsuspend" and card.queue != -1)
        ):
            return False
        schedule = self.collection.sched
        match what:
            case "suspend":
                schedule.suspend_cards([card.id])
            case "unsuspend":
                schedule.unsuspend_cards([card.id])
            case "bury":
                schedule.bury_cards([card.id], manual=True)
            case "forget":
                schedule.schedule_cards_as_new([card.id])
            case "flag":
                self.collection.set_user_flag_for_cards(1, [card.id])
        return True

    def due(self, name: str, days: int) -> bool:
        card = self.card(name)
        if card is None or card.queue == -1:
            return False
        self.collection.sched.set_due_date([card.id], str(days))
        return True

    def change(self, name: str, text: str) -> bool:
        found = self.collection.find_notes(f'"Srs:{name} *"')
        if not found:
            return False
        note = self.collection.get_note(found[0])
        note["Back" if "Back" in note else "Note"] = text
        self.collection.update_note(note)
        return True

    def delete(self, name: str) -> bool:
        found = self.collection.find_notes(f'"Srs:{name} *"')
        self.collection.remove_notes(found)
        return bool(found)

    def views(self) -> dict[str, View]:
        return {name: self._view(card) for name, card in self.cards().items()}

    def _view(self, card: Any) -> View:
        today: int = self.collection.sched.today
        suspended = card.queue == -1
        if card.type == 0:
            return View("new", None, suspended)
        due: int | date = card.due
        if card.due < SECONDS:
            due = ZONE.day(_now()) + timedelta(card.due - today)
        return View("review" if card.type == 2 else "steps", due, suspended)

    def log(self) -> set[tuple[int, int, int]]:
        rows = self.collection.db.all("select cid, id, ease from revlog where ease > 0")
        return {(card, at, rating) for card, at, rating in rows}

    def rows(self, name: str) -> list[list[int]]:
        """id, ease, ivl, lastIvl, factor and type of the log of a card."""
        rows: list[list[int]] = self.collection.db.all(
            "select id, ease, ivl, lastIvl, factor, type from revlog where cid = ? order by id", self.card(name).id
        )
        return rows

    def answers(self) -> set[Answer]:
        names = {card.id: name for name, card in self.cards().items()}
        return {Answer(names.get(card, str(card)), at, rating) for card, at, rating in self.log()}

    def memories(self) -> dict[str, tuple[Memory, Memory]]:
        """As Anki computes them of its log, and as it has kept them with the cards."""
        found = {}
        for name, card in self.cards().items():
            computed = self.collection.compute_memory_state(card.id)
            found[name] = _of_anki(computed), _of_anki(card.memory_state)
        return found

    def texts(self) -> dict[str, str]:
        notes = (card.note() for card in self.cards().values())
        return {note["Srs"].split()[0]: note["Back" if "Back" in note else "Note"] for note in notes}


def _of_anki(memory: Any) -> Memory:
    return (memory.stability, memory.difficulty) if memory and memory.stability else None


class World:
    """The doors, and what they were told."""

    def __init__(self, folder: Path, server: TestServer, clock: Clock) -> None:
        self.clock = clock
        self.terminal = Terminal(folder / "terminal", server, clock)
        self.terminal.sync()
        self.devices = {name: Device(folder / name / "collection.anki2", server) for name in DEVICES}
        self.given: set[Answer] = set()
        self.taken_back: set[Answer] = set()
        self.lost: set[Answer] = set()
        """Answers that a device has lost to another's full sync before the terminal has seen them."""
        self.figures: dict[str, int] = defaultdict(int)
        self.count = 0
        self._fresh()
        for device in self.devices.values():
            device.sync()
        self.devices["phone"].collection.set_config("fsrs", True)
        self.meet()

    def _fresh(self) -> None:
        self.touched: dict[str, set[str]] = defaultdict(set)
        self.told: dict[str, View] = {}
        self.wrote: dict[str, dict[str, str]] = defaultdict(dict)
        self.overwritten = False

    def door(self, name: str) -> Any:
        return self.terminal if name == "terminal" else self.devices[name]

    def play(self, deed: list[Any]) -> None:
        match deed:
            case ["wait", minutes]:
                self.clock.set(self.clock.now + round(minutes * MINUTE))
            case ["meet"]:
                self.meet()
            case ["sync", "terminal"]:
                self.clock.set(self.clock.now + 2000)
                self.terminal.sync()
            case ["sync", device]:
                self._sync(device)
            case ["new"]:
                self.terminal.edit(f"m{len(CARDS) + self.figures['new']}", "new")
                self.figures["new"] += 1
            case [what, door, *arguments]:
                self.clock.set(self.clock.now + 2000)  # two changes of a card within a second stay two in Anki
                before = self.door(door).views()
                if self._do(what, door, *arguments):
                    self.figures[what] += 1
                    after = self.door(door).views()
                    cards = {card for card in after if before.get(card) != after[card]}
                    if what in {"answer", "suspend", "unsuspend", "bury", "forget", "flag", "due"}:
                        cards.add(arguments[0])
                    for card in cards:
                        self.touched[card].add(door)
                        self.told[card] = after[card]
            case _:
                raise ValueError(deed)

    def _do(self, what: str, door: str, *arguments: Any) -> bool:
        terminal = door == "terminal"
        match what:
            case "answer":
                card, rating = arguments
                at = self.terminal.answer(card, rating) if terminal else self.devices[door].try_answer(card, rating)
                if at is not None:
                    self.given.add(Answer(card, at, rating))
                return at is not None
            case "undo":
                return self._undo(door)
            case "edit":
                (note,) = arguments
                self.count += 1
                text = f"{door} {self.count}"
                done = self.terminal.edit(note, text) if terminal else self.devices[door].change(note, text)
                if done:
                    self.wrote[note][door] = text
                return bool(done)
            case "own":
                self.devices[door].add_own(f"own {self.clock.now}")
                return True
            case "reshape":
                return self._reshape(door)
            case "due":
                return bool(self.door(door).due(*arguments))
            case "delete":
                return self.devices[door].delete(*arguments)
            case _:
                return bool(self.door(door).mark(what, *arguments))

    def _undo(self, door: str) -> bool:
        if door == "terminal":
            undone = self.terminal.undo()
            for event in undone or ():
                if isinstance(event.what, Answered):
                    self.taken_back.add(Answer(event.subject, event.at, event.what.rating))
            return undone is not None
        device = self.devices[door]
        before, texts = device.answers(), device.texts()
        done = device.take_back()
        self.taken_back |= before - device.answers()
        for note, text in device.texts().items():
            if texts.get(note) != text:
                self.wrote[note][door] = text
        return done

    def _sync(self, door: str) -> None:
        """What is not seen elsewhere is lost if Anki has to download everything, of which it warns."""
        device = self.devices[door]
        before = device.answers()
        if device.sync() >= 2:
            self.lost |= before - device.answers() - self.terminal.answers()
            self.overwritten = True

    def _reshape(self, door: str) -> bool:
        """What was on the other side of the full sync and was not seen here is lost, as Anki warns."""
        device = self.devices[door]
        device.collection.mod_schema(check=False)
        device.sync(upload=True)
        self.lost |= self.given - self.taken_back - device.answers() - self.terminal.answers()
        self.overwritten = True
        return True

    def meet(self) -> None:
        """All sync until nothing changes; then all must agree."""
        for _ in range(8):
            before = self._all()
            for name in DEVICES:
                self._sync(name)
            self.clock.set(self.clock.now + 2000)
            plan = self.terminal.sync()
            self.clock.set(self.clock.now + 2000)
            if before == self._all() and not plan.changes:
                break
        else:
            raise AssertionError(f"no rest: {plan}")
        self.figures["meet"] += 1
        self._agree(plan)
        self._fresh()

    def _all(self) -> Any:
        doors = [(self.door(name).views(), self.door(name).answers()) for name in DOORS]
        return doors, [device.texts() for device in self.devices.values()]

    def _agree(self, plan: AnkiSyncPlan) -> None:
        phone, desktop = self.devices.values()
        wanted = self.given - self.taken_back
        here, there = self.terminal.answers(), phone.answers()
        undone = {(card, at) for card, at in plan.undone}
        problems: list[Any] = []

        def differ(what: str, *details: Any) -> None:
            problems.append((what, *details))

        if there != desktop.answers():
            differ("devices' logs", there ^ desktop.answers())
        still = {answer for answer in there if (answer.card, answer.at) in undone}
        if here != there - still:
            differ("logs", "only here", here - there, "only there", there - still - here)
        if missing := wanted - here - self.lost:
            differ("lost", missing)
        if more := here - self.given:
            differ("made up", more)
        if back := here & self.taken_back:
            differ("came back", back)
        views = self.terminal.views()
        for name, device in self.devices.items():
            for card, view in device.views().items():
                if not views[card].is_like(view):
                    differ("states", card, views[card], name, view)
            if missing_cards := views.keys() - device.views().keys():
                differ("cards", name, missing_cards)
        self._remember({card for card, _ in undone}, differ)
        self._kept(views, phone.texts(), desktop.texts(), plan, differ)
        assert not problems, problems

    def _remember(self, undone: set[str], differ: Any) -> None:
        """Memories are the same; where Anki, computing them of its log, does not count as it did when it was answered, those
        that it has kept.
        """
        memories, apart = self.terminal.memories(), undone | self.terminal.due_while_new()
        for name, device in self.devices.items():
            for card, (computed, stored) in device.memories().items():
                rows, events = device.rows(card), self.terminal.events(card)
                self.figures["memories"] += 1
                theirs, within = (computed, 1e-4)
                if card in apart or _reads_otherwise(rows, events):
                    self.figures["apart"] += 1
                    theirs, within = (stored, 2e-3)
                if not _near(memories[card], theirs, within):
                    differ("memory", card, memories[card], name, theirs, rows, events)

    def _kept(
        self, views: dict[str, View], texts: dict[str, str], others: dict[str, str], plan: AnkiSyncPlan, differ: Any
    ) -> None:
        if texts != others:
            differ("texts of the devices", texts, others)
        reported = plan.conflicts.keys() | plan.theirs.keys()
        for note, back in self.terminal.backs.items():
            if texts.get(note) != back and note not in reported:
                differ("text", note, back, texts.get(note))
        if self.overwritten:
            return
        for note, wrote in self.wrote.items():
            ((door, text), *more) = wrote.items()
            if not more and texts[note] != text and (door in DEVICES or note not in reported):
                differ("edit", note, door, text, texts[note])
        for card, doors in self.touched.items():
            if len(doors) == 1 and not views[card].is_like(self.told[card]):
                differ("deed", card, doors, self.told[card], views[card])


def _reads_otherwise(rows: list[list[int]], events: list[tuple[Any, ...]]) -> bool:
    """Whether Anki, computing a memory of its log, begins anew where nobody has forgotten the card: rows of two doors that did not
    know of each other came together in its log after they were in ours.
    """
    kept = [row for row in rows if row[1] or row[5] in {4, 5}]
    starts = find_starts([(at, ease, ivl, factor, 0, kind, last) for at, ease, ivl, last, factor, kind in kept])
    begins = max((place for place, row in enumerate(kept) if row[1] == row[4] == 0), default=len(kept))
    first = next((row for row in kept[begins:] if row[1]), None)
    if first and first[5] != 0 and not any(event[0] >= first[0] and event[-1] for event in events):
        return True  # of an answer to a review that led to no review, Anki computes no memory
    times = {what: [at for at, one, *_ in events if one == what] for what in ("forgot", "answered")}
    given = [event[0] for event in events if event[-1]]
    places = [(kept[n][0] - 1, times["forgot"]) for n in starts.forgotten] + [(kept[n][0], given) for n in starts.given]
    return any(not any(abs(at - other) <= 50 for other in known) for at, known in places)


def _near(ours: Memory, theirs: Memory, within: float) -> bool:
    if ours is None or theirs is None:
        return ours == theirs
    return all(abs(one - other) <= within * max(1, one) for one, other in zip(ours, theirs, strict=True))


def play(deeds: Story, folder: Path, clock: Clock) -> dict[str, int]:
    """How often which deed was done, how many memories were compared, and how many of them `apart`."""
    clock.set(START)
    preload = {name: os.environ[name] for name in ("LD_PRELOAD", "SHARED_CLOCK", "TZ")}
    with started_server(folder / "server", preload) as server:
        world = World(folder, server, clock)
        try:
            for number, deed in enumerate(deeds):
                try:
                    world.play(deed)
                except Exception as error:
                    raise AssertionError(f"deed {number}, {deed}: {error}") from error
        finally:
            for device in world.devices.values():
                device.collection.close()
        return dict(world.figures)


def main(folder: Path, rounds: int, seeds: list[int]) -> None:
    clock = Clock(Path(os.environ["SHARED_CLOCK"]))
    done = Counter[str]()
    for seed in seeds:
        try:
            done.update(play(story(seed, rounds), folder / str(seed), clock))
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, {error}") from error
    print(json.dumps(done))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), [int(seed) for seed in sys.argv[3:]])
