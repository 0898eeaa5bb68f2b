"""A review loop in another program: prints questions and answers, reads ratings from standard input."""

import json
import subprocess
import sys
from typing import Any


def srs(*args: str) -> Any:
    """Run a command of srs and return its JSON output."""
    return json.loads(subprocess.run(["srs", *args, "--json"], check=True, capture_output=True).stdout)


def main() -> None:
    while card := srs("next"):
        print(card["front"], "\n---\n", card["back"], sep="\n")
        print({name: f"{seconds // 60} min" for name, seconds in card["intervals"].items()}, flush=True)
        rating = sys.stdin.readline().strip()
        if not rating:
            break
        answer = srs("answer", card["card"], rating)
        print(f"-> due {answer['due']}\n")


if __name__ == "__main__":
    main()
