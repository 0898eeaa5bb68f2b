import os
import sys
from collections import deque
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from stat import S_ISREG
from typing import IO, Any

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import log_json
from srs.cli.output import emit, json_option, say, warn
from srs.collection import Collection, lookup
from srs.core.errors import LogFileError
from srs.core.progress import Done, counted, no_progress
from srs.core.relinks import Aliases
from srs.log import event_log
from srs.log.event_log import LoggedEvent

_DATE = click.DateTime(["%Y-%m-%d"])


@click.command("log")
@click.argument("name", metavar="[CARD|NOTE|DECK]", required=False, shell_complete=complete.cards_notes_decks)
@click.option("--since", type=_DATE, metavar="DATE", help="Only from this study day on, e.g. 2026-03-01.")
@click.option("--until", type=_DATE, metavar="DATE", help="Only up to this study day.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the last N entries.")
@json_option
@click.option("--format", "kind", type=click.Choice(["jsonl", "csv"]), help="Print the whole log in this format.")
@click.option(
    "--import",
    "source",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Import a file made by --format, or a review log of Anki, py-fsrs or fsrs-optimizer (CSV or JSON).",
)
@click.option(
    "--map",
    "renames",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="For --import: a CSV file with two columns, the card in FILE and your card or note.",
)
@pass_context
def log_command(
    context: Context,
    name: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    as_json: bool,
    kind: str | None,
    source: Path | None,
    renames: Path | None,
) -> None:
    """List, export or import the review log.

    Entries are listed oldest first, under the card that they were recorded for. For notes that were relinked since,
    --json has the present card under "current".

    Importing the same file twice adds nothing. Imported cards that no deck has are stored as ID/back.
    """
    chosen = name is not None or since or until or limit
    if kind and (source or as_json or chosen):
        raise click.UsageError("--format prints the whole log; it cannot be combined with other options.")
    if source and chosen:
        raise click.UsageError("--import takes a whole file; it cannot be combined with a card, a period or --limit.")
    if renames and not source:
        raise click.UsageError("--map needs --import.")
    collection = context.open(context.clock()(), records=source is not None, needs_decks=source is not None)
    if source:
        _import(collection, source, renames, as_json)
    elif kind:
        _export(collection, kind)
    else:
        period = since.date() if since else date.min, until.date() if until else date.max
        with collection.watch("Reading the log", event_log.count_events(collection.store.connection)) as done:
            aliases = event_log.read_aliases(collection.store.connection)
            rows = [log_json(row, aliases) for row in _rows(collection, name, period, limit, done)]
        _list(rows, as_json)


def _rows(
    collection: Collection, name: str | None, period: tuple[date, date], limit: int | None, done: Done
) -> Iterable[LoggedEvent]:
    """The events of a card, a note or a deck, or all, whose study day is in the period; the last of them. Raises Unknown."""
    connection = collection.store.connection
    rows: Iterable[LoggedEvent] = counted(event_log.history(connection), done)
    if name is not None:
        aliases = event_log.read_aliases(connection)
        rows = [row for row in rows if name in _names(row.event.subject, aliases)]
        if not rows:  # a deck, or a name that means nothing
            cards = {aliases.card(card) for card in lookup.cards_named(collection, name)}
            rows = [row for row in event_log.history(connection) if aliases.card(row.event.subject) in cards]
    first, last = period
    rows = (row for row in rows if first <= row.event.day <= last)
    return rows if limit is None else deque(rows, limit)


def _names(subject: str, aliases: Aliases) -> set[str]:
    """The card and the note of an event, as they were called and as they are called now."""
    keys = {subject, aliases.card(subject) if "/" in subject else aliases.note(subject)}
    return keys | {key.rpartition("/")[0] for key in keys}


def _list(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        emit(rows)
        return
    for row in rows:
        rating = f" {row['rating']}" if row["rating"] else ""
        voided = "  (undone)" if row["voided"] else ""
        current = f"  (now {row['current']})" if "current" in row else ""
        subject = row["card"] or row.get("note") or row.get("name") or ""
        say(f"{row['at']}  {subject}  {row['what']}{rating}{_detail(row)}{current}{voided}")


def _detail(row: dict[str, Any]) -> str:
    match row["what"]:
        case "relinked" | "distinct":
            return f" {row['other']}"
        case "rehearsed" if row["question"] != row["note"]:
            return f" for {row['question']}"
        case "goal":
            return f" {row['date'] or 'dropped'}"
        case "break":
            return f" {row['from']} to {row['to']}"
        case _:
            return ""


def _export(collection: Collection, kind: str) -> None:
    from srs.importers.log_file import csv_rows, json_lines, write_csv  # noqa: PLC0415 - only where it is asked for

    watch = (
        collection.watch if _is_file(sys.stdout) else no_progress
    )  # a terminal or a pager shows the lines as they come
    with (
        collection.store.read() as connection,
        watch("Writing the log", event_log.count_events(connection)) as done,
    ):
        if kind == "csv":
            write_csv(counted(csv_rows(connection), done), sys.stdout)
        else:
            sys.stdout.writelines(f"{text}\n" for text in counted(json_lines(connection), done))


def _is_file(stream: IO[str]) -> bool:
    try:
        return S_ISREG(os.fstat(stream.fileno()).st_mode)
    except OSError:  # a test's
        return False


def _import(collection: Collection, source: Path, renames: Path | None, as_json: bool) -> None:
    from srs.cli.merge_counts import counts_json, counts_text  # noqa: PLC0415 - as above
    from srs.cli.sentences import newer_lines  # noqa: PLC0415 - as above
    from srs.importers.import_log import import_log  # noqa: PLC0415 - as above

    result = import_log(collection, source, renames)
    if result.bad:
        for line, reason in result.bad:
            warn(f"{source}:{line}: {reason}")
        count = len(result.bad) + result.more_bad
        raise LogFileError(source, "bad-lines", "that line" if count == 1 else f"these {count} lines")
    newer, known = result.newer, result.counts.known
    if newer.count:
        warn(newer_lines(str(source), newer))
    if as_json:
        lines = {"lines": newer.count, "kinds": newer.kinds}
        emit({**counts_json(result.counts), "known": known, "newer": lines})
    else:
        say(f"{counts_text(result.counts, 'imported')}; {known} already known.")
