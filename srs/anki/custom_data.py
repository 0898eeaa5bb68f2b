"""Values of ours in the custom data of Anki's cards, beside those of others."""

import json
from collections.abc import Iterable

_MOST = 100  # bytes that Anki takes; it takes no key longer than eight


def with_value(custom_data: str, key: str, value: object) -> str:
    """The custom data with the value; unchanged if others left no room for it."""
    values = _values(custom_data)
    made = custom_data if values is None else json.dumps(values | {key: value})
    return made if len(made.encode()) <= _MOST else custom_data


def with_values_of(custom_data: str, keys: Iterable[str], ours: str) -> str:
    """The custom data with the values that `ours` has of the `keys`, and without the others of them."""
    for key in keys:
        custom_data = without_value(custom_data, key)
    for key, value in (_values(ours) or {}).items():
        custom_data = with_value(custom_data, key, value)
    return custom_data


def without_value(custom_data: str, key: str) -> str:
    """The custom data without the value."""
    values = _values(custom_data)
    if values is None or key not in values:
        return custom_data
    del values[key]
    return json.dumps(values) if values else ""


def _values(custom_data: str) -> dict[str, object] | None:
    """None if it is no JSON of Anki's form."""
    try:
        values = json.loads(custom_data or "{}")
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
