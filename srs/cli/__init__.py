"""The command line: one small file per command, loaded when it is called, and the one error boundary."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from errno import EBADF
from importlib import import_module
from pathlib import Path

import click

from srs import __version__
from srs.cli.context import Context
from srs.cli.deck_folder import report_folder
from srs.cli.output import warn
from srs.cli.paths import DeckFolder
from srs.cli.streams import Output, OutputLost, standard_streams
from srs.core.errors import BadInput, QueryError, SettingsError, SrsError, StoreError, Unknown
from srs.core.safe_text import printable
from srs.database import translate_sqlite_errors

_GROUPS = {
    "Every day": {
        "review": ("review", "Review the cards that are due today."),
        "due": ("due", "Count the cards to study today, per deck."),
        "undo": ("mark", "Undo what this machine recorded last."),
        "find": ("find", "List the notes that match QUERY, or all notes."),
        "show": ("show", "Show a note, with the schedule and history of its cards."),
        "stats": ("stats", "Show what you have learnt, and what is to come."),
        "report": ("report", "Write the statistics to a page for the browser."),
        "settings": ("settings", "Show every setting, or change one."),
    },
    "Decks": {
        "init": ("init", "Make a folder for decks of your own."),
        "add": ("add", "Add a note to DECK."),
        "edit": ("edit", "Open a note in your editor."),
        "check": ("check", "Check the deck files and report every problem."),
        "decks": ("decks", "List the decks, with their cards and progress."),
        "tags": ("decks", "List the tags, with their cards and progress."),
    },
    "Cards": {
        "suspend": ("mark", "Suspend cards: review skips them until they are unsuspended."),
        "unsuspend": ("mark", "Unsuspend cards."),
        "bury": ("mark", "Bury cards: review skips them until tomorrow."),
        "forget": ("mark", "Reset cards to new; their history stays in the log."),
        "changed": ("relink", "Keep, soften or reset the progress of a changed note."),
        "relink": ("relink", "Move the history of OLD to NEW."),
        "distinct": ("relink", "Record that OLD and NEW are different notes."),
    },
    "Schedule": {
        "optimize": ("optimize", "Fit the schedule to your memory."),
        "goal": ("goal", "Aim at a date, such as that of an exam."),
        "simulate": ("simulate", "Forecast reviews, minutes and known cards by retention."),
        "break": ("break_", "Plan a break, such as a holiday, or list those that are planned."),
        "postpone": ("postpone", "Move today's reviews to the next days."),
        "advance": ("postpone", "Bring N reviews of the days to come forward to today."),
    },
    "Anki": {
        "preview": ("preview", "Show all cards as Anki shows them."),
        "export": ("export", "Export the decks to an Anki package, progress included."),
        "import": ("import_", "Convert Anki decks to deck files."),
        "anki": ("anki", "Import reviews from Anki, sync both ways, or run a sync server."),
    },
    "Programs": {
        "next": ("next", "Show the card that review would ask next."),
        "answer": ("answer", "Record an answer to CARD, due or not."),
        "log": ("log", "List, export or import the review log."),
    },
    "Interview": {
        "story": ("story", "Write stories of your own, and list and show them."),
        "coverage": ("coverage", "Show what your stories cover, and what to write next."),
        "rehearse": ("rehearse", "Answer a question aloud against the clock, with feedback."),
    },
    "Machines and upkeep": {
        "sync": ("sync", "Exchange reviews with other machines through a folder."),
        "merge": ("merge", "Merge the log of another database, or of a backup."),
        "backup": ("backup", "Back up the database now."),
        "restore": ("restore", "List the backups, or restore that of DATE."),
        "verify": ("verify", "Check the database against its log and the deck files."),
        "rebuild": ("rebuild", "Rebuild everything derived from the deck files and the log."),
    },
}
"""The sections of the help text: command → the module of this package that holds it, and the first line of its help."""

_COMMANDS = {name: entry for commands in _GROUPS.values() for name, entry in commands.items()}

_FIRST_GROUPS = ("Every day", "Decks")

_PACKS = {"Interview": "interview"}
"""The sections that help and completion name only where their pack is in use; their commands work everywhere."""

_CLOSE = 0.75  # so alike a word must be to be meant


class _Commands(click.Group):
    """Imports a command's module when it is needed: a prompt that shows `due` must not wait for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for title in _shown_groups(ctx) for name in _GROUPS[title]]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"srs.cli.{_COMMANDS[cmd_name][0]}"), f"{cmd_name}_command")
        return _with_global_options(command)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without a command, shows what one needs every day: the whole help is longer than a screen."""
        if not args and not ctx.resilient_parsing:
            click.echo(f"{ctx.get_usage()}\n")
            formatter = ctx.make_formatter()
            for title in _FIRST_GROUPS:
                self._write_group(formatter, title)
            click.echo(f"{formatter.getvalue().strip()}\n\nAll commands and options: srs --help")
            ctx.exit()
        return super().parse_args(ctx, args)

    def _write_group(self, formatter: click.HelpFormatter, title: str) -> None:
        with formatter.section(title):
            formatter.write_dl([(f"{name:9}", text) for name, (_, text) in _GROUPS[title].items()])

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title in _shown_groups(ctx):
            self._write_group(formatter, title)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415 - only after a typo

            near = get_close_matches(args[0], self.list_commands(ctx), n=1, cutoff=_CLOSE)
            ctx.fail(f"there is no command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command. Damage that shows only now is repaired, but the command is not run again: the learner should
        see what it has done. After an unexpected error the database is searched for values that srs never wrote.
        """
        try:
            with translate_sqlite_errors(Path(ctx.params["db"] or "in your data folder")):
                return super().invoke(ctx)
        except StoreError as error:
            if ctx.obj.repair(error):
                warn("run the command again.")
                sys.exit(1)
            raise
        except Unknown as error:
            if (
                error.what in {"card", "note", "card, note or deck"} and "--json" not in sys.argv
            ):  # commands that take decks or tags have said it
                report_folder(ctx.obj.deck_folder)
            raise
        except (SrsError, click.ClickException, click.exceptions.Exit, click.Abort, OSError):
            raise
        except Exception as error:
            from srs.backup.verify import diagnose_failure  # noqa: PLC0415 - hardly ever needed
            from srs.cli.kinds import KINDS  # noqa: PLC0415 - as above

            if isinstance(ctx.obj, Context) and (blame := diagnose_failure(ctx.obj.database, KINDS)):
                raise blame from error
            raise  # a bug, which keeps its traceback


