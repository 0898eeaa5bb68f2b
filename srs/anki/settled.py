"""Remembers that our side and a mirror were the same. A sync that finds neither changed need not compare them again: that
takes longer than all the rest.
"""

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from srs import __version__
from srs.anki.compare_texts import Difference
from srs.anki.deleted_notes import DeletedNotes
from srs.anki.notetypes import VERSION
from srs.anki.preset_offer import NOTHING
from srs.anki.pull import Pulled
from srs.anki.sync_plan import AnkiSyncPlan, UndoneAnswer
from srs.collection import Collection
from srs.collection.media import file_times
from srs.core.files import atomic_write
from srs.database import deck_files, decks
from srs.log import event_log

_NOTHING_CAME = Pulled(0, (), 0, 0)


class OurSide(NamedTuple):
    """All on our side that a comparison depends on: how many `events` and `voids` the log has, and a digest of the rest."""

    events: int
    voids: int
    rest: str

    def follows(self, before: "OurSide", plan: AnkiSyncPlan) -> bool:
        """Whether nothing but the sync itself has changed our side since."""
        came = plan.pulled.events + bool(plan.taken.parameters) + len(plan.deleted.suspended)
        return (self.events - before.events, self.voids, self.rest) == (came, before.voids, before.rest)


def our_side(collection: Collection, now: int) -> OurSide:
    """`now` is UTC milliseconds; of it, only the study day counts."""
    with collection.store.read() as connection:
        facts = (
            __version__,
            VERSION,
            collection.settings,
            str(collection.calendar.zone),
            collection.calendar.day(now).isoformat(),
            [kind.kind for kind in collection.kinds.all],
            deck_files.file_digests(connection, collection.folder_id),
            decks.changes(connection),
            sorted(file_times(collection.folder).items()),
        )
        digest = hashlib.sha256(repr(facts).encode(errors="surrogatepass")).hexdigest()
        return OurSide(event_log.count_events(connection), event_log.count_voids(connection), digest)


def keep_settled(file: Path, ours: OurSide, mirror: Path, media: int, plan: AnkiSyncPlan) -> None:
    """Notes that after `plan` was carried out both sides are the same but for what it leaves as it is. `media` is the number
    of the pictures and sounds on the server. Nothing is noted where time alone can bring something to do.
    """
    asks = plan.offer != NOTHING or (plan.deleted.found and not plan.deleted.suspends)
    if plan.ahead or plan.pulled.ahead or plan.pulled.redated or asks:
        return
    left = {name: getattr(plan, name) for name in _LEFT} | {"away": sorted(plan.deleted.notes)}
    with suppress(OSError), atomic_write(file, 0o600) as stream:  # else the next sync compares
        stream.write(json.dumps({"ours": ours, "theirs": [*_stamp(mirror), media], "left": left}).encode())


def read_settled(file: Path, ours: OurSide, mirror: Path) -> tuple[AnkiSyncPlan, int] | None:
    """The plan of a sync that has nothing to do, if it is certain that there is nothing, and the number of the pictures and
    sounds.
    """
    try:
        found = json.loads(file.read_bytes())
        *stamp, media = map(int, found["theirs"])
        if found["ours"] != list(ours) or stamp != list(_stamp(mirror)):
            return None
        return _plan(found["left"]), media
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


_LEFT = ("conflicts", "theirs", "foreign", "filtered", "undone", "fsrs")
"""What a plan leaves as it is."""


def _plan(left: dict[str, Any]) -> AnkiSyncPlan:
    texts = {
        name: {note: tuple(Difference(*map(str, one)) for one in found) for note, found in left[name].items()}
        for name in ("conflicts", "theirs")
    }
    return AnkiSyncPlan(
        pulled=_NOTHING_CAME, new=(), changed=(), reviews=0, cards=(), presets=(), looks=(), unasked=(),
        conflicts=texts["conflicts"],
        theirs=texts["theirs"],
        foreign=tuple(map(str, left["foreign"])),
        filtered=tuple(map(str, left["filtered"])),
        undone=tuple(UndoneAnswer(str(card), int(at)) for card, at in left["undone"]),
        fsrs=bool(left["fsrs"]),
        full_sync=False,
        ahead=0,
        compared=False,
        deleted=DeletedNotes({}, False, tuple(map(str, left["away"]))),
    )  # fmt: skip


def _stamp(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns
