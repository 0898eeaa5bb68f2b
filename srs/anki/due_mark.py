"""The mark of cards in Anki that are due on the day which a goal has planned, to tell it from a due date.

It is in the card's custom data, which Anki keeps, and names the day, by a number that no import changes. As soon as Anki
makes the card due on another day, the mark means nothing.
"""

from datetime import date

DUE_KEY = "srs-due"
_EPOCH = date(1970, 1, 1)


def due_mark(day: date) -> dict[str, int]:
    """A value of the card's custom data."""
    return {DUE_KEY: (day - _EPOCH).days}


def is_planned(base: date) -> str:
    """SQL that is true for a row `c` of Anki's cards that is due on the day of its mark; `base` is day 0 of Anki's count."""
    value = f"'\\\"{DUE_KEY}\\\": ' || (c.due + {(base - _EPOCH).days})"
    return f"(instr(c.data, {value} || ',') or instr(c.data, {value} || '}}'))"
