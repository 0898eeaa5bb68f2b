"""Our own copy of the collection on a sync server, with its pictures and sounds. It may be thrown away at any time: it holds
nothing that is not on the server or in the log.
"""

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from srs.anki import sync_client
from srs.anki.profile import COLLECTION, move_media
from srs.anki.server_address import ServerAddress
from srs.anki.sync_client import Exchanged
from srs.anki.sync_relay import SyncRelay
from srs.core.errors import PackageError, ServerError, TargetError
from srs.core.files import file_lock, fsync, make_private_folder

_WORK = ".work-"
_MEDIA = "media.anki2"  # an empty collection: Anki's library syncs the media folder beside it
_PATIENCE = 2.0  # seconds to wait for another sync of this computer


@dataclass(frozen=True, slots=True)
class Mirror:
    """A folder for one user of one server, which need not exist."""

    folder: Path
    server: ServerAddress

    @property
    def collection(self) -> Path:
        return self.folder / COLLECTION

    @property
    def media_folder(self) -> Path:
        return (self.folder / _MEDIA).with_suffix(".media")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one sync of this computer at a time uses the mirror. Raises ServerError, TargetError."""
        with contextlib.ExitStack() as stack:
            try:
                make_private_folder(self.folder)
                stack.enter_context(file_lock(self.folder, _PATIENCE))
            except TimeoutError as error:
                raise ServerError(str(self.server), "running") from error
            except OSError as error:
                raise TargetError.from_os_error(self.folder, error) from error
            yield

    def discard(self) -> None:
        """Deletes the collection, but not pictures and sounds; the next download fetches it again."""
        for file in self.folder.glob(f"{COLLECTION}*"):
            file.unlink(missing_ok=True)

    @contextmanager
    def work_copy(self, relay: SyncRelay, key: str) -> Iterator["MirrorCopy"]:
        """A copy of the mirror, as the collection on the server is now. It is deleted in the end, unless it was kept. The
        mirror must be locked. Raises ServerError, PackageError, TargetError, MissingExtra.
        """
        with contextlib.ExitStack() as stack:
            try:
                for left in self.folder.glob(f"{_WORK}*"):  # of a run that was killed
                    shutil.rmtree(left, ignore_errors=True)
                work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=_WORK, dir=self.folder)))
                copy = work / COLLECTION
                if self.collection.exists():
                    shutil.copyfile(self.collection, copy)
            except OSError as error:
                raise TargetError.from_os_error(self.folder, error) from error
            try:
                yield MirrorCopy(self, relay, key, copy, sync_client.download(relay, key, copy))
            except PackageError as error:
                if error.path != copy:
                    raise
                raise PackageError(self.collection, error.problem, error.detail) from error

    def sync_media(self, relay: SyncRelay, key: str) -> None:
        """Sends and fetches pictures and sounds. Raises ServerError, TargetError."""
        try:
            sync_client.sync_media(relay, key, self.folder / _MEDIA)
        except PackageError:  # its own list of the files is damaged, or the empty collection
            for file in self.folder.glob(f"{Path(_MEDIA).stem}.*"):
                if file.is_file():
                    file.unlink()
            sync_client.sync_media(relay, key, self.folder / _MEDIA)


def mirror_of(folder: Path, server: ServerAddress, user: str) -> Mirror:
    """The user's mirror of the server, in `folder`."""
    name = hashlib.sha256(f"{server}\n{user}".encode()).hexdigest()[:16]
    return Mirror(folder / name, server)


@dataclass(slots=True)
class MirrorCopy:
    """A work copy (see `WorkCopy`) that goes to the server before it goes into the mirror's place. `downloaded` and
    `uploaded` are what the two exchanges found.
    """

    mirror: Mirror
    relay: SyncRelay
    key: str
    copy: Path
    downloaded: Exchanged
    uploaded: Exchanged | None = field(default=None)

    @property
    def original(self) -> Path:
        return self.mirror.collection

    @property
    def media(self) -> Path:
        return self.copy.with_suffix(".media")

    @property
    def full_upload(self) -> bool:
        return self.downloaded.state == "empty"

    def put_back(self, now: int) -> None:
        """Raises ServerError, TargetError, PackageError."""
        del now  # there is no backup: the server has what it had, and more
        try:
            move_media(self.media, self.mirror.media_folder)
        except OSError as error:
            raise TargetError.from_os_error(self.mirror.folder, error) from error
        self.uploaded = sync_client.upload(self.relay, self.key, self.copy)
        self.keep()

    def keep(self) -> None:
        """Puts the copy into the mirror's place. Raises TargetError."""
        try:
            fsync(self.copy)
            self.copy.replace(self.original)
            with contextlib.suppress(OSError):
                fsync(self.original.parent)
        except OSError as error:
            raise TargetError.from_os_error(self.original, error) from error

    def full_sync_refused(self) -> ServerError:
        return ServerError(str(self.mirror.server), "full-sync")
