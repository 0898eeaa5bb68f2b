"""The learner's calendar: the zone from the settings, else `TZ`, else the system."""

import os
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from srs.clock import Calendar
from srs.errors import BadInput
from srs.settings import Settings


def calendar(settings: Settings) -> Calendar:
    """Raises BadInput if the zone that was asked for is none."""
    return Calendar(_zone(settings.zone), settings.rollover)


def _zone(name: str | None) -> tzinfo:
    asked = name or os.environ.get("TZ", "").removeprefix(":")
    if asked:
        try:
            return ZoneInfo(asked)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            if name:
                raise BadInput("zone", asked, "the name of a time zone, such as Asia/Seoul") from None
    try:
        if not asked and (link := _linked_zone()):
            return link
        from tzlocal import get_localzone  # noqa: PLC0415 - knows every system, and loads slowly

        return get_localzone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput("TZ", asked, "the name of a time zone, such as Asia/Seoul") from None


def _linked_zone() -> ZoneInfo | None:
    """The zone that `/etc/localtime` is a link to, as on most systems; None where it says nothing."""
    try:
        return ZoneInfo(str(Path("/etc/localtime").readlink()).rpartition("/zoneinfo/")[2])
    except (OSError, AttributeError, ValueError, ZoneInfoNotFoundError):
        return None
