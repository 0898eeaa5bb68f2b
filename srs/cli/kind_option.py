"""The option that takes a kind of note, and which kinds its help names."""

from typing import Any

import click
from click.shell_completion import CompletionItem

from srs.cli.context import Context
from srs.cli.kinds import KINDS
from srs.cli.paths import DeckFolder, settings_path
from srs.collection.packs import packs_used
from srs.collection.settings_file import read_settings_file
from srs.kinds.registry import Kinds

_LOOKED_AT = 1_000_000  # bytes of the deck files: the help does not wait for more


def packs_in_use(folder: DeckFolder) -> frozenset[str]:
    """The packs of kinds that the settings or the deck folder ask for."""
    return packs_used(folder.path, KINDS, _LOOKED_AT).union(read_settings_file(settings_path()).settings.packs)


def kinds_in_use(ctx: click.Context) -> Kinds:
    """All kinds; those are shown that the settings or the deck folder of the command ask for."""
    context = ctx.find_object(Context)
    return KINDS.showing(packs_in_use(context.deck_folder)) if context else KINDS


class KindName(click.ParamType[str]):
    """The name of a kind. Each is taken, those in use are named."""

    name = "kind"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - click's
        return f"[{'|'.join(kind.kind for kind in kinds_in_use(ctx).shown)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in KINDS.by_name:
            shown = (kinds_in_use(ctx) if ctx else KINDS).shown
            self.fail(f"{value!r} should be one of {', '.join(kind.kind for kind in shown)}.", param, ctx)
        return str(value)

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click's
        incomplete: str,
    ) -> list[CompletionItem]:
        names = (kind.kind for kind in kinds_in_use(ctx).shown)
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]
