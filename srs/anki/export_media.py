"""Pictures and sounds of a package that is written. Anki has one flat folder for all media, so names must be unique."""

import json
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

_LONGEST_STEM = 40
_CHUNK = 1 << 20  # bytes


class MediaFile(NamedTuple):
    """A file, and the name it has in Anki."""

    name: str
    path: Path


def media_file(path: Path) -> MediaFile:
    """The file with a name made from its content and its own name: a changed file is a new one in Anki. Raises OSError."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()[:12]
    letters = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", letters)[:_LONGEST_STEM].strip("-")
    return MediaFile(f"srs-{digest}{f'-{words}' if words else ''}{path.suffix.lower()}", path)


def media_list(files: Sequence[MediaFile]) -> bytes:
    """The member `media` of a package: the name of each numbered file."""
    return json.dumps({str(number): file.name for number, file in enumerate(files)}).encode()


def store_file(package: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
    """Streams a file into the package uncompressed, as pictures and sounds are compressed already."""
    info.compress_type = zipfile.ZIP_STORED
    with path.open("rb") as source, package.open(info, "w") as target:
        shutil.copyfileobj(source, target, _CHUNK)
