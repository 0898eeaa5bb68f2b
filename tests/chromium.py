"""Real Chromium, driven through a pipe by its own protocol: pages that wait, reload and hold frames."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import F_DUPFD, fcntl
from io import FileIO
from typing import Any

import pytest


class Chromium:
    """One page. `messages` are those of its console."""

    def __init__(self, read: FileIO, write: FileIO) -> None:
        self._read, self._write = read, write
        self._buffer, self._number, self._session = b"", 0, ""
        self.messages: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        answer = self._ask(method, **parameters)
        assert "error" not in answer, answer
        return answer["result"]

    def _ask(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._write.write(json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            if answer.get("method") in {"Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"}:
                self.messages.append(json.dumps(answer["params"]))
        return answer

    def _next(self) -> Any:
        while b"\0" not in self._buffer:
            data = self._read.read(1 << 16)
            assert data, "chromium has ended"
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(line)

    def open(self, address: str, width: int = 1280, height: int = 1000) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.call("Page.navigate", url=address)

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wait(self, script: str) -> None:
        """Waits until the expression is true; while a page is loaded, it may fail."""
        for _ in range(600):
            answer = self._ask("Runtime.evaluate", expression=f"!!({script})", returnByValue=True)
            if answer.get("result", {}).get("result", {}).get("value") is True:
                return
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}; {self.messages}")


@contextmanager
def chromium() -> Iterator[Chromium]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    (their_read, our_write), (our_read, their_write) = os.pipe(), os.pipe()
    # it reads from 3 and writes to 4, so these numbers must be free
    high = [fcntl(number, F_DUPFD, 10) for number in (their_read, their_write)]
    command = f"exec {program} --headless --no-sandbox --disable-gpu --remote-debugging-pipe 3<&{high[0]} 4>&{high[1]}"
    with subprocess.Popen(
        ["bash", "-c", command], pass_fds=high, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        for number in (their_read, their_write, *high):
            os.close(number)
        try:
            with FileIO(our_read, "rb") as read, FileIO(our_write, "wb") as write:
                yield Chromium(read, write)
        finally:
            child.kill()
