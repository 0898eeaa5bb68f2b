"""`srs anki sync --server` as a shell starts it."""

import json
import os
import random  # noqa: TID251 - moments to kill at, of a seed
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pexpect
import pytest

from tests.anki.sync_servers import PASSWORD, USER, Phone, TestServer, free_port, started_server
from tests.cli.conftest import Shell
from tests.cli.test_anki_sync import content

KILLS = 6
NOTES = 400
GIVEN = {"SRS_ANKI_PASSWORD": PASSWORD}


@pytest.fixture
def server(srs: Shell) -> Iterator[TestServer]:
    srs.env["SRS_NOW"] = datetime.now(UTC).isoformat()  # noqa: TID251 - the server compares clocks
    with started_server(srs.path / "server") as server:
        yield server


def test_the_password_is_needed_once_and_the_second_sync_finds_nothing(srs: Shell, server: TestServer) -> None:
    url = f"http://127.0.0.1:{server.port}"
    unknown = srs("anki", "sync", "--server", url)
    assert (unknown.status, unknown.out) == (2, "")
    assert f"say who you are at {url}/, the first time: --user NAME" in unknown.err
    unasked = srs("anki", "sync", "--server", url, "--user", USER)
    assert (unasked.status, "put it into SRS_ANKI_PASSWORD" in unasked.err) == (2, True)
    wrong = srs("anki", "sync", "--server", url, "--user", USER, SRS_ANKI_PASSWORD="wrong")
    assert (wrong.status, wrong.out) == (1, "")
    assert wrong.err.startswith(f"srs: {url}/ does not accept the user name and password")
    srs("answer", "one/back", "good")
    dry = srs("anki", "sync", "--server", url, "--user", USER, "--dry-run", **GIVEN)
    assert (dry.status, dry.err) == (0, "")
    assert "4 new notes" in dry.out
    assert "Nothing was changed." in dry.out
    first = srs("anki", "sync", "--server", url)
    assert (first.status, first.err) == (0, "")
    assert first.out.startswith(f"{url}/\n")
    assert first.out.endswith("Done.\n")
    second = srs("anki", "sync", "--server", url)
    assert "Nothing has changed on either side since the last sync." in second.out
    assert second.out.endswith("Both sides know the same.\n")
    told = srs("anki", "sync", "--server", url, "--json").json
    assert (told["server"], told["done"], told["compared"], told["full_upload"]) == (f"{url}/", False, False, False)
    assert told["to_anki"]["new_notes"] == []
    (keys,) = (srs.path / "home").rglob("anki-servers.json")
    assert keys.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in keys.read_text("utf-8")


def test_a_key_that_the_server_no_longer_takes_is_replaced_by_a_new_one(srs: Shell, server: TestServer) -> None:
    url = f"http://127.0.0.1:{server.port}"
    srs("anki", "sync", "--server", url, "--user", USER, **GIVEN)
    (keys,) = (srs.path / "home").rglob("anki-servers.json")
    kept = keys.read_text("utf-8")
    known = json.loads(kept)
    known[f"{url}/"]["key"] = "0" * 40
    keys.write_text(json.dumps(known), "utf-8")
    refused = srs("anki", "sync", "--server", url)
    assert (refused.status, "does not accept" in refused.err) == (1, True)
    assert srs("anki", "sync", "--server", url, **GIVEN).status == 0
    assert keys.read_text("utf-8") == kept


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--server", "desk:8080"), "--server must be the address of your own sync server"),
        (("--server", "https://ankiweb.net/"), "srs does not sync with AnkiWeb"),
        (("--server", "http://desk", "User 1"), "--server and a profile exclude each other."),
        (("--server", "http://desk", "--allow-full-sync"), "--server and --allow-full-sync exclude each other."),
        (("--user", "kim"), "--user needs --server."),
        (("--server", "http://desk", "--user", "a:b"), "--user must be a name without :"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_sent(srs: Shell, arguments: tuple[str, ...], what: str) -> None:
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    done = srs("anki", "sync", *arguments, **GIVEN)
    assert (done.status, done.out) == (2, "")
    assert what in done.err


def test_no_server_is_one_sentence(srs: Shell) -> None:
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    url = f"http://127.0.0.1:{free_port()}/"
    done = srs("anki", "sync", "--server", url, "--user", "kim", **GIVEN)
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"srs: {url} cannot be reached: connection refused. Check the address, and that the server runs; to start one: srs anki"
        " serve\n"
    )


