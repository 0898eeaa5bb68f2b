import os
import sys

import click

from srs.cli.context import Context, pass_context
from srs.session import Session


@click.command("review")
@click.argument("decks", nargs=-1, metavar="[DECK]...")
@click.option("--gloss", is_flag=True, help="Show the Korean gloss with each question.")
@click.option("--type", "typing", is_flag=True, help="Type the answer of each phrase.")
@pass_context
def review_command(context: Context, decks: tuple[str, ...], gloss: bool, typing: bool) -> None:
    """Answer what is due today.

    Keys: space or Enter reveals, 1 to 4 rate, u takes the last answer back, ? shows all others, q ends.
    A DECK includes those below it.
    Without a terminal each of them is a line: empty, 1 to 4, u, q.
    """
    clock = context.clock()
    session = Session(context.open(clock()), clock, decks)
    terminal = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if terminal and sys.platform != "win32":  # single keys need a POSIX terminal
        from srs.terminal.loop import review  # noqa: PLC0415 - drawing is not needed without a terminal

        review(session, gloss=gloss, typing=typing)
    else:
        from srs.terminal.lines import review_lines  # noqa: PLC0415 - as above

        review_lines(session, sys.stdin, sys.stdout, gloss=gloss)
