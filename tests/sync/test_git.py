"""The shared folder carried by git, with real repositories on this disk."""

import os
from pathlib import Path

import pytest

from srs.core.errors import GitError
from srs.core.event import Rating
from tests.conftest import DAY
from tests.machines import START, Machine, Machines
from tests.sync.repositories import clone, git, sync

EASY = Rating.EASY

pytestmark = pytest.mark.usefixtures("isolated_git")


def test_two_machines_meet_through_a_repository_that_was_empty(machines: Machines, hub: Path) -> None:
    one, two = machines["one"], machines["two"]
    here, there = clone(hub, "here"), clone(hub, "there")
    one.answer("a/back", EASY, START)
    done = sync(one, here)
    assert (done.pushed, done.failure, done.folder.written) == (True, None, 1)
    two.answer("b/back", EASY, START)
    assert sync(two, there).folder.merged.events == 1
    assert sync(one, here).folder.merged.events == 1
    assert one.snapshot() == two.snapshot()
    assert git(here, "status", "--porcelain") == ""
    before = git(hub, "rev-parse", "main")
    assert sync(one, here).pushed
    assert git(hub, "rev-parse", "main") == before, "nothing new, no commit"


def test_machines_that_both_began_without_the_other_side_still_meet(machines: Machines, hub: Path) -> None:
    one, two = machines["one"], machines["two"]
    here, there = clone(hub, "here"), clone(hub, "there")
    hidden = hub.rename(hub.with_name("hidden"))
    for machine, folder, card in ((one, here, "a/back"), (two, there, "b/back")):
        machine.answer(card, EASY, START)
        done = sync(machine, folder)
        assert done.failure
        assert done.failure.problem == "unreachable"
        assert git(folder, "status", "--porcelain") == "", "it is committed all the same"
    hidden.rename(hub)
    for machine, folder in ((one, here), (two, there), (one, here)):
        assert sync(machine, folder).pushed
    assert one.snapshot() == two.snapshot()


