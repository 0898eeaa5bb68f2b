"""What is said at the end of a sitting."""

from srs.core.event import Rating
from srs.review.session import Session
from srs.review.terminal.text import moment, plural, span


def summary_lines(session: Session) -> list[str]:
    """Answers, recall and time; days in a row and tomorrow's load; leeches; what is left; when the next card is due."""
    summary = session.summary()
    lines = []
    if summary.answers:
        recalled = summary.answers - summary.ratings[Rating.AGAIN]
        lines.append(
            f"{plural(summary.answers, 'answer')} in {span(summary.elapsed_ms)},"
            f" {round(100 * recalled / summary.answers)} % recalled."
        )
        lines.append("  ".join(f"{rating.name.capitalize()} {count}" for rating, count in summary.ratings.items()))
        days = f"{plural(summary.streak, 'day')} in a row. " if summary.streak > 1 else ""
        lines.append(f"{days}Tomorrow brings {plural(summary.tomorrow, 'review')}.")
    for card, lapses, suspended in summary.leeches:
        advice = "Rewrite it, split it or add a cue"
        last = f"then: srs unsuspend {card}" if suspended else f"or: srs suspend {card}"
        lines.append(
            f"A leech{', suspended' if suspended else ''}, {plural(lapses, 'lapse')}: {card}. {advice}, {last}"
        )
    left, rest = summary.left, summary.rest
    if session.study.cram and any(left):
        lines.append(f"Left to cram: {plural(sum(left), 'card')}.")
    elif session.question is not None or (session.stopped and any(left)):
        lines.append(f"Left for today: {left.new} new, {left.learning} learning, {left.review} review.")
    elif session.study.query and not summary.answers:
        lines.append("No card that matches waits now.")
    elif any(rest):
        lines.append(
            f"Done with these. Left for today: {rest.new} new, {rest.learning} learning, {rest.review} review."
        )
    elif summary.next_due is None:
        lines.append("Nothing waits, and nothing will.")
    else:
        done = "Done for now" if left.learning else "Done for today"
        when = moment(summary.next_due, summary.now, session.collection.calendar)
        lines.append(f"{done}. The next card is due {when}.")
    return lines