@pytest.mark.check
def test_on_a_terminal_the_password_is_asked_for_and_not_shown(srs: Shell, server: TestServer) -> None:
    url = f"http://127.0.0.1:{server.port}"
    command = ["-m", "srs", "anki", "sync", "--server", url, "--user", USER]
    child = pexpect.spawn(srs.command[0], command, cwd=srs.path, env=srs.environment(), encoding="utf-8", timeout=60)
    child.expect(f"Password of {USER} at {url}/: ")
    child.sendline(PASSWORD)
    child.expect("4 new notes")
    assert PASSWORD not in str(child.before)
    child.expect(r"Go on\? \[Y/n\]: ")
    child.sendline("y")
    child.expect("Done.")
    child.expect(pexpect.EOF)


@pytest.mark.check
def test_killed_at_any_moment_both_sides_are_as_before_or_as_after(srs: Shell, server: TestServer) -> None:
    """The server has nothing of what we send or all of it; no answer of the phone's is lost or doubled."""
    url = f"http://127.0.0.1:{server.port}"
    srs.write(
        "c.yaml", "deck: Many\nnotes:\n" + "".join(f"- {{id: n{n}, front: q{n}, back: a}}\n" for n in range(NOTES))
    )
    srs("anki", "sync", "--server", url, "--user", USER, **GIVEN)
    phone = Phone(srs.path / "phone" / "collection.anki2", server)
    phone.sync()
    phone.answer("two", 3)
    phone.sync()
    phone.collection.close()
    srs.write(
        "d.yaml", "deck: More\nnotes:\n" + "".join(f"- {{id: m{n}, front: q{n}, back: a}}\n" for n in range(NOTES))
    )
    srs("answer", "one/back", "good")
    of_server = stopped(server)
    clean = srs.path / "clean"
    for folder in ("server", "home"):
        shutil.copytree(srs.path / folder, clean / folder)
    server.start()
    start = time.monotonic()
    srs.process("anki", "sync", "--server", url)
    length = time.monotonic() - start
    after = content(stopped(server))
    draw, outcomes = random.Random(5), {"before": 0, "after": 0}
    for _ in range(KILLS):
        for folder in ("server", "home"):
            shutil.rmtree(srs.path / folder)
            shutil.copytree(clean / folder, srs.path / folder)
        before = content(of_server)
        server.start()
        with srs.start("anki", "sync", "--server", url) as child:
            time.sleep(draw.uniform(0.2, length))
            child.kill()
        found = content(stopped(server))
        assert found in (before, after)
        outcomes["before" if found == before else "after"] += 1
        assert srs("verify").status == 0
        server.start()
        assert srs("anki", "sync", "--server", url).status == 0
        assert "Both sides know the same." in srs("anki", "sync", "--server", url).out
        assert content(stopped(server)) == after
        assert len(srs("log", "--json").json) == 2
    print(f"{KILLS} syncs killed: {outcomes}")


def stopped(server: TestServer) -> Path:
    """The collection of the server, with all that lay beside it in the write-ahead log."""
    server.stop()
    file = server.folder / USER / "collection.anki2"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    return file


@pytest.mark.check
def test_a_full_disk_is_one_sentence_and_the_next_sync_does_all(srs: Shell, server: TestServer) -> None:
    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("a small file system needs root")
    url = f"http://127.0.0.1:{server.port}"
    srs("anki", "sync", "--server", url, "--user", USER, **GIVEN)
    mirrors = srs.path / "home" / "data" / "srs" / "anki-mirrors"
    shutil.rmtree(mirrors)
    mirrors.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "none", str(mirrors)], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        for filled in (150_000, 100_000, 40_000):
            (mirrors / "filled").write_bytes(bytes(filled))
            done = srs("anki", "sync", "--server", url)
            assert (done.status, done.out) == (1, "")
            assert "no space" in done.err
            assert "Traceback" not in done.err
    finally:
        subprocess.run(["umount", str(mirrors)], check=True)
    assert srs("anki", "sync", "--server", url).out.endswith("Both sides know the same.\n")
