"""Days on which the learner will not study."""

from datetime import date, timedelta

import click

from srs.cli.context import Context, pass_context
from srs.cli.dates import parse_day
from srs.cli.json_shapes import log_json
from srs.cli.moves import dry_run_option, load_json, say_reason, show_load, why_not, yes_option
from srs.cli.output import emit, json_option, say
from srs.collection.move_reviews import moves_for_break, planned_breaks
from srs.collection.recorder import Recorder
from srs.core.errors import BadInput
from srs.core.event import Break
from srs.core.plural import plural
from srs.review.terminal.text import taken_back

_LONGEST = 366  # days
_LAST_YEAR = 2199


@click.command("break")
@click.argument("days", metavar="[FROM..TO]", required=False)
@click.option("--undo", is_flag=True, help="Take back the break that was planned last.")
@dry_run_option
@yes_option
@json_option
@pass_context
def break_command(context: Context, days: str | None, undo: bool, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Plan a break, such as a holiday, or list those that are planned.

    E.g. srs break 2026-12-24..2027-01-02, both days included. Reviews that are due then move to days before and after, and
    answers lead to none of its days. Without FROM..TO, the breaks that are not over are listed.
    """
    if undo and (days or dry_run):
        raise click.UsageError(
            "--undo takes back the break planned last; it cannot be combined with days or --dry-run."
        )
    now = context.clock()()
    collection = context.open(now, records=bool(days or undo), needs_decks=not undo)
    if undo:
        undone = Recorder(collection).undo_last(Break)
        if as_json:
            emit([log_json(row) for row in undone])
        else:
            say(f"Taken back: {taken_back(undone)}")
        return
    if days is None:
        _list(planned_breaks(collection, now), as_json=as_json)
        return
    first, last = _parse(days, collection.calendar.day(now))
    moves = moves_for_break(collection, first, last, now)
    if not as_json:
        show_load(moves)
    reason = "these days are a break already."
    if moves.due or not any(one <= first and last <= end for one, end in planned_breaks(collection, now)):
        reason = why_not(
            f"Plan this break of {plural((last - first).days + 1, 'day')}?",
            "plan the break",
            dry_run=dry_run,
            yes=yes,
            as_json=as_json,
        )
        if not reason:
            Recorder(collection).move_reviews(moves.due, now, Break(first, last))
    if as_json:
        period = {"from": first.isoformat(), "to": last.isoformat()}
        emit(period | {"moved": len(moves.due), "load": load_json(moves), "applied": not reason, "reason": reason})
    else:
        say_reason(reason or "planned. To take it back: srs break --undo")


def _list(breaks: tuple[tuple[date, date], ...], *, as_json: bool) -> None:
    if as_json:
        emit([{"from": first.isoformat(), "to": last.isoformat()} for first, last in breaks])
        return
    for first, last in breaks:
        say(f"{first}..{last}  {plural((last - first).days + 1, 'day')}")
    if not breaks:
        say("No break is planned. To plan one: srs break 2026-12-24..2027-01-02")


def _parse(text: str, today: date) -> tuple[date, date]:
    """First and last day; one day alone is both. Raises BadInput."""
    start, dots, end = text.partition("..")
    first, last = parse_day(start), parse_day(end if dots else start)
    if first is None or last is None:
        raise BadInput("FROM..TO", text, "two dates, such as 2026-12-24..2027-01-02")
    if first > last:
        raise BadInput("FROM..TO", text, f"the earlier date first, {last}..{first}")
    if last < today:
        raise BadInput("FROM..TO", text, f"days to come; today is {today}")
    if last - first >= timedelta(_LONGEST) or last.year > _LAST_YEAR:
        raise BadInput("FROM..TO", text, f"at most a year ({_LONGEST} days), and not after {_LAST_YEAR}")
    return first, last
