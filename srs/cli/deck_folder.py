"""Reports which deck folder is used, and copies the read-only starter decks for commands that write."""

import os
import re
import sys
from itertools import islice
from pathlib import Path

import click

from srs import __version__
from srs.cli.output import warn
from srs.cli.paths import DeckFolder
from srs.core.errors import BadInput, DeckFolderError, SrsError, TargetError
from srs.core.plural import plural
from srs.core.safe_text import printable

copy_option = click.option(
    "--copy", is_flag=True, help="If the starter decks are in use, copy them to your own folder first."
)

_MOST = 1000  # files of the working folder that are examined
_BEGINNING = 4096  # bytes of each
_DECK = re.compile(rb"^(\xef\xbb\xbf)?deck[ \t]*:", re.MULTILINE)


def report_folder(folder: DeckFolder, *, daily: bool = False) -> None:
    """Says on stderr which folder is used, unless `--decks` or `./decks` decides. A `daily` command does not mention the
    learner's own, unless deck files lie in the working folder.
    """
    source = folder.source
    if source not in {"own", "starter"}:
        return
    using = "the starter decks" if source == "starter" else f"your decks in {folder.own}"
    if here := _deck_file_here(folder.path):
        warn(f"using {using}; to use {here} in this folder: srs --decks .{_command()}")
    elif source == "starter":
        warn(f"using {using}; to use your own: srs --decks DIR{_command()}")
    elif not daily:
        warn(f"using {using}")


def writable_folder(folder: DeckFolder, *, copy: bool, ask: bool) -> Path:
    """The deck folder, for a command that writes to it. The starter decks are copied first, if `copy` is given or the
    learner, who is asked if `ask` is given, agrees. Raises TargetError.
    """
    if not folder.is_read_only:
        return folder.path
    if not copy and folder.source == "starter":
        question = printable(f"The starter decks are read-only. Copy them to {folder.own} and write there?")
        if not (ask and sys.stdin.isatty() and click.confirm(question, default=True, err=True)):
            raise TargetError(folder.own, "starter-decks", _command())
    return copy_starter_decks(folder)


def copy_starter_decks(folder: DeckFolder) -> Path:
    """Makes the copy, unless another command has just made it, and says where it is. Raises TargetError."""
    source = folder.source
    if source in {"named", "here"}:  # and would be named again
        raise TargetError(folder.path, "not-writable", "it holds the starter decks, which are read-only")
    if source == "starter":
        from srs.collection import starter  # noqa: PLC0415 - once in a learner's life

        starter.copy_decks(folder.starter, folder.own, __version__)
    warn(f"copied the starter decks to {folder.own}; from now on these are used")
    return folder.own


def try_copy_starter_decks(folder: DeckFolder) -> Path | str:
    """Makes the copy; the reason if that fails."""
    try:
        return copy_starter_decks(folder)
    except TargetError as error:
        return _sentence(error)


def update_copy(folder: DeckFolder) -> None:
    """Updates a copy of the starter decks from a newer release, except for files that the learner has changed."""
    if folder.source != "own":
        return
    from srs.collection import starter  # noqa: PLC0415 - most learners have a folder that they name

    try:
        done = starter.update_copy(folder.starter, folder.own, __version__)
    except (BadInput, DeckFolderError, TargetError) as error:
        if not (isinstance(error, TargetError) and error.problem == "in-use"):  # the next command does it
            warn(f"cannot update your copy of the starter decks: {_sentence(error)}")
        return
    if done is None:
        return
    if done.replaced or done.added:
        new = f", {plural(len(done.added), 'new file')}" if done.added else ""
        warn(f"updated {plural(len(done.replaced), 'file')} of the starter decks in {folder.own}{new}")
    skipped = {"you changed": done.kept, "you deleted": done.deleted, "no longer shipped": done.dropped}
    if left := [f"{what}: {', '.join(names)}" for what, names in skipped.items() if names]:
        warn(f"did not update these starter decks: {'; '.join(left)} (the new ones are in {folder.starter})")


def _deck_file_here(folder: Path) -> str | None:
    """The first deck file of the working folder, unless that is the deck folder itself."""
    try:
        if Path.cwd() == folder.resolve():
            return None
        with os.scandir() as entries:
            names = [entry.name for entry in islice(entries, _MOST) if entry.name.endswith((".yaml", ".yml"))]
        return next((name for name in sorted(names) if not name.startswith(".") and _is_deck(Path(name))), None)
    except OSError:  # it is gone, or may not be read
        return None


def _is_deck(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return _DECK.search(file.read(_BEGINNING)) is not None
    except OSError:
        return False


def _command() -> str:
    """The command, with a blank before it."""
    current = click.get_current_context()
    return f" {current.command_path.partition(' ')[2] or current.invoked_subcommand}"


def _sentence(error: SrsError) -> str:
    from srs.cli.sentences import sentence  # noqa: PLC0415 - only when something went wrong

    return sentence(error)
