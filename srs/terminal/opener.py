"""Shows a picture or plays a sound with a program that is installed."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from srs.media import Kind

_PROGRAMS: Mapping[Kind, Mapping[str, list[str]]] = {
    "picture": {"xdg-open": []},
    "sound": {
        "mpv": ["--no-video", "--really-quiet"],
        "ffplay": ["-nodisp", "-autoexit", "-loglevel", "quiet"],
        "pw-play": [],
        "paplay": [],
        "xdg-open": [],
    },
}
_OF_MACS: Mapping[Kind, Mapping[str, list[str]]] = {"picture": {"open": []}, "sound": {"afplay": []}}
"""Program → its options, the best first."""

_ACTIVE = re.compile(rb"script|<!entity|\son[a-z]+\s*=", re.IGNORECASE)


def start(kind: Kind, path: Path) -> str:
    """Starts the program and does not wait for it. Returns what to say: what shows the file, or why nothing does.

    `path` is absolute, so that no program takes it for an option. A browser may be what opens an SVG, and would obey
    the scripts in it: such a file is not opened.
    """
    if path.suffix.lower() == ".svg" and _active(path):
        return f"{path.name} holds a script and is not opened from here."
    programs = (_OF_MACS if sys.platform == "darwin" else _PROGRAMS)[kind]
    for program, options in programs.items():
        if found := shutil.which(program):
            try:
                subprocess.Popen(  # noqa: S603 - one of these programs, and a file of the deck folder
                    [found, *options, str(path)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError as error:
                return f"{program} cannot be started ({error.strerror})."
            return f"{program}: {path.name}"
    verb = "shows pictures" if kind == "picture" else "plays sounds"
    return f"No program is installed here that {verb}; looked for {', '.join(programs)}."


def _active(path: Path) -> bool:
    try:
        data = path.read_bytes()
    except OSError:
        return True
    return b"\0" in data or _ACTIVE.search(data) is not None  # a NUL: not UTF-8, and not to be searched like that
