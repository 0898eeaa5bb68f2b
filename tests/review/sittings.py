"""What a person sees and does in a session."""

from srs.core.event import Rating
from srs.review.session import Session


def asked(session: Session) -> str | None:
    return session.question.card.key if session.question else None


def rate(session: Session, rating: Rating) -> bool:
    session.reveal(all_parts=True)
    return session.answer(rating)
