"""Passes on what Anki's library sends to a sync server, and what that answers.

The library is given an address of this computer. So nothing goes to an address that the learner has not named (the library
itself follows some redirects, and the proxies of the environment), nothing takes longer than its limit, no answer unpacks
to more than the memory holds, and what went wrong is known.
"""

import contextlib
import http.client
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any, TypeVar

from srs.anki.package import LARGEST, largest_unpacked, zstd_module
from srs.anki.server_address import ServerAddress
from srs.core.errors import ServerError, ServerProblem

SILENCE = 20
"""Seconds that the server may send nothing."""

LONGEST = 600
"""Seconds that a step may take: a download, an upload, the pictures and sounds."""

_HOST = "127.0.0.1"
_CHUNK = 1 << 16  # bytes
_STEP = 1 << 20  # bytes unpacked at once
_METHOD = re.compile(r"(?:sync|msync)/\w{1,40}")
_PROBLEMS: dict[int, ServerProblem] = {
    HTTPStatus.FORBIDDEN: "login",
    HTTPStatus.CONFLICT: "busy",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "upload-too-large",
    HTTPStatus.NOT_IMPLEMENTED: "version",
}

T = TypeVar("T")


class SyncRelay:
    """Between `__enter__` and `__exit__`, what is sent to `endpoint` goes on to the server."""

    def __init__(self, server: ServerAddress) -> None:
        self.server = server
        self.token = token_urlsafe(24)
        self.problem: ServerError | None = None
        self.waiting = False  # for the server to begin its answer
        self._open: set[http.client.HTTPConnection] = set()
        self._stopped = False
        self._lock = threading.Lock()
        self._listener = _Listener((_HOST, 0), _Handler)
        self._listener.relay = self

    @property
    def endpoint(self) -> str:
        return f"http://{_HOST}:{self._listener.server_address[1]}/{self.token}/"

    def __enter__(self) -> "SyncRelay":
        threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._listener.shutdown()
        self._listener.server_close()

    def run(self, call: Callable[[], T]) -> T:
        """Calls Anki's library, which cannot be interrupted, in a thread of its own. Raises ServerError for what went wrong
        on the way to the server, else what the library raises.
        """
        results: list[T] = []
        errors: list[BaseException] = []

        def work() -> None:
            try:
                results.append(call())
            except BaseException as error:  # noqa: BLE001 - raised again below
                errors.append(error)

        timer = self._begin()
        thread = threading.Thread(target=work, daemon=True)
        try:
            with _without_proxy():
                thread.start()
                while thread.is_alive():  # in short steps, so that Ctrl-C is noticed everywhere
                    thread.join(0.2)
        except BaseException:
            self.stop()
            thread.join(SILENCE)
            raise
        finally:
            timer.cancel()
        if errors and self.waiting:
            self.fail("silent")  # the library gives up sooner now and then
        if self.problem and errors:
            raise self.problem from errors[0]
        if errors:
            raise errors[0]
        return results[0]

    def _begin(self) -> threading.Timer:
        self.problem, self.waiting = None, False
        timer = threading.Timer(LONGEST, self._time_is_up)
        timer.daemon = True
        timer.start()
        return timer

    def fail(self, problem: ServerProblem, detail: str = "") -> None:
        """Notes what went wrong first."""
        with self._lock:
            if self.problem is None:
                self.problem = ServerError(str(self.server), problem, detail)

    def connect(self) -> http.client.HTTPConnection:
        """Raises OSError; none is made after `stop`."""
        host, port = self.server.host, self.server.port
        connection: http.client.HTTPConnection
        if self.server.scheme == "https":
            connection = http.client.HTTPSConnection(host, port, timeout=SILENCE)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=SILENCE)
        connection.connect()
        with self._lock:
            if self._stopped:
                connection.close()
                raise ConnectionAbortedError
            self._open.add(connection)
        return connection

    def release(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def _time_is_up(self) -> None:
        self.fail("slow")
        self.stop()

    def stop(self) -> None:
        """Ends all that is going on, and lets nothing begin."""
        with self._lock:
            self._stopped = True
            for connection in self._open:
                with contextlib.suppress(OSError, AttributeError):  # it may just have been closed
                    connection.sock.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _without_proxy() -> Iterator[None]:
    """The library would send requests to our own address through a proxy that the environment or the system names."""
    before = {name: os.environ.get(name) for name in ("NO_PROXY", "no_proxy")}
    os.environ.update(dict.fromkeys(before, _HOST))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = sys.platform != "win32"  # there it would share the port with another program
    relay: SyncRelay

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone away is no error of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _BadAnswer(Exception):
    """The server's answer cannot be passed on."""

    def __init__(self, problem: ServerProblem, detail: str = "") -> None:
        self.problem, self.detail = problem, detail


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    timeout = LONGEST
    disable_nagle_algorithm = True
    upstream: http.client.HTTPConnection | None = None
    begun = False  # to answer

    def do_POST(self) -> None:
        token, _, method = self.path.removeprefix("/").partition("/")
        if not (compare_digest(token.encode(), self.server.relay.token.encode()) and _METHOD.fullmatch(method)):
            self.close_connection = True
            self._answer(HTTPStatus.NOT_FOUND)
            return
        relay, self.upstream, self.begun = self.server.relay, None, False
        try:
            answer = self._ask(method)
            if answer.status != HTTPStatus.OK:
                relay.fail(*_status_problem(answer))
            self._pass_back(answer)
        except _BadAnswer as bad:
            self._give_up(bad.problem, bad.detail)
        except TimeoutError:
            self._give_up("silent")
        except (http.client.HTTPException, OSError, EOFError, ValueError) as error:
            cut = isinstance(error, OSError | http.client.IncompleteRead | EOFError)
            broken: ServerProblem = "interrupted" if cut else "garbage"
            self._give_up(broken if self._connected() else "unreachable", _reason(error))
        finally:
            self._disconnect()

    def _connected(self) -> bool:
        return self.upstream is not None

    def _disconnect(self) -> None:
        if self.upstream:
            self.server.relay.release(self.upstream)

    def _ask(self, method: str) -> http.client.HTTPResponse:
        relay = self.server.relay
        relay.waiting = True
        self.upstream = relay.connect()  # a new one each time: the server closes some, having answered too early
        sent = {name: value for name, value in self.headers.items() if name.lower() in _SENT_ON}
        chunked = self.headers.get("Transfer-Encoding", "").lower() == "chunked"
        sent |= (
            {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": self.headers["Content-Length"] or "0"}
        )
        path = f"{relay.server.path}{method}"
        self.upstream.request("POST", path, body=self._body(chunked=chunked), headers=sent, encode_chunked=chunked)
        answer = self.upstream.getresponse()
        relay.waiting = False
        return answer

    def _body(self, *, chunked: bool) -> Iterator[bytes]:
        left = 0 if chunked else int(self.headers["Content-Length"] or 0)
        while left or chunked:
            if not left:
                left = int(self.rfile.readline(_CHUNK).partition(b";")[0], 16)
                if not left:
                    while self.rfile.readline(_CHUNK).strip():
                        pass  # trailers
                    return
            data = self.rfile.read(min(left, _CHUNK))
            if not data:
                raise EOFError
            left -= len(data)
            yield data
            if chunked and not left:
                self.rfile.readline(_CHUNK)

    def _pass_back(self, answer: http.client.HTTPResponse) -> None:
        """In chunks; of what is compressed no more than a limit unpacks."""
        counter = _Unpacked() if answer.status == HTTPStatus.OK else None
        if counter and _SIZE not in answer.headers:
            raise _BadAnswer("garbage", "it says nothing that Anki says")
        redirects = not counter and answer.status < HTTPStatus.BAD_REQUEST  # which the library would follow
        self.begun = True
        self.send_response(HTTPStatus.BAD_GATEWAY if redirects else answer.status)
        for name, value in answer.headers.items():
            if name.lower() in _SENT_BACK:
                self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        size = 0
        while data := answer.read1(_CHUNK):
            size += len(data)
            if size > LARGEST:
                raise _BadAnswer("too-large")
            if counter:
                counter.add(data, size)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        if answer.length:
            raise http.client.IncompleteRead(b"")
        self.wfile.write(b"0\r\n\r\n")

    def _give_up(self, problem: ServerProblem, detail: str = "") -> None:
        self.server.relay.fail(problem, detail)
        self.close_connection = True
        if not self.begun:
            self._answer(HTTPStatus.BAD_GATEWAY)

    def _answer(self, status: int) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")
            self.end_headers()

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()

    def send_error(self, code: int, *_: object) -> None:
        """Anything but POST ends here."""
        self._answer(code)

    def version_string(self) -> str:
        return "srs"

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


_SIZE = "anki-original-size"
_SENT_ON = {"anki-sync", "content-type", _SIZE}
_SENT_BACK = {"content-type", _SIZE}


class _Unpacked:
    """Counts what the server's data unpacks to: a few kilobytes may become gigabytes."""

    def __init__(self) -> None:
        self._zstd = zstd_module()
        self._stream = self._zstd.ZstdDecompressor()
        self._size = 0

    def add(self, data: bytes, packed: int) -> None:
        """`packed` is the size of all data so far. Raises _BadAnswer."""
        if self._stream.eof:
            raise _BadAnswer("garbage", "more data than it announced")
        try:
            while True:
                self._size += len(self._stream.decompress(data, _STEP))
                if self._size > largest_unpacked(packed):
                    raise _BadAnswer("too-large")
                if self._stream.eof or self._stream.needs_input:
                    return
                data = b""
        except self._zstd.ZstdError as error:
            raise _BadAnswer("garbage", "it is not compressed as Anki does") from error


def _status_problem(answer: http.client.HTTPResponse) -> tuple[ServerProblem, str]:
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        return "redirect", answer.headers.get("Location", "")
    failed = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return _PROBLEMS.get(answer.status, "failed" if failed else "garbage"), f"HTTP status {answer.status}"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return {"RemoteDisconnected": "it closed the connection", "IncompleteRead": "its answer ends too early"}.get(
        type(error).__name__, "its answer is not HTTP"
    )
