"""Somebody's Anki decks → deck files: a plan of whole files, checked before anything is written."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from srs.anki.convert_note import Adopted, NotAdopted, adopted
from srs.anki.convert_srs_note import kind_of, own_id
from srs.anki.ids import guid_and_number
from srs.anki.import_media import MEDIA, MediaNames, Settled, making, settle
from srs.anki.package import opened
from srs.anki.package_media import Attachments, safe_name
from srs.anki.read_notes import MOST_TEXT, ForeignNote, foreign
from srs.collection.folder import alone, stamps
from srs.collection.sync_files import parsed_file
from srs.core.errors import NoDecks, TargetError
from srs.core.html_text import plain
from srs.core.unicode import blank, caseless
from srs.deckfile import DeckFile, adopted_id, dump_deck_file, parse
from srs.kinds.registry import Kinds

_MOST_NOTES, _LARGEST = 20_000, 8_000_000  # of a file, the latter in characters

Languages = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NewFile:
    """`name` is relative to the deck folder; `html` counts the notes whose texts had to stay HTML."""

    name: str
    deck: str
    notes: int
    cards: int
    html: int
    data: bytes


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many notes could not be adopted for one reason, and the guid of the first."""

    why: str
    notes: int
    example: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`already` counts notes that a deck of the folder has; `media` are (name in Anki, name in the media folder)."""

    files: tuple[NewFile, ...]
    already: int
    left_out: tuple[LeftOut, ...]
    media: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Result:
    plan: Plan
    media: Settled


def adopt(folder: Path, file: Path, kinds: Kinds) -> Result:
    """Writes a deck file for each deck in `file` that has notes which no deck file of `folder` has, and their media beside
    it. What is there already stays as it is.

    Raises PackageError, NoDecks, TargetError; then nothing was written.
    """
    with opened(file) as found, making(folder), alone(folder):
        held = _held(folder, kinds)
        attachments = Attachments(found)
        theirs = foreign(found)
        descriptions = dict(theirs.decks.values())
        try:
            names = MediaNames(folder / MEDIA, attachments)
        except OSError as error:
            raise TargetError(folder / MEDIA, "not-writable", error.strerror or "") from error
        made = plan(theirs.notes(), descriptions, names, held, kinds)
        return Result(made, settle(folder, made.media, attachments, [(one.name, one.data) for one in made.files]))


@dataclass(frozen=True, slots=True)
class Held:
    """What a folder holds already: guids, ids, and the names of deck files as `caseless` has them."""

    guids: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


def _held(folder: Path, kinds: Kinds) -> Held:
    """A file that has errors may hold any note, so it must be mended first. Raises NoDecks, TargetError."""
    try:
        names = list(stamps(folder))
    except NoDecks as error:
        if error.problem in {"missing", "empty"}:
            return Held()
        raise
    guids, ids = set(), set()
    for name in names:
        try:
            data: bytes | None = (folder / name).read_bytes()
        except OSError:
            data = None
        file = parsed_file(data, name, kinds)
        if not file.good:
            raise TargetError(folder / name, "broken-deck")
        for note in file.notes:
            ids.add(note.id)
            guids.add(str(note.fields.get("guid") or guid_and_number(note.id)[0]))
    return Held(frozenset(guids), frozenset(ids), frozenset(map(caseless, names)))


def plan(
    notes: Iterable[ForeignNote], descriptions: Mapping[str, str], names: MediaNames, held: Held, kinds: Kinds
) -> Plan:
    """The files that are to be written; changes nothing."""
    left_out = _LeftOut()
    guids, ids, already, room = set(held.guids), set(held.ids), 0, MOST_TEXT
    decks: dict[str, list[tuple[str, Adopted]]] = defaultdict(list)
    for note in notes:
        if note.guid in held.guids or (kind_of(note, kinds) and own_id(note) in held.ids):
            already += 1
            continue
        try:
            note_id, made = _adopted(note, names, guids, ids, kinds)
        except NotAdopted as error:
            left_out.add(str(error), note.guid)
            continue
        room -= _size(made)
        if room < 0:
            left_out.add("there is more text in this file than deck files should hold", note.guid)
            continue
        guids.add(note.guid)
        ids.add(note_id)
        decks[_deck_name(made.deck)].append((note_id, made))
    files: list[NewFile] = []
    free = _FileNames(held.files)
    for deck, of_deck in sorted(decks.items()):
        about = plain(descriptions.get(deck, ""))
        for languages, part in _parts(of_deck):
            head: dict[str, Any] = {"deck": deck} | ({"description": about} if about else {})
            head |= {"languages": dict(languages)} if languages else {}
            if file := _file(free.of(deck), head, part, left_out, kinds):
                free.take(file.name)
                files.append(file)
    return Plan(tuple(files), already, left_out.found(), names.asked())


def _adopted(note: ForeignNote, names: MediaNames, guids: Set[str], ids: Set[str], kinds: Kinds) -> tuple[str, Adopted]:
    """The note's id here, and what it becomes. Raises NotAdopted."""
    if note.guid in guids:
        raise NotAdopted("another note of the file has its guid")
    made = adopted(note, names, kinds)
    note_id = made.id or adopted_id(made.asks, made.guid)
    if note_id in ids:
        raise NotAdopted("another note has its id")
    return note_id, made


class _LeftOut:
    def __init__(self) -> None:
        self._count: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def add(self, why: str, guid: str) -> None:
        self._count[why] += 1
        self._first.setdefault(why, guid)

    def found(self) -> tuple[LeftOut, ...]:
        return tuple(LeftOut(why, count, self._first[why]) for why, count in self._count.most_common())


def _deck_name(name: str) -> str:
    """As a deck file may have it: no level is empty, and it is not too long."""
    levels = [" ".join(level.split()) for level in name.split("::")]
    return "::".join("–" if blank(level) else level for level in levels)[:200].rstrip(": ") or "Anki"


def _parts(notes: Sequence[tuple[str, Adopted]]) -> Iterator[tuple[Languages, list[tuple[str, Adopted]]]]:
    """The notes of a deck by file: phrases of two pairs of languages do not go into one, nor more than a file should
    hold.
    """
    first = next((made.languages for _, made in notes if made.languages), ())
    of_pairs = defaultdict[Languages, list[tuple[str, Adopted]]](list, {first: []})
    for note_id, made in notes:
        of_pairs[made.languages or first].append((note_id, made))
    for pair, of_pair in of_pairs.items():
        part: list[tuple[str, Adopted]] = []
        size = 0
        for note_id, made in of_pair:
            length = _size(made)
            if part and (len(part) >= _MOST_NOTES or size + length > _LARGEST):
                yield pair, part
                part, size = [], 0
            part.append((note_id, made))
            size += length
        yield pair, part


def _size(made: Adopted) -> int:
    return sum(len(str(value)) for value in made.fields.values())


def _file(
    name: str, head: Mapping[str, Any], notes: Sequence[tuple[str, Adopted]], left_out: _LeftOut, kinds: Kinds
) -> NewFile | None:
    """The file with all notes that are fine in it; None if there are none."""
    wanted = {note_id: _keys(note_id, made) for note_id, made in notes}
    file, data = _read(name, head, wanted, kinds)
    wrong = _wrong(file, wanted)
    if wrong:
        for note_id, why in wrong.items():
            left_out.add(why, str(wanted.pop(note_id).get("guid", note_id)))
        file, data = _read(name, head, wanted, kinds)
    if not wanted or file.deck is None or _wrong(file, wanted):
        for note_id, keys in wanted.items():
            left_out.add("it cannot stand in a deck file", str(keys.get("guid", note_id)))
        return None
    count = sum(len(kinds.note(note.id, file.deck, note.fields).cards()) for note in file.notes)
    html = sum("html" in keys for keys in wanted.values())
    return NewFile(name, file.deck.name, len(wanted), count, html, data)


def _read(
    name: str, head: Mapping[str, Any], notes: Mapping[str, Mapping[str, Any]], kinds: Kinds
) -> tuple[DeckFile, bytes]:
    data = dump_deck_file(head, notes.values()).encode("utf-8", "replace")
    return parse(data, name, kinds), data


def _wrong(file: DeckFile, wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Why a note is not fine in the file: what a check of it would say, or that it is not read as it was meant."""
    lines = [note.line for note in file.notes]
    wrong: dict[str, str] = {}
    for problem in file.problems:
        if problem.level == "error":
            before = bisect_right(lines, problem.line)
            if before:
                about = file.notes[before - 1].id
                wrong.setdefault(about, f"as a note here it would be wrong: {problem.message}")
    for note in file.notes:
        meant = {key: value for key, value in wanted[note.id].items() if key not in {"id", "tags"}}
        if note.fields != meant and note.id not in wrong:
            wrong[note.id] = "it cannot stand in a deck file"
    for note_id in wanted.keys() - {note.id for note in file.notes}:
        wrong.setdefault(note_id, "it cannot stand in a deck file")
    return wrong


def _keys(note_id: str, made: Adopted) -> dict[str, Any]:
    keys = {"id": note_id, **made.fields}
    if made.tags:
        keys["tags"] = list(made.tags)
    if guid_and_number(note_id)[0] != made.guid:
        keys["guid"] = made.guid
    return keys


class _FileNames:
    """File names for decks that no file of the folder has, in whatever capitals."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._tried: Counter[str] = Counter()

    def of(self, deck: str) -> str:
        words = re.sub(r"[\W_]+", "-", deck.casefold()).strip("-")
        stem = safe_name(words or "deck")
        while True:
            number = max(self._tried[stem], 1)
            name = stem if number == 1 else f"{stem}-{number}"
            if not {f"{name}.yaml", f"{name}.yml"} & self._taken:
                return f"{name}.yaml"
            self._tried[stem] = number + 1

    def take(self, name: str) -> None:
        self._taken.add(name)
