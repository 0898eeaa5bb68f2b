"""Syncs both ways with a closed Anki profile: reviews come in; notes, texts and progress go out."""

import shutil
import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path

from srs.anki import backend, profile, pull
from srs.anki.card_columns import ExportContext, RevlogRow, revlog_rows
from srs.anki.collection import deck_presets
from srs.anki.compare_texts import Difference, ankis_tags
from srs.anki.deleted_notes import find_deleted, held_now, suspend_deleted
from srs.anki.diff_cards import SUSPENDED, CardChange, TheirCard, card_change, diff_log, is_forget, undone_answers
from srs.anki.export_media import MediaFile
from srs.anki.notetypes import VERSION, NoteType, fields, note_type, one_tag
from srs.anki.package import opened
from srs.anki.planned_due import has_planned, note_planned, planned_due
from srs.anki.prepare import (
    MediaReader,
    PreparedNote,
    build_notes,
    build_package,
    difficulty_under,
    prepare_rows,
    state_lookup,
)
from srs.anki.preset_offer import NOTHING_TAKEN, Offer, Taken, find_offer, with_taken_retention
from srs.anki.read_collection import TheirNote, TheirNoteType, read_their_note_types, read_their_notes
from srs.anki.read_reviews import Contents
from srs.anki.redated import DAY
from srs.anki.resolve_texts import Resolved, partly_taken, resolved_verdict
from srs.anki.suspension_mark import is_marked
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncPlan, AnkiSyncResult, UndoneAnswer
from srs.anki.work_copy import WorkCopy
from srs.anki.write import write_package
from srs.collection import Collection, lookup
from srs.collection.recorder import Recorder
from srs.core.errors import StoreError, TargetError
from srs.database import deck_files
from srs.kinds.note import Deck
from srs.log import event_log
from srs.log.replay import current_parameters


def sync(
    collection: Collection, original: Path, now: int, choices: SyncChoices, *, full_sync: bool = False
) -> AnkiSyncResult:
    """Does all work on a copy, asks whether to go on, and then puts the copy into place. `now` is UTC milliseconds.

    A change that forces Anki into a full sync is made only if `full_sync` allows it. Whatever happens, each side is as before
    or as after. Raises PackageError, TargetError, MissingExtra, StoreError.
    """
    with profile.locked_copy(original) as work:
        return sync_copy(collection, work, now, choices, full_sync=full_sync)


def sync_copy(
    collection: Collection, work: WorkCopy, now: int, choices: SyncChoices, *, full_sync: bool = False
) -> AnkiSyncResult:
    """As `sync`, with a copy that was made before. Raises what `work` raises, too."""
    collection, resolved = choices.take_texts(collection, work.copy)
    aliases = event_log.read_aliases(collection.store.connection)
    contents, notes, plan, changes = _plan(collection, work, now, choices, resolved)
    if plan.pushes:
        plan = replace(plan, full_sync=backend.apply_changes(work.copy, changes) and not plan.full_upload)
    held = held_now(work.copy)
    if not choices.agree(plan):
        if not plan.changes:
            suspend_deleted(collection, work.original, notes, plan.deleted, held, now)
        return AnkiSyncResult(plan, done=False, backup=None)
    if plan.full_sync and not full_sync:
        raise work.full_sync_refused()
    if plan.taken.retention is not None:  # before anything that cannot be repeated
        choices.set_retention(plan.taken.retention)
    if plan.pulled.events or plan.pulled.redated or plan.taken.parameters:
        with collection.store.write() as connection:
            if event_log.read_aliases(connection) != aliases:  # the contents name our cards by them
                raise StoreError(collection.store.path, "changed")
            _take_parameters(collection, connection, plan.taken, now)
            pull.import_reviews(collection, connection, contents, now)
    backup = work.put_back(now) if plan.pushes else None
    suspend_deleted(collection, work.original, notes, plan.deleted, held, now)
    note_planned(collection, work.original, now)
    return AnkiSyncResult(plan, done=True, backup=backup)


