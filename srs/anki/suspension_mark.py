"""Two marks in the custom data of cards in Anki, which Anki keeps when a card is answered, exported or synced.

A card that a sync suspended because its deck no longer asks it has one: it is not suspended a second time, and its suspension
is no act of the learner.

A card that is suspended on both sides has the other. Anki's log does not know of suspensions: only the mark tells a card that
was unsuspended in Anki from one that was suspended here since the last sync.
"""

import json

from srs.anki.custom_data import with_value, without_value

_KEY = "srs-off"
SUSPENDED_KEY = "srs-susp"

IS_SUSPENDED_ON_BOTH = f"(instr(c.data, '\\\"{SUSPENDED_KEY}\\\"') and not instr(c.data, '\\\"{_KEY}\\\"'))"
"""SQL that is true for a row `c` of Anki's cards that was suspended on both sides at the last sync."""


def lacks_suspended_mark(data: str) -> bool:
    """Whether a card that is suspended on both sides has to get the mark; `data` is the column of Anki's table `cards`."""
    try:
        custom_data = str(json.loads(data or "{}").get("cd", ""))
    except (ValueError, AttributeError):
        return False
    return f'"{SUSPENDED_KEY}"' not in custom_data and with_value(custom_data, SUSPENDED_KEY, 1) != custom_data


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
