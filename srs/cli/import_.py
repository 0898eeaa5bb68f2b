from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from srs.anki.import_decks import ImportResult, import_decks
from srs.anki.import_media import MEDIA_FOLDER
from srs.anki.pull import pull
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import copy_option, report_folder, writable_folder
from srs.cli.kinds import KINDS
from srs.cli.output import emit, json_option, progress_bar, say
from srs.core.plural import plural
from srs.core.safe_text import printable

_SHOWN = 5  # files by name


@click.command("import")
@click.argument("file", metavar="FILE.apkg", type=click.Path(path_type=Path))
@click.option("--with-progress", is_flag=True, help="Import the review history too.")
@copy_option
@json_option
@pass_context
def import_command(context: Context, file: Path, with_progress: bool, copy: bool, as_json: bool) -> None:
    """Convert Anki decks to deck files.

    FILE is a package that Anki exported (.apkg, .colpkg) or a closed collection (collection.anki2). Each Anki deck becomes a
    new file in the deck folder (--decks); pictures and sounds go to its media folder. Existing files are not changed, and
    notes that a deck already has are skipped.
    """
    if not as_json:
        report_folder(context.deck_folder)
    folder = writable_folder(context.deck_folder, copy=copy, ask=not as_json)
    done = import_decks(folder, file, KINDS, progress_bar)
    context.mark_done()
    if not as_json:
        _tell(folder, done)
    known = bool(done.plan.files or done.plan.already)  # else nothing has a history, and the folder may have no deck
    events = None
    if with_progress:
        events = _pull(context, file) if known else 0
    if as_json:
        emit(_json(done) | {"events": events})
    elif events is not None and known:
        say(f"{plural(events, 'event')} of their history imported.")


def _pull(context: Context, file: Path) -> int:
    """The number of events."""
    now = context.clock()()
    return pull(context.open(now, records=True), file, now).events


def _json(done: ImportResult) -> dict[str, Any]:
    plan = done.plan
    return {
        "notes": sum(file.notes for file in plan.files),
        "already": plan.already,
        "decks": [
            {"deck": one.deck, "file": one.name, "notes": one.notes, "cards": one.cards, "html": one.html}
            for one in plan.files
        ],
        "left_out": [asdict(one) for one in plan.left_out],
        "changed": [asdict(one) for one in plan.changed],
        "media": asdict(done.media),
    }


def _tell(folder: Path, done: ImportResult) -> None:
    plan, media = done.plan, done.media
    for file in plan.files:
        html = f", {file.html} of them as HTML" if file.html else ""
        counts = f"{plural(file.notes, 'note')}, {plural(file.cards, 'card')}"
        say(f"{folder / file.name}: {counts}{html} ({file.deck})")
    if plan.already:
        say(f"{plural(plan.already, 'note')} skipped: already in your deck files.")
    for one in plan.left_out:
        say(f"{plural(one.notes, 'note')} left out: {one.why} (guid {one.example})")
    for one in plan.changed:
        say(f"{plural(one.notes, 'note')} not quite as in Anki: {one.why} (guid {one.example})")
    if media.written or media.there:
        say(f"{folder / MEDIA_FOLDER}: {plural(media.written + media.there, 'file')}")
    if media.missing:
        say(f"{plural(media.missing, 'file')} missing from the package, though notes name them.")
    if media.too_large:
        say(f"{plural(media.too_large, 'file')} skipped: too large for a picture or a sound.")
    if media.unused:
        say(f"Left out, shown by no imported card: {plural(len(media.unused), 'file')} ({_some(media.unused)}).")
    if media.remote:
        count = plural(len(media.remote), "file")
        say(f"Left out, because nothing is fetched from the net: {count} ({_some(media.remote)}).")
    if not plan.files:
        say("Nothing new.")


def _some(names: Sequence[str]) -> str:
    return ", ".join(map(printable, names[:_SHOWN])) + (", …" if len(names) > _SHOWN else "")
