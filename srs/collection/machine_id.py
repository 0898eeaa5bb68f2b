"""The id of this machine: random, made once, in a file outside the database, so that it is not copied with it."""

import os
import re
import secrets
from pathlib import Path

from srs.core.errors import BadInput, TargetError
from srs.core.files import create_private, make_private_folder


def machine_id(path: Path) -> str:
    """Sixteen hexadecimal digits, read from `path` or made there.

    Raises BadInput if the file holds something else, OSError if it cannot be read, TargetError if it cannot be made.
    """
    try:
        text = path.read_text("ascii", "replace").strip()
    except FileNotFoundError:
        text = _make(path)
    if not re.fullmatch("[0-9a-f]{16}", text):
        raise BadInput(str(path), text[:40], "sixteen hexadecimal digits; delete the file to have a new id made")
    return text


def _make(path: Path) -> str:
    """Writes a complete file and links it into place: of two processes, the first one's id stays."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        make_private_folder(path.parent)
        with create_private(fresh) as file:
            file.write(secrets.token_hex(8).encode() + b"\n")
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_text("ascii", "replace").strip()
    except OSError as error:
        raise TargetError(path, "not-writable", error.strerror or "") from error
