"""Syncs both ways with an Anki sync server: the mirror is brought up to date, synced as a closed profile is, and sent."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from srs.anki.mirror import Mirror, MirrorCopy
from srs.anki.pull import DeckPull, Pulled
from srs.anki.resolve_texts import take_no_texts
from srs.anki.settled import keep_settled, our_side, read_settled
from srs.anki.sync import sync_copy
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncPlan, AnkiSyncResult
from srs.anki.sync_relay import SyncRelay
from srs.collection import Collection
from srs.core.errors import PackageError, ServerError

_ROUNDS = 4
_PAUSE = 0.3  # seconds, longer each time and up to twice as long, by the machine: two of them must not meet again
_SETTLED = "settled.json"

_MEDIA = {
    "silent": "no answer for 20 seconds",
    "slow": "they took more than 10 minutes",
    "busy": "another device syncs",
    "login": "the key was refused",
    "too-large": "they are too large",
}
"""What stopped pictures and sounds, where that has no details."""


def sync_with_server(
    collection: Collection,
    mirror: Mirror,
    key: str,
    now: int,
    choices: SyncChoices,
    *,
    dry_run: bool = False,
) -> AnkiSyncResult:
    """As `srs.anki.sync.sync`, with the collection of the user to whom the server gave the `key`. A change that would force
    Anki into a full sync is refused.

    `dry_run` says that the plan will be refused: pictures and sounds wait, too. If another device syncs meanwhile, or the mirror
    turns out to be damaged, it starts again. Raises ServerError, after which the server has all of the changes or none;
    PackageError, TargetError, MissingExtra, StoreError.
    """
    agreed = _Agreed(choices.agree)
    choices = replace(choices, agree=agreed)
    with mirror.locked(), SyncRelay(mirror.server) as relay:
        for left in range(_ROUNDS - 1, -1, -1):
            try:
                synced = _round(collection, mirror, relay, key, now, choices, dry_run=dry_run)
            except ServerError as error:
                if not left or error.problem not in _PASSING:
                    raise
                if error.problem == "refused":
                    if not mirror.collection.exists():  # it was downloaded just now
                        raise
                    mirror.discard()
                time.sleep(_PAUSE * (_ROUNDS - left) * (1 + int(collection.machine[:4], 16) / 0x10000))
            except PackageError as error:
                if error.problem not in {"damaged", "not-anki"}:
                    raise
                if not left or not mirror.collection.exists():  # it was downloaded just now
                    raise ServerError(str(mirror.server), "damaged", error.detail) from error
                mirror.discard()
            else:
                return replace(synced, plan=replace(synced.plan, pulled=agreed.all_pulled(synced.plan.pulled)))
        raise AssertionError


_PASSING = {"busy", "changing", "refused"}
"""What may be gone in another round; the last one if the mirror is not what the server takes it for."""


class _Agreed:
    """Asks once, and remembers what came in in rounds that could not be finished."""

    def __init__(self, agree: Callable[[AnkiSyncPlan], bool]) -> None:
        self._agree = agree
        self._asked = False
        self._pulled: list[Pulled] = []

    def __call__(self, plan: AnkiSyncPlan) -> bool:
        if not self._asked and not self._agree(plan):
            return False
        self._asked = True
        self._pulled.append(plan.pulled)
        return True

    def all_pulled(self, last: Pulled) -> Pulled:
        earlier = [pulled for pulled in self._pulled if pulled is not last and pulled.events]
        return _sum([*earlier, last]) if earlier else last


def _sum(parts: list[Pulled]) -> Pulled:
    came: dict[str, Counter[str]] = {}
    for pulled in parts:
        for deck in pulled.decks:
            came.setdefault(deck.deck, Counter()).update(deck.came)
    last = {deck.deck: deck for deck in parts[-1].decks}
    decks = []
    for name, counts in sorted(came.items()):
        known, others = (last[name].known, last[name].others) if name in last else (0, 0)
        decks.append(DeckPull(name, dict(counts), max(known - counts["answered"], 0), others))
    return replace(parts[-1], events=sum(pulled.events for pulled in parts), decks=tuple(decks))


def _round(
    collection: Collection,
    mirror: Mirror,
    relay: SyncRelay,
    key: str,
    now: int,
    choices: SyncChoices,
    *,
    dry_run: bool,
) -> AnkiSyncResult:
    settled = mirror.folder / _SETTLED
    before = our_side(collection, now)
    with mirror.work_copy(relay, key) as work:
        found = work.downloaded
        known = read_settled(settled, before, mirror.collection) if found.state == "same" else None
        if known and choices.take_texts is take_no_texts:
            plan, media = known
            synced = AnkiSyncResult(plan, done=False, backup=None)
            if media == found.media:
                return synced
        else:
            synced = sync_copy(collection, work, now, choices)
            if not synced.plan.pushes and found.state == "changed":
                work.keep()
    if not (alone := _alone(work)):
        mirror.discard()  # of two log rows of the same millisecond, Anki keeps one on each side; only a download tells
    if dry_run or (synced.plan.changes and not synced.done):
        return synced
    try:
        mirror.sync_media(relay, key)
    except ServerError as error:
        raise ServerError(error.address, "media", _MEDIA.get(error.problem, error.detail)) from error
    ours = our_side(collection, now)
    if alone and ours.follows(before, synced.plan):
        keep_settled(settled, ours, mirror.collection, found.media, synced.plan)
    return synced


def _alone(work: MirrorCopy) -> bool:
    """Whether no other device has synced between the download and the upload, whose changes nobody has compared."""
    sent = work.uploaded
    return sent is None or sent.state == "empty" or sent.number == work.downloaded.number + 1
