from collections.abc import Iterator

import click

from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder
from srs.cli.output import columns, emit, json_option, say
from srs.collection import SOME_NEW, Collection, DueCounts
from srs.core.plural import plural
from srs.scheduling.queue import Counts


@click.command("due")
@click.option(
    "--prompt", is_flag=True, help="Print only the number of cards, for a shell prompt; nothing if there are none."
)
@json_option
@pass_context
def due_command(context: Context, prompt: bool, as_json: bool) -> None:
    """Count the cards to study today, per deck."""
    if not (as_json or prompt):
        report_folder(context.deck_folder)
    now = context.clock()()
    collection = context.open(now, quiet=prompt)
    if collection.settings.anki_sync == "server" and not prompt:
        from srs.cli.anki_background import sync_before  # noqa: PLC0415 - only if the settings say so

        if started := sync_before(context):
            started.leave()
    due = collection.due_counts(now)
    if as_json:
        emit(
            {
                "now": collection.calendar.local_text(now),
                "day": due.day.isoformat(),
                "total": _json(due.total),
                "decks": [
                    {"deck": name, **_json(counts)} | ({"waiting": True} if name in due.waiting else {})
                    for name, counts in due.decks
                ],
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
        waiting = "  new cards wait" if name in due.waiting else ""
        say(f"{name}{' ' * (width - columns(name))}  {counts.new:4}  {counts.learning:8}  {counts.review:6}{waiting}")
    for line in _limits(collection, due, now):
        say(line)


def _limits(collection: Collection, due: DueCounts, now: int) -> Iterator[str]:
    """What the limits of the day leave for later, where the decks add up to more than all together."""
    names = [name for name, _ in due.decks]
    if later := collection.beyond_limit(now, names, due.total.new):
        more = due.total.new + min(later, SOME_NEW)
        yield f"The daily limit leaves {plural(later, 'new card')} for later; for some today: srs review --new {more}"
    later = sum(counts.review for _, counts in due.decks) - due.total.review
    if later > 0 and collection.settings.limits.reviews is not None:  # else a deck has a limit of its own
        yield f"The daily limit leaves {plural(later, 'review')} for later (srs settings reviews)."


def _json(counts: Counts) -> dict[str, int]:
    return {"new": counts.new, "learning": counts.learning, "review": counts.review}
