"""What kinds of events consist of, as values by name: those of an event's line and of its row."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Protocol

from srs.core.card_state import Memory
from srs.core.event import (
    Aim,
    Answered,
    Break,
    Buried,
    Crammed,
    Days,
    Distinct,
    Fitted,
    Flagged,
    Forgot,
    GivenMemory,
    Goal,
    Next,
    Parameters,
    Rating,
    Rehearsal,
    Relinked,
    Rescheduled,
    Sm2Memory,
    Softened,
    Step,
    Suspended,
    Unflagged,
    Unsuspended,
    What,
)

Values = dict[str, Any]
"""An event's values by name, in the order of its line; only those that its type has."""


class NamedValues(Protocol):
    """Values by name: a mapping, or a database row."""

    def __getitem__(self, name: str, /) -> Any: ...


_WITHOUT_VALUES: Mapping[str, What] = {
    what.name: what for what in (Suspended(), Unsuspended(), Buried(), Forgot(), Flagged(), Unflagged())
}


def payload(what: What) -> Values:
    """The values that only some types of events have, by name."""
    match what:
        case Answered(rating, duration_ms, Step(relearning, step, seconds), given):
            led_to = {"state": "relearning" if relearning else "learning", "step": step, "interval": seconds}
            return _answer_values(rating, duration_ms) | led_to | given_values(given)
        case Answered(rating, duration_ms, Days(days), given):
            return _answer_values(rating, duration_ms) | {"state": "review", "interval": days} | given_values(given)
        case Crammed(rating, duration_ms):
            return _answer_values(rating, duration_ms)
        case Rescheduled(days, given):
            return {"interval": days} | given_values(given)
        case Softened(factor):
            return {"factor": float(factor)}
        case Relinked(other) | Distinct(other):
            return {"other": other}
        case Parameters(model, numbers, fitted):
            return {
                "model": model,
                "values": [float(number) for number in numbers],
                **(asdict(fitted) if fitted else {}),
            }
        case Goal(None):
            return {"dropped": True}
        case Goal(Aim(day, decks, tags, minutes, recall, keep)):
            return {
                "date": day.isoformat(),
                "decks": list(decks),
                "tags": list(tags),
                **({} if minutes is None else {"minutes": float(minutes)}),
                "recall": float(recall),
                "keep": keep,
            }
        case Break(first, last):
            return {"first": first.isoformat(), "last": last.isoformat()}
        case Rehearsal(question, rating, seconds, words, fillers, checks, company):
            known = {"words": words, "fillers": fillers, "checks": dict(checks), "company": company}
            return {
                "question": question,
                "rating": int(rating),
                "seconds": dict(seconds),
                **{name: value for name, value in known.items() if value not in (None, {}, "")},
            }
        case _:
            return {}


def _answer_values(rating: Rating, duration_ms: int) -> Values:
    return {"rating": int(rating), "duration_ms": duration_ms}


def given_values(given: GivenMemory | None) -> Values:
    """A given memory by the names that its event's values have."""
    return {name: float(value) for name, value in asdict(given).items()} if given else {}


def given_from_values(values: NamedValues) -> GivenMemory | None:
    """The inverse of `given_values`. Raises KeyError, ValueError or TypeError for bad values."""
    stability = _optional(values, "stability")
    if stability is None:
        return None
    ease = _optional(values, "ease")
    if ease is None:
        return Memory(float(stability), float(values["difficulty"]))
    return Sm2Memory(float(stability), float(ease))


def what_from_values(name: str, values: NamedValues) -> What:
    """The inverse of `payload`; `name` is the event type. Raises KeyError, ValueError or TypeError for bad values."""
    match name:
        case "answered":
            led_to, given = _next_from_values(values), given_from_values(values)
            return Answered(Rating(values["rating"]), values["duration_ms"], led_to, given)
        case "crammed":
            return Crammed(Rating(values["rating"]), values["duration_ms"])
        case "rescheduled":
            return Rescheduled(values["interval"], given_from_values(values))
        case "softened":
            return Softened(float(values["factor"]))
        case "relinked":
            return Relinked(values["other"])
        case "distinct":
            return Distinct(values["other"])
        case "parameters":
            numbers = tuple(float(number) for number in values["values"])
            return Parameters(values["model"], numbers, _fitted_from_values(values))
        case "goal":
            return Goal(None if _optional(values, "dropped") is True else _aim_from_values(values))
        case "break":
            return Break(date.fromisoformat(values["first"]), date.fromisoformat(values["last"]))
        case "rehearsed":
            return Rehearsal(
                values["question"],
                Rating(values["rating"]),
                _pairs(values["seconds"]),
                _optional(values, "words"),
                _optional(values, "fillers"),
                _pairs(_optional(values, "checks") or {}),
                _optional(values, "company") or "",
            )
        case plain:
            return _WITHOUT_VALUES[plain]


def _aim_from_values(values: NamedValues) -> Aim:
    minutes = _optional(values, "minutes")
    return Aim(
        date.fromisoformat(values["date"]),
        tuple(values["decks"]),
        tuple(values["tags"]),
        None if minutes is None else float(minutes),
        float(values["recall"]),
        values["keep"],
    )


def _fitted_from_values(values: NamedValues) -> Fitted | None:
    reviews = _optional(values, "reviews")
    return None if reviews is None else Fitted(reviews, float(values["log_loss"]), float(values["rmse"]))


def _pairs(values: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(dict(values).items())


def _optional(values: NamedValues, name: str) -> Any:
    try:
        return values[name]
    except LookupError:
        return None


def _next_from_values(values: NamedValues) -> Next:
    match values["state"]:
        case "review":
            return Days(values["interval"])
        case "learning" | "relearning" as state:
            return Step(state == "relearning", values["step"], values["interval"])
        case _:
            raise ValueError
