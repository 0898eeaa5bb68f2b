"""What commands print: lines for people, or one JSON document for programs."""

from typing import Any

import click

from srs.terminal.visible import visible

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def say(text: str) -> None:
    """Prints a line that may hold a deck's text."""
    click.echo(visible(text))


def emit(value: Any) -> None:
    """Prints one JSON document."""
    import json  # noqa: PLC0415 - only where it was asked for

    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
