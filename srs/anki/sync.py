"""Both ways with a closed profile of Anki: what was lived there comes in, what was written and lived here goes out."""

import shutil
import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from srs.anki import backend, profile, pull
from srs.anki.card_columns import Frame, LogRow, log_rows
from srs.anki.collection import presets_of
from srs.anki.compare_texts import Difference, compare, kept_tags
from srs.anki.diff_cards import CardChange, HeldCard, change, compared, undone
from srs.anki.export_media import MediaFile
from srs.anki.ids import guid_and_nid
from srs.anki.notetypes import VERSION, NoteType, fields, note_type, one_tag
from srs.anki.package import opened
from srs.anki.prepare import Media, difficulty, drawn, package, states_of
from srs.anki.prepare import notes as packed
from srs.anki.pull_chunk import taken_in
from srs.anki.read_collection import HeldNote, Kind, held, kinds
from srs.anki.read_reviews import Contents
from srs.anki.redated import DAY
from srs.anki.write import write
from srs.collection import Collection, lookup
from srs.core.errors import PackageError, StoreError, TargetError
from srs.database.decks import NoteRow
from srs.kinds.note import Note
from srs.log import event_log
from srs.log.replay import in_force
from srs.log.workers import Workers


class Undone(NamedTuple):
    """An answer that was taken back here and still counts in Anki; `at` is UTC milliseconds."""

    card: str
    at: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`pulled` is what comes in. The notes `new` and `changed` go to Anki, as do `reviews` rows of the log, the state of
    `cards`, the options `presets` and the `looks` of note types.

    Nothing is done about the rest: the texts in `conflicts` were changed on both sides, those in `theirs` in Anki alone;
    `foreign` notes are of another note type there; cards that are `filtered` wait until they leave their filtered deck;
    `undone` answers still count in Anki; answers that are `ahead` of the clock by more than a day wait until their time has
    come. `fsrs` says that FSRS is on there, `full_sync` that Anki will have to sync
    everything with AnkiWeb.
    """

    pulled: pull.Pulled
    new: tuple[str, ...]
    changed: tuple[str, ...]
    reviews: int
    cards: tuple[str, ...]
    presets: tuple[str, ...]
    looks: tuple[str, ...]
    conflicts: Mapping[str, tuple[Difference, ...]]
    theirs: Mapping[str, tuple[Difference, ...]]
    foreign: tuple[str, ...]
    filtered: tuple[str, ...]
    undone: tuple[Undone, ...]
    fsrs: bool
    full_sync: bool
    ahead: int

    @property
    def pushes(self) -> bool:
        """Something goes to Anki."""
        return bool(self.new or self.changed or self.reviews or self.cards or self.presets or self.looks)


@dataclass(frozen=True, slots=True)
class Synced:
    """`done` says that the plan was carried out; `backup` is Anki's collection as it was, None if that did not change."""

    plan: Plan
    done: bool
    backup: Path | None


def sync(
    collection: Collection, original: Path, now: int, agree: Callable[[Plan], bool], *, full_sync: bool = False
) -> Synced:
    """Does all work on a copy, asks whether to go on, and then puts it into place. `now` is UTC milliseconds.

    A change that forces Anki into a full sync is made only if `full_sync` allows it. Whatever happens, both sides are as
    before or as after. Raises PackageError, TargetError, MissingExtra, StoreError.
    """
    with profile.closed(original) as work:
        aliases = event_log.aliases(collection.store.connection)
        contents, made, tasks = _planned(collection, work, now)
        if made.pushes:
            made = replace(made, full_sync=backend.apply(work.copy, tasks))
        if not agree(made):
            return Synced(made, done=False, backup=None)
        if made.full_sync and not full_sync:
            raise PackageError(original, "full-sync")
        if made.pulled.events or made.pulled.redated:
            with _workers(contents) as workers, collection.store.write() as connection:
                if event_log.aliases(connection) != aliases:  # the contents name our cards by them
                    raise StoreError(collection.store.path, "changed")
                pull.take_in(collection, connection, contents, now, workers)
        return Synced(made, done=True, backup=profile.replace(work, now) if made.pushes else None)


