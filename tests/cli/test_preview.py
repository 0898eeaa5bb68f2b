"""`srs preview`: the file that it writes, and the server that follows edits."""

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.chromium import chromium
from tests.cli.conftest import Shell
from tests.conftest import file_names

PICTURES = "deck: P\nnotes:\n- {id: p, front: '![](p.png)', back: '![](link.png)'}\n"


def test_a_page_is_written_of_all_cards_or_of_a_deck(srs: Shell) -> None:
    done = srs("preview", "--to", "a.html")
    assert (done.status, done.out) == (0, "a.html: 4 notes, 6 cards; 0 problems\n")
    assert (srs.path / "a.html").read_text("utf-8").startswith("<!doctype html>")
    assert srs("preview", "Talk::Phrases", "--to", "a.html", "--json").json == {
        "file": "a.html", "notes": 2, "cards": 4, "problems": 0,
    }  # fmt: skip
    assert "one?" not in (srs.path / "a.html").read_text("utf-8")
    assert srs("preview", "Tolk", "--to", "b.html").err == "srs: there is no deck 'Tolk'. Did you mean Talk?\n"
    assert not (srs.path / "b.html").exists()
    opened = srs.process("preview", "--to", "a.html", "--open", BROWSER="echo %s")
    assert f"{(srs.path / 'a.html').as_uri()}\n" in opened.out


@pytest.mark.parametrize(
    ("arguments", "status", "what"),
    [
        ((), 2, "say how: --to FILE.html writes a page, --watch shows it"),
        (("--to", "a.html", "--watch"), 2, "say how"),
        (("--to", "a.html", "--port", "8000"), 2, "--port needs --watch"),
        (("--watch", "--json"), 2, "--json needs --to"),
        (("--watch", "--port", "70000"), 2, "70000"),
        (("--to", "decks"), 1, "decks must end in .html or .htm."),
        (("--to", "no/a.html"), 1, "the folder no does not exist"),
        (("--to", "pipe.html"), 1, "pipe.html cannot be written: it is no file."),
    ],
)
def test_what_cannot_be_done_is_said(srs: Shell, arguments: tuple[str, ...], status: int, what: str) -> None:
    os.mkfifo(srs.path / "pipe.html")
    before = file_names(srs.path / "decks")
    done = srs("preview", *arguments)
    assert (done.status, done.out) == (status, "")
    assert what in done.err
    assert file_names(srs.path / "decks") == before
    assert (srs.path / "pipe.html").is_fifo()


