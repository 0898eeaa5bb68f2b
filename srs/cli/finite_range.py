from math import isfinite
from typing import Any

import click


class FiniteRange(click.FloatRange):
    """A number in a range. That of click lets "nan" through, which is in none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if not isfinite(found):
            self.fail(f"{value!r} is not in the range {self._describe_range()}.", param, ctx)
        return found
