"""Pictures and sounds in a package. Anki has one flat folder for all that a learner has, so names must not meet."""

import json
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

_LONGEST = 40
_AT_ONCE = 1 << 20  # bytes


class MediaFile(NamedTuple):
    """A file, and the name it has in Anki."""

    name: str
    path: Path


def media_file(path: Path) -> MediaFile:
    """Its name in Anki follows from what it holds and what it is called: a file that changed is another one there, and
    one that stayed is not taken twice. Raises OSError.
    """
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()[:12]
    letters = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", letters)[:_LONGEST].strip("-")
    return MediaFile(f"srs-{digest}{f'-{words}' if words else ''}{path.suffix.lower()}", path)


def listing(files: Sequence[MediaFile]) -> bytes:
    """The member `media`: which number is which file."""
    return json.dumps({str(number): file.name for number, file in enumerate(files)}).encode()


def copy(package: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
    """Streams a file into the package, as it is: pictures and sounds are packed already."""
    info.compress_type = zipfile.ZIP_STORED
    with path.open("rb") as source, package.open(info, "w") as target:
        shutil.copyfileobj(source, target, _AT_ONCE)
