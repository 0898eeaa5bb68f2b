"""What the learner may choose, as frozen values with their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple


class Limits(NamedTuple):
    """How many cards a study day may bring; None is no limit."""

    new: int | None = None
    reviews: int | None = None


_A_DAY = Limits(new=20)
_NO_DECKS: Mapping[str, Limits] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Settings:
    """Steps and `learn_ahead` are seconds, `rollover` minutes after midnight, `desired_retention` a probability.

    `zone` is an IANA name, or None for the system's. `decks` holds limits of single decks, by name, beside those of
    the whole day; a card with `leech_lapses` is a leech. In the review, `gloss` shows the
    Korean gloss, `typing` asks to type each phrase, and `autoplay` speaks a foreign side when it comes on show.
    """

    zone: str | None = None
    rollover: int = 240
    limits: Limits = _A_DAY
    decks: Mapping[str, Limits] = field(default_factory=lambda: _NO_DECKS)
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    learn_ahead: int = 1200
    desired_retention: float = 0.9
    maximum_interval: int = 36_500
    leech_lapses: int = 8
    gloss: bool = False
    typing: bool = False
    autoplay: bool = False