@contextmanager
def watching(srs: Shell, *arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The child, and the address that it gives its page."""
    with srs.start("preview", "--watch", *arguments) as child:
        assert child.stdout
        try:
            child.stdout.readline()
            yield child, child.stdout.readline().split()[0]
        finally:
            child.kill()


def get(address: str, *, host: str = "", method: str = "GET") -> tuple[int, bytes]:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=30)
    connection.request(method, parts.path, headers={"Host": host or parts.netloc})
    with connection.getresponse() as answer:
        found = answer.status, answer.read()
    connection.close()
    return found


@pytest.mark.check
def test_only_who_knows_the_address_gets_the_page_and_the_pictures_that_notes_name(srs: Shell) -> None:
    srs.write("p.yaml", PICTURES)
    for name in ("p.png", "unnamed.png", "../outside.png"):
        (srs.path / "decks" / name).write_bytes(b"secret" if "out" in name else b"png")
    (srs.path / "decks" / "link.png").symlink_to(srs.path / "outside.png")
    with watching(srs) as (child, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", address)
        origin, netloc = address[:-33], urlsplit(address).netloc
        status, text = get(address)
        assert status == 200
        (picture,) = set(re.findall(rb"srs-[0-9a-f]{12}-[a-z]+\.png", text))
        assert get(address + picture.decode()) == (200, b"png")
        wrong = [
            origin,
            f"{origin}x/",
            address[:-1],
            address[:-2] + "/",
            f"{origin}{'x' * 32}/",
            f"{origin}favicon.ico",
        ]
        wrong += [
            address + name
            for name in ("p.png", "unnamed.png", "../outside.png", "decks/p.png", "changes/", "changes/x", "%2e%2e")
        ]
        for one in wrong:
            assert get(one) == (404, b""), one
        for host in ("evil.test", netloc.replace("127.0.0.1", "localhost"), "127.0.0.1"):
            assert get(address, host=host) == (403, b""), host
        for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            assert get(address, method=method) == (405, b""), method
        (srs.path / "decks" / "p.png").unlink()
        (srs.path / "decks" / "p.png").symlink_to(srs.path / "outside.png")
        assert get(address + picture.decode()) == (404, b""), "its content is another by now"
        used = srs("preview", "--watch", "--port", netloc.partition(":")[2])
        assert (used.status, used.out) == (1, "")
        assert "cannot be used" in used.err
        with socket.create_connection(("127.0.0.1", int(netloc.partition(":")[2]))) as idle:
            idle.sendall(b"GET ")
            child.send_signal(signal.SIGINT)
            _, err = child.communicate(timeout=20)
        assert (child.returncode, err) == (0, "\n")


@pytest.mark.check
def test_the_page_follows_edits_keeps_its_place_and_names_what_is_wrong(srs: Shell) -> None:
    notes = "".join(f"- {{id: n{n}, front: question {n}, back: answer}}\n" for n in range(40))
    file = srs.write("a.yaml", f"deck: Many\nnotes:\n{notes}")
    with watching(srs, "Many") as (child, address), chromium() as browser:
        browser.open(address)
        browser.wait("heights.size > 3")
        browser.run("search.value = 'question'; filter(); articles[20].scrollIntoView()")
        browser.wait("firstSeen() && articles[20].querySelector('iframe')")
        browser.wait(
            "[...main.querySelectorAll('iframe')].every((frame) => heights.has(frame.dataset.key)) && !grown.size"
        )

        def change(text: str) -> None:
            browser.run("window.before = true")
            file.write_text(text, "utf-8")
            browser.wait("typeof before === 'undefined' && document.readyState === 'complete' && mounted.size")

        change(f"deck: Many\nnotes:\n{notes}".replace("question 20,", "question twenty,"))
        assert browser.run("data.notes[20].values.includes('question twenty')")
        assert browser.run("search.value") == "question"
        assert browser.run("kept.seen").startswith(("n19/", "n20/"))
        browser.wait("firstSeen().dataset.key === kept.seen && Math.abs(edgeOf(firstSeen()) - kept.top) <= 3")
        change("deck: Many\nnotes: [")
        assert browser.run("data.notes[20].values.includes('question twenty')"), "the last good version"
        assert re.match(r"a\.yaml:\d+:\d+: .*; its last good version is shown", browser.run("failures.textContent"))
        change(f"deck: Other\nnotes:\n{notes}")
        assert browser.run("failures.textContent") == "there is no deck 'Many'."
        assert browser.run("data.notes.length") == 40
        change(f"deck: Many\nnotes:\n{notes}")
        assert browser.run("failures.textContent") == ""
        (srs.path / "decks").rename(srs.path / "away")
        browser.wait("typeof failures !== 'undefined' && failures.textContent.includes('does not exist')")
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 0
        browser.wait("failures.textContent.includes('has ended')")


@pytest.mark.check
def test_a_picture_that_is_added_later_is_shown(srs: Shell) -> None:
    srs.write("p.yaml", PICTURES)
    with watching(srs, "P") as (_, address):
        assert b"srs-" not in re.sub(rb"<script>.*?</script>", b"", get(address)[1], flags=re.DOTALL)
        srs.write("p.png", "png")
        assert json.loads(get(f"{address}changes/1")[1]) == 2
        (picture,) = set(re.findall(rb"srs-[0-9a-f]{12}-[a-z]+\.png", get(address)[1]))
        assert get(address + picture.decode()) == (200, b"png")
