"""What a deck file says of all its notes, as JSON for the store."""

import json
from collections.abc import Sequence
from typing import Any

from srs.kinds.note import Deck, Source

_KEYS = frozenset({"name", "description", "languages", "tags", "source", "settings", "cards", "after"})


def deck_to_json(deck: Deck) -> str:
    """The keys that kinds add are beside the others. A key that a file lacks is not stored, if files before it had none."""
    values: dict[str, Any] = {
        "name": deck.name,
        "description": deck.description,
        "languages": deck.languages,
        "tags": deck.tags,
    }
    values["source"] = {"title": deck.source.title, "section": deck.source.section}
    values |= deck.extra
    later = {"settings": deck.settings, "cards": deck.cards, "after": deck.after}
    values |= {key: value for key, value in later.items() if value}
    return json.dumps(values, ensure_ascii=False)


def deck_from_json(text: str) -> Deck:
    """The inverse of `deck_to_json`."""
    values = json.loads(text)
    return Deck(
        values["name"],
        values["description"],
        tuple((code, tag) for code, tag in values["languages"]),
        tuple(values["tags"]),
        Source(**values["source"]),
        settings_from_json(values.get("settings", ())),
        tuple(values.get("cards", ())),
        tuple(values.get("after", ())),
        {key: value for key, value in values.items() if key not in _KEYS},
    )


def settings_from_json(values: Sequence[Sequence[Any]]) -> tuple[tuple[str, Any, int], ...]:
    """(name, value, line) for each."""
    return tuple((name, value, line) for name, value, line in values)
