"""The address of an Anki sync server."""

from typing import NamedTuple
from urllib.parse import urlsplit

from srs.core.errors import BadInput

_EXPECTED = "the address of your own sync server, such as http://192.168.1.5:8080/"
_PORTS = {"http": 80, "https": 443}


class ServerAddress(NamedTuple):
    """`host` is as a resolver takes it; `path` begins and ends with a slash."""

    scheme: str
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def parse_address(text: str) -> ServerAddress:
    """Raises BadInput. AnkiWeb is refused: it asks for programs that it knows."""
    wrong = BadInput("--server", text, _EXPECTED)
    try:
        parts = urlsplit(text)
        port = parts.port or _PORTS[parts.scheme]
        host = (parts.hostname or "").encode("ascii" if ":" in (parts.hostname or "") else "idna").decode()
    except (ValueError, KeyError) as error:
        raise wrong from error
    plain = text.isascii() and text.isprintable() and " " not in text
    if not host or not plain or "@" in parts.netloc or parts.query or parts.fragment:
        raise wrong
    if host == "ankiweb.net" or host.endswith(".ankiweb.net"):
        raise BadInput("--server", text, "the address of your own sync server; srs does not sync with AnkiWeb")
    return ServerAddress(parts.scheme, host, port, f"{parts.path.rstrip('/')}/")
