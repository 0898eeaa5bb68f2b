"""The lines at the end of a session."""

import shlex

from srs.collection import SOME_NEW
from srs.core.event import Rating
from srs.core.plural import plural
from srs.review.session import Session
from srs.review.terminal.text import duration, moment


def summary_lines(session: Session) -> list[str]:
    """Answers, recall and time; days in a row and tomorrow's load; leeches; what is left; when the next card is due."""
    summary = session.summary()
    lines = []
    if summary.answers:
        recalled = summary.answers - summary.ratings[Rating.AGAIN]
        lines.append(
            f"{plural(summary.answers, 'answer')} in {duration(summary.elapsed_ms)},"
            f" {round(100 * recalled / summary.answers)} % recalled."
        )
        lines.append("  ".join(f"{rating.name.capitalize()} {count}" for rating, count in summary.ratings.items()))
        days = [f"{plural(summary.streak, 'day')} in a row."] if summary.streak > 1 else []
        if not any(summary.left) and not any(summary.rest):  # else its reviews are not known yet
            days.append(f"Tomorrow brings {plural(summary.tomorrow, 'review')}.")
        lines += [" ".join(days)] if days else []
    for card, lapses, suspended in summary.leeches:
        advice = "Rewrite it, split it or add a cue"
        last = f"then: srs unsuspend {card}" if suspended else f"or: srs suspend {card}"
        lines.append(
            f"A leech{', suspended' if suspended else ''}, {plural(lapses, 'lapse')}: {card}. {advice}, {last}"
        )
    left, rest = summary.left, summary.rest
    if session.options.cram and any(left):
        lines.append(f"Left to cram: {plural(sum(left), 'card')}.")
    elif session.question is not None or (session.limit_reached and any(left)):
        lines.append(f"Left for today: {left.new} new, {left.learning} learning, {left.review} review.")
    elif session.options.query and not summary.answers:
        lines.append("No matching card is due now.")
    elif any(rest):
        lines.append(
            f"Done with these. Left for today: {rest.new} new, {rest.learning} learning, {rest.review} review."
        )
    elif summary.next_due is None:
        lines.append("No cards are due or scheduled.")
    else:
        done = "Done for now" if left.learning else "Done for today"
        when = moment(summary.next_due, summary.now, session.collection.calendar)
        lines.append(f"{done}. The next card is due {when}.")
    if summary.unseen and not session.options.query and not session.options.cram:
        again = shlex.join(["srs", "review", *session.requested, "--new", str(min(summary.unseen, SOME_NEW))])
        lines.append(f"{plural(summary.unseen, 'new card')} left for later days. For some of them today: {again}")
    return lines
