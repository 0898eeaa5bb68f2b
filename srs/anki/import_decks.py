"""Somebody's Anki decks → deck files: a plan of whole files, checked before anything is written."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from srs.anki.convert_note import CannotConvert, ConvertedNote, convert_note
from srs.anki.convert_srs_note import kind_of, own_id
from srs.anki.ids import guid_and_nid
from srs.anki.import_media import MEDIA_FOLDER, MediaCounts, MediaNames, created_folder, write_files
from srs.anki.package import opened
from srs.anki.package_media import PackageMedia, safe_name
from srs.anki.read_notes import MOST_TEXT, ImportedNote, read_notes
from srs.collection.folder import find_deck_files, lock_folder
from srs.collection.sync_files import parsed_file
from srs.core.errors import DeckFolderError, TargetError
from srs.core.html_text import html_to_text
from srs.core.progress import Done, Progress, counted, ignore, no_progress
from srs.core.unicode import blank, caseless
from srs.database.bulk_insert import gc_paused
from srs.deckfile import DeckFile, adopted_id, dump_deck_file, parse, typeable_id
from srs.kinds.registry import Kinds

_MOST_NOTES, _LARGEST = 20_000, 8_000_000  # of a file, the latter in characters
_LONGEST_NAME, _MOST_SEARCHED = 100, 1_000  # characters of a field, and of a question
_WORDS = re.compile(r"\w+|[^\w\s]")
_CANNOT_HOLD = "a deck file cannot hold it"

Head = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, tuple[str, ...]], ...]]
"""What the notes of a file share: its languages, and further keys."""


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
class CountedNotes:
    """How many notes could not be imported, or not as they are, for one reason; and the guid of the first."""

    why: str
    notes: int
    example: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """`already` counts notes that a deck of the folder has; `changed` those that are not in all as in Anki; `media` are (name
    in Anki, name in the media folder).
    """

    files: tuple[NewFile, ...]
    already: int
    left_out: tuple[CountedNotes, ...]
    changed: tuple[CountedNotes, ...]
    media: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ImportResult:
    plan: ImportPlan
    media: MediaCounts


@gc_paused()
def import_decks(folder: Path, file: Path, kinds: Kinds, watch: Progress = no_progress) -> ImportResult:
    """Writes a deck file for each deck of `file` with the notes that no deck file of `folder` has, and their media.
    Nothing in the folder is changed.

    Raises PackageError, DeckFolderError, TargetError; then nothing was written.
    """
    with opened(file) as package, created_folder(folder), lock_folder(folder):
        contents = _contents(folder, kinds)
        package_media = PackageMedia(package)
        theirs = read_notes(package)
        descriptions = dict(theirs.decks.values())
        try:
            names = MediaNames(folder / MEDIA_FOLDER, package_media)
        except OSError as error:
            raise TargetError(folder / MEDIA_FOLDER, "not-writable", error.strerror or "") from error
        with watch("Converting the notes", 2 * theirs.count()) as done:
            plan = plan_import(counted(theirs.notes(), done), descriptions, names, contents, kinds, done)
        decks = [(new.name, new.data) for new in plan.files]
        counts = write_files(folder, plan.media, package_media, decks)
        return ImportResult(plan, replace(counts, unused=names.unused(), remote=names.remote()))


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The guids and ids of the notes in a deck folder, and the names of its files as `caseless` has them."""

    guids: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


def _contents(folder: Path, kinds: Kinds) -> FolderContents:
    """A file with errors may hold any note, so it must be mended first. Raises NoDecks, TargetError."""
    try:
        names = list(find_deck_files(folder))
    except DeckFolderError as error:
        if error.problem in {"missing", "empty"}:
            return FolderContents()
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
            guids.add(str(note.fields.get("guid") or guid_and_nid(note.id)[0]))
    return FolderContents(frozenset(guids), frozenset(ids), frozenset(map(caseless, names)))


