import click

from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.cli.shapes import log_json
from srs.store import log


@click.command("log")
@json_option
@pass_context
def log_command(context: Context, as_json: bool) -> None:
    """List everything that was recorded, oldest first."""
    rows = [log_json(row) for row in log.history(context.open(context.clock()()).store.connection)]
    if as_json:
        emit(rows)
        return
    for row in rows:
        rating = f" {row['rating']}" if row["rating"] else ""
        voided = "  (taken back)" if row["voided"] else ""
        say(f"{row['at']}  {row['card'] or row.get('note') or ''}  {row['what']}{rating}{voided}")
