"""Gives a page to the browsers of this computer alone, under an address that nobody can guess."""

import json
import re
import sys
import threading
from collections.abc import Mapping
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from srs.anki.export_media import media_file
from srs.anki.preview import picture_type

_HOST = "127.0.0.1"
_PATIENCE = 20.0  # seconds that a browser waits for a change before it asks again
_IDLE = 30.0  # seconds until a connection that asks nothing is closed
_MOST_CONNECTIONS = 64  # at once
_PAGE = "text/html; charset=utf-8"
_CHANGES = re.compile(r"changes/(\d{1,9})")


class PreviewServer(ThreadingHTTPServer):
    """Listens on `port`, any free one for 0, once it is made; answers between `__enter__` and `__exit__`. Raises OSError."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = sys.platform != "win32"  # there it would share the port with another program

    def __init__(self, port: int) -> None:
        self.token = token_urlsafe(24)
        self.page = b""
        self.pictures: Mapping[str, Path] = {}
        self.version = 0
        self.changed = threading.Condition()
        self._free = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        super().__init__((_HOST, port), _Handler)

    @property
    def origin(self) -> str:
        return f"http://{_HOST}:{self.server_address[1]}"

    @property
    def address(self) -> str:
        return f"{self.origin}/{self.token}/"

    def publish(self, page: bytes, pictures: Mapping[str, Path], version: int) -> None:
        with self.changed:
            self.page, self.pictures, self.version = page, pictures, version
            self.changed.notify_all()

    def __enter__(self) -> "PreviewServer":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that has gone away is no error of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    timeout = _IDLE

    def do_GET(self) -> None:
        if self.headers.get_all("Host") != [self.server.origin.removeprefix("http://")]:
            self._answer(403)  # another name that leads here, so the page of a stranger asks
            return
        token, slash, name = self.path.removeprefix("/").partition("/")
        if not (compare_digest(token.encode(), self.server.token.encode()) and slash):
            self._answer(404)
        elif not name:
            self._answer(200, _PAGE, self.server.page)
        elif found := _CHANGES.fullmatch(name):
            self._wait(int(found[1]))
        else:
            self._picture(name)

    def _wait(self, version: int) -> None:
        """Answers with the version of the page as soon as it is another."""
        with self.server.changed:
            self.server.changed.wait_for(lambda: self.server.version != version, _PATIENCE)
            current = self.server.version
        self._answer(200, "application/json", json.dumps(current).encode())

    def _picture(self, name: str) -> None:
        """One of the page's pictures, if its content is still the one in its name."""
        path = self.server.pictures.get(name)
        try:
            if path is None or media_file(path).name != name:
                self._answer(404)
                return
            self._answer(200, picture_type(name), path.read_bytes())
        except OSError:
            self._answer(404)

    def _answer(self, status: int, kind: str = "text/plain", body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        # a picture that is opened by itself does nothing either
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'" + ("; sandbox" if kind != _PAGE else ""))
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, *_: object) -> None:
        """Says nothing about the server. Anything but GET ends here."""
        self._answer(405 if code == 501 else code)

    def version_string(self) -> str:
        return "srs"

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""
