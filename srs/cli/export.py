from pathlib import Path

import click

from srs.anki.export import export
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import name_folder
from srs.collection.media import told
from srs.core.safe_text import visible
from srs.review.terminal.text import plural


@click.command("export")
@click.argument("target", metavar="FILE.apkg", type=click.Path(path_type=Path))
@click.option(
    "--deck", "decks", multiple=True, metavar="DECK", help="Only this deck and those below it; may be repeated."
)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only notes with this tag; may be repeated.")
@click.option("--fresh", is_flag=True, help="Leave the progress out: every card is new.")
@pass_context
def export_command(context: Context, target: Path, decks: tuple[str, ...], tags: tuple[str, ...], fresh: bool) -> None:
    """Write an Anki package, progress included."""
    name_folder(context)
    now = context.clock()()
    written, left_out = export(context.open(now), target, now, names=decks, tags=tags, fresh=fresh)
    context.done()
    for one in left_out:
        told_why = told(one.file, one.why)
        click.echo(visible(f"srs: {one.deck_file}: {one.note}: {told_why}; it is left out"), err=True)
    media = f", {plural(written.media, 'media file')}" if written.media else ""
    notes, cards = plural(written.notes, "note"), plural(written.cards, "card")
    click.echo(f"{target}: {notes}, {cards}, {plural(written.reviews, 'review')}{media}")
    if written.ahead:
        ahead = plural(written.ahead, "review")
        click.echo(f"Left out: {ahead} more than a day ahead of the clock, which Anki would date back.")
    click.echo('In Anki: File > Import, tick "Import any learning progress" and "Import any deck presets",')
    click.echo("and switch FSRS on once in the deck options; Anki leaves all three off by itself.")
    if written.adopted:
        click.echo(
            'Leave "Merge note types" off: notes that came from your Anki meet themselves there, and stay as they are.'
        )
