import sys
from pathlib import Path

import click

from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import log_json
from srs.cli.output import emit, json_option, say
from srs.collection import Collection
from srs.core.errors import LogFileError
from srs.core.safe_text import visible
from srs.log import event_log


@click.command("log")
@json_option
@click.option(
    "--format", "kind", type=click.Choice(["jsonl", "csv"]), help="Print the whole log as a file of this kind."
)
@click.option(
    "--import",
    "source",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Take in such a file, or a review log of Anki, py-fsrs or fsrs-optimizer (CSV or JSON).",
)
@click.option(
    "--map",
    "renames",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A CSV for --import: their card, our card or note.",
)
@pass_context
def log_command(context: Context, as_json: bool, kind: str | None, source: Path | None, renames: Path | None) -> None:
    """List what was recorded, write it to a file, or take one in.

    The oldest comes first. Cards of another tool that no deck has are kept as ID/back; importing a file again adds nothing.
    Keys are as they were recorded; where a note was relinked since, --json says under "current" whose card it is now.
    """
    if kind and (source or as_json):
        raise click.UsageError("--format goes with neither --import nor --json.")
    if renames and not source:
        raise click.UsageError("--map goes with --import.")
    collection = context.open(context.clock()(), records=source is not None)
    if source:
        _import(collection, source, renames, as_json)
        return
    connection = collection.store.connection
    if kind:
        _write(collection, kind)
        return
    aliases = event_log.aliases(connection)
    rows = [log_json(row, aliases) for row in event_log.history(connection)]
    if as_json:
        emit(rows)
        return
    for row in rows:
        rating = f" {row['rating']}" if row["rating"] else ""
        voided = "  (taken back)" if row["voided"] else ""
        current = f"  (now {row['current']})" if "current" in row else ""
        other = f" {row['other']}" if "other" in row else ""
        say(f"{row['at']}  {row['card'] or row.get('note') or ''}  {row['what']}{rating}{other}{current}{voided}")


def _write(collection: Collection, kind: str) -> None:
    from srs.importers.log_file import csv_rows, json_lines, write_csv  # noqa: PLC0415 - only where it is asked for

    with collection.store.read() as connection:
        if kind == "csv":
            write_csv(csv_rows(connection), sys.stdout)
        else:
            sys.stdout.writelines(f"{text}\n" for text in json_lines(connection))


def _import(collection: Collection, source: Path, renames: Path | None, as_json: bool) -> None:
    from srs.importers.import_log import import_log  # noqa: PLC0415 - as above
    from srs.review.terminal.text import plural  # noqa: PLC0415 - as above

    done = import_log(collection, source, renames)
    if done.bad:
        for line, reason in done.bad:
            click.echo(visible(f"srs: {source}:{line}: {reason}"), err=True)
        count = len(done.bad) + done.more
        raise LogFileError(source, "bad-lines", "that line" if count == 1 else f"these {count} lines")
    if done.later.count:
        from srs.cli.sentences import from_newer  # noqa: PLC0415 - as above

        click.echo(f"srs: {from_newer(str(source), done.later)}", err=True)
    tally = done.tally
    if as_json:
        emit(
            {
                "events": tally.events,
                "voids": tally.voids,
                "replaced": tally.replaced,
                "known": tally.known,
                "cards": tally.cards,
                "newer": {"lines": done.later.count, "kinds": done.later.kinds},
            }
        )
    else:
        came = f"{plural(tally.events, 'event')} and {plural(tally.voids, 'undo')} came in"
        say(f"{came}, {plural(len(tally.cards), 'card')} changed; {tally.known} were known.")
