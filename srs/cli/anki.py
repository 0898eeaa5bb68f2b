"""The commands `srs anki pull` and `srs anki sync`; `srs anki serve` is in `anki_server`."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import click

from srs.anki.preset_offer import NOTHING_TAKEN, RETENTION, Offer, Taken
from srs.anki.pull import pull
from srs.anki.resolve_texts import take_no_texts
from srs.anki.server_address import ServerAddress, parse_address
from srs.anki.sync import sync
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncPlan, AnkiSyncResult
from srs.cli.anki_deletions import (
    NOT_ASKED,
    deleted_json,
    suspends_deleted,
    take_deletions,
    taken_out_lines,
)
from srs.cli.anki_login import server_sync
from srs.cli.anki_report import (
    NOT_TAKEN,
    offer_json,
    offer_lines,
    pull_json,
    pull_lines,
    sync_json,
    sync_lines,
    taken_text,
)
from srs.cli.anki_server import serve_command
from srs.cli.anki_unasked import unasked_command
from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.cli.take_texts import TextTaking, take_texts_option, texts_json, yes_option
from srs.collection.recorder import Recorder
from srs.collection.settings_file import write_setting
from srs.core.errors import MissingExtra
from srs.core.safe_text import printable

_take_option = click.option(
    "--take-parameters",
    "take",
    is_flag=True,
    help="Take FSRS parameters and desired retention that were changed in Anki's deck options, without asking.",
)
_dry_run_option = click.option("--dry-run", is_flag=True, help="Only show what would be done.")


@click.group("anki")
def anki_command() -> None:
    """Import reviews from Anki, sync both ways, or run a sync server."""


@anki_command.command("pull")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@take_texts_option
@_take_option
@yes_option
@_dry_run_option
@json_option
@pass_context
def pull_command(
    context: Context, file: Path, take_texts: bool, take: bool, yes: bool, dry_run: bool, as_json: bool
) -> None:
    """Import reviews and card states from an Anki file.

    FILE is a package that Anki exported with "Include scheduling information" (.apkg, .colpkg), or a closed collection
    (collection.anki2). Pulling the same reviews twice adds nothing. Cards that were forgotten, rescheduled, suspended or
    buried in Anki are so here too. FSRS parameters and a desired retention that were changed in Anki are offered. With
    --take-texts, so are texts that were changed in Anki, and new notes.
    """
    now = context.clock()()
    collection = context.open(now, records=not dry_run)
    taking = None
    if take_texts:
        taking = _text_taking(context, now, yes=yes, dry_run=dry_run, as_json=as_json)
        collection, _ = taking(collection, file)
    pulled = pull(collection, file, now, dry_run=dry_run)
    if not as_json:
        for line in chain(pull_lines(pulled), offer_lines(pulled.offer)):
            say(line)
    taken = _choose(pulled.offer, take=take, asks=not yes and _can_ask(dry_run=dry_run, as_json=as_json))
    if not dry_run:
        if taken.retention is not None:
            _set_retention(context, taken.retention)
        if taken.parameters:
            Recorder(collection).set_parameters(taken.parameters, {}, now)
    if as_json:
        texts = taking and texts_json(taking)
        emit({"dry_run": dry_run, **pull_json(pulled), "deck_options": offer_json(pulled.offer, taken), "texts": texts})
        return
    if any(taken):
        say(taken_text(taken))
    elif pulled.offer.asks:
        say(NOT_TAKEN)
    if dry_run and (pulled.events or any(taken)):
        say("Nothing was changed: this was a dry run.")


@anki_command.command("sync")
@click.argument("profile", metavar="[PROFILE_OR_COLLECTION]", required=False)
@take_texts_option
@_take_option
@yes_option
@_dry_run_option
@click.option("--server", metavar="URL", help="Sync with your own Anki sync server instead of a profile.")
@click.option("--user", metavar="NAME", help="Your name at the server, the first time.")
@click.option("--allow-full-sync", is_flag=True, help="Go on even if Anki must then do a full sync with AnkiWeb.")
@click.option(
    "--take-deletions",
    "take_out",
    is_flag=True,
    help="Take notes that you deleted in Anki out of your deck files, too.",
)
@json_option
@pass_context
def sync_command(
    context: Context,
    profile: str | None,
    take_texts: bool,
    take: bool,
    yes: bool,
    dry_run: bool,
    server: str | None,
    user: str | None,
    allow_full_sync: bool,
    take_out: bool,
    as_json: bool,
) -> None:
    """Sync both ways with an Anki profile or a server of your own.

    PROFILE_OR_COLLECTION is the profile's name, its folder, or its collection.anki2; leave it out if there is only one
    profile. Close Anki first. The old collection is kept beside the new one.

    With --server, phones and computers that sync with the server get the same. The password is asked for once, or taken from
    SRS_ANKI_PASSWORD; then the server's key is kept in your data folder. Anki may stay open.

    Reviews and card states come from Anki; new notes, changed texts, answers and card states go to Anki. A text that was
    changed on both sides is shown and left as it is; with --take-texts, you choose one. A note that you deleted in Anki is not
    sent again, and its cards are suspended here. FSRS parameters and a desired retention that were changed in Anki are
    offered; else Anki gets yours.
    """
    address = _server(server, user, profile=bool(profile), full_sync=allow_full_sync)
    if find_spec("anki") is None:
        raise MissingExtra("anki")
    original = Path() if address else _original(profile)
    now = context.clock()()
    collection = context.open(now, records=not dry_run)
    start: Callable[[SyncChoices], AnkiSyncResult]
    if address:
        start = server_sync(collection, address, user, now, dry_run=dry_run)
    else:
        start = partial(sync, collection, original, now, full_sync=allow_full_sync)
    title = str(address or original)
    shown, offered = as_json, False
    can_ask = not yes and _can_ask(dry_run=dry_run, as_json=as_json)
    taking = _text_taking(context, now, yes=yes, dry_run=dry_run, as_json=as_json)
    taking.partial = True

    def choose(offer: Offer) -> Taken:
        nonlocal offered
        offered = not take and can_ask
        if offered:
            for line in offer_lines(offer):
                say(line)
        return _choose(offer, take=take, asks=offered)

    def agree(plan: AnkiSyncPlan) -> bool:
        """Shows the plan beforehand only if it asks or refuses; else the plan is carried out even if nobody can read it."""
        nonlocal shown
        if dry_run or not plan.changes:
            return False
        refused = plan.full_sync and not allow_full_sync
        asks = can_ask and not refused
        if not shown and (asks or refused):
            _show(title, plan, taking, offered=offered)
            shown = True
        return not asks or click.confirm("Go on?", default=True)

    synced = start(
        SyncChoices(
            agree=agree,
            take_texts=taking if take_texts else take_no_texts,
            choose=choose,
            suspends=suspends_deleted(yes=yes, asks=can_ask),
            set_retention=partial(_set_retention, context),
        )
    )
    if synced.done:
        context.mark_done()
    if not shown:
        _show(title, synced.plan, taking, offered=offered)
    taken_out, deleted = NOT_ASKED, synced.plan.deleted
    if take_out and (synced.done or dry_run or not synced.plan.changes):
        taken_out = take_deletions(context, collection, deleted, now, asks=can_ask, dry_run=dry_run)
    if as_json:
        where = {"server": title} if address else {"collection": title}
        told = {**sync_json(synced), "deleted_in_anki": deleted_json(deleted, taken_out)}
        emit({**where, "dry_run": dry_run, **told, "texts": texts_json(taking) if take_texts else None})
        return
    for line in taken_out_lines(taken_out, dry_run=dry_run):
        say(line)
    say(_outcome(synced, texts=bool(taking.written.notes)))


def _outcome(synced: AnkiSyncResult, *, texts: bool) -> str:
    """`texts` says that deck files have taken some."""
    if not synced.done and texts:
        return "Your deck files have Anki's texts; nothing else was changed."
    if not synced.done:
        return "Nothing was changed." if synced.plan.changes else "Both sides know the same."
    return f"Done. Backup of Anki's collection: {synced.backup}" if synced.backup else "Done."


def _server(text: str | None, user: str | None, *, profile: bool, full_sync: bool) -> ServerAddress | None:
    """The address of --server, if it is given; the other options must fit."""
    if text is None:
        if user is not None:
            raise click.UsageError("--user needs --server.")
        return None
    if profile or full_sync:
        raise click.UsageError(f"--server and {'a profile' if profile else '--allow-full-sync'} exclude each other.")
    return parse_address(text)


def _original(profile: str | None) -> Path:
    """The collection of the profile."""
    from srs.anki.profile import base_folders, collection_of, profiles  # noqa: PLC0415 - not for pull

    return collection_of(profile, profiles(base_folders(Path.home(), os.environ, sys.platform)))


anki_command.add_command(serve_command)
anki_command.add_command(unasked_command)


def _choose(offer: Offer, *, take: bool, asks: bool) -> Taken:
    """What the learner takes: all with `take`, else what is said yes to if this `asks`, else nothing."""
    parameters, retention = offer.parameters, offer.retention

    def takes(what: str, preset: str, *, likely: bool) -> bool:
        question = printable(f'Take the {what} of Anki\'s preset "{preset}"?')
        return take or (asks and click.confirm(question, default=likely))

    taken = NOTHING_TAKEN
    if parameters:
        compared = parameters.comparison
        better = compared is not None and compared.theirs.log_loss < compared.ours.log_loss
        if takes("FSRS parameters", parameters.preset, likely=better):
            taken = taken._replace(parameters=parameters.parameters)
    if retention and takes(f"desired retention {retention.theirs:g}", retention.preset, likely=True):
        taken = taken._replace(retention=retention.theirs)
    return taken


def _can_ask(*, dry_run: bool, as_json: bool) -> bool:
    return not (dry_run or as_json) and sys.stdin.isatty()


def _set_retention(context: Context, retention: float) -> None:
    write_setting(context.settings_file, RETENTION, repr(retention))
    context.mark_done()


def _text_taking(context: Context, now: int, *, yes: bool, dry_run: bool, as_json: bool) -> TextTaking:
    asks = not yes and _can_ask(dry_run=dry_run, as_json=as_json)
    return TextTaking(context, now, asks=asks, yes=yes, dry_run=dry_run, quiet=as_json)


def _show(title: str, plan: AnkiSyncPlan, taking: TextTaking, *, offered: bool) -> None:
    """Shows the plan without the texts that were shown when they could be taken."""
    say(title)
    conflicts, theirs = (
        {note: found for note, found in texts.items() if note not in taking.shown}
        for texts in (plan.conflicts, plan.theirs)
    )
    plan = replace(plan, conflicts=conflicts, theirs=theirs)
    for line in sync_lines(plan, offered=offered):
        say(line)
