import sys
from pathlib import Path

import click

from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import log_json
from srs.cli.output import emit, json_option, say, warn
from srs.collection import Collection
from srs.core.errors import LogFileError
from srs.log import event_log


@click.command("log")
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
def log_command(context: Context, as_json: bool, kind: str | None, source: Path | None, renames: Path | None) -> None:
    """List, export or import the review log.

    Entries are listed oldest first, under the card that they were recorded for. For notes that were relinked since,
    --json has the present card under "current".

    Importing the same file twice adds nothing. Imported cards that no deck has are stored as ID/back.
    """
    if kind and (source or as_json):
        raise click.UsageError("--format cannot be combined with --import or --json.")
    if renames and not source:
        raise click.UsageError("--map needs --import.")
    collection = context.open(context.clock()(), records=source is not None)
    if source:
        _import(collection, source, renames, as_json)
    elif kind:
        _export(collection, kind)
    else:
        _list(collection, as_json)


def _list(collection: Collection, as_json: bool) -> None:
    connection = collection.store.connection
    aliases = event_log.read_aliases(connection)
    rows = [log_json(row, aliases) for row in event_log.history(connection)]
    if as_json:
        emit(rows)
        return
    for row in rows:
        rating = f" {row['rating']}" if row["rating"] else ""
        voided = "  (undone)" if row["voided"] else ""
        current = f"  (now {row['current']})" if "current" in row else ""
        other = f" {row['other']}" if "other" in row else ""
        say(f"{row['at']}  {row['card'] or row.get('note') or ''}  {row['what']}{rating}{other}{current}{voided}")


def _export(collection: Collection, kind: str) -> None:
    from srs.importers.log_file import csv_rows, json_lines, write_csv  # noqa: PLC0415 - only where it is asked for

    with collection.store.read() as connection:
        if kind == "csv":
            write_csv(csv_rows(connection), sys.stdout)
        else:
            sys.stdout.writelines(f"{text}\n" for text in json_lines(connection))


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
