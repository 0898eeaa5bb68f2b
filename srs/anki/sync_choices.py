"""What the learner decides in the middle of a sync with Anki."""

from collections.abc import Callable
from dataclasses import dataclass

from srs.anki.deleted_notes import Suspends, only_few
from srs.anki.preset_offer import Offer, Taken, take_nothing
from srs.anki.resolve_texts import TakeTexts, take_no_texts
from srs.anki.sync_plan import AnkiSyncPlan


@dataclass(frozen=True, slots=True)
class SyncChoices:
    """In their order: `take_texts` takes texts into the deck files, `choose` what it wants of what Anki's presets offer,
    `suspends` decides on what was deleted in Anki, `agree` on the whole plan; then `set_retention` writes a retention that was
    taken into the settings.
    """

    agree: Callable[[AnkiSyncPlan], bool]
    take_texts: TakeTexts = take_no_texts
    choose: Callable[[Offer], Taken] = take_nothing
    suspends: Suspends = only_few
    set_retention: Callable[[float], None] = lambda _: None
