"""What a sync with Anki would do, and what it did."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from srs.anki import pull
from srs.anki.compare_texts import Difference
from srs.anki.deleted_notes import NO_NOTES, DeletedNotes
from srs.anki.preset_offer import NOTHING, NOTHING_TAKEN, Offer, Taken


class UndoneAnswer(NamedTuple):
    """An answer that was undone here and still counts in Anki; `at` is UTC milliseconds."""

    card: str
    at: int


@dataclass(frozen=True, slots=True)
class AnkiSyncPlan:
    """`pulled` comes in. The notes `new` and `changed` go to Anki, as do `reviews` rows of the log, the state of `cards`, the
    options `presets` and the `looks` of note types. The cards `unasked` are suspended there, once, because their deck does not
    ask them.

    The rest is left as it is: the texts in `conflicts` were changed on both sides, those in `theirs` in Anki alone;
    `foreign` notes have another note type there; cards that are `filtered` wait until they leave their filtered deck;
    `undone` answers still count in Anki; answers `ahead` of the clock by more than a day wait for their time. `fsrs` says
    that FSRS is on there, `full_sync` that Anki will have to sync everything with AnkiWeb.

    `full_upload` says that all of the collection goes out, because the server is empty. Only if something was `compared`, the
    two sides were looked at: else nothing has changed since the last sync, and what is left as it is was left then.

    Of what was changed in Anki's deck options, the `offer`, the learner has `taken` something or nothing. The notes `deleted`
    in Anki are not sent again.
    """

    pulled: pull.Pulled
    new: tuple[str, ...]
    changed: tuple[str, ...]
    reviews: int
    cards: tuple[str, ...]
    presets: tuple[str, ...]
    looks: tuple[str, ...]
    unasked: tuple[str, ...]
    conflicts: Mapping[str, tuple[Difference, ...]]
    theirs: Mapping[str, tuple[Difference, ...]]
    foreign: tuple[str, ...]
    filtered: tuple[str, ...]
    undone: tuple[UndoneAnswer, ...]
    fsrs: bool
    full_sync: bool
    ahead: int
    offer: Offer = NOTHING
    taken: Taken = NOTHING_TAKEN
    full_upload: bool = False
    compared: bool = True
    deleted: DeletedNotes = NO_NOTES

    @property
    def changes(self) -> bool:
        """Whether anything changes on either side."""
        return bool(self.pulled.events or self.pushes or any(self.taken) or self.deleted.suspended)

    @property
    def pushes(self) -> bool:
        """Whether something goes to Anki."""
        cards = self.cards or self.unasked
        notes = self.new or self.changed or self.presets or self.looks
        return bool(notes or self.reviews or cards or self.full_upload)


@dataclass(frozen=True, slots=True)
class AnkiSyncResult:
    """`done` says that the plan was carried out; `backup` is Anki's old collection, None if that did not change."""

    plan: AnkiSyncPlan
    done: bool
    backup: Path | None