def plan_import(
    notes: Iterable[ImportedNote],
    descriptions: Mapping[str, str],
    names: MediaNames,
    contents: FolderContents,
    kinds: Kinds,
    done: Done = ignore,
) -> ImportPlan:
    """The files to write; changes nothing. `done` is told of the notes that are put into files."""
    left_out = defaultdict[str, list[str]](list)  # the guids, by reason
    guids, ids, already, space = set(contents.guids), set(contents.ids), 0, MOST_TEXT
    decks: dict[str, list[ConvertedNote]] = defaultdict(list)
    spellings = _DeckSpellings()
    for their_note in notes:
        if their_note.guid in contents.guids or (kind_of(their_note, kinds) and own_id(their_note) in contents.ids):
            already += 1
            for html in their_note.values.values():
                names.note_known(html)
            continue
        if space < 0:
            left_out["the file has more text than deck files may hold"].append(their_note.guid)
            continue
        try:
            note = _convert(their_note, names, guids, ids, kinds)
        except CannotConvert as error:
            left_out[str(error)].append(their_note.guid)
            continue
        space -= _size(note)
        guids.add(note.guid)
        ids.add(note.id)
        decks[spellings.first(deck_name(note.deck))].append(note)
    files: list[NewFile] = []
    file_names = FileNames(contents.files)
    for deck, deck_notes in sorted(decks.items()):
        description = html_to_text(descriptions.get(deck, ""))
        for (languages, keys), part in _split(deck_notes):
            head: dict[str, Any] = {"deck": deck} | ({"description": description} if description else {})
            head |= {"languages": dict(languages)} if languages else {}
            head |= {key: list(values) for key, values in keys}
            if file := _new_file(file_names.free(deck), head, part, left_out, kinds, done):
                file_names.mark_used(file.name)
                files.append(file)
    not_taken = {guid for guids in left_out.values() for guid in guids}
    losses = defaultdict[str, list[str]](list)
    for note in (note for notes in decks.values() for note in notes if note.guid not in not_taken):
        for loss in note.losses:
            losses[loss].append(note.guid)
    return ImportPlan(tuple(files), already, _counted(left_out), _counted(losses), names.asked())


def _counted(guids_by_reason: Mapping[str, Sequence[str]]) -> tuple[CountedNotes, ...]:
    reasons = [CountedNotes(why, len(guids), guids[0]) for why, guids in guids_by_reason.items()]
    return tuple(sorted(reasons, key=lambda reason: -reason.notes))


def _convert(note: ImportedNote, names: MediaNames, guids: Set[str], ids: Set[str], kinds: Kinds) -> ConvertedNote:
    """The note with an id. Raises CannotConvert."""
    if note.guid in guids:
        raise CannotConvert("another note of the file has its guid")
    converted = convert_note(note, names, kinds)
    note_id = converted.id or adopted_id(_asks(note, converted.question), converted.guid)
    if note_id in ids:
        raise CannotConvert("another note has its id")
    return replace(converted, id=note_id)


def _asks(note: ImportedNote, question: str) -> str:
    """What the question is about: the first field with words that it shows, or else the whole of it."""
    question = " ".join(question[:_MOST_SEARCHED].split())
    asked = _parted(question)
    for html in note.values.values():
        text = " ".join(html_to_text(html).split())[:_LONGEST_NAME]
        if _parted(text) in asked and typeable_id(text):
            return text
    return question


def _parted(text: str) -> str:
    """The words and signs with blanks between and around them, so that a text is found only as whole words."""
    return f" {' '.join(_WORDS.findall(text))} "


def deck_name(name: str) -> str:
    """The name as a deck file may have it: without empty levels, and not too long."""
    levels = [" ".join(level.split()) for level in name.split("::")]
    return "::".join("–" if blank(level) else level for level in levels)[:200].rstrip(": ") or "Anki"


def _split(notes: Sequence[ConvertedNote]) -> Iterator[tuple[Head, list[ConvertedNote]]]:
    """The notes of a deck by file: a file holds phrases of one pair of languages and one choice of cards, and not too many
    notes.
    """
    first: Head = next(((note.languages, note.head) for note in notes if note.languages), ((), ()))
    by_head = defaultdict[Head, list[ConvertedNote]](list, {first: []})
    for note in notes:
        by_head[first if note.languages is None else (note.languages, note.head)].append(note)
    for head, of_head in by_head.items():
        part: list[ConvertedNote] = []
        size = 0
        for note in of_head:
            length = _size(note)
            if part and (len(part) >= _MOST_NOTES or size + length > _LARGEST):
                yield head, part
                part, size = [], 0
            part.append(note)
            size += length
        yield head, part


