"""The command line: one small file per command, loaded when it is called, and the one error boundary."""

import os
import sys
from errno import EBADF
from importlib import import_module
from pathlib import Path

import click

from srs import __version__
from srs.cli.context import Context
from srs.cli.streams import Output, OutputLost, standard_streams
from srs.core.errors import BadInput, SettingsError, SrsError, StoreError, Unknown
from srs.core.safe_text import visible
from srs.database import named

_COMMANDS = {
    "review": ("review", "Answer what is due today."),
    "due": ("due", "Show what waits: per deck, new / learning / review."),
    "next": ("next", "Show the card that review would ask now."),
    "answer": ("answer", "Record an answer to CARD, due or not."),
    "find": ("find", "List the notes that match QUERY; all without one."),
    "show": ("show", "Show a note with its cards, their memory and their history."),
    "log": ("log", "List what was recorded, write it to a file, or take one in."),
    "undo": ("mark", "Take back what this machine recorded last."),
    "suspend": ("mark", "Take cards out of the reviews until they are unsuspended."),
    "unsuspend": ("mark", "Bring suspended cards back."),
    "bury": ("mark", "Take cards out of today's reviews."),
    "forget": ("mark", "Start cards again as new; their history stays in the log."),
    "changed": ("relink", "Say what a change of a note's meaning leaves of its memory."),
    "relink": ("relink", "Let the history of the note OLD be that of the note NEW."),
    "distinct": ("relink", "Remember that two notes are two, however alike they are."),
    "add": ("add", "Write a new note into the file of DECK."),
    "check": ("check", "Check the deck files and name every problem."),
    "export": ("export", "Write an Anki package, progress included."),
    "import": ("import_", "Turn Anki decks into deck files."),
    "anki": ("anki", "Take in what was done in Anki, or sync both ways."),
    "verify": ("verify", "Check the database against its log and the deck files."),
    "rebuild": ("rebuild", "Make every cache again from the deck files and the log."),
    "sync": ("sync", "Exchange answers with other machines through a folder."),
    "merge": ("merge", "Take in what another database, or a backup, recorded."),
    "backup": ("backup", "Make a backup of the database now."),
    "restore": ("restore", "List the backups, or bring back that of DATE."),
    "settings": ("settings", "Show every setting, and where it comes from."),
}
"""Command → the module of this package that holds it and the first line of its help, in the order of the help text."""


class _Commands(click.Group):
    """Imports a command's module when it is needed: a prompt that shows `due` must not wait for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"srs.cli.{_COMMANDS[cmd_name][0]}"), f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """What SQLite says of the database, wherever a command reads it, is named as an error of ours. Damage that shows
        only then is mended as well, but what the command has done by then is for the learner to see. And a database may
        be whole, but hold values that no program of ours has written: they are looked for when something went wrong.
        """
        try:
            with named(Path(ctx.params["db"] or "in your data folder")):
                return super().invoke(ctx)
        except StoreError as error:
            if ctx.obj.mended(error):
                click.echo("srs: run the command again.", err=True)
                sys.exit(1)
            raise
        except Unknown as error:
            if error.what in {"card", "note"} and "--json" not in sys.argv:  # for decks and tags it is said already
                from srs.cli.deck_folder import name_folder  # noqa: PLC0415 - only when something went wrong

                name_folder(ctx.obj)
            raise
        except click.NoSuchOption as error:
            if error.ctx and error.option_name in {"--decks", "--db"}:
                command = error.ctx.command_path.removeprefix("srs ")
                what = "DIR" if error.option_name == "--decks" else "FILE"
                error.ctx.fail(
                    f"{error.option_name} stands before the command: srs {error.option_name} {what} {command}"
                )
            raise
        except (SrsError, click.ClickException, click.exceptions.Exit, click.Abort, OSError):
            raise
        except Exception as error:
            from srs.backup.verify import blamed  # noqa: PLC0415 - hardly ever needed
            from srs.cli.kinds import KINDS  # noqa: PLC0415 - as above

            if isinstance(ctx.obj, Context) and (blame := blamed(ctx.obj.database, KINDS)):
                raise blame from error
            raise  # it is a bug of ours, and keeps its traceback

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415 - only after a typo

            near = get_close_matches(args[0], _COMMANDS, n=1)
            ctx.fail(f"there is no command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--decks",
    envvar="SRS_DECKS",
    metavar="DIR",
    help="The deck folder. Default: ./decks, else your copy of the starter decks, else these.",
)
@click.option("--db", envvar="SRS_DB", metavar="FILE", help="The database. Default: in your data folder.")
@click.version_option(__version__, prog_name="srs")
@click.pass_context
def cli(ctx: click.Context, decks: str | None, db: str | None) -> None:
    """Spaced repetition from plain-text decks.

    Start with "srs review". Decks are YAML files; all you answer is kept in one SQLite file.
    SRS_NOW=2027-01-15T08:00:00+09:00 sets the clock, to look ahead; answers given then stay, at that time.
    """
    ctx.obj = Context(decks, db, ctx.obj)


def main() -> None:
    """Runs the command of `sys.argv` and exits: 0 done, 1 it could not be done, 2 wrong usage."""
    with standard_streams() as output:
        status = 0
        try:
            status = _run(output)
            sys.stdout.flush()
        except OutputLost:
            pass
        if output.lost:
            status = status or _unheard(output, output.lost)
    if status:
        sys.exit(status)


def _run(output: Output) -> int:
    """The command's exit status. Raises OutputLost, and whatever is a bug of ours."""
    try:
        if _undecodable("".join(sys.argv)):
            raise click.UsageError("an argument is not valid UTF-8.")
        if "_SRS_COMPLETE" in os.environ:
            from srs.cli.bash import register  # noqa: PLC0415 - only for a shell that asks

            register()
        cli.main(prog_name="srs", standalone_mode=False, obj=output)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort) as stop:
        if isinstance(stop, click.Abort) and not stop.__cause__:  # at a question; else click has ended the line
            click.echo(err=True)
        return 1
    except SrsError as error:
        from srs.cli.sentences import sentence  # noqa: PLC0415 - only when something went wrong

        _complain(sentence(error))
        return 2 if isinstance(error, BadInput | SettingsError) else 1
    except OutputLost:
        raise
    except (OSError, RecursionError) as error:
        from srs.cli.sentences import of_system  # noqa: PLC0415 - as above

        if not (told := of_system(error)):
            raise
        _complain(told)
        return 1
    return 0


def _unheard(output: Output, lost: OSError) -> int:
    """Says that the output could not be written, and of what is done that too; the exit status.

    A program must not do again what is done, only because nobody could tell it so. Who has read enough is told nothing.
    """
    if isinstance(lost, BrokenPipeError):
        return 0
    why = "it is closed" if lost.errno == EBADF else (lost.strerror or str(lost)).lower()
    if not output.done:
        _complain(f"the output could not be written: {why}.")
        return 1
    _complain(f"done, but the output could not be written: {why}.")
    click.echo(visible(output.unsaid.decode(errors="replace").rstrip()), err=True)
    return 0


def _undecodable(text: str) -> bool:
    """Bytes that are no UTF-8 come as lone surrogates, which no database or file of ours can hold."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _complain(told: str) -> None:
    click.echo(f"srs: {told}", err=True)
