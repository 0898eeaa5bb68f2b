"""Fitting the schedule to the learner."""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import click

from srs.cli.context import Context, pass_context
from srs.cli.json_shapes import log_json
from srs.cli.moves import dry_run_option, say_reason, why_not, yes_option
from srs.cli.output import emit, json_option, say, score_lines, warn
from srs.collection.optimize import FitToLog, due_dates_under, fit_to_log
from srs.collection.recorder import Recorder
from srs.core.event import Parameters
from srs.core.plural import plural
from srs.review.terminal.text import taken_back
from srs.scheduling.fit import NEEDED, Fit, NoFit, Score
from srs.scheduling.reschedule import NewDueDates

_WEEKS = 4  # of load that are shown


@click.command("optimize")
@click.option("--reschedule", is_flag=True, help="Also move the due dates of reviews, under your daily limit.")
@click.option("--undo", is_flag=True, help="Go back to the parameters before.")
@dry_run_option
@yes_option
@json_option
@pass_context
def optimize_command(context: Context, reschedule: bool, undo: bool, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Fit the schedule to your memory.

    The parameters of FSRS are fitted to your reviews, and offered if they predict reviews that they were not fitted to
    better than the ones you have. Due dates stay as they are, unless you --reschedule.
    """
    if undo and (reschedule or dry_run):
        raise click.UsageError("--undo goes back to the parameters before; it cannot be combined with other options.")
    now = context.clock()()
    collection = context.open(now, records=True, needs_decks=False)
    if undo:
        undone = Recorder(collection).undo_last(Parameters)
        if as_json:
            emit([log_json(row) for row in undone])
        else:
            say(f"Taken back: {taken_back(undone)}")
        return
    result = fit_to_log(collection, now)
    if not as_json:
        _show(result)
    if isinstance(result.found, NoFit):
        sys.exit(_refuse(result, result.found, as_json=as_json))
    moves = due_dates_under(collection, result.found.parameters, now) if reschedule else None
    today = collection.calendar.day(now)
    if moves and not as_json:
        _show_load(moves, today, limited=collection.settings.limits.reviews is not None)
    moved = f" and move {plural(len(moves.due), 'review')}" if moves else ""
    reason = why_not(
        f"Apply these parameters{moved}?", "apply the parameters", dry_run=dry_run, yes=yes, as_json=as_json
    )
    if not reason:
        Recorder(collection).set_parameters(result.found.parameters, moves.due if moves else {}, now)
    if as_json:
        emit(_json(result, applied=not reason, reason=reason) | (_load_json(moves, today) if moves else {}))
    else:
        say_reason(reason or "applied. To take it back: srs optimize --undo")


def _refuse(result: FitToLog, found: NoFit, *, as_json: bool) -> int:
    """Says why nothing is applied; the exit status."""
    reason, kept = _refusal(found), found.problem == "not-better"
    if as_json:
        emit(_json(result, applied=False, reason=reason))
    elif kept:
        say_reason(reason)
    else:
        warn(reason)
    return 0 if kept else 1


def _show(result: FitToLog) -> None:
    found = result.found
    if result.ahead:
        warn(f"left out: {plural(result.ahead, 'answer')} dated after this computer's time.")
    if isinstance(found, Fit) and found.only_first_four:
        say("Fitted: the stabilities after a card's first answer; the other parameters stay the default ones.")
    if found.before and found.after:
        what = f"Predicting your latest {found.measured} of {found.reviews} reviews"
        for line in score_lines(what, {"now": found.before, "fitted to you": found.after}):
            say(line)


def _refusal(found: NoFit) -> str:
    match found.problem:
        case "too-few":
            return (
                f"a fit needs {NEEDED} reviews, each at least a day after the card's answer before; there are"
                f" {found.reviews}. Review for some more weeks, then try again."
            )
        case "not-better":
            return "the fit predicts your latest reviews no better, so your parameters stay."
        case "clock":
            return (
                f"the parameters in force are dated {found.detail}, after this computer's time; set the clock, or go back"
                " to the parameters before: srs optimize --undo"
            )
        case "unusable":
            return f"the fit cannot be used ({found.detail}); your parameters stay. Try again after more reviews."


def _show_load(moves: NewDueDates, today: date, *, limited: bool) -> None:
    say(f"Moved: {plural(len(moves.due), 'review')}. Reviews a day:")
    say("                 now    then")
    for day, before, after in _load(moves, today):
        say(f"  {day}   {before:6}  {after:6}")
    if not limited and moves.after.get(today, 0) > moves.before.get(today, 0):
        say("There is no limit of reviews a day; to spread them, set one first: srs settings reviews 50")


def _load(moves: NewDueDates, today: date) -> Iterator[tuple[date, int, int]]:
    """day, reviews as they are due, and as they would be, of the next weeks."""
    days = (today + timedelta(n) for n in range(7 * _WEEKS))
    return ((day, moves.before.get(day, 0), moves.after.get(day, 0)) for day in days)


def _load_json(moves: NewDueDates, today: date) -> dict[str, Any]:
    rows = _load(moves, today)
    return {
        "rescheduled": len(moves.due),
        "load": [{"day": day.isoformat(), "before": before, "after": after} for day, before, after in rows],
    }


def _json(result: FitToLog, *, applied: bool, reason: str) -> dict[str, Any]:
    found = result.found
    parameters = found.parameters if isinstance(found, Fit) else result.current
    return {
        "model": parameters.model,
        "reviews": found.reviews,
        "before": _score_json(found.before),
        "after": _score_json(found.after),
        "parameters": list(parameters.values),
        "applied": applied,
        "reason": reason,
        "left_out": result.ahead,
    }


def _score_json(score: Score | None) -> dict[str, float | None]:
    return {"log_loss": score and score.log_loss, "rmse": score and score.rmse}