def _shown_groups(ctx: click.Context) -> list[str]:
    """The sections of the help text, without those of packs that neither the settings nor the deck folder use."""
    from srs.cli.kind_option import packs_in_use  # noqa: PLC0415 - reads the decks

    asked = ctx.params.get("decks") or os.environ.get(
        "SRS_DECKS"
    )  # of --help, which comes before the options are taken
    used = packs_in_use(DeckFolder(asked))
    return [title for title in _GROUPS if title not in _PACKS or _PACKS[title] in used]


def _decks_option(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        _change_context(ctx, "decks", value, lambda context: replace(context, deck_folder=DeckFolder(value)))


def _db_option(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        _change_context(ctx, "db", value, lambda context: replace(context, db=value))


def _change_context(ctx: click.Context, name: str, value: str, change: Callable[[Context], Context]) -> None:
    root = ctx.find_root()
    root.params[name] = value
    if isinstance(root.obj, Context):  # it is not there yet when a shell asks for completions
        root.obj = ctx.obj = change(root.obj)


def _with_global_options(command: click.Command) -> click.Command:
    """The command, which takes `--decks` and `--db` as well; of a group, each of its commands does."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            _with_global_options(one)
    elif not any(param.name == "decks_after" for param in command.params):
        for names, callback in ((["--decks", "decks_after"], _decks_option), (["--db", "db_after"], _db_option)):
            option = click.Option(names, hidden=True, expose_value=False, is_eager=True, callback=callback)
            command.params.append(option)
    return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--decks",
    envvar="SRS_DECKS",
    metavar="DIR",
    is_eager=True,  # the help depends on it
    help="The deck folder. Default: ./decks, else your copy of the starter decks, else the starter decks.",
)
@click.option("--db", envvar="SRS_DB", metavar="FILE", help="The database file. Default: srs.db in your data folder.")
@click.version_option(__version__, prog_name="srs")
@click.pass_context
def cli(ctx: click.Context, decks: str | None, db: str | None) -> None:
    """Spaced repetition from plain-text decks.

    Start with "srs review". Decks are YAML files; your reviews are stored in one SQLite file.

    SRS_NOW=2027-01-15T08:00:00+09:00 sets the clock, to look ahead. Answers are recorded at that time.
    """
    ctx.obj = Context(DeckFolder(decks), db, ctx.obj)


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
            status = status or _report_lost_output(output, output.lost)
    if status:
        sys.exit(status)


def _run(output: Output) -> int:
    """The command's exit status. Raises OutputLost, and every error that is a bug."""
    try:
        if any("\ud800" <= character <= "\udfff" for character in "".join(sys.argv)):  # bytes that are not UTF-8
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
    except OutputLost:
        raise
    except (SrsError, OSError, RecursionError) as error:
        from srs.cli.sentences import sentence  # noqa: PLC0415 - only when something went wrong

        if not (text := sentence(error)):
            raise
        warn(text)
        return 2 if isinstance(error, BadInput | QueryError | SettingsError) else 1
    return 0


def _report_lost_output(output: Output, error: OSError) -> int:
    """Says that the output could not be written; the exit status.

    That is 0 for a command that is done, so that no program runs it twice, and for a reader that has read enough.
    """
    if isinstance(error, BrokenPipeError):
        return 0
    why = "it is closed" if error.errno == EBADF else (error.strerror or str(error)).lower()
    if not output.done:
        warn(f"the output could not be written: {why}.")
        return 1
    warn(f"done, but the output could not be written: {why}.")
    click.echo(printable(output.unwritten.decode(errors="replace").rstrip()), err=True)
    return 0