def _take_parameters(collection: Collection, connection: sqlite3.Connection, taken: Taken, now: int) -> None:
    if taken.parameters:
        Recorder(collection).insert_parameters(connection, taken.parameters, {}, now)


def _plan(
    collection: Collection, work: WorkCopy, now: int, choices: SyncChoices, resolved: Resolved
) -> tuple[Contents, list[PreparedNote], AnkiSyncPlan, backend.CollectionChanges]:
    with opened(work.copy):
        pass  # Anki's library is never given a file that is no collection
    store, of_decks = collection.store, lookup.used_decks(collection)
    with collection.watch("Reading both sides", 5) as done, ExitStack() as stack:
        upgraded = backend.upgrade(work.copy)
        done(1)
        headers = dict(deck_files.deck_headers(store.connection, collection.folder_id))
        rows = list(prepare_rows(collection, store.connection, MediaReader(collection)))
        done(1)
        notes = list(build_notes(collection.kinds, headers, rows))
        done(1)
        file = stack.enter_context(opened(work.copy))
        contents = pull.read_own_reviews(collection, file, now)
        contents = replace(contents, batches=tuple(contents.batches))  # they are read twice
        done(1)
        theirs, note_types = (
            read_their_notes(file, {note.guid for note in notes}, contents.same),
            read_their_note_types(file),
        )
        deleted = find_deleted(collection, file, work.original, notes, theirs, choices.suspends)
        done(1)
    offer, taken = _offer(collection, contents, now, choices.choose)
    collection = with_taken_retention(collection, taken)
    with store.dry_run() as connection:
        _take_parameters(collection, connection, taken, now)
        pulled = pull.import_reviews(collection, connection, contents, now)
        context = ExportContext(contents.base, collection.calendar, collection.settings, current_parameters(connection))
        presets = upgraded.outdated(deck_presets({"new": {}, "rev": {}, "lapse": {}}, context, of_decks))
        with collection.watch("Comparing with Anki", 3) as done:
            wanted = [note for note in notes if note.note.id not in deleted.notes]
            texts = _diff_texts(wanted, theirs, note_types, resolved)
            done(1)
            progress = _diff_progress(
                collection,
                connection,
                notes,
                theirs,
                context,
                now,
                same=set(contents.same.values()),
                planned_before=has_planned(collection, work.original, now),
            )
            done(1)
            package = None
            if texts.outgoing:
                package = work.copy.with_name("notes.apkg")
                decks = _decks_of(texts.outgoing, of_decks)
                outgoing = (note.to_anki() for note in texts.outgoing)
                write_package(build_package(collection, connection, outgoing, decks, now), package)
            done(1)
    unasked = _unasked_cards(notes, theirs)
    _copy_media(texts.media.values(), work.media)
    changes = backend.CollectionChanges(
        package,
        _needs_merge(texts.outgoing, note_types),
        list(texts.rewritten.values()),
        list(progress.changes.values()),
        progress.log,
        presets,
        list(unasked.values()),
    )
    plan = _as_plan(pulled, texts, progress, unasked, changes)
    plan = replace(plan, fsrs=upgraded.fsrs, offer=offer, taken=taken, full_upload=work.full_upload, deleted=deleted)
    return contents, notes, plan, changes


def _offer(
    collection: Collection, contents: Contents, now: int, choose: Callable[[Offer], Taken]
) -> tuple[Offer, Taken]:
    """What Anki's presets offer, compared by all reviews, those that come in included; and what is taken of it."""
    with collection.store.dry_run() as connection:
        offer = find_offer(collection, connection, contents.presets, now)
        if offer.parameters:
            pull.import_reviews(collection, connection, contents, now)
            offer = find_offer(collection, connection, contents.presets, now)
    return offer, choose(offer) if offer.asks else NOTHING_TAKEN


def _decks_of(notes: Sequence[PreparedNote], decks: Sequence[Deck]) -> list[Deck]:
    names = {prepared.note.deck for prepared in notes}
    return [deck for deck in decks if deck.name in names]


