"""Keeps the keys of sync servers: one for each address, in a file that only its owner can read."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from srs.anki.server_address import ServerAddress
from srs.core.errors import BadInput, TargetError
from srs.core.files import atomic_write, make_private_folder

_LONGEST_NAME = 100  # characters


class Login(NamedTuple):
    """What the server gave for a password."""

    user: str
    key: str


def check_user(name: str) -> str:
    """The name. Raises BadInput if a server could not tell it from its password, or make a folder of its name."""
    bad = ":" in name or "/" in name or "\\" in name or name.startswith(".") or name != name.strip()
    if not name or bad or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise BadInput("--user", name, "a name without : / \\ and control characters that begins with no dot or space")
    return name


def read_login(file: Path, server: ServerAddress) -> Login | None:
    """None as well where the file cannot be read: one can log in again."""
    found = _read(file).get(str(server))
    if not isinstance(found, dict):
        return None
    user, key = found.get("user"), found.get("key")
    return Login(user, key) if isinstance(user, str) and isinstance(key, str) and key.isascii() and key else None


def last_server(file: Path) -> str | None:
    """The address that was used last."""
    return next(reversed(_read(file)), None)


def keep_login(file: Path, server: ServerAddress, login: Login) -> None:
    """The server is the one used last. Raises TargetError."""
    others = {address: found for address, found in _read(file).items() if address != str(server)}
    logins = {**others, str(server): login._asdict()}
    try:
        make_private_folder(file.parent)
        with atomic_write(file, 0o600) as stream:
            stream.write(json.dumps(logins, indent=1).encode())
    except OSError as error:
        raise TargetError.from_os_error(file, error) from error


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
