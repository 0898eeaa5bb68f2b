"""`srs review` and `srs due` sync with an Anki sync server in the background: in a process of its own, so that nothing of it can
be in the way of an answer.
"""

import subprocess
import sys
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from srs.cli.context import Context
from srs.cli.output import say, warn

_FIRST = 2.0  # seconds to wait before the first card
_LAST = 3.0  # seconds to wait at the end of a review
_LONGEST = 10_000  # bytes of what is said


@dataclass(slots=True)
class BackgroundSync:
    """A sync that goes on whatever becomes of this process."""

    process: "subprocess.Popen[bytes]"
    output: IO[bytes]
    told: bool = False

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def news(self) -> str:
        """What came of it, once: a line, empty while it runs and if nothing is to be said."""
        if self.told or self.running:
            return ""
        self.told = True
        self.output.seek(0)
        lines = self.output.read(_LONGEST).decode(errors="replace").splitlines()
        self.output.close()
        return lines[-1] if lines else ""

    def wait(self, seconds: float) -> str:
        """Its news, if it ends within so many seconds."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return ""
        return self.news()

    def leave(self) -> None:
        """Lets it go on alone."""
        self.output.close()
        self.process.returncode = self.process.poll() or 0  # else Python warns of a process that still runs


def start_sync(context: Context) -> BackgroundSync:
    """Raises OSError."""
    given = [*(["--decks", context.deck_folder.asked] if context.deck_folder.asked else [])]
    given += ["--db", context.db] if context.db else []
    output = TemporaryFile()  # noqa: SIM115 - it is read when the sync has ended
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program
            # -P: no file of the working folder is taken for a module
            [sys.executable, "-P", "-m", "srs", *given, "anki", "sync-unasked"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is not meant for it
        )
    except BaseException:
        output.close()
        raise
    return BackgroundSync(process, output)


def sync_before(context: Context) -> BackgroundSync | None:
    """Syncs, and waits at most two seconds for it."""
    try:
        started = start_sync(context)
    except OSError as error:
        warn(f"not synced with Anki: {error.strerror}")
        return None
    try:
        if line := started.wait(_FIRST):
            warn(line)
    except BaseException:
        started.leave()
        raise
    return started


def sync_after(context: Context, before: BackgroundSync) -> None:
    """Syncs once more, if the sync before went well, and waits a few seconds for it; Ctrl-C leaves it alone."""
    last = before
    try:
        if line := before.wait(_LAST):
            say(line)
        if not before.running and before.process.returncode == 0:
            last = start_sync(context)
            if line := last.wait(_LAST):
                say(line)
        if last.running:
            say("The sync with Anki goes on in the background.")
    except (KeyboardInterrupt, OSError):
        pass
    finally:
        last.leave()
