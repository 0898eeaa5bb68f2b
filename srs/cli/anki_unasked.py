"""`srs anki sync-unasked`: the sync that `srs review` and `srs due` start. It asks nothing and says at most one line."""

import sys

import click

from srs.anki.server_address import parse_address
from srs.anki.server_login import last_server, read_login
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncPlan, AnkiSyncResult
from srs.cli.anki_login import keys_file, mirrors_folder
from srs.cli.context import Context, pass_context
from srs.cli.output import say
from srs.cli.sentences import sentence
from srs.core.errors import ServerError, SrsError
from srs.core.plural import plural


@click.command("sync-unasked", hidden=True)
@pass_context
def unasked_command(context: Context) -> None:
    """Sync with the server of the settings, and ask nothing."""
    try:
        line = _sync(context)
    except SrsError as error:
        line = f"Not synced with Anki: {sentence(error) or error}"
    if line:
        say(line)
    if line.startswith("Not"):
        sys.exit(1)


def _sync(context: Context) -> str:
    from srs.anki.mirror import mirror_of  # noqa: PLC0415 - http.server is slow to import
    from srs.anki.server_sync import sync_with_server  # noqa: PLC0415 - as above

    now = context.clock()()
    collection = context.open_for_command(now, quiet=True, records=True)
    address = collection.settings.anki_server or last_server(keys_file())
    if not address:
        return "Not synced with Anki: log in to your sync server first: srs anki sync --server URL --user NAME"
    server = parse_address(address)
    login = read_login(keys_file(), server)
    if login is None:
        return f"Not synced with Anki: log in first: srs anki sync --server {server} --user NAME"
    mirror = mirror_of(mirrors_folder(), server, login.user)
    try:
        synced = sync_with_server(collection, mirror, login.key, now, SyncChoices(_agrees))
    except ServerError as error:
        if error.problem != "login":
            raise
        return f"Not synced with Anki: log in again: srs anki sync --server {server}"
    if synced.plan.changes and not synced.done:
        return (
            "Not synced with Anki: FSRS parameters or a desired retention were changed there. To choose:"
            f" srs anki sync --server {server}"
        )
    return _told(synced, str(server))


def _agrees(plan: AnkiSyncPlan) -> bool:
    """Nothing that the learner has changed in Anki's deck options is replaced without a question."""
    return plan.changes and not (plan.offer.asks and plan.presets)


def _told(synced: AnkiSyncResult, server: str) -> str:
    """What the learner should know; nothing if only what was done here went out."""
    plan = synced.plan
    came = sum(deck.came.get("answered", 0) for deck in plan.pulled.decks)
    parts = [f"{plural(came, 'review')} came in"] if came else []
    if plan.deleted.suspends:
        names = ", ".join(plan.deleted.found)
        parts.append(f"deleted there, so suspended here (to take that back: srs undo): {names}")
    elif plan.deleted.found:
        parts.append(f"{plural(len(plan.deleted.found), 'note')} deleted there; see srs anki sync --server {server}")
    return f"Synced with Anki: {'; '.join(parts)}" if parts else ""