def _needs_merge(notes: Iterable[PreparedNote], note_types: Mapping[int, TheirNoteType]) -> bool:
    kinds = {note_type(prepared.note) for prepared in notes}
    return any(kind.id in note_types and not note_types[kind.id].has_shape_of(kind) for kind in kinds)


def _copy_media(files: Iterable[MediaFile], folder: Path) -> None:
    for name, path in files:
        try:
            folder.mkdir(exist_ok=True)
            shutil.copyfile(path, folder / name)
        except OSError as error:
            raise TargetError(folder / name, "not-writable", error.strerror or "") from error


def _as_plan(
    pulled: pull.Pulled,
    texts: "_TextDiff",
    progress: "_ProgressDiff",
    unasked: Mapping[str, int],
    changes: backend.CollectionChanges,
) -> AnkiSyncPlan:
    return AnkiSyncPlan(
        pulled=pulled,
        new=tuple(prepared.note.id for prepared in texts.new),
        changed=(*(prepared.note.id for prepared in texts.changed), *texts.rewritten),
        reviews=len(progress.log),
        cards=tuple(progress.changes),
        presets=tuple(preset["name"] for preset in changes.presets),
        looks=tuple(sorted({kind.name for kind in texts.looks})),
        unasked=tuple(unasked),
        conflicts=texts.conflicts,
        theirs=texts.theirs,
        foreign=tuple(texts.foreign),
        filtered=tuple(progress.filtered),
        undone=tuple(progress.undone),
        fsrs=False,
        full_sync=False,
        ahead=progress.ahead,
    )


@dataclass(slots=True)
class _TextDiff:
    """`rewritten` are changed notes whose note type the learner has reshaped, with their files in `media`, and those whose
    texts were taken from Anki in part; the notes of `looks` go out only to bring the look of their note type.
    """

    new: list[PreparedNote] = field(default_factory=list)
    changed: list[PreparedNote] = field(default_factory=list)
    rewritten: dict[str, backend.TextChange] = field(default_factory=dict)
    media: dict[str, MediaFile] = field(default_factory=dict)
    looks: dict[NoteType, PreparedNote] = field(default_factory=dict)
    conflicts: dict[str, tuple[Difference, ...]] = field(default_factory=dict)
    theirs: dict[str, tuple[Difference, ...]] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)

    @property
    def outgoing(self) -> list[PreparedNote]:
        return [*self.new, *self.changed, *self.looks.values()]


def _diff_texts(
    notes: Sequence[PreparedNote],
    theirs: Mapping[str, TheirNote],
    note_types: Mapping[int, TheirNoteType],
    resolved: Resolved,
) -> _TextDiff:
    diff = _TextDiff()
    for prepared in notes:
        their = theirs.get(prepared.guid)
        if their is None:
            diff.new.append(prepared)
            continue
        note = prepared.note
        verdict = resolved_verdict(note, prepared.media_names, their.text, resolved)
        tagged = prepared._replace(note=replace(note, tags=(*note.tags, *ankis_tags(their.text))))
        kind = note_type(note)
        match verdict.changed:
            case "here" if note_types[kind.id].has_shape_of(kind):
                diff.changed.append(tagged)
            case "here":
                diff.rewritten[note.id] = _text_change(tagged, their)
                diff.media |= {file.name: file for file in prepared.files.values()}
            case "both" if kept := resolved.partly.get(note.id):
                diff.rewritten[note.id] = partly_taken(note, prepared.media_names, their.text, kept)
            case "there":
                diff.theirs[note.id] = verdict.differences
            case "both":
                diff.conflicts[note.id] = verdict.differences
            case "foreign":
                diff.foreign.append(note.id)
            case "same":
                there = note_types[kind.id]
                if there.changed_at < VERSION and there.has_shape_of(kind):
                    diff.looks.setdefault(kind, tagged)
    for prepared in (*diff.new, *diff.changed):  # these bring it anyway
        diff.looks.pop(note_type(prepared.note), None)
    return diff


