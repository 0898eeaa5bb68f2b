"""Runs Anki's own sync server in a child process, with its data in our data folder."""

import contextlib
import ipaddress
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from srs.anki.server_address import ServerAddress
from srs.core.errors import BadInput, ServerError, TargetError
from srs.core.files import make_private_folder

_PATIENCE = 20.0  # seconds until it listens
_PAUSE = 0.05  # seconds between two looks
_LINES = 20  # of its log that are kept


@contextmanager
def sync_server(
    folder: Path, host: str, port: int, user: str, password: str, environment: Mapping[str, str]
) -> Iterator["RunningServer"]:
    """The server listens within the block. Raises BadInput, ServerError, TargetError."""
    address = reachable_address(host, port)
    _check_port(host, port, address)
    try:
        make_private_folder(folder)
    except OSError as error:
        raise TargetError.from_os_error(folder, error) from error
    own = {name: value for name, value in environment.items() if not name.startswith(("SYNC_", "PASSWORDS_HASHED"))}
    own |= {"SYNC_USER1": f"{user}:{password}", "SYNC_BASE": str(folder), "SYNC_HOST": host, "SYNC_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "anki.syncserver"],
        env=own | {"RUST_LOG": "anki=error", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for us alone: we end it
    )
    running = RunningServer(address, process)
    try:
        running.wait_until_it_listens(host, port)
        yield running
    finally:
        running.stop()


class RunningServer:
    """`address` is where other devices reach it."""

    def __init__(self, address: ServerAddress, process: "subprocess.Popen[bytes]") -> None:
        self.address = address
        self._process = process
        self._lines = deque[str](maxlen=_LINES)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.append(line.decode(errors="replace").strip())

    def wait_until_it_listens(self, host: str, port: int) -> None:
        """Raises ServerError if it ends, or takes too long."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if self._process.poll() is not None:
                self.wait()
            with contextlib.suppress(OSError), socket.create_connection((_own(host), port), timeout=1):
                return
            time.sleep(_PAUSE)
        raise ServerError(str(self.address), "ended", "it does not listen")

    def wait(self) -> None:
        """Waits until the server ends by itself, which it should not. Raises ServerError then."""
        while self._process.poll() is None:  # in short steps, so that Ctrl-C is noticed everywhere
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
        self._reader.join(1)
        raise ServerError(str(self.address), "ended", " ".join(filter(None, self._lines)))

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(1)
        if self._process.stdout:
            self._process.stdout.close()


def is_local(address: ServerAddress) -> bool:
    """Whether only this computer reaches it."""
    try:
        return ipaddress.ip_address(address.host).is_loopback
    except ValueError:
        return address.host == "localhost"


def reachable_address(host: str, port: int) -> ServerAddress:
    """The address of a server that listens at `host`: if that means all addresses, the one in the local network.

    Raises BadInput.
    """
    try:
        number = ipaddress.ip_address(host)
    except ValueError as error:
        if host == "localhost":
            return ServerAddress("http", host, port, "/")
        raise BadInput(
            "--host", host, "an address of this computer in figures, such as 127.0.0.1 or 0.0.0.0"
        ) from error
    return ServerAddress("http", _network_address(number) if number.is_unspecified else host, port, "/")


def _network_address(unspecified: "ipaddress.IPv4Address | ipaddress.IPv6Address") -> str:
    """From which this computer would speak to others; nothing is sent."""
    family, anywhere = (
        (socket.AF_INET, "192.0.2.1") if unspecified.version == 4 else (socket.AF_INET6, "2001:db8::1")
    )  # addresses for documentation, which nobody has
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((anywhere, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1" if unspecified.version == 4 else "::1"


def _own(host: str) -> str:
    """How to reach it from here."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def _check_port(host: str, port: int, address: ServerAddress) -> None:
    """Raises ServerError if nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise ServerError(str(address), "port", (error.strerror or str(error)).lower()) from error
