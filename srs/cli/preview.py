import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from srs.anki.preview import Preview, page, read_preview
from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder
from srs.cli.open_in_browser import open_in_browser
from srs.cli.output import emit, json_option, say, warn
from srs.collection import Collection
from srs.collection.media import file_times
from srs.core.errors import SrsError
from srs.core.plural import plural
from srs.core.target_file import check_target, write_target

_PAUSE = 0.5  # seconds between two looks at the deck folder


@click.command("preview")
@click.argument("decks", metavar="[DECK]...", nargs=-1, shell_complete=complete.decks)
@click.option(
    "--to", "target", metavar="FILE.html", type=click.Path(path_type=Path), help="Write one page to this file."
)
@click.option("--watch", is_flag=True, help="Show the page at an address of this computer, and again after each edit.")
@click.option("--port", metavar="N", type=click.IntRange(1, 65535), help="The port for --watch. Default: a free one.")
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@json_option
@pass_context
def preview_command(
    context: Context,
    decks: tuple[str, ...],
    target: Path | None,
    watch: bool,
    port: int | None,
    opens: bool,
    as_json: bool,
) -> None:
    """Show all cards as Anki shows them.

    Beside each note is what "srs check" says about it. Each card has its front and back, in light and in night mode, as wide as on a phone. With DECK, only its cards and those
    of its subdecks.
    """
    if (target is None) is not watch:
        raise click.UsageError("say how: --to FILE.html writes a page, --watch shows it and follows your edits.")
    if port and not watch:
        raise click.UsageError("--port needs --watch.")
    if as_json and watch:
        raise click.UsageError("--json needs --to.")
    if target:
        check_target(target, ".html", ".htm")
    if not as_json:
        report_folder(context.deck_folder)
    clock = context.clock()
    collection = context.open(clock())
    if target is None:
        _watch(collection, decks, clock, port or 0, opens=opens)
        return
    preview = read_preview(collection, decks)
    write_target(target, page(preview))
    context.mark_done()
    if as_json:
        emit({"file": str(target), "notes": preview.notes, "cards": preview.cards, "problems": preview.problems})
    else:
        say(f"{target}: {_counts(preview)}")
    if opens:
        open_in_browser(target.resolve().as_uri())


def _counts(preview: Preview) -> str:
    counts = f"{plural(preview.notes, 'note')}, {plural(preview.cards, 'card')}; {plural(preview.problems, 'problem')}"
    return f"{counts}; {plural(preview.more, 'more note')} left out" if preview.more else counts


def _watch(collection: Collection, decks: tuple[str, ...], clock: Callable[[], int], port: int, *, opens: bool) -> None:
    """Serves the page until Ctrl-C. While it cannot be made anew, its last version stays, with the reason on top."""
    from srs.cli.preview_server import PreviewServer  # noqa: PLC0415 - http.server is slow to import
    from srs.cli.sentences import sentence  # noqa: PLC0415 - only to watch

    seen = file_times(collection.folder)
    preview = read_preview(collection, decks)
    try:
        server = PreviewServer(port)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        warn(f"the port {port} cannot be used ({why}); name another one, or leave out --port.")
        sys.exit(1)
    version = 0

    def publish(failure: str = "") -> None:
        nonlocal version
        version += 1
        data = page(preview, origin=server.origin, version=version, failure=failure)
        server.publish(data, preview.pictures, version)

    with server:
        publish()
        say(f"{_counts(preview)}")
        say(f"{server.address} (Ctrl-C ends it)")
        sys.stdout.flush()
        if opens:
            open_in_browser(server.address)
        try:
            while True:
                time.sleep(_PAUSE)
                now = file_times(collection.folder)
                if now == seen:
                    continue
                seen = now
                try:
                    collection.read_decks(clock())
                    preview = read_preview(collection, decks)
                except (SrsError, OSError) as error:
                    publish(sentence(error) or str(error))
                else:
                    publish()
        except KeyboardInterrupt:
            click.echo(err=True)
