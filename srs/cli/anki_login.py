"""Logging in for `srs anki sync --server`: the password, and the key that is kept."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from srs.anki.server_address import ServerAddress
from srs.anki.server_login import Login, check_user, keep_login, last_server, read_login
from srs.anki.sync_choices import SyncChoices
from srs.anki.sync_plan import AnkiSyncResult
from srs.cli.paths import data_folder
from srs.collection import Collection
from srs.core.errors import ServerError

PASSWORD = "SRS_ANKI_PASSWORD"  # noqa: S105 - the name of the variable


def server_sync(
    collection: Collection, server: ServerAddress, user: str | None, now: int, *, dry_run: bool
) -> Callable[[SyncChoices], AnkiSyncResult]:
    """A sync with the server; logs in where there is no key yet, or the server does not take it any more."""
    from srs.anki.mirror import mirror_of  # noqa: PLC0415 - http.server is slow to import
    from srs.anki.server_sync import sync_with_server  # noqa: PLC0415 - as above

    def run(choices: SyncChoices) -> AnkiSyncResult:
        login = read_login(keys_file(), server)
        known = login is not None and user in {None, login.user}
        if login is None or not known:
            login = _log_in(server, user)
        elif last_server(keys_file()) != str(server):
            keep_login(keys_file(), server, login)
        while True:
            mirror = mirror_of(mirrors_folder(), server, login.user)
            try:
                return sync_with_server(collection, mirror, login.key, now, choices, dry_run=dry_run)
            except ServerError as error:
                if error.problem != "login" or not known or not _can_log_in():
                    raise
            login, known = _log_in(server, login.user), False

    return run


def keys_file() -> Path:
    return data_folder() / "anki-servers.json"


def mirrors_folder() -> Path:
    return data_folder() / "anki-mirrors"


def _log_in(server: ServerAddress, user: str | None) -> Login:
    from srs.anki.sync_client import log_in  # noqa: PLC0415 - http.server is slow to import
    from srs.anki.sync_relay import SyncRelay  # noqa: PLC0415 - as above

    if user is None:
        raise click.UsageError(f"say who you are at {server}, the first time: --user NAME")
    check_user(user)
    password = ask_password(f"Password of {user} at {server}")
    with TemporaryDirectory(prefix="srs-login-") as scratch, SyncRelay(server) as relay:
        login = Login(user, log_in(relay, user, password, Path(scratch) / "collection.anki2"))
    keep_login(keys_file(), server, login)
    return login


def _can_log_in() -> bool:
    return bool(os.environ.get(PASSWORD)) or sys.stdin.isatty()


def ask_password(question: str, *, new: bool = False) -> str:
    """From the environment, else from the terminal, a `new` one twice."""
    if password := os.environ.get(PASSWORD):
        return password
    if not sys.stdin.isatty():
        raise click.UsageError(f"there is no terminal to ask for the password; put it into {PASSWORD}.")
    answer: str = click.prompt(question, hide_input=True, confirmation_prompt=new, err=True)
    return answer
