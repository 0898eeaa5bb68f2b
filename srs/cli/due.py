import click

from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import name_folder
from srs.cli.output import columns, emit, json_option, say
from srs.scheduling.queue import Counts


@click.command("due")
@click.option("--prompt", is_flag=True, help="Only the number of cards, for a shell's prompt; nothing if none waits.")
@json_option
@pass_context
def due_command(context: Context, prompt: bool, as_json: bool) -> None:
    """Show what waits: per deck, new / learning / review."""
    if not (as_json or prompt):
        name_folder(context)
    now = context.clock()()
    collection = context.open(now, quiet=prompt)
    due = collection.due(now)
    if as_json:
        emit(
            {
                "now": collection.calendar.local_text(now),
                "day": due.day.isoformat(),
                "total": _json(due.total),
                "decks": [{"deck": name, **_json(counts)} for name, counts in due.decks],
            }
        )
        return
    if prompt:
        if any(due.total):
            say(str(sum(due.total)))
        return
    rows = [*due.decks, ("together", due.total)]
    width = max(columns(name) for name, _ in rows)
    say(f"{'':{width}}   new  learning  review")
    for name, counts in rows:
        say(f"{name}{' ' * (width - columns(name))}  {counts.new:4}  {counts.learning:8}  {counts.review:6}")


def _json(counts: Counts) -> dict[str, int]:
    return {"new": counts.new, "learning": counts.learning, "review": counts.review}
