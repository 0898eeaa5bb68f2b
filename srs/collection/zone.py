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

_ZONE_ERRORS = (ZoneInfoNotFoundError, ValueError, OSError)
_RULE = re.compile(r"(?:[A-Za-z]{3,20}|<[A-Za-z0-9+-]{3,20}>)[+-]?\d[!-~]{0,100}")
_MAX_BYTES = 1 << 20  # bytes of a file of a zone, a hundred times the size of any
_USUAL_CHANGES = ",M3.2.0,M11.1.0"
"""When summer time begins and ends if a rule does not say; the same as in the C library."""


def calendar(settings: Settings) -> Calendar:
    """The calendar of the zone in the settings, else in `TZ`, else of the system. Raises BadInput for an unknown zone."""
    return Calendar(_from_settings(settings.zone) if settings.zone else _from_environment(), settings.rollover)


def _from_settings(name: str) -> tzinfo:
    if zone := _by_name(name):
        return zone
    raise BadInput("zone", name, "the name of a time zone, such as Asia/Seoul")


def _from_environment() -> tzinfo:
    """The zone in `TZ`, as other programs read it: a name, a rule such as `KST-9`, a file, or UTC if it is empty."""
    value = os.environ.get("TZ")
    if value is None:
        zone = _of_system()
    else:
        value = value.removeprefix(":")
        zone = (_by_name(value) or _by_rule(value) or _of_file(Path(value))) if value else UTC
    if zone is None:
        expected = "the name of a time zone, such as Asia/Seoul, or a rule, such as KST-9"
        raise BadInput("TZ", value or "", expected)
    return zone


def _by_name(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except _ZONE_ERRORS:
        return None


def _by_rule(rule: str) -> ZoneInfo | None:
    """The zone of a POSIX rule, named as the rule is written."""
    if not _RULE.fullmatch(rule):
        return None
    # a zone file without any past, which ends with the rule for all years (RFC 8536)
    part = struct.pack(">5s15x6l", b"TZif2", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb4s", 0, 0, 0, b"UTC")
    found = (_load(part + part + b"\n" + text.encode() + b"\n", rule) for text in (rule, rule + _USUAL_CHANGES))
    return next(filter(None, found), None)


def _of_file(path: Path) -> ZoneInfo | None:
    """The zone of that name if the file is one of the system's, else the zone that the file describes."""
    if not path.is_absolute():
        return None
    try:
        named = _by_name(os.path.realpath(path).rpartition("/zoneinfo/")[2])
        if named or not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return named
        return _load(path.read_bytes(), path.name)
    except OSError:
        return None


class _FileZone(ZoneInfo):
    """A zone from a file. Unlike those of `ZoneInfo.from_file`, it can be pickled for another process."""

    data: bytes

    def __reduce__(self) -> tuple[Any, ...]:
        return _load, (self.data, self.key)


@lru_cache(maxsize=4)
def _load(data: bytes, name: str) -> ZoneInfo | None:
    """The zone from the bytes of a file that `zic` made; None for other bytes."""
    try:
        zone = _FileZone.from_file(BytesIO(data), key=name)
        _ = [datetime(2000, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)]  # fails for a whole day from UTC
    except (ValueError, struct.error):
        return None
    zone.data = data
    return zone


def _of_system() -> tzinfo | None:
    """The zone of `/etc/localtime`, which is a link or a copy on most systems; else of whatever else the system has."""
    if zone := _of_file(Path("/etc/localtime")):
        return zone
    from tzlocal import get_localzone  # noqa: PLC0415 - knows every system, and loads slowly

    try:
        return get_localzone()
    except _ZONE_ERRORS:
        return None
