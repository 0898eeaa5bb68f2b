"""A `.git` that came with the folder, from Syncthing or a USB stick, runs nothing and leads nowhere else."""

import os
import shutil
from pathlib import Path

import pytest

from srs.core.errors import GitError
from srs.core.event import Rating
from tests.machines import START, Machines
from tests.sync.repositories import clone, git, sync

pytestmark = pytest.mark.usefixtures("isolated_git")
EASY = Rating.EASY
IDENTITY = ("-c", "user.name=x", "-c", "user.email=x@x")


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a file `ran` behind, whoever starts it and however."""
    made = tmp_path / "trap"
    made.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\nexit 1\n")
    made.chmod(0o755)
    return made


# key → value, in which TRAP is the program; what else it takes to make git start it stands in `lure`
KEYS = {
    "filter.evil.clean": "TRAP",
    "filter.evil.smudge": "TRAP",
    "filter.evil.process": "TRAP",
    "merge.evil.driver": "TRAP",
    "diff.evil.textconv": "TRAP",
    "diff.evil.command": "TRAP",
    "diff.external": "TRAP",
    "core.sshCommand": "TRAP",
    "core.fsmonitor": "TRAP",
    "core.hooksPath": "DIR",
    "core.pager": "TRAP",
    "core.editor": "TRAP",
    "core.askPass": "TRAP",
    "core.gitProxy": "TRAP",
    "core.alternateRefsCommand": "TRAP",
    "core.worktree": "DIR",
    "core.attributesFile": "DIR/attributes",
    "core.excludesFile": "DIR/excludes",
    "credential.helper": "!TRAP",
    "credential.https://x.test.helper": "!TRAP",
    "gpg.program": "TRAP",
    "gpg.ssh.program": "TRAP",
    "gpg.ssh.defaultKeyCommand": "TRAP",
    "remote.origin.uploadpack": "TRAP",
    "remote.origin.receivepack": "TRAP",
    "remote.origin.vcs": "evil",
    "remote.origin.proxy": "http://127.0.0.1:9",
    "remote.origin.promisor": "true",
    "url.ext::TRAP .insteadOf": "ssh:",
    "protocol.ext.allow": "always",
    "protocol.allow": "always",
    "include.path": "DIR/more",
    "includeIf.gitdir:/**.path": "DIR/more",
    "extensions.worktreeConfig": "true",
    "extensions.partialClone": "origin",
    "submodule.recurse": "true",
    "submodule.x.update": "!TRAP",
    "alias.commit": "!TRAP",
    "sequence.editor": "TRAP",
    "trailer.x.command": "TRAP",
    "uploadpack.packObjectsHook": "TRAP",
    "gc.recentObjectsHook": "TRAP",
    "http.proxy": "http://127.0.0.1:9",
    "http.sslVerify": "false",
    "safe.directory": "*",
}


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_could_start_a_program_or_lead_elsewhere_is_refused_by_its_name(
    key: str, machines: Machines, trap: Path, tmp_path: Path
) -> None:
    one, here = machines["one"], machines.folder
    git(here, "init", "--quiet")
    git(here, "remote", "add", "origin", "ssh://x.test/hub.git")
    one.answer("a/back", EASY, START)
    lure(here, trap)
    name = key.replace("TRAP", str(trap))
    value = KEYS[key].replace("TRAP", str(trap)).replace("DIR", str(tmp_path / "side"))
    git(here, "config", "--file", ".git/config", "--add", name, value)
    with pytest.raises(GitError) as caught:
        sync(one, here)
    section, _, rest = name.partition(".")
    middle, _, last = rest.rpartition(".")
    assert caught.value.problem == "unsafe"
    assert caught.value.detail == ".".join(filter(None, (section.lower(), middle, last.lower())))
    assert not (tmp_path / "ran").exists()
    assert list(here.glob("*/*.jsonl")) == [], "nothing was written either"


def lure(here: Path, trap: Path) -> None:
    """Attributes that use every driver, an include, excludes, and a folder of hooks, beside the repository."""
    (here / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n")
    side = trap.with_name("side")
    side.mkdir()
    (side / "more").write_text(f"[core]\n\tsshCommand = {trap}\n\tfsmonitor = {trap}\n")
    (side / "attributes").write_text("* filter=evil\n")
    (side / "excludes").write_text("*\n")
    for name in ("pre-commit", "reference-transaction", "post-index-change", "pre-push"):
        shutil.copy(trap, side / name)


def test_what_git_itself_writes_and_people_set_is_fine(machines: Machines, hub: Path) -> None:
    one, here = machines["one"], clone(hub, "here")
    for key, value in {
        "user.name": "Kim", "user.email": "kim@example.org", "core.autocrlf": "input", "pull.rebase": "true",
        "remote.origin.prune": "true", "branch.main.rebase": "true", "push.default": "current", "core.quotePath": "false",
    }.items():  # fmt: skip
        git(here, "config", key, value)
    one.answer("a/back", EASY, START)
    assert sync(one, here).pushed
    assert git(here, "log", "--format=%an") == "Kim"
    one.answer("b/back", EASY, START)
    assert sync(one, here).pushed, "what the push has set is fine as well"


@pytest.mark.parametrize("url", ["ext::TRAP", "fd::0", "evil::x", "ssh://-oProxyCommand=TRAP/x", "-uTRAP"])
def test_an_address_that_starts_a_program_reaches_nothing(
    url: str, machines: Machines, hub: Path, trap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(trap, tmp_path / "git-remote-evil")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.allow")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")
    one, here = machines["one"], clone(hub, "here")
    git(here, "config", "remote.origin.url", url.replace("TRAP", str(trap)))
    one.answer("a/back", EASY, START)
    done = sync(one, here)
    assert done.failure
    assert done.failure.problem == "unreachable"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("named", ["ext::TRAP", "HUB", "../hub.git"])
def test_a_branch_that_names_an_address_instead_of_a_remote_is_refused(
    named: str, machines: Machines, hub: Path, trap: Path, tmp_path: Path
) -> None:
    one, here = machines["one"], clone(hub, "here")
    git(here, "config", "branch.main.remote", named.replace("TRAP", str(trap)).replace("HUB", str(hub)))
    with pytest.raises(GitError) as caught:
        sync(one, here)
    assert (caught.value.problem, caught.value.detail) == ("unsafe", "branch.main.remote")
    assert not (tmp_path / "ran").exists()


def test_a_repository_on_this_disk_runs_none_of_its_hooks_and_obeys_no_such_key_either(
    machines: Machines, hub: Path, trap: Path, tmp_path: Path
) -> None:
    """It may have come on the same USB stick."""
    one, here = machines["one"], clone(hub, "here")
    for name in ("pre-receive", "update", "post-receive", "post-update", "reference-transaction", "proc-receive"):
        shutil.copy(trap, hub / "hooks" / name)
    one.answer("a/back", EASY, START)
    assert sync(one, here).pushed
    assert not (tmp_path / "ran").exists()
    git(hub, "config", "core.alternateRefsCommand", str(trap))
    one.answer("b/back", EASY, START)
    for address in (str(hub), f"file://{hub}", "../hub.git"):
        git(here, "config", "remote.origin.url", address)
        done = sync(one, here)
        assert done.failure, address
        assert (done.failure.problem, done.failure.folder, done.failure.detail) == (
            "unsafe", hub, "core.alternaterefscommand",
        )  # fmt: skip
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("place", ["here/.git", "hub.git"])
@pytest.mark.parametrize("name", ["objects/info/alternates", "objects/info/http-alternates", "commondir"])
def test_a_repository_that_takes_its_parts_from_elsewhere_is_refused(
    place: str, name: str, machines: Machines, hub: Path, tmp_path: Path
) -> None:
    one, here = machines["one"], clone(hub, "here")
    other = tmp_path / "other"
    git(tmp_path, "init", "--quiet", str(other))
    (tmp_path / place / name).write_text(f"{other / '.git'}{'/objects' if 'objects' in name else ''}\n")
    one.answer("a/back", EASY, START)
    problem, detail = refusal(one, here)
    assert (problem, detail) == ("elsewhere", name)


@pytest.mark.parametrize("name", ["config", "index", "logs/HEAD", "refs/heads/main", "refs", "objects", "FETCH_HEAD"])
def test_a_link_in_the_repository_is_refused_and_what_it_leads_to_stays(
    name: str, machines: Machines, hub: Path, tmp_path: Path
) -> None:
    """Git would write through it: a reflog into a shell's startup file, for example."""
    one, here = machines["one"], clone(hub, "here")
    one.answer("a/back", EASY, START)
    sync(one, here)
    part, aim = here / ".git" / name, tmp_path / "aim"
    if part.exists():
        part.rename(aim)
    else:
        aim.write_text("")
    part.symlink_to(aim)
    before = aim.read_bytes() if aim.is_file() else sorted(aim.rglob("*"))
    one.answer("b/back", EASY, START)
    assert refusal(one, here) == ("elsewhere", name)
    assert (aim.read_bytes() if aim.is_file() else sorted(aim.rglob("*"))) == before


