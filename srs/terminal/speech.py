"""Speaks a text with a program that is installed; without one, nothing is heard and nothing is said."""

import contextlib
import shutil
import subprocess

_PROGRAMS = {
    "say": ["-f", "-"],
    "espeak-ng": ["--stdin", "-v", "{tag}"],
    "spd-say": ["-e", "-l", "{code}"],
}
"""Program → its arguments. All read the text from standard input, so that it is never taken for an option."""


def speak(text: str, tag: str) -> None:
    """Starts to speak and does not wait. `tag` is the language's BCP 47 tag."""
    for program, arguments in _PROGRAMS.items():
        if path := shutil.which(program):
            filled = [argument.format(tag=tag.lower(), code=tag.partition("-")[0]) for argument in arguments]
            with contextlib.suppress(OSError):
                process = subprocess.Popen(  # noqa: S603 - one of three programs, and no text among its arguments
                    [path, *filled],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
                assert process.stdin is not None
                process.stdin.write(text.encode())
                process.stdin.close()
            return
