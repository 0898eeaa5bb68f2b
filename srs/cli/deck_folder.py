"""Which deck folder a command uses, said to people; and a copy of the starter decks, which are read-only."""

import os
import re
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srs import __version__
from srs.cli.context import Context
from srs.core.errors import BadInput, NoDecks, TargetError
from srs.core.safe_text import visible

if TYPE_CHECKING:
    from srs.collection.starter import Update

copy_option = click.option(
    "--copy", is_flag=True, help="Where the starter decks are in use: copy them to a folder of your own first."
)

_MOST = 1000  # files of the working folder that are looked at
_BEGINNING = 4096  # bytes of each
_DECK = re.compile(rb"^(\xef\xbb\xbf)?deck[ \t]*:", re.MULTILINE)


def name_folder(context: Context, *, daily: bool = False) -> None:
    """Says on stderr which folder is used where neither the learner nor `./decks` names it. A `daily` command says nothing
    of the learner's own, unless deck files lie in the working folder.
    """
    source, here = context.source, None
    if source in {"own", "starter"}:
        here = _deck_file_here(context.folder)
        using = "the starter decks" if source == "starter" else f"your decks in {context.own_folder}"
        if here:
            _say(f"using {using}; to use {here} in this folder: srs --decks .{_command()}")
        elif source == "starter":
            _say(f"using the starter decks; srs --decks DIR{_command()} uses your own")
        elif not daily:
            _say(f"using {using}")


def writable_folder(context: Context, *, copy: bool, ask: bool) -> Path:
    """The deck folder, for a command that writes to it. In place of the starter decks it is a copy of them, which is made
    if `copy` says so or the learner does; `ask` says that they may be asked. Raises TargetError.
    """
    if not context.read_only:
        return context.folder
    question = f"The starter decks are read-only. Copy them to {context.own_folder} and write there?"
    if not copy and context.source == "starter":
        agreed = ask and sys.stdin.isatty() and click.confirm(visible(question), default=True, err=True)
        if not agreed:
            raise TargetError(context.own_folder, "starter-decks", _command())
    return copied(context)


def copied(context: Context) -> Path:
    """Makes the copy, unless somebody else just has, and says where it is. Raises TargetError."""
    source, own = context.source, context.own_folder
    if source in {"named", "here"}:  # and would be named again
        raise TargetError(context.folder, "not-writable", "it holds the starter decks, which are read-only")
    if source == "starter":
        from srs.collection import starter  # noqa: PLC0415 - once in a learner's life

        starter.copy(context.starter_folder, own, __version__)
    _say(f"the starter decks are copied to {own}; from now on these are used")
    return own


def copied_or_why_not(context: Context) -> Path | str:
    """Makes the copy; a sentence if that cannot be done."""
    from srs.cli.sentences import sentence  # noqa: PLC0415 - only when something went wrong

    try:
        return copied(context)
    except TargetError as error:
        return sentence(error)


def take_newer(context: Context) -> None:
    """A copy of the starter decks gets what a newer release changed in files that the learner has left as they were."""
    if context.source != "own":
        return
    from srs.collection import starter  # noqa: PLC0415 - most learners have a folder that they name

    own = context.own_folder
    try:
        done = starter.update(context.starter_folder, own, __version__)
    except (BadInput, NoDecks, TargetError) as error:
        from srs.cli.sentences import sentence  # noqa: PLC0415 - only when something went wrong

        if not (isinstance(error, TargetError) and error.problem == "in-use"):  # the next command does it
            _say(f"newer starter decks cannot be taken in: {sentence(error)}")
        return
    if done is not None:
        _tell(context, done)


def _tell(context: Context, done: "Update") -> None:
    from srs.review.terminal.text import plural  # noqa: PLC0415 - once in a release

    if done.replaced or done.added:
        new = f", {plural(len(done.added), 'new file')}" if done.added else ""
        _say(f"newer starter decks: {plural(len(done.replaced), 'file')} of {context.own_folder} updated{new}")
    left = [
        f"{what}: {', '.join(names)}"
        for what, names in (
            ("kept as you changed them", done.kept),
            ("not brought back", done.deleted),
            ("no longer shipped", done.dropped),
        )
        if names
    ]
    if left:
        _say(f"of your starter decks, {'; '.join(left)} ({context.starter_folder} has the new ones)")


def _deck_file_here(folder: Path) -> str | None:
    """The first deck file of the working folder, unless that is the deck folder itself."""
    try:
        if Path.cwd() == folder.resolve():
            return None
        with os.scandir() as entries:
            names = [entry.name for entry in islice(entries, _MOST) if entry.name.endswith((".yaml", ".yml"))]
        return next((name for name in sorted(names) if not name.startswith(".") and _is_deck(Path(name))), None)
    except OSError:  # it was taken away, or may not be read
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
    """What stands after `srs`, with a blank before it."""
    current = click.get_current_context()
    return f" {current.command_path.partition(' ')[2] or current.invoked_subcommand}"


def _say(text: str) -> None:
    click.echo(visible(f"srs: {text}"), err=True)
