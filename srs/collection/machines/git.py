"""`srs sync DIR --git`: the folder is committed, pulled and pushed with the git that is installed.

Each machine writes files of its own, so pulls do not conflict; where two copies of one machine's file did grow apart,
git's union of their lines is what is wanted.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from srs.collection import Collection
from srs.collection.machines.exchange import Exchanged, exchange
from srs.errors import GitError

_PATIENCE = 300  # seconds for one command
_ATTEMPTS = 3  # others may push at the same time
_ATTRIBUTES = "*.jsonl merge=union -text\n"
_NOT_OURS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")  # set where we are called from within git


@dataclass(frozen=True, slots=True)
class Carried:
    """`pushed` is None where there is no remote; `failure` is what went wrong after all was written and committed."""

    exchanged: Exchanged
    pushed: bool | None
    failure: GitError | None


def exchange_with_git(collection: Collection, folder: Path, now: int, *, terminal: bool) -> Carried:
    """Pulls, exchanges, commits this machine's files and pushes. git may ask for a password only on a `terminal`.

    Without a remote it only commits. Raises GitError if there is nothing to work with, and what `exchange` raises.
    """
    with _repository(folder.resolve(), terminal=terminal) as repository:
        machine, failure = collection.machine, None
        repository.commit(machine)  # what an exchange without git has left
        try:
            repository.pull()
        except GitError as error:
            failure = error
        done = exchange(collection, folder, now)
        repository.commit(machine)
        if failure or not repository.remote:
            return Carried(done, False if failure else None, failure)
        try:
            for _ in range(_ATTEMPTS):
                refusal = repository.push()
                if not refusal:
                    return Carried(done, True, None)
                repository.pull()
                done = done.then(exchange(collection, folder, now))
                repository.commit(machine)
        except GitError as error:
            return Carried(done, False, error)
        return Carried(done, False, GitError(folder, "unreachable", refusal))


@contextmanager
def _repository(folder: Path, *, terminal: bool) -> Iterator["_Repository"]:
    with tempfile.TemporaryDirectory(prefix="srs-git-") as place:
        attributes = Path(place) / "attributes"
        attributes.write_text(_ATTRIBUTES)
        yield _Repository(folder, attributes, terminal=terminal)


class _Repository:
    def __init__(self, folder: Path, attributes: Path, *, terminal: bool) -> None:
        self._folder, self._terminal = folder, terminal
        # hooks are made for a person's commits, and would run code that came with the folder
        self._options = ["-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false"]
        self._options += ["-c", f"core.attributesFile={attributes}", "-c", "commit.gpgSign=false"]
        if self._run("rev-parse", "--is-inside-work-tree").stdout.strip() != "true":
            raise GitError(folder, "no-repository")
        self._branch = self._said("symbolic-ref", "--quiet", "--short", "HEAD")
        if not self._branch:
            raise GitError(folder, "no-branch")
        if self._run("var", "GIT_COMMITTER_IDENT").returncode:
            self._options += ["-c", "user.name=srs", "-c", "user.email=srs@localhost"]
        remotes = self._said("remote").split()
        self.remote = self._said("config", f"branch.{self._branch}.remote") or (
            "origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else ""
        )
        self._theirs = self._said("config", f"branch.{self._branch}.merge") or f"refs/heads/{self._branch}"

    def commit(self, machine: str) -> None:
        """This machine's files, if they changed; whatever else has changed in the repository stays as it is."""
        if not (self._folder / machine).is_dir():
            return
        self._do("add", "--", machine)
        if self._run("diff", "--cached", "--quiet", "--", machine).returncode:
            self._do("commit", "--quiet", "--no-verify", "-m", f"srs sync: {machine}", "--", machine)

    def pull(self) -> None:
        if not self.remote:
            return
        found = self._run("ls-remote", "--exit-code", "--", self.remote, self._theirs)
        if found.returncode == 2:  # an empty repository on the other side
            return
        if found.returncode or (found := self._run("fetch", "--quiet", "--", self.remote, self._theirs)).returncode:
            raise GitError(self._folder, "unreachable", _last(found.stderr))
        # two machines that both began in an empty repository have no common commit
        merged = self._run("merge", "--quiet", "--no-edit", "--allow-unrelated-histories", "FETCH_HEAD")
        if merged.returncode:
            files = self._said("diff", "--name-only", "--diff-filter=U").splitlines()
            self._run("merge", "--abort")
            if files:
                raise GitError(self._folder, "conflict", ", ".join(files))
            raise GitError(self._folder, "failed", _last(merged.stderr))

    def push(self) -> str:
        """Empty, or why the other side did not take it: as a rule somebody else has pushed in the meantime."""
        if self._run("rev-parse", "--verify", "--quiet", "HEAD").returncode:
            return ""  # nothing was ever committed
        done = self._run("push", "--porcelain", "--no-verify", "-u", "--", self.remote, f"HEAD:{self._theirs}")
        refused = re.search(r"^!.*\[(?:remote )?rejected\] \((.*)\)$", done.stdout, re.MULTILINE)
        if done.returncode and not refused:
            raise GitError(self._folder, "unreachable", _last(done.stderr or done.stdout))
        return refused[1] if refused else ""

    def _said(self, *args: str) -> str:
        done = self._run(*args)
        return "" if done.returncode else done.stdout.strip()

    def _do(self, *args: str) -> None:
        done = self._run(*args)
        if done.returncode:
            raise GitError(self._folder, "failed", _last(done.stderr or done.stdout))

    def _run(self, *args: str) -> "subprocess.CompletedProcess[str]":
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        environment |= {"LC_ALL": "C", "GIT_MERGE_AUTOEDIT": "no"}
        if not self._terminal:
            environment |= {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never"}
        try:
            return subprocess.run(  # noqa: S603 - no shell; every argument is ours, or follows a --
                ["git", *self._options, *args],  # noqa: S607 - the learner's git, wherever it is
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_PATIENCE,
                check=False,
                start_new_session=not self._terminal,  # without a terminal of its own, ssh cannot ask either
            )
        except FileNotFoundError as error:
            raise GitError(self._folder, "missing") from error
        except subprocess.TimeoutExpired as error:
            raise GitError(self._folder, "unreachable", f"no answer within {_PATIENCE} s") from error


def _last(text: str) -> str:
    """Git's own word for what went wrong: the first line that says fatal or error, else the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = next(
        (line for line in lines if re.match("(fatal|error): ", line)), lines[-1] if lines else "it said nothing"
    )
    return re.sub("^(fatal|error): ", "", told)