def _planned(collection: Collection, work: profile.Workplace, now: int) -> tuple[Contents, Plan, backend.Work]:
    with opened(work.copy):
        pass  # no file reaches Anki's library that is not a collection
    frame = _frame(collection)
    of_decks = lookup.used_decks(collection)
    ready = backend.prepare(work.copy, presets_of({"new": {}, "rev": {}, "lapse": {}}, frame, of_decks))
    aliases = event_log.aliases(collection.store.connection)
    notes = [_Ours(row, note, aliases.first(row.id)) for row, note in packed(collection)]
    with opened(work.copy) as there:
        contents = pull.read(collection, there)
        contents = replace(contents, cards=tuple(contents.cards))  # they are asked for twice
        known, of_kinds = held(there, {one.guid for one in notes}), kinds(there)
    with _workers(contents) as workers, collection.store.trial() as connection:
        pulled = pull.take_in(collection, connection, contents, now, workers)
        texts = _texts(collection, notes, known, of_kinds)
        lives = _lives(collection, connection, notes, known, replace(frame, base=contents.base), now)
        target = None
        if outgoing := texts.outgoing:
            target = work.copy.with_name("notes.apkg")
            lie_in = {row.deck for row, _ in outgoing}
            used: dict[str, MediaFile] = {}
            made = drawn(connection, outgoing, texts.media, used)
            write(
                package(collection, connection, made, used, [deck for deck in of_decks if deck.name in lie_in], now),
                target,
            )
    plan = Plan(
        pulled=pulled,
        new=tuple(row.id for row, _ in texts.new),
        changed=(*(row.id for row, _ in texts.changed), *texts.rewritten),
        reviews=len(lives.log),
        cards=tuple(lives.changes),
        presets=tuple(preset["name"] for preset in ready.presets),
        looks=tuple(sorted({kind.name for kind in texts.looks})),
        conflicts=texts.conflicts,
        theirs=texts.theirs,
        foreign=tuple(texts.foreign),
        filtered=tuple(lives.filtered),
        undone=tuple(lives.undone),
        fsrs=ready.fsrs,
        full_sync=False,
        ahead=lives.ahead,
    )
    merges = any(
        kind.id in of_kinds and not of_kinds[kind.id].shaped_like(kind)
        for kind in {note_type(note) for _, note in texts.outgoing}
    )
    for name, path in texts.attached.items():
        try:
            work.media.mkdir(exist_ok=True)
            shutil.copyfile(path, work.media / name)
        except OSError as error:
            raise TargetError(work.media / name, "not-writable", error.strerror or "") from error
    rewritten, changes = list(texts.rewritten.values()), list(lives.changes.values())
    return contents, plan, backend.Work(target, merges, rewritten, changes, lives.log, ready.presets)


def _workers(contents: Contents) -> Workers:
    return Workers(taken_in, sum(len(some.rows) for some in contents.cards))


class _Ours(NamedTuple):
    row: NoteRow
    note: Note
    first: str

    @property
    def guid(self) -> str:
        return self.note.guid or guid_and_nid(self.first)[0]


def _frame(collection: Collection) -> Frame:
    parameters = in_force(collection.store.connection)
    return Frame(collection.calendar.day(0), collection.calendar, collection.settings, parameters)


@dataclass(slots=True)
class _Texts:
    """`rewritten` are changed notes whose note type the learner has reshaped; the notes of `looks` go out only to bring the
    look of their note type.
    """

    media: Media
    new: list[tuple[NoteRow, Note]] = field(default_factory=list)
    changed: list[tuple[NoteRow, Note]] = field(default_factory=list)
    rewritten: dict[str, backend.TextChange] = field(default_factory=dict)
    attached: dict[str, Path] = field(default_factory=dict)
    looks: dict[NoteType, tuple[NoteRow, Note]] = field(default_factory=dict)
    conflicts: dict[str, tuple[Difference, ...]] = field(default_factory=dict)
    theirs: dict[str, tuple[Difference, ...]] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)

    @property
    def outgoing(self) -> list[tuple[NoteRow, Note]]:
        return [*self.new, *self.changed, *self.looks.values()]


