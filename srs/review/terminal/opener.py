"""Shows a picture, or plays a sound or a video, with a program that is installed."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from srs.core.media_types import MediaKind

_PROGRAMS: Mapping[MediaKind, Mapping[str, list[str]]] = {
    "picture": {"xdg-open": []},
    "sound": {
        "mpv": ["--no-video", "--really-quiet"],
        "ffplay": ["-nodisp", "-autoexit", "-loglevel", "quiet"],
        "pw-play": [],
        "paplay": [],
        "xdg-open": [],
    },
    "video": {"mpv": ["--really-quiet"], "ffplay": ["-autoexit", "-loglevel", "quiet"], "xdg-open": []},
}
_MAC_PROGRAMS: Mapping[MediaKind, Mapping[str, list[str]]] = {
    "picture": {"open": []},
    "sound": {"afplay": []},
    "video": {"open": []},
}
"""Program → its options, the best first."""


def start(kind: MediaKind, path: Path) -> str:
    """Starts a program that shows the file, and does not wait for it. Returns which, or why none does, as a sentence.

    `path` is absolute, so that no program takes it for an option, and one that `MediaFolder` has found: a browser may be
    what opens an SVG, and would obey the scripts in it.
    """
    programs = (_MAC_PROGRAMS if sys.platform == "darwin" else _PROGRAMS)[kind]
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
    verb = "shows pictures" if kind == "picture" else f"plays {kind}s"
    return f"No program is installed here that {verb}; looked for {', '.join(programs)}."