@pytest.fixture
def far(hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub as another machine, whose hooks run: a stand-in for ssh starts there what it is told to."""
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    return hub


def test_whoever_pushes_in_between_is_met_by_another_round(machines: Machines, far: Path) -> None:
    """A hook of the other side lets somebody push while we do."""
    one, two, hub = machines["one"], machines["two"], far
    here, there = clone(hub, "here"), clone(hub, "there")
    git(here, "remote", "set-url", "origin", f"ssh://far.test{hub}")
    one.answer("a/back", EASY, START)
    sync(one, here)
    two.answer("b/back", EASY, START)
    sync(two, there)
    two.answer("c/back", EASY, START)
    two.sync(there)
    git(there, "add", ".")
    git(there, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "-m", "by hand")
    ran = hub / "ran"
    hook = hub / "hooks" / "pre-receive"
    hook.write_text(
        f"#!/bin/sh\n[ -e {ran} ] && exit 0\ntouch {ran}\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_DIR\ngit -C {there} push --quiet origin main\n"
    )
    hook.chmod(0o755)
    one.answer("d/back", EASY, START)
    done = sync(one, here)
    assert ran.exists()
    assert done.pushed
    assert done.folder.merged.cards == ["b/back", "c/back"]
    sync(two, there)
    assert one.snapshot() == two.snapshot()


def test_without_a_remote_it_only_commits(machines: Machines, tmp_path: Path) -> None:
    one, folder = machines["one"], machines.folder
    git(folder, "init", "--quiet")
    one.answer("a/back", EASY, START)
    done = sync(one, folder)
    assert (done.pushed, done.failure) == (None, None)
    assert git(folder, "log", "--format=%s") == f"srs sync: {one.id}"


def test_our_files_are_committed_whatever_is_ignored(machines: Machines) -> None:
    one, folder = machines["one"], machines.folder
    git(folder, "init", "--quiet")
    (folder / ".gitignore").write_text("*\n")
    one.answer("a/back", EASY, START)
    assert sync(one, folder).failure is None
    assert git(folder, "ls-files").startswith(one.id)


def test_decks_in_the_same_repository_stay_the_learners(machines: Machines, hub: Path) -> None:
    """An edit that is not committed yet."""
    one = machines["one"]
    here = clone(hub, "here")
    (here / "deck.yaml").write_text("deck: X\n")
    git(here, "add", "deck.yaml")
    git(here, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "-m", "a deck")
    git(here, "push", "--quiet", "-u", "origin", "main")
    (here / "deck.yaml").write_text("deck: Y\n")
    one.answer("a/back", EASY, START)
    assert sync(one, here).pushed
    assert git(here, "status", "--porcelain") == "M deck.yaml"
    assert git(here, "show", "--name-only", "--format=") == f"{one.id}/2026-03.jsonl"


def test_two_copies_of_one_machines_file_become_the_union_of_their_lines(machines: Machines, hub: Path) -> None:
    """A clone from an old backup, with a database from then, written to before it was pulled."""
    one = machines["one"]
    here = clone(hub, "here")
    one.answer("a/back", EASY, START)
    sync(one, here)
    old = clone(hub, "old")
    one.answer("b/back", EASY, START)
    sync(one, here)
    one.answer("c/back", EASY, START)
    one.sync(old)
    done = sync(one, old)
    assert (done.pushed, done.failure) == (True, None)
    other = machines["two"]
    sync(other, clone(hub, "third"))
    assert other.snapshot() == one.snapshot()
    assert len(other.log()) == 3


def test_a_conflict_elsewhere_is_named_and_the_merge_taken_back(machines: Machines, hub: Path) -> None:
    one = machines["one"]
    here = clone(hub, "here")
    identity = ("-c", "user.name=x", "-c", "user.email=x@x")
    (here / "deck.yaml").write_text("deck: X\n")
    git(here, "add", ".")
    git(here, *identity, "commit", "--quiet", "-m", "a deck")
    git(here, "push", "--quiet", "-u", "origin", "main")
    there = clone(hub, "there")
    for folder, text in ((there, "deck: Z\n"), (here, "deck: Y\n")):
        (folder / "deck.yaml").write_text(text)
        git(folder, *identity, "commit", "--quiet", "-a", "-m", text)
    git(there, "push", "--quiet")
    one.answer("a/back", EASY, START)
    done = sync(one, here)
    assert done.failure
    assert (done.failure.problem, done.failure.detail) == ("conflict", "deck.yaml")
    assert done.folder.written == 1
    assert git(here, "status", "--porcelain") == ""
    assert (here / "deck.yaml").read_text() == "deck: Y\n"


def test_an_other_side_that_takes_nothing_is_named_with_its_reason(machines: Machines, far: Path) -> None:
    one, here = machines["one"], clone(far, "here")
    git(here, "remote", "set-url", "origin", f"ssh://far.test{far}")
    hook = far / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    one.answer("a/back", EASY, START)
    done = sync(one, here)
    assert done.failure
    assert "declined" in done.failure.detail
    assert not done.pushed


def refused(machine: Machine, folder: Path) -> str:
    with pytest.raises(GitError) as caught:
        sync(machine, folder)
    return caught.value.problem


def test_a_folder_that_is_no_repository_is_refused(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(machines.path))
    machines["one"].answer("a/back", EASY, START)
    assert refused(machines["one"], machines.folder) == "no-repository"
    assert list(machines.folder.iterdir()) == []


def test_no_branch_and_no_git_are_named(machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, folder = machines["one"], machines.folder
    git(folder, "init", "--quiet")
    one.answer("a/back", EASY, START)
    sync(one, folder)
    git(folder, "checkout", "--quiet", "--detach")
    assert refused(one, folder) == "no-branch"
    monkeypatch.setenv("PATH", str(tmp_path / "nothing-here"))
    assert refused(one, folder) == "missing"


def test_a_hook_that_came_with_the_folder_does_not_run(machines: Machines, hub: Path, tmp_path: Path) -> None:
    one, here = machines["one"], clone(hub, "here")
    for name in ("pre-commit", "post-commit", "pre-push", "post-merge", "commit-msg", "prepare-commit-msg"):
        hook = here / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
        hook.chmod(0o755)
    one.answer("a/back", EASY, START)
    assert sync(one, here).pushed
    assert not (tmp_path / "ran").exists()


def test_called_from_within_git_it_works_on_the_folder(
    machines: Machines, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from a hook, whose environment names another repository."""
    one, here = machines["one"], clone(hub, "here")
    git(tmp_path, "init", "--quiet", "elsewhere")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))
    one.answer("a/back", EASY, START + DAY)
    done = sync(one, here)
    monkeypatch.delenv("GIT_DIR")
    assert done.pushed
    assert git(here, "log", "--format=%an") == "srs"
    assert os.listdir(tmp_path / "elsewhere") == [".git"]  # noqa: PTH208 - names are wanted