def test_a_git_that_is_a_file_or_a_link_is_refused(machines: Machines, hub: Path, tmp_path: Path) -> None:
    one = machines["one"]
    for name in ("file", "link"):
        here = clone(hub, name)
        aim = (here / ".git").rename(tmp_path / f"of-{name}")
        if name == "file":
            (here / ".git").write_text(f"gitdir: {aim}\n")
        else:
            (here / ".git").symlink_to(aim)
        one.answer("a/back", EASY, START)
        assert refusal(one, here) == ("elsewhere", ".git")
        assert not git(aim, "--git-dir", str(aim), "for-each-ref")


def refusal(one: object, here: Path) -> tuple[str, str]:
    """Before anything was done, or at the pull."""
    try:
        failure = sync(one, here).failure  # type: ignore[arg-type]  # a machine
    except GitError as error:
        failure = error
    assert failure
    return failure.problem, failure.detail


def test_a_folder_inside_another_repository_is_not_its_own(machines: Machines, hub: Path) -> None:
    """Nor is one whose own `.git` is broken, by which git would take the one above."""
    one, here = machines["one"], clone(hub, "here")
    (here / "progress").mkdir()
    (here / "progress" / ".git").mkdir()
    one.answer("a/back", EASY, START)
    assert refusal(one, here / "progress")[0] == "no-repository"
    (here / "progress" / ".git").rmdir()
    assert refusal(one, here / "progress")[0] == "no-repository"
    assert list((here / "progress").iterdir()) == []
    git(here / "progress", "init", "--quiet")
    assert sync(one, here / "progress").failure is None
    assert git(here, "for-each-ref") == ""
    assert "jsonl" in git(here / "progress", "show", "--name-only", "--format=")


