"""`srs anki serve`: what it tells, and that it ends with all that it started."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec

import pexpect
import pytest

from tests.anki.sync_servers import free_port
from tests.cli.conftest import Shell

GIVEN = {"SRS_ANKI_PASSWORD": "geheim"}


@contextmanager
def serving(srs: Shell, *arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The child, and what it says until it listens."""
    with srs.start("anki", "serve", *arguments, **GIVEN) as child:
        assert child.stdout
        try:
            told = ""
            while "Nothing is encrypted" not in told:
                told += (line := child.stdout.readline())
                assert line, child.communicate()
            yield child, told
        finally:
            child.terminate()  # killed, it could not end the server
            child.wait(20)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_server_of_ones_own_says_what_to_enter_and_ends_with_all_that_it_started(srs: Shell, end: int) -> None:
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    port = str(free_port())
    with serving(srs, "--port", port, "--user", "Kim Lee") as (child, told):
        url = f"http://127.0.0.1:{port}/"
        assert told.startswith(f"Anki's sync server listens at {url} (Ctrl-C ends it).")
        for place in ("AnkiDroid ", "AnkiMobile ", "Self-hosted sync server", f"--server {url} --user 'Kim Lee'"):
            assert place in told
        assert "Only this computer reaches this address." in told
        srs.env["SRS_NOW"] = datetime.now(UTC).isoformat()  # noqa: TID251 - the server compares clocks
        assert srs("anki", "sync", "--server", url, "--user", "Kim Lee", **GIVEN).status == 0
        assert (srs.path / "home" / "data" / "srs" / "anki-server" / "Kim Lee" / "collection.anki2").exists()
        second = srs("anki", "serve", "--port", port, **GIVEN)
        assert (second.status, second.out) == (1, "")
        assert second.err.startswith(f"srs: no server can listen at {url}: address already in use.")
        child.send_signal(end)
        out, err = child.communicate(timeout=20)
        assert (child.returncode, out.strip(), err.strip()) == (0, "The server has ended.", "")
        assert srs("anki", "sync", "--server", url).status == 1


def test_other_addresses_are_shown_as_others_reach_them(srs: Shell) -> None:
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    with serving(srs, "--host", "0.0.0.0", "--port", str(free_port())) as (_, told):
        assert "http://0.0.0.0" not in told
    for arguments in (("--host", "example.org"), ("--user", "a/b"), ("--port", "0")):
        assert srs("anki", "serve", *arguments, **GIVEN).status == 2
    elsewhere = srs("anki", "serve", "--host", "192.0.2.77", **GIVEN)
    assert (elsewhere.status, "no server can listen at http://192.0.2.77:8080/" in elsewhere.err) == (1, True)


@pytest.mark.check
def test_on_a_terminal_a_new_password_is_asked_for_twice_and_a_phone_can_photograph_the_address(srs: Shell) -> None:
    if find_spec("anki") is None or find_spec("segno") is None:
        pytest.skip("the extra anki is not installed")
    command = ["-m", "srs", "anki", "serve", "--host", "0.0.0.0", "--port", str(free_port())]
    child = pexpect.spawn(srs.command[0], command, cwd=srs.path, env=srs.environment(), encoding="utf-8", timeout=60)
    child.expect("Password for srs, to be entered in Anki: ")
    child.sendline("geheim")
    child.expect("Repeat for confirmation: ")
    child.sendline("geheim")
    child.expect("\u2580")
    child.expect("Nothing is encrypted, not even the password")
    child.sendintr()
    child.expect("The server has ended.")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
