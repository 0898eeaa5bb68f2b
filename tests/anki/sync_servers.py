"""A real Anki sync server on this computer, and real Anki collections that sync with it."""

import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from srs.anki.server_address import ServerAddress, parse_address
from srs.anki.sync_server import sync_server

USER, PASSWORD = "Kim Lee", "geheim 비밀"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class TestServer:
    """It can be stopped, started again at the same address, and emptied meanwhile."""

    __test__ = False

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder, self.port, self.environment = folder, free_port(), environment
        self._running: Any = None

    @property
    def address(self) -> ServerAddress:
        return parse_address(f"http://127.0.0.1:{self.port}")

    def start(self) -> None:
        self._running = sync_server(self.folder, "127.0.0.1", self.port, USER, PASSWORD, self.environment)
        self._running.__enter__()

    def stop(self) -> None:
        if self._running:
            self._running.__exit__(None, None, None)
        self._running = None

    def wipe(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)
        self.start()


@contextmanager
def started_server(folder: Path, environment: Mapping[str, str] = {}) -> Iterator[TestServer]:
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    server = TestServer(folder, environment)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Phone:
    """A device of the learner's: a collection of real Anki."""

    def __init__(self, path: Path, server: TestServer) -> None:
        from anki.collection import Collection  # noqa: PLC0415 - it may be missing

        path.parent.mkdir(parents=True, exist_ok=True)
        self.collection: Any = Collection(str(path))
        self.auth = self.collection.sync_login(USER, PASSWORD, str(server.address))

    def sync(self, *, upload: bool = False) -> int:
        """What Anki said to be required; where both sides differ in all, it downloads unless it is to `upload`."""
        output = self.collection.sync_collection(self.auth, False)
        required: int = output.required
        if required >= 2:
            self.collection.close_for_full_sync()
            upload = required == 4 or (required == 2 and upload)
            self.collection.full_upload_or_download(auth=self.auth, server_usn=None, upload=upload)
            self.collection.reopen(after_full_sync=True)
        self.collection.sync_media(self.auth)
        while self.collection.media_sync_status().active:
            pass
        return required

    def note(self, name: str) -> Any:
        """The note of ours with this id."""
        return self.collection.get_note(self.collection.find_notes(f'"Srs:{name} *"')[0])

    def answer(self, name: str, rating: int) -> None:
        card = self.note(name).cards()[0]
        card.start_timer()
        states = self.collection._backend.get_scheduling_states(card.id)
        answer = self.collection.sched.build_answer(card=card, states=states, rating=rating - 1)
        self.collection.sched.answer_card(answer)

    def edit(self, name: str, text: str) -> None:
        note = self.note(name)
        note["Back"] = text
        self.collection.update_note(note)

    def add_own(self, front: str) -> None:
        note = self.collection.new_note(self.collection.models.by_name("Basic"))
        note["Front"] = front
        self.collection.add_note(note, self.collection.decks.id("Own"))

    def reviews(self) -> int:
        count: int = self.collection.db.scalar("select count() from revlog")
        return count
