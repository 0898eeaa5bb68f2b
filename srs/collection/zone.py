"""The learner's calendar: the zone from the settings, else `TZ`, else the system."""

import os
import re
import struct
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from srs.core.clock import Calendar
from srs.core.errors import BadInput
from srs.core.settings import Settings

_NO_ZONE = (ZoneInfoNotFoundError, ValueError, OSError)
_RULE = re.compile(r"(?:[A-Za-z]{3,20}|<[A-Za-z0-9+-]{3,20}>)[+-]?\d[!-~]{0,100}")
_LARGEST = 1 << 20  # bytes of a file of a zone, a hundred times what any has
_USUAL = ",M3.2.0,M11.1.0"
"""When summer time begins and ends where a rule names one and does not say when, as in the C library."""


def calendar(settings: Settings) -> Calendar:
    """Raises BadInput if there is no such zone as was asked for."""
    return Calendar(_chosen(settings.zone) if settings.zone else _from_environment(), settings.rollover)


def _chosen(name: str) -> tzinfo:
    if zone := _by_name(name):
        return zone
    raise BadInput("zone", name, "the name of a time zone, such as Asia/Seoul")


def _from_environment() -> tzinfo:
    """`TZ` means what it means to other programs: a name, a rule such as `KST-9`, a file, or UTC if it is empty."""
    asked = os.environ.get("TZ")
    if asked is None:
        zone = _of_system()
    else:
        asked = asked.removeprefix(":")
        zone = (_by_name(asked) or _by_rule(asked) or _of_file(Path(asked))) if asked else UTC
    if zone is None:
        expected = "the name of a time zone, such as Asia/Seoul, or a rule, such as KST-9"
        raise BadInput("TZ", asked or "", expected)
    return zone


def _by_name(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except _NO_ZONE:
        return None


def _by_rule(rule: str) -> ZoneInfo | None:
    """The zone of a rule as POSIX has it. It is called as the rule is written."""
    if not _RULE.fullmatch(rule):
        return None
    # a file of a zone without any past, at whose end the rule for all years stands (RFC 8536)
    part = struct.pack(">5s15x6l", b"TZif2", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb4s", 0, 0, 0, b"UTC")
    found = (_loaded(part + part + b"\n" + text.encode() + b"\n", rule) for text in (rule, rule + _USUAL))
    return next(filter(None, found), None)


def _of_file(path: Path) -> ZoneInfo | None:
    """By its name where it is one of the system's zones, else as it is."""
    if not path.is_absolute():
        return None
    try:
        named = _by_name(os.path.realpath(path).rpartition("/zoneinfo/")[2])
        if named or not path.is_file() or path.stat().st_size > _LARGEST:
            return named
        return _loaded(path.read_bytes(), path.name)
    except OSError:
        return None


class _Loaded(ZoneInfo):
    """A zone that is not looked up by its name. Other than one of `ZoneInfo` itself, it can go to another process."""

    data: bytes

    def __reduce__(self) -> tuple[Any, ...]:
        return _loaded, (self.data, self.key)


@lru_cache(maxsize=4)
def _loaded(data: bytes, name: str) -> ZoneInfo | None:
    """Of the bytes of a file as `zic` makes it; None if they are none."""
    try:
        zone = _Loaded.from_file(BytesIO(data), key=name)
        _ = [datetime(2000, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)]  # fails for a whole day from UTC
    except (ValueError, struct.error):
        return None
    zone.data = data
    return zone


def _of_system() -> tzinfo | None:
    """The zone that `/etc/localtime` is a link to or a copy of, as on most systems; else what the system says elsewhere."""
    if zone := _of_file(Path("/etc/localtime")):
        return zone
    from tzlocal import get_localzone  # noqa: PLC0415 - knows every system, and loads slowly

    try:
        return get_localzone()
    except _NO_ZONE:
        return None