def _texts(
    collection: Collection, notes: Sequence[_Ours], known: Mapping[str, HeldNote], of_kinds: Mapping[int, Kind]
) -> _Texts:
    found = _Texts(Media(collection))
    for ours in notes:
        row, note, _ = ours
        there = known.get(ours.guid)
        if there is None:
            found.new.append((row, note))
            continue
        files, _ = found.media.of(row)
        names = {file: kept.name for file, kept in files.items()}
        verdict = compare(note, names, there.text)
        tagged = replace(note, tags=(*note.tags, *kept_tags(there.text)))
        kind = note_type(note)
        match verdict.who:
            case "here" if of_kinds[kind.id].shaped_like(kind):
                found.changed.append((row, tagged))
            case "here":
                found.rewritten[note.id] = _text_change(tagged, names, there)
                found.attached |= {kept.name: kept.path for kept in files.values()}
            case "there":
                found.theirs[note.id] = verdict.differences
            case "both":
                found.conflicts[note.id] = verdict.differences
            case "foreign":
                found.foreign.append(note.id)
            case "same":
                there_now = of_kinds[kind.id]
                if there_now.changed < VERSION and there_now.shaped_like(kind):
                    found.looks.setdefault(kind, (row, tagged))
    for _, note in (*found.new, *found.changed):  # these bring it anyway
        found.looks.pop(note_type(note), None)
    return found


def _text_change(note: Note, media: Mapping[str, str], there: HeldNote) -> backend.TextChange:
    names = (name for name, _ in note_type(note).fields)
    ours = dict(zip(names, fields(note, media), strict=True))
    written = {name: html for name, html in ours.items() if name in there.text.names}
    return backend.TextChange(there.text.number, written, tuple(map(one_tag, note.tags)))


@dataclass(slots=True)
class _Lives:
    changes: dict[str, CardChange] = field(default_factory=dict)
    log: list[LogRow] = field(default_factory=list)
    filtered: list[str] = field(default_factory=list)
    undone: list[Undone] = field(default_factory=list)
    ahead: int = 0


def _lives(
    collection: Collection,
    connection: sqlite3.Connection,
    notes: Sequence[_Ours],
    known: Mapping[str, HeldNote],
    frame: Frame,
    now: int,
) -> _Lives:
    """What was lived here of cards that Anki has already, read while what comes in is in the database."""
    there: dict[str, tuple[HeldCard, str]] = {}
    for ours in notes:
        if note := known.get(ours.guid):
            mine = ((card.key, note.cards.get(card.ordinal)) for card in ours.note.cards())
            there |= {key: (card, ours.row.deck) for key, card in mine if card}
    rows: dict[int, list[LogRow]] = defaultdict(list)
    numbers = {key: card.number for key, (card, _) in there.items()}
    until = now + DAY
    for row in log_rows(event_log.entries(connection), numbers, difficulty(in_force(connection))):
        rows[row[1]].append(row)
    voided: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for key, at, rating in event_log.taken_back(connection):
        voided[key].append((at, rating))
    early: dict[str, list[int]] = defaultdict(list)
    for key, at in event_log.early(connection):
        early[key].append(at)
    state_of, today, found = states_of(connection, until), collection.calendar.day(now), _Lives()
    frames = {deck: replace(frame, settings=frame.settings.of(deck)) for _, deck in there.values()}
    for position, (key, (card, deck)) in enumerate(there.items(), 1):
        own, state = rows[card.number], state_of(key)
        lived = own[: bisect_right(own, until, key=itemgetter(0))]
        found.ahead += len(own) - len(lived)
        news, extras, ahead = compared(lived, card, frozenset(early.get(key, ())))
        back = undone(extras, voided[key])
        found.undone += [Undone(key, at) for at in back]
        if ahead or len(extras) > len(back):  # Anki knows of answers that could not be taken in, or not yet
            continue
        wanted = change(state, card, position, frames[deck], today)
        if (state is None or state.state == "new") and card.type != 0 and not news and not back:
            wanted = None  # its schedule there comes from no row of the log
        if card.filtered and (news or wanted):
            found.filtered.append(key)
            continue
        found.log += news
        if wanted:
            found.changes[key] = wanted
    return found
