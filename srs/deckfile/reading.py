"""Read a deck file: its deck, its notes, and every problem with its place."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from srs.core.id_pattern import ID_PATTERN
from srs.core.markup import may_name_media, media_references, texts_with_paths
from srs.core.progress import Done, counted, ignore
from srs.core.quoting import code, listed, nearest, quoted
from srs.core.settings import DECK_SETTINGS, InvalidSetting, Settings, deck_settings
from srs.core.unicode import blank
from srs.deckfile import media, tree, validation_messages
from srs.deckfile.doubtful_markup import doubtful_markup
from srs.deckfile.ids import provisional
from srs.deckfile.shapes import head_shape
from srs.deckfile.style import language_tags, sizes
from srs.deckfile.text import NotText, decode
from srs.deckfile.values import DeckFile, FileNote, Named, Problem, Reference
from srs.kinds.checks import Finding, Head, Unquoted, texts
from srs.kinds.note import Deck, Note, Source
from srs.kinds.registry import Kinds
from srs.kinds.shapes import NoteShape

_REMARKS = {key for key, field in NoteShape.model_fields.items() if field.annotation is str and key != "id"}
"""The texts that every note may have; an empty one is nothing."""


def parse(data: bytes, name: str, kinds: Kinds, *, lint: bool = True, done: Done = ignore) -> DeckFile:
    """Reads the whole file, whatever its errors. `name` is its path relative to the deck folder. Without `lint`, matters of style
    that a kind looks for are left out, which may take long to find. `done` is told of bytes.
    """
    try:
        text, _ = decode(data)
    except NotText as error:
        return DeckFile(name, None, (), (Problem("error", name, 1, 1, str(error)),))
    report = tree.ProblemCollector(text)
    deck, notes, after, items = _read(text, name, kinds, report, lint, done, len(data))
    found = sorted(dict.fromkeys(report.found), key=lambda one: one[1])  # what was found first at a place comes first
    problems = tuple(Problem(level, name, *report.place(index), message) for level, index, message in found)
    return DeckFile(name, deck, tuple(notes), problems, after, items)


def _read(
    text: str, name: str, kinds: Kinds, report: tree.ProblemCollector, lint: bool, done: Done, size: int
) -> tuple[Deck | None, list[FileNote], tuple[Named, ...], tuple[tuple[int, str], ...]]:
    root = tree.read(text, report)
    done(size // 2)  # about half of the time
    if root is None or (isinstance(root, tree.Scalar) and root.means == "null"):
        if not report.found:
            report.error(0, "the file is empty; write `deck:` and `notes:`")
        return None, [], (), ()
    if not isinstance(root, tree.Mapping):
        report.error(0, "a deck file begins with keys; write `deck: …` and `notes:` with a list below it")
        return None, [], (), ()
    notes = root.entries["notes"][1] if "notes" in root.entries else None
    items = notes.items if isinstance(notes, tree.Sequence) else []
    kinds = kinds.showing(_packs(root, items, kinds))
    deck, head = _head(root, kinds, report)
    counted_items = counted(items, done, (size - size // 2) / max(len(items), 1))
    read = [_note(note, name, deck, head, kinds, report, lint) for note in counted_items]
    found = [note for note in read if note is not None]
    lines = tuple(
        (report.place(node.start)[0], note.id if note else "") for node, note in zip(items, read, strict=True)
    )
    without_id = [(node.start, note.id) for node, note in zip(items, read, strict=True) if note and note.provisional]
    if without_id:
        first, made = without_id[0]
        many = f"{len(without_id)} notes from here on have no `id`; let `srs check --fix` write them"
        one = f"this note has no `id`; write one of your own, or let `srs check --fix` write {made}"
        report.warning(first, many if len(without_id) > 1 else one)
    if deck and deck.cards and found and report.good:
        _check_chosen(root, deck, found, kinds, report)
    places = (validation_messages.find(root, ("after", n)).start for n in range(len(deck.after if deck else ())))
    after = tuple(Named(name, *report.place(at)) for name, at in zip(deck.after if deck else (), places, strict=True))
    return deck, found if report.good else [note for note in found if not note.provisional], after, lines


def _packs(root: tree.Mapping, notes: Iterable[tree.Node], kinds: Kinds) -> Iterator[str]:
    """The packs that a file uses: it has one of their keys, or a note of one of their kinds."""
    mappings = [note for note in notes if isinstance(note, tree.Mapping)]
    for kind in kinds.all:
        used = root.entries.keys() & kind.file_keys().keys() or any(_has_all(note, kind) for note in mappings)
        if used and kind.pack:
            yield kind.pack


def _has_all(node: tree.Mapping, kind: type[Note]) -> bool:
    """The note has all keys that the kind requires."""
    return all(key in node.entries for key in kind.required)


def _head(root: tree.Mapping, kinds: Kinds, report: tree.ProblemCollector) -> tuple[Deck | None, Head]:
    """What the file says of all its notes, without its wrong parts."""
    right, wrong = root.data, set[str | int]()
    model = head_shape(kinds)
    try:
        shape = model.model_validate(right)
    except ValidationError as error:
        for loc, index, message in validation_messages.errors(error, root, model, kinds):
            report.error(0 if loc[0] not in root.entries else index, message)
        wrong = {one["loc"][0] for one in error.errors(include_url=False, include_input=False)}
        right = {"deck": "?", "notes": []} | {key: value for key, value in right.items() if key not in wrong}
        shape = model.model_validate(right)
    for language, message in language_tags({} if "languages" in wrong else shape.languages):
        report.warning(validation_messages.find(root, ("languages", language)).start, message)
    for level, path, message in sizes({key: value for key, value in root.data.items() if key != "notes"}):
        report.add(level, validation_messages.find(root, path).start, message)
    extra = {key: getattr(shape, key) for kind in kinds.shown for key in kind.file_keys() if key in right}
    head = Head(shape.languages, extra, wrong)
    for level, path, message in (finding for kind in kinds.shown for finding in kind.check_head(head)):
        report.add(level, validation_messages.find(root, path).start, message)
    if "deck" in wrong:
        return None, head
    source = Source(**right.get("source", {}))
    languages = tuple(shape.languages.items())
    settings = tuple(_settings(root.entries["settings"][1], report)) if shape.settings else ()
    cards, after = (tuple(text.strip() for text in texts) for texts in (shape.cards, shape.after))
    return Deck(
        shape.deck, shape.description, languages, tuple(shape.tags), source, settings, cards, after, extra
    ), head


def _check_chosen(
    root: tree.Mapping, deck: Deck, notes: Iterable[FileNote], kinds: Kinds, report: tree.ProblemCollector
) -> None:
    """Finds names under `cards` that no card of the file has, and repeated ones."""
    made = (kinds.note(note.id, deck, note.fields, note.tags) for note in notes)
    known = dict.fromkeys(card.template for note in made for card in note.all_cards())
    seen = set[str]()
    for n, name in enumerate(deck.cards):
        place = validation_messages.find(root, ("cards", n)).start
        if name not in known:
            report.error(place, f"no note of this file has a card {quoted(name)}; write one of: {listed(known)}")
        elif name in seen:
            report.error(place, f"the card {quoted(name)} is listed twice; delete one")
        seen.add(name)


def _settings(node: tree.Node, report: tree.ProblemCollector) -> Iterator[tuple[str, Any, int]]:
    """Name, value and line of each valid setting."""
    assert isinstance(node, tree.Mapping)
    for name, (key, value) in node.entries.items():
        plain = _plain(value.data)
        try:
            deck_settings(Settings(), {name: plain})
        except InvalidSetting as error:
            known = name in DECK_SETTINGS
            message = f"should be {error}" if known else f"is not one of a deck; write {error}"
            report.error((value if known else key).start, f"the setting {code(name)} {message}")
        else:
            yield name, plain, report.place(key.start)[0]


def _plain(value: Any) -> Any:
    """Settings may be numbers or true and false, without quotes."""
    match value:
        case Unquoted("true" | "false" as text):
            return text == "true"
        case Unquoted(text):
            try:
                return float(text)
            except ValueError:
                return text
        case list():
            return [_plain(one) for one in value]
        case _:
            return value


def _note(
    node: tree.Node, file: str, deck: Deck | None, head: Head, kinds: Kinds, report: tree.ProblemCollector, lint: bool
) -> FileNote | None:
    """The note, if its id can be read or made; `file` is that of the deck."""
    if not isinstance(node, tree.Mapping):
        if not (isinstance(node, tree.Scalar) and node.refused):
            report.error(node.start, "a note has keys; write e.g. `front: …` and `back: …`")
        return None
    known = len(report.found)
    fields = _fields(node)
    named = list(media_references(fields)) if may_name_media(fields) else []
    kind = _kind(node, kinds, report)
    wrong = _check_shape(node, kind.shape() if kind else NoteShape, kinds, report)
    findings = list(sizes(node.data))
    if kind and _no_error(findings):
        findings += kind.check(node.data, head, wrong)
        if not wrong and _no_error(findings):
            findings += [*(kind.lint(node.data) if lint else ()), *media.check(fields, named, file)]
            findings += doubtful_markup(node.data) if lint else ()
    for level, path, message in findings:
        report.add(level, validation_messages.find(node, path).start, message)
    if "id" in node.data:
        written = node.data["id"]
        if not isinstance(written, str) or not re.fullmatch(ID_PATTERN, written):
            return None
        return _file_note(written, node, named, node.entries["id"][1].start, kind, report, made=False)
    if deck is None or kind is None or wrong or any(level == "error" for level, _, _ in report.found[known:]):
        report.warning(node.start, "this note has no `id`; write one that no other note of the folder has")
        return None
    made = provisional(deck.name, node.data, kinds)
    return _file_note(made, node, named, node.start, kind, report, made=True)


def _no_error(findings: Iterable[Finding]) -> bool:
    return all(level == "warning" for level, _, _ in findings)


def _fields(node: tree.Mapping) -> dict[str, Any]:
    fields = {key: value for key, value in node.data.items() if key not in {"id", "tags", "html"}}
    return fields | {"html": True} if node.data.get("html") == Unquoted("true") else fields


def _file_note(
    note_id: str,
    node: tree.Mapping,
    named: Iterable[media.Place],
    index: int,
    kind: type[Note] | None,
    report: tree.ProblemCollector,
    *,
    made: bool,
) -> FileNote:
    fields = _fields(node)
    tags = node.data.get("tags", ())
    own = tuple(tags) if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags) else ()

    def placed(found: Iterable[media.Place]) -> tuple[Reference, ...]:
        return tuple(Reference(text, *report.place(validation_messages.find(node, path).start)) for path, text in found)

    html = placed(one for key in fields for one in texts_with_paths(fields[key], (key,))) if fields.get("html") else ()
    others = texts(fields.get(kind.names)) if kind and kind.names else {}
    notes = (Named(*one) for one in placed(((kind.names, n), name) for n, name in others.items())) if kind else ()
    return FileNote(note_id, made, fields, own, *report.place(index), placed(named), html, tuple(notes))


def _check_shape(
    node: tree.Mapping, shape: type[NoteShape], kinds: Kinds, report: tree.ProblemCollector
) -> set[str | int]:
    """Reports what is wrong with the keys and the shape of their values; returns those keys."""
    data = node.data
    if shape is NoteShape:  # of no kind: nobody knows what its other keys are
        data = {key: value for key, value in data.items() if key in NoteShape.model_fields}
    wrong = set[str | int]()
    try:
        shape.model_validate(data)
    except ValidationError as error:
        for _, index, message in validation_messages.errors(error, node, shape, kinds):
            report.error(index, message)
        wrong = {one["loc"][0] for one in error.errors(include_url=False, include_input=False)}
    for key in _REMARKS & data.keys() - wrong:
        if blank(data[key]):
            report.warning(node.entries[key][1].start, f"{code(key)} is empty; write something, or delete it")
    if {"gloss", "ko"} <= data.keys():
        report.error(node.entries["ko"][0].start, "`ko` is the older name of `gloss`; keep one of them")
        wrong.add("ko")
    return wrong


_BASIC = "write `front` for `question` and `back` for `answer`"


def _kind(node: tree.Mapping, kinds: Kinds, report: tree.ProblemCollector) -> type[Note] | None:
    """The note's kind; reports a note of no kind, or of several."""
    named = [kind for kind in kinds.all if kind.key in node.entries and (kind in kinds.shown or _has_all(node, kind))]
    guessed = {"question", "answer"} <= node.entries.keys() and not any(_has_all(node, kind) for kind in named)
    if len(named) == 1 and not guessed:
        return named[0]
    if named and not guessed:
        first, second = sorted(named, key=lambda kind: node.entries[kind.key][0].start)[:2]
        both = f"{code(first.key)} makes this {first.title}, {code(second.key)} {second.title}"
        report.error(node.entries[second.key][0].start, f"{both}; keep one of them, or make two notes")
    else:
        listed_keys = listed(f"{kind.key}: …" for kind in kinds.shown)
        report.error(node.start, f"this note is of no kind; {_BASIC if guessed else f'write one of: {listed_keys}'}")
        if guessed:
            return None
    known = list(dict.fromkeys(key for kind in kinds.shown for key in kind.shape().model_fields))
    for key, (place, _) in node.entries.items():
        if key not in known and not place.means:
            meant = nearest(key, known)
            advice = f"did you mean {code(meant)}?" if meant else "delete it"
            report.error(place.start, f"the key {quoted(key)} is unknown here; {advice}")
    return None
