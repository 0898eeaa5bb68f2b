"""`srs review` and `srs due` that sync with a real Anki sync server, as the settings say."""

import json
import socket
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pexpect
import pytest

from srs.cli import anki_background
from tests.anki.sync_servers import PASSWORD, USER, Phone, TestServer, started_server
from tests.cli.conftest import Shell


@pytest.fixture
def server(srs: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestServer]:
    """It is waited for, however busy this computer is."""
    monkeypatch.setattr(anki_background, "_FIRST", 60.0)
    monkeypatch.setattr(anki_background, "_LAST", 60.0)
    srs.env["SRS_NOW"] = datetime.now(UTC).isoformat()  # noqa: TID251 - the server compares clocks
    srs("settings", "anki_sync", "server")
    with started_server(srs.path / "server") as server:
        yield server


@pytest.fixture
def phone(srs: Shell, server: TestServer) -> Iterator[Phone]:
    """It has what the computer has, which has logged in once."""
    url = str(server.address)
    assert srs("anki", "sync", "--server", url, "--user", USER, SRS_ANKI_PASSWORD=PASSWORD).status == 0
    phone = Phone(srs.path / "phone" / "collection.anki2", server)
    phone.sync()
    yield phone
    phone.collection.close()


def test_due_counts_what_was_answered_on_the_phone(srs: Shell, phone: Phone) -> None:
    phone.answer("one", 4)
    phone.sync()
    done = srs("due", "--json")
    assert (done.status, done.err) == (0, "srs: Synced with Anki: 1 review came in\n")
    assert done.json["total"]["new"] == 3
    assert srs("due", "--prompt").out == "3\n"
    again = srs("due")
    assert (again.status, again.err) == (0, "")


def test_what_a_review_records_is_on_the_server_when_it_has_ended(srs: Shell, phone: Phone) -> None:
    phone.answer("two", 4)
    phone.sync()
    done = srs("review", stdin="\n4\nq\n")
    assert (done.status, done.err) == (0, "srs: Synced with Anki: 1 review came in\n")
    phone.sync()
    assert phone.reviews() == 2


@pytest.mark.check
def test_on_a_terminal_a_review_syncs_before_and_after(srs: Shell, phone: Phone) -> None:
    command = ["-m", "srs", "review", "--limit", "1"]
    child = pexpect.spawn(sys.executable, command, cwd=srs.path, env=srs.environment(), encoding="utf-8", timeout=60)
    child.expect("space reveals")
    child.send(" ")
    child.expect("Good")
    child.send("3")
    child.expect(pexpect.EOF)
    assert "Traceback" not in str(child.before)
    for _ in range(100):  # on a busy computer it goes on after the end of the review
        phone.sync()
        if phone.reviews():
            break
        time.sleep(0.3)
    assert phone.reviews() == 1


def test_without_a_key_or_with_a_refused_one_a_line_says_what_to_run(srs: Shell, server: TestServer) -> None:
    first = srs("due")
    assert (first.status, first.out.count("together")) == (0, 1)
    assert first.err == (
        "srs: Not synced with Anki: log in to your sync server first: srs anki sync --server URL --user NAME\n"
    )
    url = str(server.address)
    srs("settings", "anki_server", url)
    assert srs("due").err == f"srs: Not synced with Anki: log in first: srs anki sync --server {url} --user NAME\n"
    keys = srs.path / "home" / "data" / "srs" / "anki-servers.json"
    keys.write_text(json.dumps({url: {"user": USER, "key": "0" * 40}}), "utf-8")
    refused = srs("review", stdin="\n3\nq\n", SRS_ANKI_PASSWORD=PASSWORD)
    assert refused.err == f"srs: Not synced with Anki: log in again: srs anki sync --server {url}\n"
    assert len(srs("log", "--json").json) == 1


def test_a_server_that_never_answers_is_in_the_way_of_nothing(srs: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        keys = srs.path / "home" / "data" / "srs" / "anki-servers.json"
        keys.parent.mkdir(parents=True, exist_ok=True)
        keys.write_text(json.dumps({url: {"user": USER, "key": "0" * 40}}), "utf-8")
        srs("settings", "anki_sync", "server")
        done = srs("review", stdin="\n3\nq\n")
        assert (done.status, done.err) == (0, "")
        assert done.out.endswith("The sync with Anki goes on in the background.\n")
        assert len(srs("log", "--json").json) == 1


@pytest.mark.parametrize("value", ["ftp://desk", "desk:8080", "http://desk:8080/ x"])
def test_an_address_that_is_none_is_refused(srs: Shell, value: str) -> None:
    assert srs("settings", "anki_server", value).status != 0
    assert srs("settings", "anki_server", "http://desk:8080/").status == 0
    assert srs("settings", "anki_server", "last used").status == 0


def test_parameters_that_were_changed_in_anki_are_never_replaced_without_a_question(srs: Shell, phone: Phone) -> None:
    phone.answer("one", 4)
    config = next(one for one in phone.collection.decks.all_config() if one["name"].startswith("srs"))
    config["desiredRetention"] = 0.83
    phone.collection.decks.update_config(config)
    phone.sync()
    done = srs("due")
    assert done.status == 0
    assert (
        "Not synced with Anki: FSRS parameters or a desired retention were changed there. To choose: srs anki"
        in done.err
    )
    assert srs("log", "--json").json == []


def test_what_comes_in_later_is_told_after_the_card_on_show_and_once(
    srs: Shell, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.answer("two", 4)
    phone.sync()
    monkeypatch.setattr(anki_background, "_FIRST", 0.0)
    ended = anki_background.BackgroundSync.news
    monkeypatch.setattr(anki_background.BackgroundSync, "news", lambda self: self.process.wait() or ended(self))
    done = srs("review", stdin="\n4\n\n4\nq\n")
    assert (done.status, done.err) == (0, "")
    first, told, second = done.out.partition("Synced with Anki: 1 review came in\n")
    assert (first.count("left:"), told in second, "left:" in second) == (1, False, True)
    phone.sync()
    assert phone.reviews() == 3
