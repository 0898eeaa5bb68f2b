"""Runs Anki's own sync with a server, through a relay. Besides `backend`, this module alone runs the real Anki."""

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from srs.anki.backend import open_collection, storage_error
from srs.anki.sync_relay import LONGEST, SILENCE, SyncRelay
from srs.core.errors import ServerError

_PAUSE = 0.02  # seconds between two looks at how far pictures and sounds have come
_NOTHING, _NORMAL, _FULL, _DOWNLOAD, _UPLOAD = range(5)  # what Anki says is required

T = TypeVar("T")


class Exchanged(NamedTuple):
    """What a download or an upload found: the copy is the "same" as on the server, has "changed" to be, or the server is
    "empty". `number` counts the syncs of the server, `media` the changes of its pictures and sounds.
    """

    state: Literal["same", "changed", "empty"]
    number: int
    media: int


def log_in(relay: SyncRelay, user: str, password: str, scratch: Path) -> str:
    """The server's key; `scratch` is the path of a collection to be made. Raises ServerError, MissingExtra."""
    with _opened(scratch) as collection:
        auth = _run(relay, lambda: collection.sync_login(user, password, relay.endpoint))
        key: str = auth.hkey
        return key


def download(relay: SyncRelay, key: str, copy: Path) -> Exchanged:
    """Makes the copy, which may not exist, as the collection on the server is. Without changes of its own, nothing goes up.

    Raises ServerError, PackageError, TargetError, MissingExtra.
    """
    with _opened(copy) as collection:
        before = _last_sync(collection)
        output = _sync(relay, key, collection)
        if output.required in {_FULL, _DOWNLOAD}:
            _full_sync(relay, key, collection, upload=False)
        state: Literal["same", "changed"] = "same" if _last_sync(collection) == before else "changed"
        number: int = collection.db.scalar("select usn from col")
        return Exchanged("empty" if output.required == _UPLOAD else state, number, output.server_media_usn)


def upload(relay: SyncRelay, key: str, copy: Path) -> Exchanged:
    """Sends the changes of the copy, to an empty server all of it. What others have sent meanwhile is added to it.

    Raises ServerError, after which the server is as before or has all of them; PackageError, TargetError.
    """
    with _opened(copy) as collection:
        output = _sync(relay, key, collection)
        if output.required in {_FULL, _DOWNLOAD}:  # somebody has replaced the collection since the download
            raise ServerError(str(relay.server), "changing")
        if output.required == _UPLOAD:
            _full_sync(relay, key, collection, upload=True)
        changed, synced = collection.db.first("select mod, ls from col")
        if (
            changed != synced
        ):  # by chance in the millisecond of another device's sync: Anki takes both sides for the same
            raise ServerError(str(relay.server), "changing")
        number: int = collection.db.scalar("select usn from col")
        return Exchanged("empty" if output.required == _UPLOAD else "changed", number, output.server_media_usn)


def sync_media(relay: SyncRelay, key: str, collection_file: Path) -> None:
    """Sends and fetches pictures and sounds, of the media folder beside a collection. Raises ServerError, TargetError."""
    with _opened(collection_file) as collection:

        def work() -> None:
            collection.sync_media(_auth(relay, key))
            end = time.monotonic() + LONGEST
            while collection.media_sync_status().active:  # raises what has gone wrong
                if time.monotonic() > end + SILENCE:  # long after the relay has ended it
                    raise ServerError(str(relay.server), "slow")
                time.sleep(_PAUSE)

        try:
            _run(relay, work)
        except BaseException:
            with contextlib.suppress(Exception):  # of what has failed already
                collection.abort_media_sync()
            raise


def _sync(relay: SyncRelay, key: str, collection: Any) -> Any:
    return _run(relay, lambda: collection.sync_collection(_auth(relay, key), False))


def _full_sync(relay: SyncRelay, key: str, collection: Any, *, upload: bool) -> None:
    collection.close_for_full_sync()
    try:
        _run(
            relay,
            lambda: collection.full_upload_or_download(auth=_auth(relay, key), server_usn=None, upload=upload),
        )
    finally:
        collection.reopen(after_full_sync=True)


def _auth(relay: SyncRelay, key: str) -> Any:
    from anki.sync_pb2 import SyncAuth  # noqa: PLC0415 - not installed with us

    return SyncAuth(hkey=key, endpoint=relay.endpoint, io_timeout_secs=4 * SILENCE)  # the relay gives up first


def _last_sync(collection: Any) -> Any:
    return tuple(collection.db.first("select mod, usn, ls, scm from col"))


def _run(relay: SyncRelay, call: Callable[[], T]) -> T:
    from anki.errors import AnkiException, BackendIOError, DBError  # noqa: PLC0415 - as above

    try:
        return relay.run(call)
    except (DBError, BackendIOError):
        raise  # of our own disk
    except AnkiException as error:
        raise ServerError(str(relay.server), "refused", " ".join(str(error).split())) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the library, about what the server has sent
            raise ServerError(str(relay.server), "garbage", "Anki's library cannot read it") from error
        raise


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Raises PackageError, TargetError, MissingExtra."""
    collection = open_collection(path)
    from anki.errors import AnkiException  # noqa: PLC0415 - as above

    try:
        try:
            yield collection
        except BaseException:
            with contextlib.suppress(Exception):  # what has failed already
                collection.close(downgrade=False)
            raise
        collection.close(downgrade=False)
    except AnkiException as error:
        raise storage_error(path, error) from error