def _text_change(prepared: PreparedNote, their: TheirNote) -> backend.TextChange:
    names = (name for name, _ in note_type(prepared.note).fields)
    ours = dict(zip(names, fields(prepared.note, prepared.media_names), strict=True))
    written = {name: html for name, html in ours.items() if name in their.text.names}
    return backend.TextChange(their.text.id, written, tuple(map(one_tag, prepared.note.tags)))


@dataclass(slots=True)
class _ProgressDiff:
    changes: dict[str, CardChange] = field(default_factory=dict)
    log: list[RevlogRow] = field(default_factory=list)
    filtered: list[str] = field(default_factory=list)
    undone: list[UndoneAnswer] = field(default_factory=list)
    ahead: int = 0


def _diff_progress(
    collection: Collection,
    connection: sqlite3.Connection,
    notes: Sequence[PreparedNote],
    theirs: Mapping[str, TheirNote],
    context: ExportContext,
    now: int,
    *,
    same: Container[str],
    planned_before: bool,
) -> _ProgressDiff:
    """Compares the progress of cards that Anki has; to be called while what comes in is in the database. The logs of the cards in
    `same` are. `planned_before` says
    that the days planned by goals were written there today already.
    """
    shared = _shared_cards(notes, theirs)
    rows: dict[int, list[RevlogRow]] = defaultdict(list)
    ids = {key: card.id for key, (card, _) in shared.items() if key not in same}
    for row in revlog_rows(list(event_log.log_entries(connection)), ids, difficulty_under(context.parameters)):
        rows[row[1]].append(row)
    voided: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for key, at, rating in event_log.voided_answers(connection):
        voided[key].append((at, rating))
    orphan_voids: dict[str, set[int]] = defaultdict(set)
    for key, at in event_log.orphan_voids(connection):
        orphan_voids[key].add(at)
    until, today, diff = now + DAY, collection.calendar.day(now), _ProgressDiff()
    planned = planned_due(collection, now)
    state_of = state_lookup(connection, until)
    contexts = {deck: context.for_deck(deck) for _, deck in shared.values()}
    for position, (key, (card, deck)) in enumerate(shared.items(), 1):
        own, state = rows[card.id], state_of(key)
        in_time = own[: bisect_right(own, until, key=itemgetter(0))]
        diff.ahead += len(own) - len(in_time)
        missing, extra, ahead = ([], [], False) if key in same else diff_log(in_time, card, orphan_voids[key])
        undone = undone_answers(extra, voided[key])
        diff.undone += [UndoneAnswer(key, at) for at in undone]
        if ahead or len(extra) > len(undone):  # Anki has answers that could not be imported, or not yet
            continue
        change = card_change(
            state, card, position, contexts[deck], today, planned.get(key), any_day=planned_before and key in planned
        )
        is_new = state is None or state.state == "new"
        if is_new and card.type != 0 and not (missing or undone or any(map(is_forget, own))):
            change = None  # its schedule there comes from no row of the log
        if card.filtered and (missing or change):
            diff.filtered.append(key)
            continue
        diff.log += missing
        if change:
            diff.changes[key] = change
    return diff


def _shared_cards(notes: Sequence[PreparedNote], theirs: Mapping[str, TheirNote]) -> dict[str, tuple[TheirCard, str]]:
    """Anki's cards that are ours, with the deck that they have here, by our key."""
    shared: dict[str, tuple[TheirCard, str]] = {}
    for prepared in notes:
        if their := theirs.get(prepared.guid):
            for card in prepared.note.cards():
                if there := their.cards.get(card.ordinal):
                    shared[card.key] = there, prepared.note.deck
    return shared


def _unasked_cards(notes: Sequence[PreparedNote], theirs: Mapping[str, TheirNote]) -> dict[str, int]:
    """The ids of cards that Anki has, by our key, to be suspended because their deck does not ask them. A suspended one stays
    the learner's, a marked one was suspended before, one in a filtered deck waits until it has left it.
    """
    return {
        card.key: there.id
        for prepared in notes
        if (their := theirs.get(prepared.guid))
        for card in prepared.note.unasked_cards()
        if (there := their.cards.get(card.ordinal))
        if not (there.queue == SUSPENDED or there.filtered or is_marked(there.data))
    }
