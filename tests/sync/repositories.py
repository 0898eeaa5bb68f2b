"""Git repositories on this disk, which see none of this machine's configuration."""

import subprocess
from pathlib import Path

import pytest

from srs.sync.git import GitSyncResult, sync_with_git
from tests.machines import START, Machine


def git(folder: Path, *args: str) -> str:
    return subprocess.run(["git", *args], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def isolated_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text("[init]\n\tdefaultBranch = main\n")


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A bare repository that machines share."""
    repository = tmp_path / "hub.git"
    git(tmp_path, "init", "--bare", "--quiet", str(repository))
    return repository


def clone(hub: Path, name: str) -> Path:
    git(hub.parent, "clone", "--quiet", str(hub), name)
    return hub.parent / name


def sync(machine: Machine, folder: Path, now: int = START) -> GitSyncResult:
    return sync_with_git(machine.collection, folder, now, terminal=False)
