"""A rich console whose size has a limit."""

from collections.abc import Mapping

from rich.console import Console, ConsoleDimensions
from rich.theme import Theme

_MAX_SIZE = 1_000  # columns, and lines


class BoundedConsole(Console):
    """Ignores a size in the environment that no screen has, and bounds that of the terminal."""

    def __init__(self, theme: Theme, environment: Mapping[str, str]) -> None:
        invalid = {name for name in ("COLUMNS", "LINES") if not _is_valid_size(environment.get(name, ""))}
        valid = {name: value for name, value in environment.items() if name not in invalid}
        super().__init__(highlight=False, theme=theme, _environ=valid)

    @property  # type: ignore[misc] # nobody sets it
    def size(self) -> ConsoleDimensions:
        width, height = super().size
        return ConsoleDimensions(min(width, _MAX_SIZE), min(height, _MAX_SIZE))


def _is_valid_size(count: str) -> bool:
    return count.isascii() and count.isdigit() and len(count) <= 4 and 0 < int(count) <= _MAX_SIZE
