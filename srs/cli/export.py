from pathlib import Path

import click

from srs.cli.context import Context, pass_context
from srs.collection.export import export


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
    written = export(context.open(context.clock()()), target, names=decks, tags=tags, fresh=fresh)
    click.echo(f"{target}: {written.notes} notes, {written.cards} cards, {written.reviews} reviews")
    click.echo('In Anki: File > Import, tick "Import any learning progress" and "Import any deck presets",')
    click.echo("and switch FSRS on once in the deck options; Anki leaves all three off by itself.")
    if written.adopted:
        click.echo(
            'Leave "Merge note types" off: notes that came from your Anki meet themselves there, and stay as they are.'
        )
