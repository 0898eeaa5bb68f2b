"""Writing a new note: from standard input or from a draft in the learner's editor, until it is good."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import click

from srs.cli.output import emit, say, warn
from srs.collection import Collection
from srs.core.clock import Clock
from srs.core.plural import plural

_MOST = 1_000_000  # characters of a note from stdin


class NewNote(NamedTuple):
    """Where a note is wanted; `file` is the name for the file of a new deck, without its ending, if it is not to follow from
    that of the deck.
    """

    clock: Clock
    deck: str
    new_deck: bool
    as_json: bool
    file: str = ""


def read_stdin() -> str:
    note = sys.stdin.read(_MOST + 1)
    if len(note) > _MOST:
        raise click.UsageError(f"a note from stdin has at most {_MOST:,} characters.")
    return note


def add_note(collection: Collection, wanted: NewNote, note: str, place: str) -> bool:
    """Writes the note if it is good, and reports what was wrong with it or may be better; `place` is the name of what held
    it. Whether it was written.
    """
    from srs.collection.add import Refused, add  # noqa: PLC0415 - reading YAML is slow to import

    done = add(collection, wanted.deck, note, wanted.clock(), new_deck=wanted.new_deck, file=wanted.file)
    _report(done, wanted.as_json, place)
    return not isinstance(done, Refused)


def edit_draft(collection: Collection, wanted: NewNote, draft: str) -> None:
    """Has the draft edited. It stays where it is until the note is written, whatever ends it."""
    handle, name = tempfile.mkstemp(prefix="srs-note-", suffix=".yaml")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(draft)
    path = Path(name)
    try:
        _until_good(collection, wanted, path)
    finally:
        if path.exists() and _written_in(path) != draft:
            click.echo(f"The draft is kept: {path}", err=True)
        else:
            path.unlink(missing_ok=True)


def _until_good(collection: Collection, wanted: NewNote, path: Path) -> None:
    """Opens the editor until what it leaves is a good note, which is written, or the learner gives up."""
    from srs.review.terminal.editor import edit  # noqa: PLC0415 - as above

    before = _written_in(path)
    first = next(n for n, line in enumerate(before.splitlines(), 1) if line.startswith("-"))
    while True:
        failed = edit(path, first)
        written = _written_in(path)
        if failed:
            warn(f"{failed} Nothing was added.")
            sys.exit(1)
        if written == before:
            click.echo("Nothing was added.")
            return
        if add_note(collection, wanted, written, "draft"):
            path.unlink()
            return
        if not click.confirm("Edit it again?", default=True, err=True):
            sys.exit(1)


def _written_in(path: Path) -> str:
    """Nothing, if the editor took the file away."""
    return path.read_text("utf-8", errors="replace") if path.exists() else ""


def _report(done: Any, as_json: bool, place: str) -> None:
    from srs.collection.add import Refused  # noqa: PLC0415 - as above

    problems = done.problems if isinstance(done, Refused) else done.warnings
    for problem in problems:
        at = f"{place}:{problem.line}: " if place else ""
        warn(f"{at}{problem.level}: {problem.message}")
    if isinstance(done, Refused):
        return
    click.get_current_context().obj.mark_done()
    if as_json:
        emit({"note": done.note, "file": done.file, "line": done.line, "cards": [card.key for card in done.cards]})
    else:
        say(f"Added {done.note} to {done.file}:{done.line}, {plural(len(done.cards), 'card')}.")
