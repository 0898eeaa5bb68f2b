"""What Anki's library sends goes to the named server and nowhere else, within limits, whatever the server answers."""

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from srs.anki import sync_client, sync_relay
from srs.anki.package import zstd_module
from srs.anki.server_address import parse_address
from srs.anki.sync_relay import SyncRelay
from srs.core.errors import ServerError
from tests.anki.sync_servers import free_port

Answer = Callable[[socket.socket], None]
KEY = "the-secret-key"
SIZE = "anki-original-size: 2"


class FakeServer:
    """Answers every request in one way, and keeps what it was sent."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.received = answer, b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                try:
                    while not self.received.endswith(b"0\r\n\r\n"):
                        self.received += connection.recv(1 << 16) or b"0\r\n\r\n"
                    self.answer(connection)
                except OSError:
                    pass
                self.received += b"|"

    def close(self) -> None:
        self._listener.close()


@contextmanager
def faked(answer: Answer) -> Iterator[FakeServer]:
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    server = FakeServer(answer)
    try:
        yield server
    finally:
        server.close()


def says(status: str, body: bytes = b"", *headers: str) -> Answer:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
    return lambda connection: connection.sendall(head.encode() + body)


def packed(data: bytes) -> bytes:
    compressed: bytes = zstd_module().compress(data)
    return compressed


def problem_of(server: FakeServer, folder: Path) -> tuple[str, str]:
    """What a download from the server is told to have met."""
    with SyncRelay(parse_address(server.address)) as relay, pytest.raises(ServerError) as raised:
        sync_client.download(relay, KEY, folder / "copy.anki2")
    assert raised.value.address.rstrip("/") == server.address
    return raised.value.problem, raised.value.detail


@pytest.mark.parametrize(
    ("answer", "problem", "detail"),
    [
        (says("403 Forbidden"), "login", "HTTP status 403"),
        (says("409 Conflict"), "busy", "HTTP status 409"),
        (says("501 Not Implemented"), "version", "HTTP status 501"),
        (says("400 Bad Request"), "garbage", "HTTP status 400"),
        (says("404 Not Found", b"<html>"), "garbage", "HTTP status 404"),
        (says("500 Internal Server Error"), "failed", "HTTP status 500"),
        (says("204 No Content"), "garbage", "HTTP status 204"),
        (says("200 OK", b"<html>"), "garbage", "it says nothing that Anki says"),
        (says("200 OK", b"<html>", SIZE), "garbage", "it is not compressed as Anki does"),
        (says("200 OK", packed(b"[]"), SIZE), "refused", ""),
        (lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n"), "garbage", "its answer is not HTTP"),
        (lambda connection: None, "interrupted", "remote end closed connection without response"),
        (
            lambda connection: connection.sendall(
                f"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n{SIZE}\r\n\r\n".encode() + packed(b"{" * 999)[:9]
            ),
            "interrupted",
            "its answer ends too early",
        ),
    ],
)
def test_whatever_a_server_answers_is_told_in_one_way(
    tmp_path: Path, answer: Answer, problem: str, detail: str
) -> None:
    with faked(answer) as server:
        found = problem_of(server, tmp_path)
        assert found[0] == problem
        assert detail in found[1]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_neither_password_nor_key_follow_a_redirect(tmp_path: Path, status: int) -> None:
    with faked(says("403 Forbidden")) as other:
        redirect = says(f"{status} Elsewhere", b"", f"Location: {other.address}/sync/meta")
        with faked(redirect) as server:
            assert problem_of(server, tmp_path) == ("redirect", f"{other.address}/sync/meta")
            assert KEY.encode() in server.received
            with SyncRelay(parse_address(server.address)) as relay, pytest.raises(ServerError) as raised:
                sync_client.log_in(relay, "user", "password", tmp_path / "scratch.anki2")
            assert raised.value.problem == "redirect"
        assert other.received == b""


def test_no_proxy_of_the_environment_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with faked(says("403 Forbidden")) as proxy, faked(says("409 Conflict")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.address)
        before = dict(os.environ)
        assert problem_of(server, tmp_path)[0] == "busy"
        assert proxy.received == b""
        assert dict(os.environ) == before


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_relay, "SILENCE", 0.2)
    with faked(lambda connection: time.sleep(2)) as server:
        assert problem_of(server, tmp_path) == ("silent", "")


def test_a_server_that_answers_by_drops_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_relay, "LONGEST", 0.5)

    def drip(connection: socket.socket) -> None:
        for letter in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" * 9:
            connection.sendall(bytes([letter]))
            time.sleep(0.05)

    with faked(drip) as server:
        assert problem_of(server, tmp_path) == ("slow", "")


def test_an_answer_that_unpacks_without_end_is_given_up(tmp_path: Path) -> None:
    compressor = zstd_module().ZstdCompressor()
    bomb = b"".join(compressor.compress(bytes(1 << 20)) for _ in range(200)) + compressor.flush()
    assert len(bomb) < 1 << 16
    with faked(says("200 OK", bomb, SIZE)) as server:
        assert problem_of(server, tmp_path) == ("too-large", "")


def test_no_server_is_told_at_once(tmp_path: Path) -> None:
    pytest.importorskip("anki")
    with SyncRelay(parse_address(f"http://127.0.0.1:{free_port()}")) as relay, pytest.raises(ServerError) as raised:
        sync_client.download(relay, KEY, tmp_path / "copy.anki2")
    assert (raised.value.problem, raised.value.detail) == ("unreachable", "connection refused")


def test_other_programs_of_this_computer_cannot_use_the_relay() -> None:
    with faked(says("200 OK")) as server, SyncRelay(parse_address(server.address)) as relay:
        own = urlsplit(relay.endpoint)
        for path in ("/", "/sync/meta", f"/{'x' * len(own.path.strip('/'))}/sync/meta", f"{own.path}admin", own.path):
            connection = HTTPConnection(own.netloc, timeout=5)
            connection.request("POST", path, json.dumps({}))
            assert connection.getresponse().status == 404
            connection.close()
        assert server.received == b""
