"""The mark of cards that a sync suspended because their deck no longer asks them.

It is in the card's custom data in Anki, which Anki keeps when the card is answered, exported or synced. A marked card is not
suspended a second time, and its suspension is no act of the learner.
"""

from srs.anki.custom_data import with_value, without_value

_KEY = "srs-off"

IS_MARKED = f"instr(c.data, '\\\"{_KEY}\\\"')"
"""SQL that is true for a row `c` of Anki's cards with the mark."""


def is_marked(data: str) -> bool:
    """`data` is the column of Anki's table `cards`."""
    return f'\\"{_KEY}\\"' in data


def with_mark(custom_data: str) -> str:
    """The card's custom data with the mark; without it if others left no room for it."""
    return with_value(custom_data, _KEY, 1)


def without_mark(custom_data: str) -> str:
    """The card's custom data as it was before it was marked."""
    return without_value(custom_data, _KEY)
