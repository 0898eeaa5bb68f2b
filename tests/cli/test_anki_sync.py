"""`srs anki sync` as a shell starts it: what it says, what it refuses, and killed at any moment."""

import os
import random  # noqa: TID251 - moments to kill at, of a seed
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from srs.anki.package import opened
from tests.cli.conftest import Shell, made_profile

KILLS = 12
NOTES = 400


def test_it_says_what_goes_where_and_the_second_time_that_nothing_does(srs: Shell, profile: Path) -> None:
    srs("answer", "one/back", "good")
    dry = srs("anki", "sync", "--dry-run")
    assert (dry.status, dry.err) == (0, "")
    assert "4 new notes" in dry.out
    assert "Nothing was changed." in dry.out
    first = srs("anki", "sync")
    assert (first.status, first.err) == (0, "")
    assert "4 new notes" in first.out
    assert "switch it on in Anki's deck options" in first.out
    assert f"Done. Backup of Anki's collection: {profile.parent / 'srs-backups'}" in first.out
    assert "Both sides know the same." in srs("anki", "sync").out
    told = srs("anki", "sync", "User 1", "--json").json
    assert (told["done"], told["backup"], told["to_anki"]["new_notes"]) == (False, None, [])
    assert {"deck": "Talk", "came_in": {}, "known_reviews": 1, "not_ours": 0} in told["from_anki"]["decks"]


def test_what_was_synced_is_acknowledged_though_nobody_could_be_told(srs: Shell, profile: Path) -> None:
    srs("answer", "one/back", "good")
    command = ["sh", "-c", f"exec {sys.executable} -m srs anki sync >/dev/full"]
    done = subprocess.run(command, cwd=srs.path, env=srs.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.startswith("srs: done, but the output could not be written: no space left on device.\n")
    assert "Both sides know the same." in srs("anki", "sync").out


def test_a_profile_must_be_clear(srs: Shell, profile: Path) -> None:
    made_profile(srs, "User 2")
    unclear = srs("anki", "sync")
    assert (unclear.status, unclear.out) == (1, "")
    assert "there are several Anki profiles; choose one of: User 1, User 2" in unclear.err
    assert "there is no Anki profile 'User 3'; choose one of" in srs("anki", "sync", "User 3").err
    assert srs("anki", "sync", "User 2").status == 0
    assert srs("anki", "sync", str(profile.parent)).status == 0
    (srs.path / "none").mkdir()
    assert "name its folder or its collection.anki2" in srs("anki", "sync", ANKI_BASE=str(srs.path / "none")).err


def test_an_open_anki_is_a_clear_sentence(srs: Shell, profile: Path) -> None:
    hold = (
        "import sys; from anki.collection import Collection; c = Collection(sys.argv[1]); print(1, flush=True); input()"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", hold, str(profile)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout
    assert running.stdout.readline() == "1\n"
    refused = srs("anki", "sync")
    running.kill()
    running.communicate()
    assert refused.status == 1
    assert (
        refused.err
        == f"srs: {profile} is open in Anki, or was not closed properly; open Anki, close it, and try again.\n"
    )


def test_without_ankis_library_the_sentence_names_the_command_that_installs_it(srs: Shell, profile: Path) -> None:
    (srs.path / "hidden" / "anki").mkdir(parents=True)
    (srs.path / "hidden" / "sitecustomize.py").write_text(
        "import sys, importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name.split('.')[0] == 'anki' else find(name, *a)\n"
    )
    path = f"{srs.path / 'hidden'}{os.pathsep}{Path(__file__).parents[2]}"
    refused = srs.process("anki", "sync", PYTHONPATH=path)
    assert refused.status == 1
    assert refused.err.endswith(f"To install it: {sys.executable} -m pip install anki\n")


def test_a_file_that_is_no_collection_is_refused(srs: Shell, profile: Path) -> None:
    for content in (b"", b"junk" * 1000, b"SQLite format 3\0" + bytes(5000)):
        (srs.path / "other.anki2").write_bytes(content)
        refused = srs("anki", "sync", str(srs.path / "other.anki2"))
        assert refused.status == 1, refused
        assert "Traceback" not in refused.err
        assert (srs.path / "other.anki2").read_bytes() == content


@pytest.mark.check
def test_on_a_terminal_it_asks_and_no_leaves_all_as_it_was(srs: Shell, profile: Path) -> None:
    before = profile.read_bytes()
    child = pexpect.spawn(
        sys.executable, ["-m", "srs", "anki", "sync"], cwd=srs.path, env=srs.environment(), encoding="utf-8", timeout=60
    )
    child.expect(r"4 new notes")
    child.expect(r"Go on\? \[Y/n\]: ")
    child.sendline("n")
    child.expect("Nothing was changed.")
    child.expect(pexpect.EOF)
    assert profile.read_bytes() == before
    child = pexpect.spawn(
        sys.executable, ["-m", "srs", "anki", "sync"], cwd=srs.path, env=srs.environment(), encoding="utf-8", timeout=60
    )
    child.expect(r"Go on\? \[Y/n\]: ")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    assert profile.read_bytes() == before
    assert [path.name for path in profile.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.check
def test_killed_at_any_moment_either_side_is_as_before_or_as_after(srs: Shell, profile: Path) -> None:
    """The collection is the old one or the new one, whole; no answer is lost or doubled; the next run settles it."""
    srs.write(
        "c.yaml", "deck: Many\nnotes:\n" + "".join(f"- {{id: n{n}, front: q{n}, back: a}}\n" for n in range(NOTES))
    )
    srs("answer", "one/back", "good")
    clean = srs.path / "clean"
    shutil.copytree(srs.path / "Anki2", clean)
    start = time.monotonic()
    srs.process("anki", "sync")
    length = time.monotonic() - start
    after = content(profile)
    draw = random.Random(4)
    outcomes = {"before": 0, "after": 0}
    for _ in range(KILLS):
        shutil.rmtree(srs.path / "Anki2")
        shutil.copytree(clean, srs.path / "Anki2")
        before = content(profile)
        with srs.start("anki", "sync") as child:
            time.sleep(draw.uniform(0.2, length))
            child.kill()
        found = content(profile)
        assert found in (before, after)
        outcomes["before" if found == before else "after"] += 1
        assert srs("verify").status == 0
        srs("anki", "sync")
        assert content(profile) == after
        assert "Both sides know the same." in srs("anki", "sync").out
        assert [path.name for path in profile.parent.iterdir() if path.name.startswith(".")] == []
    assert len(srs("log", "--json").json) == 1
    print(f"{KILLS} syncs killed: {outcomes}")


def content(collection: Path) -> tuple[list[tuple[object, ...]], ...]:
    """Notes, cards and log of a collection, by what does not depend on the moment of the import."""
    with opened(collection) as found:
        assert found.connection.execute("pragma integrity_check").fetchone() == ("ok",)
        queries = ("guid, flds from notes", "id, ord, type, queue, due from cards", "id, ease from revlog")
        return tuple(found.connection.execute(f"select {query} order by 1").fetchall() for query in queries)
