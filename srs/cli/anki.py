"""Progress from Anki."""

from pathlib import Path
from typing import Any

import click

from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.collection.pull import DeckPull, Plan, pull
from srs.terminal.text import plural


@click.group("anki")
def anki_command() -> None:
    """Bring progress from Anki home."""


@anki_command.command("pull")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would come in.")
@json_option
@pass_context
def pull_command(context: Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in what was done in Anki: reviews, and cards that were forgotten, moved, suspended or buried.

    FILE is what Anki exports (.apkg, .colpkg; tick "Include scheduling information"), or a closed collection
    (collection.anki2). Each review comes in once, however often and in whatever order files are pulled.
    """
    now = context.clock()()
    made = pull(context.open(now), file, now, dry_run=dry_run)
    if as_json:
        emit(plan_json(made, dry_run=dry_run))
    else:
        _tell(made, dry_run=dry_run)


def plan_json(made: Plan, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "events": len(made.events),
        "decks": [
            {"deck": deck.deck, "came_in": deck.came, "known_reviews": deck.known, "not_ours": deck.others}
            for deck in made.decks
        ],
        "in_the_future": made.ahead,
        "senseless": made.senseless,
    }


def _tell(made: Plan, *, dry_run: bool) -> None:
    mine = [deck for deck in made.decks if deck.came or deck.known]
    for deck in mine:
        say(f"{deck.deck}: {_sentence(deck)}")
    rest = [deck for deck in made.decks if deck.others and deck not in mine]
    if rest:
        count = sum(deck.others for deck in rest)
        names = ", ".join(deck.deck for deck in rest[:_NAMED]) + (", …" if len(rest) > _NAMED else "")
        say(f"Not of your deck files: {plural(count, 'card')} of {names}")
    if made.ahead:
        say(f"Left for later, for a clock was wrong: {plural(made.ahead, 'row')} of the log in the future")
    if made.senseless:
        say(f"Left out: {plural(made.senseless, 'row')} of the log that no Anki would write")
    if not mine:
        say("There are no reviews of your cards in this file.")
    elif not made.events:
        say("Nothing new.")
    elif dry_run:
        say("Nothing was changed: this was a dry run.")


_NAMED = 5


def _sentence(deck: DeckPull) -> str:
    parts = [f"{plural(deck.came.get('answered', 0), 'review')} came in", f"{deck.known} known already"]
    parts += [f"{deck.came[name]} {name.replace('forgot', 'forgotten')}" for name in _MARKS if name in deck.came]
    if deck.others:
        parts.append(f"{plural(deck.others, 'card')} not of your deck files")
    return ", ".join(parts)


_MARKS = ("forgot", "rescheduled", "suspended", "unsuspended", "buried")
