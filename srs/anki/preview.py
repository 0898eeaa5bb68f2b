"""A page with all cards as Anki shows them, in HTML that needs nothing else.

The page holds the notes as JSON; its own script draws those in sight. Each side of a card is a sandboxed frame of its own.
Of all scripts only two may run, which the Content-Security-Policy names by their digests: that of the page and that of a
frame. Nothing is loaded but pictures of the deck folder.
"""

import json
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from html import escape
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from srs.anki.prepare import MediaReader, PreparedNote, build_notes, prepare_rows
from srs.anki.preview_cards import Piece, card_html
from srs.collection import BrokenFile, Collection
from srs.collection.check import CheckReport, check
from srs.collection.media import LARGE, MB
from srs.core import media_types
from srs.core.progress import counted
from srs.core.safe_text import printable
from srs.database import deck_files
from srs.database.bulk_insert import gc_paused
from srs.deckfile import Problem

MOST_NOTES = 20_000
"""More would make the page slow; the rest is counted."""

_MOST_PROBLEMS = 200  # that belong to no note, each on a line of its own
_MOST_BROKEN = 3  # files with errors that are named above all else
_MOST_EMBEDDED = 50 * MB  # of pictures in a page that is a file


@dataclass(frozen=True, slots=True)
class Preview:
    """`data` is what the page's script reads, `pictures` are the files by their names there. `notes` and `cards` are those
    in the page, `more` the notes that are not.
    """

    data: Mapping[str, Any]
    pictures: Mapping[str, Path]
    notes: int
    cards: int
    more: int
    problems: int


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Texts that are written once, and named by their numbers."""

    numbers: dict[Any, int] = field(default_factory=dict)

    def number(self, value: Any) -> int:
        return self.numbers.setdefault(value, len(self.numbers))

    def values(self) -> list[Any]:
        return list(self.numbers)


@dataclass(frozen=True, slots=True)
class _Builder:
    """`html` are the texts of templates; `sides` are made of them (their numbers) and of values of the note, counted down
    from -1.
    """

    html: _Numbered = field(default_factory=_Numbered)
    sides: _Numbered = field(default_factory=_Numbered)

    def note(self, path: str, prepared: PreparedNote, problems: Sequence[Problem], line: int) -> dict[str, Any]:
        note, row, values = prepared.note, prepared.to_anki(), _Numbered()
        names = (name for name, _ in row.note_type.fields)
        fields = dict(zip(names, row.columns.flds.split("\x1f"), strict=True))
        cards = []
        for card in note.cards():
            sides = card_html(row.note_type, fields, card.ordinal)
            cards.append((card.template, *(self._side(side, values) for side in sides)))
        return {
            "id": note.id,
            "kind": note.kind,
            "deck": printable(note.deck),
            "tags": printable(" ".join(note.tags)),
            "place": f"{printable(path)}:{line}" if line else printable(path),
            "values": values.values(),
            "cards": cards,
            "problems": list(map(_problem, problems)),
        }

    def _side(self, side: Iterable[Piece], values: _Numbered) -> int:
        pieces = (
            self.html.number(one.html) if one.shared else -1 - values.number(one.html) for one in side if one.html
        )
        return self.sides.number(tuple(pieces))


@gc_paused()
def read_preview(collection: Collection, names: Sequence[str]) -> Preview:
    """The notes in use of the decks `names`, all without any, and what a check says of them. Raises Unknown,
    DeckFolderError, StoreError.
    """
    wanted, builder, media = set(collection.deck_names(names)), _Builder(), MediaReader(collection)
    report = check(collection.folder, collection.kinds, collection.store, collection.watch)
    with collection.store.read() as connection:
        headers = dict(deck_files.deck_headers(connection, collection.folder_id))
        rows = (row for row in prepare_rows(collection, connection, media) if row.deck in wanted)
        shown = list(islice(rows, MOST_NOTES))
        more = sum(1 for _ in rows)
    if names:
        report = report.of_files(frozenset(row.path for row in shown))
    of_note, others = _by_note(report, {(row.path, row.id) for row in shown})
    lines = {(path, note): line for path, items in report.items.items() for line, note in reversed(items)}
    notes, pictures = [], dict[str, Path]()
    with collection.watch("Showing the notes", len(shown)) as done:
        for row, prepared in zip(shown, counted(build_notes(collection.kinds, headers, shown), done), strict=True):
            key = (row.path, row.id)
            notes.append(builder.note(row.path, prepared, of_note.get(key, ()), lines.get(key, 0)))
            pictures |= {file.name: file.path for file in row.files.values() if _is_picture(file.name)}
    rest = len(others) - _MOST_PROBLEMS
    data = {
        "html": builder.html.values(),
        "sides": builder.sides.values(),
        "notes": notes,
        "failures": [_broken(one) for one in collection.broken_files()[:_MOST_BROKEN]],
        "problems": list(map(_problem, others[:_MOST_PROBLEMS])),
        "more": [
            *([f"{rest} more problems: srs check"] if rest > 0 else []),
            *([f"{more} more notes are not in this page; name a deck to see them"] if more else []),
        ],
    }
    cards = sum(len(note["cards"]) for note in notes)
    return Preview(data, pictures, len(notes), cards, more, len(report.problems))


def page(preview: Preview, *, origin: str = "", version: int = 0, failure: str = "") -> bytes:
    """The page as a file, with its pictures in it; or, with an `origin`, as that server gives it: it asks there for its
    pictures and for a later `version`. `failure` says why it could not be made anew.
    """
    pictures, left_out = ({}, 0) if origin else _embedded(preview.pictures)
    more = [*preview.data["more"]]
    if left_out:
        limits = f"above {LARGE['picture'] // MB} MB each or {_MOST_EMBEDDED // MB} MB together"
        more.append(f"{left_out} of the pictures are left out of this file ({limits}); srs preview --watch shows them")
    policy = _policy(origin)
    values = {
        **preview.data, "more": more, "pictures": pictures, "css": _file("card.css"), "script": _frame_script(),
        "policy": policy, "version": version, "failures": [printable(failure)] if failure else preview.data["failures"],
    }  # fmt: skip
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Cards as in Anki</title>
<style>{_file("preview.css")}</style>
</head>
<body>
{_file("preview.html")}
<script type="application/json" id="data">{data}</script>
<script>{_file("preview.js")}</script>
</body>
</html>
""".encode()