def test_only_our_event_files_are_committed(machines: Machines, hub: Path) -> None:
    """Neither what lies beside them, nor what the learner has staged."""
    one, here = machines["one"], clone(hub, "here")
    one.answer("a/back", EASY, START)
    sync(one, here)
    beside = here / one.id / "notes.txt"
    for file in (beside, here / one.id / ".gitattributes", here / "deck.yaml"):
        file.write_text("mine\n")
    git(here, "add", "deck.yaml")
    one.answer("b/back", EASY, START)
    assert sync(one, here).pushed
    assert git(here, "show", "--name-only", "--format=") == f"{one.id}/2026-03.jsonl"
    assert git(here, "status", "--porcelain", "-uall").splitlines() == [
        "A  deck.yaml", f"?? {one.id}/.gitattributes", f"?? {one.id}/notes.txt",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE",
             "GIT_QUARANTINE_PATH", "GIT_CONFIG", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE"],
)  # fmt: skip
def test_a_hooks_environment_leads_nowhere_else(
    name: str, machines: Machines, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, here = machines["one"], clone(hub, "here")
    git(tmp_path, "init", "--quiet", "elsewhere")
    before = sorted((tmp_path / "elsewhere").rglob("*"))
    monkeypatch.setenv(name, str(tmp_path / "elsewhere" / ".git"))
    one.answer("a/back", EASY, START)
    done = sync(one, here)
    monkeypatch.delenv(name)
    assert done.pushed
    assert git(hub, "log", "--format=%s", "main") == f"srs sync: {one.id}"
    assert sorted((tmp_path / "elsewhere").rglob("*")) == before


def test_a_repository_within_the_folder_obeys_nothing_either(
    machines: Machines, hub: Path, trap: Path, tmp_path: Path
) -> None:
    """A submodule has a configuration of its own, which git would read when it looks into it."""
    one, here, there = machines["one"], clone(hub, "here"), clone(hub, "there")
    sub = clone(hub, "there/sub")
    git(sub, *IDENTITY, "commit", "--quiet", "--allow-empty", "-m", "first")
    (there / ".gitmodules").write_text('[submodule "sub"]\n\tpath = sub\n\turl = ssh://x.test/sub\n')
    git(there, "add", "sub", ".gitmodules")
    git(there, *IDENTITY, "commit", "--quiet", "-m", "a submodule")
    git(there, "push", "--quiet", "origin", "HEAD:main")
    git(here, "pull", "--quiet", "origin", "main")
    shutil.rmtree(here / "sub")
    shutil.copytree(sub, here / "sub")
    for key in ("core.fsmonitor", "core.sshCommand"):
        git(here / "sub", "config", key, str(trap))
    git(here / "sub", "config", "remote.origin.url", "ssh://x.test/sub")
    git(sub, *IDENTITY, "commit", "--quiet", "--allow-empty", "-m", "second")
    git(there, *IDENTITY, "commit", "--quiet", "-a", "-m", "moved on")
    git(there, "push", "--quiet", "origin", "HEAD:main")
    one.answer("a/back", EASY, START)
    (tmp_path / "ran").unlink(missing_ok=True)
    assert sync(one, here).pushed
    assert not (tmp_path / "ran").exists()


def test_what_this_machine_makes_can_be_read_by_the_learner_alone(machines: Machines, tmp_path: Path) -> None:
    one, folder = machines["one"], machines.folder
    git(folder, "init", "--quiet")
    one.answer("a/back", EASY, START)
    before = os.umask(0)
    try:
        sync(one, folder)
    finally:
        os.umask(before)
    home = folder / one.id
    assert [oct(path.stat().st_mode & 0o777) for path in (home, home / "2026-03.jsonl")] == ["0o700", "0o600"]
    objects = [path for path in (folder / ".git" / "objects").rglob("*") if path.is_file()]
    assert objects
    assert not [path for path in (*objects, folder / ".git" / "index") if path.stat().st_mode & 0o077]
