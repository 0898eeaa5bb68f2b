"""What commands print: lines for people, or one JSON document for programs."""

from typing import Any

import click

from srs.core.safe_text import visible

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def say(text: str) -> None:
    """Prints a line that may hold a deck's text."""
    click.echo(visible(text))


def columns(text: str) -> int:
    """How wide a terminal shows it: Korean and most emoji take two columns. `rich` knows better, but is slow to import."""
    from unicodedata import combining, east_asian_width  # noqa: PLC0415 - only for tables

    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in {"W", "F"} else 1 for sign in text)


def emit(value: Any) -> None:
    """Prints one JSON document."""
    import json  # noqa: PLC0415 - only where it was asked for

    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
