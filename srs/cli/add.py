import sys
from typing import Any, get_origin

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import copy_option, report_folder, writable_folder
from srs.cli.kind_option import KindName, kinds_in_use
from srs.cli.kinds import KINDS
from srs.cli.new_note import NewNote, add_note, edit_draft, read_stdin
from srs.cli.output import json_option
from srs.core.safe_text import printable
from srs.core.unicode import nfc
from srs.kinds.shapes import NoteShape

_REMARKS = ("because", "note", "example", "hint", "gloss", "ko", "tags")


class _Add(click.Command):
    """Has an option for each key of a note; those of kinds that nobody uses here are hidden."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        params = super().get_params(ctx)
        shown = kinds_in_use(ctx).shown
        keys = {"id": _option("id", "", NoteShape, hidden=False)}
        for kind in KINDS.all:
            for key in kind.required:  # of several kinds with it, the first says what it holds
                if key not in keys:
                    keys[key] = _option(key, kind.kind, kind.shape(), hidden=kind not in shown)
        keys |= {key: _option(key, "", NoteShape, hidden=key == "ko") for key in _REMARKS}
        return [params[0], *keys.values(), *params[1:]]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:  # no hidden option is meant by a slip
            hidden = {name for param in self.get_params(ctx) if getattr(param, "hidden", False) for name in param.opts}
            meant = [name for name in error.possibilities or () if name not in hidden]
            raise click.NoSuchOption(error.option_name, possibilities=meant, ctx=error.ctx) from None


def _option(key: str, kind: str, shape: type[NoteShape], *, hidden: bool) -> click.Option:
    """`--choice` for `choices`: of what may be several, the option stands once for each."""
    field = shape.model_fields[key]
    holds = get_origin(field.annotation)
    metavar = {dict: "CODE=TEXT", list: "TEXT"}.get(holds or str, "TEXT")
    said = field.description or ""
    help_text = f"{kind.capitalize()}: {said[:1].lower()}{said[1:]}" if kind else said
    help_text += " May be repeated." if holds else ""
    names = (f"--{key.removesuffix('s') if holds is list else key}", key)
    return click.Option(names, multiple=holds is not None, metavar=metavar, help=help_text, hidden=hidden)


@click.command("add", cls=_Add)
@click.argument("deck", shell_complete=complete.decks)
@click.option("--kind", type=KindName(), help="Of the draft in the editor; else that of the deck's last note.")
@click.option("--new", "new_deck", is_flag=True, help="DECK does not exist yet: make a deck file for it.")
@copy_option
@json_option
@pass_context
def add_command(
    context: Context, /, deck: str, kind: str | None, new_deck: bool, copy: bool, as_json: bool, **fields: Any
) -> None:
    """Add a note to DECK.

    Give its fields as options, e.g. srs add Spanish::Verbs --front "to speak" --back hablar. Without options, $EDITOR opens
    a draft; without a terminal, the note is read from stdin as YAML, e.g. the lines "front: x" and "back: y". A note with
    errors is not written.
    """
    from srs.collection.add import draft, name_problem, place  # noqa: PLC0415 - reading YAML is slow to import

    if not as_json:
        report_folder(context.deck_folder)
    clock = context.clock()
    read_only = context.deck_folder.is_read_only  # before it is opened: another command may be making a copy
    collection = context.open(clock(), needs_decks=not new_deck)
    if new_deck and nfc(deck) in map(nfc, collection.deck_names()):
        raise click.UsageError(f"there is a deck {deck!r} already; leave --new out to add to it.")
    if new_deck and (problem := name_problem(deck, collection.kinds)):
        raise click.UsageError(printable(f"the deck {deck!r} cannot be made: {problem}"))
    if read_only:
        if not new_deck:
            place(collection, deck)  # a wrong name is told before anything is copied
        writable_folder(context.deck_folder, copy=copy, ask=not as_json)
        collection = context.open(clock())
    wanted = NewNote(clock, deck, new_deck, as_json)
    given = {key: value for key, value in fields.items() if value}
    if given:
        note = _written(given)
    elif sys.stdin.isatty():
        edit_draft(collection, wanted, draft(collection, deck, kind, new_deck=new_deck))
        return
    else:
        note = read_stdin()
    if not add_note(collection, wanted, note, "" if given else "stdin"):
        sys.exit(1)


def _written(given: dict[str, Any]) -> str:
    from srs.deckfile import dump_note  # noqa: PLC0415 - as above

    values: dict[str, Any] = {key: list(value) if isinstance(value, tuple) else value for key, value in given.items()}
    if "phrase" in values:
        sides = [side.partition("=") for side in values["phrase"]]
        if wrong := next((code for code, sign, _ in sides if not sign), None):
            raise click.BadParameter(f"{wrong!r} should be CODE=TEXT, e.g. en=deadline.", param_hint="--phrase")
        values["phrase"] = {code: text for code, _, text in sides}
    if len(values.get("answer", ())) == 1:
        (values["answer"],) = values["answer"]
    order = ("id", *(key for kind in KINDS.all for key in kind.required), *_REMARKS)
    return dump_note({key: values[key] for key in order if key in values})
