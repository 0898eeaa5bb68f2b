"""The copy of an Anki collection on which a sync works."""

from pathlib import Path
from typing import Protocol

from srs.core.errors import SrsError


class WorkCopy(Protocol):
    """`copy` has a media folder of its own, `media`; `original` names the collection. `full_upload` says that all of the copy
    has to go out, whatever else does.
    """

    @property
    def original(self) -> Path: ...
    @property
    def copy(self) -> Path: ...
    @property
    def media(self) -> Path: ...
    @property
    def full_upload(self) -> bool: ...

    def put_back(self, now: int) -> Path | None:
        """Puts the copy into the original's place, in one step; the path of the backup, if there is one. `now` is UTC
        milliseconds.
        """

    def full_sync_refused(self) -> SrsError:
        """The error that says that Anki would need a full sync."""