def _size(note: ConvertedNote) -> int:
    return sum(len(str(value)) for value in note.fields.values())


def _new_file(
    name: str,
    head: Mapping[str, Any],
    notes: Sequence[ConvertedNote],
    left_out: defaultdict[str, list[str]],
    kinds: Kinds,
    done: Done,
) -> NewFile | None:
    """The deck file with the notes that can be written without an error, or None if no note can."""
    wanted = {note.id: _keys(note) for note in notes}
    guids = {note.id: note.guid for note in notes}
    file, data = _write(name, head, wanted, kinds)
    done(len(notes))
    for note_id, why in _errors(file, wanted).items():
        left_out[why].append(guids[note_id])
        del wanted[note_id]
    if len(wanted) < len(notes):
        file, data = _write(name, head, wanted, kinds)
    if not wanted or file.deck is None or _errors(file, wanted):
        for note_id in wanted:
            left_out[_CANNOT_HOLD].append(guids[note_id])
        return None
    count = sum(len(kinds.note(note.id, file.deck, note.fields).cards()) for note in file.notes)
    html = sum("html" in keys for keys in wanted.values())
    return NewFile(name, file.deck.name, len(wanted), count, html, data)


def _write(
    name: str, head: Mapping[str, Any], notes: Mapping[str, Mapping[str, Any]], kinds: Kinds
) -> tuple[DeckFile, bytes]:
    """The file as it will be read, and its bytes."""
    data = dump_deck_file(head, notes.values()).encode("utf-8", "replace")
    return parse(data, name, kinds, lint=False), data


def _errors(file: DeckFile, wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Why the file cannot hold a note, by id: what a check of it reports, or that it is read with other fields."""
    lines = [note.line for note in file.notes]
    errors: dict[str, str] = {}
    for problem in file.problems:
        before = bisect_right(lines, problem.line)
        if problem.level == "error" and before:
            errors.setdefault(file.notes[before - 1].id, f"it would have an error here: {problem.message}")
    for note in file.notes:
        meant = {key: value for key, value in wanted[note.id].items() if key not in {"id", "tags"}}
        if note.fields != meant:
            errors.setdefault(note.id, _CANNOT_HOLD)
    for note_id in wanted.keys() - {note.id for note in file.notes}:
        errors.setdefault(note_id, _CANNOT_HOLD)
    return errors


def _keys(note: ConvertedNote) -> dict[str, Any]:
    """The note as a mapping of YAML."""
    keys = {"id": note.id, **note.fields}
    if note.tags:
        keys["tags"] = list(note.tags)
    if guid_and_nid(note.id)[0] != note.guid:
        keys["guid"] = note.guid
    return keys


class _DeckSpellings:
    """Decks whose names differ in case are one, as in Anki; the first spelling of each level holds."""

    def __init__(self) -> None:
        self._levels: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def first(self, name: str) -> str:
        if name not in self._names:
            levels, path = list[str](), ""
            for level in name.split("::"):
                path += f"::{caseless(level)}"
                levels.append(self._levels.setdefault(path, level))
            self._names[name] = "::".join(levels)
        return self._names[name]


class FileNames:
    """File names for decks, which no file of the folder has, ignoring case."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._tried: Counter[str] = Counter()

    def free(self, deck: str) -> str:
        words = re.sub(r"[\W_]+", "-", deck.casefold()).strip("-")
        stem = safe_name(words or "deck")
        while True:
            number = max(self._tried[stem], 1)
            name = stem if number == 1 else f"{stem}-{number}"
            if not {f"{name}.yaml", f"{name}.yml"} & self._taken:
                return f"{name}.yaml"
            self._tried[stem] = number + 1

    def mark_used(self, name: str) -> None:
        self._taken.add(name)