def picture_type(name: str) -> str:
    """The MIME type of a picture, by the ending of its name."""
    ending = name.rpartition(".")[2].lower()
    return f"image/{ {'jpg': 'jpeg', 'svg': 'svg+xml'}.get(ending, ending) }"


@cache
def _policy(origin: str) -> str:
    """The Content-Security-Policy of the page, which its frames inherit."""
    digests = [
        b64encode(sha256(script.encode()).digest()).decode() for script in (_file("preview.js"), _frame_script())
    ]
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(f"'sha256-{digest}'" for digest in digests),
        "style-src": "'unsafe-inline'",
        "img-src": f"data: {origin}".strip(),
        "connect-src": origin or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _frame_script() -> str:
    """What a frame does: it says its height, and keeps figures in one line as the templates do."""
    return _file("figures.html").strip().removeprefix("<script>").removesuffix("</script>") + _file("preview_frame.js")


def _is_picture(name: str) -> bool:
    return media_types.media_kind(name) == "picture"


def _embedded(pictures: Mapping[str, Path]) -> tuple[dict[str, str], int]:
    """The pictures as `data:` addresses by their names, and how many are too large or cannot be read."""
    found, size = dict[str, str](), 0
    for name, path in pictures.items():
        try:
            with path.open("rb") as file:
                data = file.read(LARGE["picture"] + 1)
        except OSError:
            continue
        if len(data) <= LARGE["picture"] and size + len(data) <= _MOST_EMBEDDED:
            found[name] = f"data:{picture_type(name)};base64,{b64encode(data).decode()}"
            size += len(data)
    return found, len(pictures) - len(found)


def _by_note(
    report: CheckReport, shown: set[tuple[str, str]]
) -> tuple[dict[tuple[str, str], list[Problem]], list[Problem]]:
    """The problems of each note that is `shown`, by its file and id, and all others."""
    of_note, others = dict[tuple[str, str], list[Problem]](), list[Problem]()
    starts = {file: [line for line, _ in items] for file, items in report.items.items()}
    for problem in report.problems:
        n = bisect_right(starts.get(problem.file, ()), problem.line)
        key = (problem.file, report.items[problem.file][n - 1][1] if n else "")
        if key in shown:
            of_note.setdefault(key, []).append(problem)
        else:
            others.append(problem)
    return of_note, others


def _broken(file: BrokenFile) -> str:
    instead = "its last good version is shown" if file.in_use else "the file is left out"
    return printable(f"{file.file}:{file.line}:{file.column}: {file.message}; {instead}")


def _problem(problem: Problem) -> tuple[str, str, str]:
    place = f"{problem.file}:{problem.line}:{problem.column}"
    return problem.level, printable(place), printable(problem.message)


@cache
def _file(name: str) -> str:
    return (resources.files("srs.anki") / "templates" / name).read_text("utf-8")
