"""How sync, merge and log --import report what they added."""

from typing import Any

from srs.collection.merge_events import MergeCounts
from srs.core.plural import plural


def counts_json(counts: MergeCounts) -> dict[str, Any]:
    return {"events": counts.events, "voids": counts.voids, "replaced": counts.replaced, "cards": counts.cards}


def counts_text(counts: MergeCounts, verb: str) -> str:
    items = f"{plural(counts.events, 'event')} and {plural(counts.voids, 'undo')}"
    return f"{items} {verb}, {plural(len(counts.cards), 'card')} changed"
