"""The command `srs anki serve`."""

import io
import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from shlex import quote

import click

from srs.anki.server_address import ServerAddress
from srs.anki.server_login import check_user
from srs.cli.anki_login import ask_password
from srs.cli.output import say
from srs.cli.paths import data_folder
from srs.core.errors import MissingExtra

_PORT = 8080  # Anki's own default
_USER = "srs"
_BLACK_ON_WHITE = "\x1b[97;40m", "\x1b[0m"  # the blocks of the code are its light parts


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen at; 0.0.0.0 is all of them."
)
@click.option("--port", type=click.IntRange(1, 65535), default=_PORT, show_default=True, metavar="N", help="The port.")
@click.option("--user", default=_USER, show_default=True, metavar="NAME", help="The name to log in with.")
def serve_command(host: str, port: int, user: str) -> None:
    """Run a sync server of your own for Anki.

    Phones and other computers sync with it, and so does "srs anki sync --server". It is Anki's own server; its data lie in
    your data folder. It asks for a password, or takes it from SRS_ANKI_PASSWORD. Nothing is encrypted: use another address
    than 127.0.0.1 only in a network that you trust.
    """
    from srs.anki.sync_server import sync_server  # noqa: PLC0415 - not for the other commands

    if find_spec("anki") is None:
        raise MissingExtra("anki")
    check_user(user)
    password = ask_password(f"Password for {user}, to be entered in Anki", new=True)
    for name in ("SIGTERM", "SIGHUP"):  # whoever ends us ends the server, too
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    folder = data_folder() / "anki-server"
    try:
        with sync_server(folder, host, port, user, password, os.environ) as running:
            _tell(running.address, user, folder)
            running.wait()
    except KeyboardInterrupt:
        click.echo(err=True)
        say("The server has ended.")


def _tell(address: ServerAddress, user: str, folder: Path) -> None:
    from srs.anki.sync_server import is_local  # noqa: PLC0415 - as above

    say(f"Anki's sync server listens at {address} (Ctrl-C ends it). Its data: {folder}")
    say("")
    say(f"Enter this address, and log in as {user} with the password:")
    say("  AnkiDroid   Settings > Sync > Custom sync server > Sync url; then Settings > Sync > AnkiWeb account")
    say(
        "  AnkiMobile  its preferences for syncing; if it finds no server, allow Anki the local network in iOS Settings"
    )
    say("  Anki        Tools > Preferences > Syncing > Self-hosted sync server; then Sync")
    say(f"  srs         srs anki sync --server {address} --user {quote(user)}")
    say("")
    if is_local(address):
        say("Only this computer reaches this address. For phones: srs anki serve --host 0.0.0.0")
    else:
        _show_qr_code(str(address))
    say("Nothing is encrypted, not even the password: let others reach it only in a network that you trust.")
    sys.stdout.flush()


def _show_qr_code(address: str) -> None:
    """On a terminal, for the camera of a phone."""
    if find_spec("segno") is None or not sys.stdout.isatty():
        return
    import segno  # noqa: PLC0415 - of the extra, and only here

    drawn = io.StringIO()
    segno.make(address, micro=False).terminal(drawn, compact=True)
    begin, end = _BLACK_ON_WHITE
    for line in drawn.getvalue().splitlines():
        click.echo(f"{begin}{line}{end}")
