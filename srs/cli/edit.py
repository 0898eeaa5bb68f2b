import sys

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context, report_broken_files
from srs.cli.deck_folder import copy_option, report_folder, writable_folder
from srs.cli.output import say, warn
from srs.collection import lookup


@click.command("edit")
@click.argument("name", metavar="NOTE_OR_CARD", shell_complete=complete.notes)
@copy_option
@pass_context
def edit_command(context: Context, name: str, copy: bool) -> None:
    """Open a note in your editor.

    The editor is $VISUAL, else $EDITOR, else vi. Your progress stays as long as the note keeps its id.
    """
    from srs.review.terminal.editor import edit  # noqa: PLC0415 - not needed for --help

    clock = context.clock()
    read_only = context.deck_folder.is_read_only  # before it is opened: another command may be making a copy
    collection = context.open(clock())
    note_id = lookup.note_named(collection, name)
    lookup.note(collection, note_id)  # a wrong name is told before anything is copied
    report_folder(context.deck_folder)
    if read_only:
        writable_folder(context.deck_folder, copy=copy, ask=True)
        collection = context.open(clock())
    file, line = lookup.place(collection, note_id)
    before = file.read_bytes()
    if failed := edit(file, line):
        warn(failed)
        sys.exit(1)
    if file.exists() and file.read_bytes() == before:
        say("Nothing was changed.")
        return
    collection.read_decks(clock())
    report_broken_files(collection)
    broken = {one.file for one in collection.broken_files()}
    if file.relative_to(collection.folder).as_posix() in broken:
        sys.exit(1)
    say(f"Saved {file}.")
