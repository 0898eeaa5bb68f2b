"""What commands that move due dates have in common: they show the load of the days, and ask."""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import click

from srs.cli.output import say
from srs.core.plural import plural
from srs.scheduling.reschedule import NewDueDates

dry_run_option = click.option("--dry-run", is_flag=True, help="Only show what would change.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


def why_not(question: str, hint: str, *, dry_run: bool, yes: bool, as_json: bool) -> str:
    """Why nothing is recorded, a sentence; empty if it is to be. `hint` says what `--yes` would do."""
    if dry_run:
        return "nothing was changed (--dry-run)."
    if yes:
        return ""
    if as_json or not sys.stdin.isatty():
        return f"nothing was changed; to {hint}, add --yes."
    return "" if click.confirm(question, err=True) else "nothing was changed."


def say_reason(reason: str) -> None:
    say(reason[:1].upper() + reason[1:])


def show_load(moves: NewDueDates) -> None:
    """The days whose load changes."""
    say(f"Moved: {plural(len(moves.due), 'review')}." + (" Reviews a day:" if moves.due else ""))
    if moves.due:
        say("                 now    then")
    for day, before, after in _changing(moves):
        if before != after:
            say(f"  {day}   {before:6}  {after:6}")


def load_json(moves: NewDueDates) -> list[dict[str, Any]]:
    """All days from the first to the last whose load changes."""
    return [{"day": day.isoformat(), "before": before, "after": after} for day, before, after in _changing(moves)]


def _changing(moves: NewDueDates) -> Iterator[tuple[date, int, int]]:
    days = [day for day in {*moves.before, *moves.after} if moves.before.get(day, 0) != moves.after.get(day, 0)]
    if days:
        first, last = min(days), max(days)
        for n in range((last - first).days + 1):
            day = first + timedelta(n)
            yield day, moves.before.get(day, 0), moves.after.get(day, 0)
