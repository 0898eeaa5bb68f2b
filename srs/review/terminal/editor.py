"""Opens the learner's editor at a line."""

import os
import shlex
import subprocess
from pathlib import Path

_GOTO = {
    "code": ["--wait", "--goto", "{file}:{line}"],
    "codium": ["--wait", "--goto", "{file}:{line}"],
    "subl": ["--wait", "{file}:{line}"],
    "zed": ["--wait", "{file}:{line}"],
    "hx": ["{file}:{line}"],
}
"""Editors that do not know `+LINE FILE`, which vi, nano, emacs, micro and kak do."""


def edit(file: Path, line: int) -> str:
    """Waits until the editor (`VISUAL`, else `EDITOR`, else vi) ends. Returns what went wrong, in a sentence, or nothing."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        program, *options = shlex.split(command)
    except ValueError:
        return f"EDITOR is not a command: {command}"
    arguments = _GOTO.get(Path(program).name, ["+{line}", "{file}"])
    try:
        filled = [argument.format(file=file, line=line) for argument in arguments]
        done = subprocess.run([program, *options, *filled], check=False)  # noqa: S603 - the learner's own choice
    except OSError as error:
        return f"The editor {program} cannot be started ({error.strerror}); set EDITOR to one that is installed."
    return f"The editor ended with status {done.returncode}." if done.returncode else ""
