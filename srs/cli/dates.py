import re
from datetime import date

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def parse_day(text: str) -> date | None:
    """A date as srs writes it, such as 2026-12-15; None for anything else. Python alone takes other forms as well."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
