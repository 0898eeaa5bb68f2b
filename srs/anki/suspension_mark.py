"""The mark of cards that a sync suspended because their deck no longer asks them.

It is in the card's custom data in Anki, which Anki keeps when the card is answered, exported or synced. A marked card is not
suspended a second time, and its suspension is no act of the learner.
"""

import json

_KEY = "srs-off"
_MOST = 100  # bytes that Anki takes

IS_MARKED = f"instr(c.data, '\\\"{_KEY}\\\"')"
"""SQL that is true for a row `c` of Anki's cards with the mark."""


def is_marked(data: str) -> bool:
    """`data` is the column of Anki's table `cards`."""
    return f'\\"{_KEY}\\"' in data


def with_mark(custom_data: str) -> str:
    """The card's custom data with the mark; without it if others left no room for it."""
    values = _values(custom_data)
    marked = custom_data if values is None else json.dumps(values | {_KEY: 1})
    return marked if len(marked.encode()) <= _MOST else custom_data


def without_mark(custom_data: str) -> str:
    """The card's custom data as it was before it was marked."""
    values = _values(custom_data)
    if values is None or _KEY not in values:
        return custom_data
    del values[_KEY]
    return json.dumps(values) if values else ""


def _values(custom_data: str) -> dict[str, object] | None:
    """None if it is no JSON of Anki's form."""
    try:
        values = json.loads(custom_data or "{}")
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
