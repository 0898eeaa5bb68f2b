"""What was said, as text: from a file, or from what a transcriber prints."""

import re
from pathlib import Path

from srs.core.errors import BadInput
from srs.interview.run_program import MAX_OUTPUT

# whisper prints `[00:00.000 --> 00:04.000]  text`
_TIMES = re.compile(r"^[ \t]*+\[[\d:.,]{1,16} ?--> ?[\d:.,]{1,16}\][ \t]*+", re.MULTILINE)


def clean(text: str) -> str:
    """Without the times that some transcribers print before each line."""
    return _TIMES.sub("", text).strip()


def read_transcript(path: Path) -> str:
    """At most 1 MB of UTF-8. Raises BadInput, with a reason in its text."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_OUTPUT + 1)
    except OSError as error:
        raise BadInput("the transcript", str(path), f"a file that can be read ({error.strerror})") from error
    return decode(data, str(path))


def decode(data: bytes, name: str) -> str:
    """Raises BadInput."""
    if len(data) > MAX_OUTPUT:
        raise BadInput("the transcript", name, "at most 1 MB")
    try:
        return clean(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput("the transcript", name, "a text in UTF-8") from error
