"""Single keys from a real pseudo-terminal, whose line may be slow."""

import io
import os
import pty
import threading
import time
from collections.abc import Iterator

import pytest
from rich.console import Console

from srs.review.terminal import keys
from srs.review.terminal.keys import Keys


class Line:
    """What a person types arrives in pieces."""

    def __init__(self, far: int, read: Keys) -> None:
        self.read = read.read
        self.read_text = read.read_text
        self._far = far
        self.sending: list[threading.Thread] = []

    def send(self, *pieces: bytes, pause: float = 0.02) -> None:
        """Returns at once; a pause comes before each piece but the first."""

        def sent() -> None:
            for n, piece in enumerate(pieces):
                time.sleep(pause if n else 0)
                os.write(self._far, piece)

        self.sending.append(threading.Thread(target=sent))
        self.sending[-1].start()


@pytest.fixture
def line() -> Iterator[Line]:
    far, near = pty.openpty()
    read = Keys(near, Console(file=io.StringIO()))
    with read.full_screen():
        line = Line(far, read)
        yield line
        for thread in line.sending:
            thread.join()
    os.close(far)
    os.close(near)


@pytest.mark.parametrize(
    ("pieces", "name"),
    [
        ((b"\x1b[A",), "up"),
        ((b"\x1b", b"[A"), "up"),
        ((b"\x1b", b"[", b"B"), "down"),
        ((b"\x1b[", b"B"), "down"),
        ((b"\x1bO", b"A"), "up"),
        ((b"\x1b[1", b";5", b"A"), "unknown"),
        ((b"\x1b", b"x"), "unknown"),
        (("한".encode()[:1], "한".encode()[1:]), "한"),
    ],
)
def test_a_key_that_arrives_in_pieces_is_one_key(
    line: Line, monkeypatch: pytest.MonkeyPatch, pieces: tuple[bytes, ...], name: str
) -> None:
    monkeypatch.setattr(keys, "_ESCAPE_TIMEOUT", 10)  # this machine may be slow as well
    monkeypatch.setattr(keys, "_SEQUENCE_TIMEOUT", 10)
    line.send(*pieces, b"q")
    assert [line.read(), line.read()] == [name, "q"]


def test_escape_alone_is_a_key(line: Line) -> None:
    line.send(b"\x1b")
    assert line.read() == "escape"
    line.send(b"\x1b")
    assert line.read_text() == "escape"
    line.send(b"\x1b\x1b")
    assert [line.read(), line.read()] == ["escape", "escape"]


def test_what_never_ends_is_no_key_that_is_waited_for(line: Line) -> None:
    line.send(b"\x1b[" + b"0" * 500)
    assert line.read() == "unknown"
