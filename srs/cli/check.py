import sys
from dataclasses import asdict
from pathlib import Path

import click

from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import copy_option, report_folder, update_copy, writable_folder
from srs.cli.output import emit, json_option, progress_bar, say, warn
from srs.cli.sentences import sentence
from srs.collection.check import CheckReport, check, fix, fixable
from srs.collection.folder import resolve_folder
from srs.collection.similar_notes import pairs
from srs.collection.sync import sync_deck_files
from srs.core.errors import StoreError
from srs.core.plural import plural
from srs.core.safe_text import printable
from srs.database import Store, open_store, removed_notes


@click.command("check")
@click.option("--fix", "fixing", is_flag=True, help="Write missing ids into the deck files; nothing else is changed.")
@copy_option
@json_option
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path, exists=True))
@pass_context
def check_command(context: Context, fixing: bool, copy: bool, as_json: bool, files: tuple[Path, ...]) -> None:
    """Check the deck files and report every problem.

    With FILE, only its problems are reported; a file outside the deck folder is checked with the others of its folder. Exits
    with 1 if there are errors; warnings do not count.
    """
    if copy and not fixing:
        raise click.UsageError("--copy needs --fix: without it, check writes nothing.")
    if fixing and files:
        raise click.UsageError("--fix writes into all deck files of the folder; it takes no FILE.")
    elsewhere, names = _chosen(context, files)
    if not (as_json or elsewhere):
        report_folder(context.deck_folder)
    update_copy(context.deck_folder)
    written = _fix(context, copy=copy, ask=not as_json) if fixing else []
    if written:
        context.mark_done()
    clock = context.clock()
    store = None if elsewhere else _open_store(context, clock())  # another folder's files are not to be taken in
    report = check(elsewhere or context.deck_folder.path, context.kinds, store, progress_bar)
    if names:
        if strange := min(report.not_covered(names), default=""):
            raise click.UsageError(printable(f"{strange} is no deck file (.yaml or .yml) and holds none."))
        report = report.of_files(names)
    if as_json:
        problems = [asdict(problem) for problem in report.problems]
        emit({"files": report.files, "notes": report.notes, "cards": report.cards, "problems": problems})
    else:
        _print(report, written)
        if store and sys.stdin.isatty() and sys.stdout.isatty() and removed_notes.all_removed(store.connection):
            from srs.cli.ask_relink import ask  # noqa: PLC0415 - hardly ever needed

            collection = context.open(clock(), records=True)
            ask(collection, pairs(collection.store.connection, collection.folder_id, collection.kinds), clock)
    if not report.good:
        sys.exit(1)


def _chosen(context: Context, files: tuple[Path, ...]) -> tuple[Path | None, frozenset[str]]:
    """The folder to check, None for the deck folder, and the names of `files` in it. A folder among them stands for all of
    its files.
    """
    if not files:
        return None, frozenset()
    folder = resolve_folder(context.deck_folder.path)
    paths = [resolve_folder(file) for file in files]
    elsewhere = None
    if not all(path.is_relative_to(folder) for path in paths):
        folder = elsewhere = paths[0] if paths[0].is_dir() else paths[0].parent
    if outside := next((path for path in paths if not path.is_relative_to(folder)), None):
        raise click.UsageError(printable(f"{outside} is not in {folder}; check the files of one folder at a time."))
    return elsewhere, frozenset(path.relative_to(folder).as_posix() for path in paths)


def _fix(context: Context, *, copy: bool, ask: bool) -> list[tuple[str, int]]:
    """The files that were given ids, and how many. The starter decks are not copied if they need none."""
    folder = context.deck_folder
    if folder.is_read_only and not copy and not fixable(folder.path, context.kinds):
        return []
    return fix(writable_folder(folder, copy=copy, ask=ask), context.kinds)


def _open_store(context: Context, now: int) -> Store | None:
    """The database, synced with the files; None if there is none, or it cannot be used: then the decks are checked without
    it, and only warnings about progress are missing.
    """
    try:
        if not context.database.exists():
            return None
        store = open_store(context.database)
        click.get_current_context().call_on_close(store.close)
        sync_deck_files(store, resolve_folder(context.deck_folder.path), context.kinds, now, progress_bar)
    except StoreError as error:
        warn(f"{sentence(error)} The decks are checked without it.")
        return None
    return store


def _print(report: CheckReport, written: list[tuple[str, int]]) -> None:
    for name, count in written:
        say(f"{name}: {plural(count, 'id')} written")
    for problem in report.problems:
        say(f"{problem.file}:{problem.line}:{problem.column}: {problem.level}: {problem.message}")
    counts = (plural(report.files, "file"), plural(report.notes, "note"), plural(report.cards, "card"))
    say(f"{', '.join(counts)}; {plural(len(report.problems), 'problem')}")
