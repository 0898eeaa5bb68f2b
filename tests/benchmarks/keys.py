"""How long it takes from a key press to the next card on the screen, in a collection of many cards.

Drives the real program on a real pseudo-terminal: space, wait for the buttons, 3, wait for the next question.
Usage: keys.py [CARDS]; 100,000 without one. Prints the distribution; at most 30 ms is wanted.
"""

import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ANSWERS = 100
FILES = 20
SRS = Path(sys.executable).with_name("srs")


def decks(folder: Path, cards: int) -> None:
    for file in range(FILES):
        notes = "".join(
            f"- {{id: n{file}-{n}, front: question {file} {n}, back: answer}}\n" for n in range(cards // FILES)
        )
        (folder / f"{file:02}.yaml").write_text(f"deck: D{file:02}\nnotes:\n{notes}")


def wait(terminal: int, text: bytes, patience: float = 60) -> bool:
    """Whether the text came within so many seconds."""
    seen, until = b"", time.monotonic() + patience
    while text not in seen:
        ready, _, _ = select.select([terminal], [], [], max(until - time.monotonic(), 0))
        if not ready:
            return False
        seen += os.read(terminal, 65536)
    return True


def pressed(terminal: int, key: bytes, text: bytes) -> float:
    """Milliseconds until the text stands on the screen. A key that came while the card was still being drawn was not meant
    for it and is thrown away, so it is pressed again; only the press that counted is timed.
    """
    for _ in range(10):
        start = time.perf_counter()
        os.write(terminal, key)
        if wait(terminal, text, patience=5):
            return (time.perf_counter() - start) * 1000
    raise SystemExit(f"the review does not answer to {key!r}")


def measured(answers: int, *options: str) -> list[float]:
    """Milliseconds for each answer."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(SRS, [str(SRS), "review", *options])
    if not wait(terminal, b"space reveals"):
        raise SystemExit("the review shows no card")
    times = []
    for _ in range(answers):
        time.sleep(0.03)  # the learner looks at it
        pressed(terminal, b" ", b"1\xe2\x80\x934 rate")
        time.sleep(0.03)
        times.append(pressed(terminal, b"3", b"space reveals"))
    os.kill(pid, 15)
    os.waitpid(pid, 0)
    return times


def main() -> None:
    cards = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "decks"
        folder.mkdir()
        decks(folder, cards)
        (Path(home) / "settings.toml").write_text("new = 1000\n")
        os.environ |= {
            "XDG_DATA_HOME": home,
            "SRS_DB": f"{home}/srs.db",
            "SRS_DECKS": str(folder),
            "SRS_SETTINGS": f"{home}/settings.toml",
        }
        start = time.perf_counter()
        subprocess.run([SRS, "due"], check=True, stdout=subprocess.DEVNULL)
        print(f"first sync of {cards} cards: {time.perf_counter() - start:.1f} s")
        told("1000 new cards a day", measured(ANSWERS))
        told("every card in the queue", measured(ANSWERS, "--cram"))


def told(what: str, times: list[float]) -> None:
    ordered = sorted(times)
    shares = {"median": 0.5, "90 %": 0.9, "95 %": 0.95, "most": 1.0}
    values = {name: ordered[min(int(share * len(ordered)), len(ordered) - 1)] for name, share in shares.items()}
    shown = ", ".join(f"{name} {value:.1f} ms" for name, value in values.items())
    print(f"{what}, {len(times)} answers: {shown}, mean {statistics.mean(times):.1f} ms; at most 30 ms is wanted")


if __name__ == "__main__":
    main()
