"""`srs sync DIR --git`: the folder is committed, pulled and pushed with the git that is installed.

Each machine writes files of its own, so pulls do not conflict; where two copies of one machine's file did grow apart,
git's union of their lines is what is wanted.

The learner's own configuration of git is obeyed, that of the folder only where it is harmless: see `git_safety`.
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
from srs.core.errors import GitError
from srs.sync.folder import Exchanged, exchange
from srs.sync.git_safety import leads_elsewhere, on_this_disk, unsafe_key

_PATIENCE = 300  # seconds for one command
_ATTEMPTS = 3  # others may push at the same time
_ATTRIBUTES = "*.jsonl merge=union -text\n"
_EVENTS = re.compile(r"\d{4}-\d{2}\.jsonl")
_PROTOCOLS = "file:git:http:https:ssh"  # all others are programs named by an address
_OF_A_HOOK = frozenset({"GIT_NAMESPACE", "GIT_QUARANTINE_PATH"})  # besides those that git lists itself
_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false")


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
        self._folder, self._terminal, self._options = folder, terminal, list[str]()
        self._environment = dict(os.environ)
        # where we are called from within git, as by a hook, these name another repository
        for name in (*self._do("rev-parse", "--local-env-vars").split(), *_OF_A_HOOK):
            self._environment.pop(name, None)
        self._environment |= {"LC_ALL": "C", "GIT_MERGE_AUTOEDIT": "no"}
        self._environment.setdefault("GIT_ALLOW_PROTOCOL", _PROTOCOLS)
        if not terminal:
            self._environment |= {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never"}
        self._require_own()
        # hooks are made for a person's commits; what lies in submodules is none of ours
        self._options = ["--literal-pathspecs", *_NO_HOOKS, "-c", "submodule.recurse=false"]
        self._options += ["-c", f"core.attributesFile={attributes}", "-c", "commit.gpgSign=false"]
        self._branch = self._said("symbolic-ref", "--quiet", "--short", "HEAD")
        if not self._branch:
            raise GitError(folder, "no-branch")
        if self._run("var", "GIT_COMMITTER_IDENT").returncode:
            self._options += ["-c", "user.name=srs", "-c", "user.email=srs@localhost"]
        self.remote = self._remote()
        self._theirs = self._said("config", f"branch.{self._branch}.merge") or f"refs/heads/{self._branch}"

    def _require_own(self) -> None:
        """The folder is the top of a repository of its own, whose configuration does no harm. Raises GitError."""
        own = self._folder / ".git"
        found = self._run("rev-parse", "--absolute-git-dir")
        if found.returncode and "not a git repository" not in found.stderr:  # it is somebody else's, for example
            raise GitError(self._folder, "failed", _last(found.stderr))
        if found.returncode or not os.path.lexists(own):
            raise GitError(self._folder, "no-repository")
        if own.is_dir() and not own.samefile(found.stdout.rstrip("\n")):  # it is broken, and git went on above
            raise GitError(self._folder, "no-repository")
        self._require_harmless(own)

    def _require_harmless(self, repository: Path) -> None:
        """Reads its configuration with git, which starts nothing for that. Raises GitError."""
        if part := leads_elsewhere(repository):
            raise GitError(repository, "elsewhere", part)
        if key := unsafe_key(self._do("config", "--file", str(repository / "config"), "--no-includes", "--list", "-z")):
            raise GitError(repository, "unsafe", key)

    def _remote(self) -> str:
        """The remote of the branch, else `origin`, else the only one there is; empty without any."""
        remotes = self._said("remote").splitlines()
        named = self._said("config", f"branch.{self._branch}.remote")
        if named and named not in remotes:  # an address
            raise GitError(self._folder / ".git", "unsafe", f"branch.{self._branch}.remote")
        return named or ("origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else "")

    def commit(self, machine: str) -> None:
        """This machine's event files, if they changed; whatever else has changed in the repository stays as it is."""
        home = self._folder / machine
        if home.is_symlink() or not home.is_dir():
            return
        ours = sorted(f"{machine}/{path.name}" for path in home.iterdir() if _EVENTS.fullmatch(path.name))
        if not ours:
            return
        self._do("add", "--force", "--", *ours)  # whatever the learner keeps git from taking elsewhere
        changed = self._run("diff", "--cached", "--quiet", "--no-ext-diff", "--ignore-submodules=all", "--", *ours)
        if changed.returncode:
            self._do("commit", "--quiet", "--no-verify", "-m", f"srs sync: {machine}", "--", *ours)

    def pull(self) -> None:
        if not self.remote:
            return
        self._on_this_disk()
        found = self._run("ls-remote", "--exit-code", "--", self.remote, self._theirs)
        if found.returncode == 2:  # an empty repository on the other side
            return
        if not found.returncode:
            found = self._run("fetch", "--quiet", "--no-recurse-submodules", "--", self.remote, self._theirs)
        if found.returncode:
            raise GitError(self._folder, "unreachable", _last(found.stderr))
        # two machines that both began in an empty repository have no common commit
        merged = self._run("merge", "--quiet", "--no-edit", "--allow-unrelated-histories", "FETCH_HEAD")
        if merged.returncode:
            files = self._said("diff", "--name-only", "--diff-filter=U", "--ignore-submodules=all").splitlines()
            self._run("merge", "--abort")
            if files:
                raise GitError(self._folder, "conflict", ", ".join(files))
            raise GitError(self._folder, "failed", _last(merged.stderr))

    def push(self) -> str:
        """Empty, or why the other side did not take it: as a rule somebody else has pushed in the meantime."""
        if self._run("rev-parse", "--verify", "--quiet", "HEAD").returncode:
            return ""  # nothing was ever committed
        how = ["--porcelain", "--no-verify", "--recurse-submodules=no", "-u"]
        if self._on_this_disk("--push"):  # the hooks of another machine are its own affair
            how.append(f"--receive-pack=git {' '.join(_NO_HOOKS)} receive-pack")
        done = self._run("push", *how, "--", self.remote, f"HEAD:{self._theirs}", umask=-1)
        refused = re.search(r"^!.*\[(?:remote )?rejected\] \((.*)\)$", done.stdout, re.MULTILINE)
        if done.returncode and not refused:
            raise GitError(self._folder, "unreachable", _last(done.stderr or done.stdout))
        return refused[1] if refused else ""

    def _on_this_disk(self, *which: str) -> bool:
        """Whether the other side is a repository that git opens by itself: then it must do no harm. Raises GitError."""
        addresses = self._said("remote", "get-url", "--all", *which, "--", self.remote).splitlines()
        found = [path for address in addresses if (path := on_this_disk(address, self._folder))]
        for repository in found:
            if not repository.is_dir() or (repository / ".git").exists():
                raise GitError(self._folder, "unreachable", f"{repository} is no bare repository")
            self._require_harmless(repository)
        return bool(found)

    def _said(self, *args: str) -> str:
        done = self._run(*args)
        return "" if done.returncode else done.stdout.strip()

    def _do(self, *args: str) -> str:
        done = self._run(*args)
        if done.returncode:
            raise GitError(self._folder, "failed", _last(done.stderr or done.stdout))
        return done.stdout

    def _run(self, *args: str, umask: int = 0o077) -> "subprocess.CompletedProcess[str]":
        try:
            return subprocess.run(  # noqa: S603 - no shell; every argument is ours, or follows a --
                ["git", *self._options, *args],  # noqa: S607 - the learner's git, wherever it is
                cwd=self._folder,
                env=self._environment,
                umask=umask,  # what the learner answered is nobody else's business
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
