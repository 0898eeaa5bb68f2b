"""The mark of cards in Anki that are due on the day which a goal has planned, to tell it from a due date.

It is in the card's custom data, which Anki keeps, and names the day, by a number that no import changes. As soon as Anki
makes the card due on another day, the mark means nothing.
"""

import json
from datetime import date

from srs.anki.custom_data import with_value, without_value

_KEY = "srs-due"
_EPOCH = date(1970, 1, 1)


def due_mark(day: date) -> str:
    """The custom data of a card that has no other."""
    return json.dumps({_KEY: (day - _EPOCH).days})


def with_due_mark(custom_data: str, mark: str | None) -> str:
    """The custom data with the mark that `due_mark` made, or without one."""
    return without_value(custom_data, _KEY) if mark is None else with_value(custom_data, _KEY, json.loads(mark)[_KEY])


def is_planned(base: date) -> str:
    """SQL that is true for a row `c` of Anki's cards that is due on the day of its mark; `base` is day 0 of Anki's count."""
    value = f"'\\\"{_KEY}\\\": ' || (c.due + {(base - _EPOCH).days})"
    return f"(instr(c.data, {value} || ',') or instr(c.data, {value} || '}}'))"
