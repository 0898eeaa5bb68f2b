from dataclasses import asdict
from pathlib import Path

import click

from srs.anki.export import export
from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder
from srs.cli.output import emit, json_option, warn
from srs.collection.media import problem_message
from srs.core.plural import plural


@click.command("export")
@click.argument("target", metavar="FILE.apkg", type=click.Path(path_type=Path))
@click.option(
    "--deck",
    "decks",
    multiple=True,
    metavar="DECK",
    shell_complete=complete.decks,
    help="Only this deck and its subdecks; may be repeated.",
)
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="TAG",
    shell_complete=complete.tags,
    help="Only notes with this tag; may be repeated.",
)
@click.option("--fresh", is_flag=True, help="Leave out the progress: every card is new.")
@json_option
@pass_context
def export_command(
    context: Context, target: Path, decks: tuple[str, ...], tags: tuple[str, ...], fresh: bool, as_json: bool
) -> None:
    """Export the decks to an Anki package, progress included."""
    if not as_json:
        report_folder(context.deck_folder)
    now = context.clock()()
    written, missing_media = export(context.open(now), target, now, names=decks, tags=tags, fresh=fresh)
    context.mark_done()
    for one in missing_media:
        warn(f"{one.deck_file}: {one.note}: {problem_message(one.file, one.why)}; it is left out")
    if as_json:
        missing = [{"deck_file": one.deck_file, "note": one.note, "file": one.file} for one in missing_media]
        emit({"file": str(target), **asdict(written), "missing_media": missing})
        return
    media = f", {plural(written.media, 'media file')}" if written.media else ""
    notes, cards = plural(written.notes, "note"), plural(written.cards, "card")
    click.echo(f"{target}: {notes}, {cards}, {plural(written.reviews, 'review')}{media}")
    if written.ahead:
        ahead = plural(written.ahead, "review")
        click.echo(f"Skipped: {ahead} more than a day ahead of the clock, which Anki would date back.")
    click.echo('In Anki: File > Import, tick "Import any learning progress" and "Import any deck presets",')
    click.echo("and switch on FSRS once in the deck options; by default all three are off.")
    if written.adopted:
        click.echo(
            'Leave "Merge note types" off: notes that came from your Anki match the originals, and stay as they are.'
        )
