import os
import shlex
import sys
from dataclasses import asdict

import click

from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import copy_option, name_folder, take_newer, writable_folder
from srs.cli.output import emit, json_option, say
from srs.cli.sentences import sentence
from srs.collection.check import check, fix, fixable
from srs.collection.folder import resolved
from srs.collection.similar_notes import pairs
from srs.collection.sync import sync
from srs.core.errors import StoreError
from srs.core.safe_text import visible
from srs.database import Store, open_store, removed_notes
from srs.review.terminal.text import plural


@click.command("check")
@click.option("--fix", "fixing", is_flag=True, help="Write missing ids into the files, and nothing else.")
@copy_option
@json_option
@click.argument("named", nargs=-1, metavar="")
@pass_context
def check_command(context: Context, fixing: bool, copy: bool, as_json: bool, named: tuple[str, ...]) -> None:
    """Check the deck files and name every problem.

    Exits with 1 if there is an error; warnings alone are fine.
    """
    if named:
        folder = named[0] if os.path.isdir(named[0]) else os.path.dirname(named[0]) or "."  # noqa: PTH112, PTH120 - any text
        instead = f"srs --decks {shlex.quote(folder)} check"
        raise click.UsageError(visible(f"all files of a deck folder are checked together: {instead}"))
    if copy and not fixing:
        raise click.UsageError("--copy goes with --fix: a check writes nothing.")
    if not as_json:
        name_folder(context)
    take_newer(context)
    written = _fixed(context, copy=copy, ask=not as_json) if fixing else []
    if written:
        context.done()
    clock = context.clock()
    store = _store(context, clock())
    report = check(context.folder, context.kinds, store)
    if as_json:
        emit(
            {
                "files": report.files,
                "notes": report.notes,
                "cards": report.cards,
                "problems": [asdict(problem) for problem in report.problems],
            }
        )
    else:
        for name, count in written:
            say(f"{name}: {plural(count, 'id')} written")
        for problem in report.problems:
            warning = "warning: " if problem.level == "warning" else ""
            say(f"{problem.file}:{problem.line}:{problem.column}: {warning}{problem.message}")
        found = plural(len(report.problems), "problem")
        counts = (plural(report.files, "file"), plural(report.notes, "note"), plural(report.cards, "card"))
        say(f"{', '.join(counts)}; {found}")
        if store and sys.stdin.isatty() and sys.stdout.isatty() and removed_notes.every(store.connection):
            from srs.cli.ask_relink import ask  # noqa: PLC0415 - hardly ever needed

            collection = context.open(clock(), records=True)
            ask(collection, pairs(collection.store.connection, collection.number, collection.kinds), clock)
    if not report.good:
        sys.exit(1)


def _fixed(context: Context, *, copy: bool, ask: bool) -> list[tuple[str, int]]:
    """What was written; the starter decks need no copy where they need no id."""
    if context.read_only and not copy and not fixable(context.folder, context.kinds):
        return []
    return fix(writable_folder(context, copy=copy, ask=ask), context.kinds)


def _store(context: Context, now: int) -> Store | None:
    """The database if there is one, up to date with the files: decks can be checked without, only progress that is not
    where it seems is not seen.
    """
    try:
        if not context.database.exists():
            return None
        store = open_store(context.database)
        click.get_current_context().call_on_close(store.close)
        sync(store, resolved(context.folder), context.kinds, now)
        return store  # noqa: TRY300 - a store that cannot be written to is none
    except StoreError as error:
        click.echo(f"srs: {sentence(error)} The decks are checked without it.", err=True)
        return None
