"""The terminal as rich sees it, of a size that can be filled."""

from collections.abc import Mapping

from rich.console import Console, ConsoleDimensions
from rich.theme import Theme

_MOST = 1_000  # columns, and lines


class BoundedConsole(Console):
    """Of what the environment and the terminal say of its size, it believes what a screen can have."""

    def __init__(self, theme: Theme, environment: Mapping[str, str]) -> None:
        senseless = {name for name in ("COLUMNS", "LINES") if not _sensible(environment.get(name, ""))}
        kept = {name: value for name, value in environment.items() if name not in senseless}
        super().__init__(highlight=False, theme=theme, _environ=kept)

    @property  # type: ignore[misc] # nobody sets it
    def size(self) -> ConsoleDimensions:
        width, height = super().size
        return ConsoleDimensions(min(width, _MOST), min(height, _MOST))


def _sensible(count: str) -> bool:
    return count.isascii() and count.isdigit() and len(count) <= 4 and 0 < int(count) <= _MOST
