"""`srs sync DIR --git`: commits, pulls and pushes the shared folder with the installed git.

Each machine writes only its own files, so pulls do not conflict; where two copies of one machine's file diverged, git's
union merge of their lines is right.

The user's own git configuration is obeyed, the repository's only where it is harmless: see `git_safety`.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from srs.collection import Collection
from srs.core.errors import GitError
from srs.sync.folder import FolderSyncResult, sync_folder
from srs.sync.git_safety import find_redirect, local_repository, unsafe_key

_TIMEOUT = 300  # seconds for one command
_ATTEMPTS = 3  # others may push at the same time
_ATTRIBUTES = Path(__file__).with_name("gitattributes")
_EVENT_FILE = re.compile(r"\d{4}-\d{2}\.jsonl")
_PROTOCOLS = "file:git:http:https:ssh"  # all others are programs named by an address
_HOOK_VARIABLES = frozenset({"GIT_NAMESPACE", "GIT_QUARANTINE_PATH"})  # besides those that git lists itself
_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false")


class GitSyncResult(NamedTuple):
    """`pushed` is None without a remote; `failure` is what went wrong after everything was written and committed."""

    folder: FolderSyncResult
    pushed: bool | None
    failure: GitError | None


def sync_with_git(collection: Collection, folder: Path, now: int, *, terminal: bool) -> GitSyncResult:
    """Pulls, syncs the folder, commits this machine's files and pushes. git may ask for a password only on a `terminal`.

    Without a remote it only commits. Raises GitError if the folder is not a usable repository, and what `sync_folder`
    raises.
    """
    repository = _Repository(folder.resolve(), terminal=terminal)
    machine, failure = collection.machine, None
    repository.commit(machine)  # what a sync without git has left
    try:
        repository.pull()
    except GitError as error:
        failure = error
    result = sync_folder(collection, folder, now)
    repository.commit(machine)
    if failure or not repository.remote:
        return GitSyncResult(result, False if failure else None, failure)
    try:
        for _ in range(_ATTEMPTS):
            refusal = repository.push()
            if not refusal:
                return GitSyncResult(result, True, None)
            repository.pull()
            result = result.followed_by(sync_folder(collection, folder, now))
            repository.commit(machine)
    except GitError as error:
        return GitSyncResult(result, False, error)
    return GitSyncResult(result, False, GitError(folder, "unreachable", refusal))


class _Repository:
    def __init__(self, folder: Path, *, terminal: bool) -> None:
        self._folder, self._terminal, self._options = folder, terminal, list[str]()
        self._environment = dict(os.environ)
        # where srs runs within git, as in a hook, these name another repository
        for name in (*self._run("rev-parse", "--local-env-vars").split(), *_HOOK_VARIABLES):
            self._environment.pop(name, None)
        self._environment |= {"LC_ALL": "C", "GIT_MERGE_AUTOEDIT": "no"}
        self._environment.setdefault("GIT_ALLOW_PROTOCOL", _PROTOCOLS)
        if not terminal:
            self._environment |= {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never"}
        self._require_safe_repository()
        # hooks are made for a person's commits; submodules are not ours to touch
        self._options = ["--literal-pathspecs", *_NO_HOOKS, "-c", "submodule.recurse=false"]
        self._options += ["-c", f"core.attributesFile={_ATTRIBUTES}", "-c", "commit.gpgSign=false"]
        self._branch = self._query("symbolic-ref", "--quiet", "--short", "HEAD")
        if not self._branch:
            raise GitError(folder, "no-branch")
        if self._try("var", "GIT_COMMITTER_IDENT").returncode:
            self._options += ["-c", "user.name=srs", "-c", "user.email=srs@localhost"]
        self.remote = self._choose_remote()
        self._upstream = self._query("config", f"branch.{self._branch}.merge") or f"refs/heads/{self._branch}"

    def _require_safe_repository(self) -> None:
        """Raises GitError unless the folder is the top of its own repository, with a harmless configuration."""
        own = self._folder / ".git"
        found = self._try("rev-parse", "--absolute-git-dir")
        if found.returncode and "not a git repository" not in found.stderr:  # it belongs to another user, for example
            raise GitError(self._folder, "failed", _error_message(found.stderr))
        if found.returncode or not os.path.lexists(own):
            raise GitError(self._folder, "no-repository")
        if own.is_dir() and not own.samefile(found.stdout.rstrip("\n")):  # it is broken, and git found one further up
            raise GitError(self._folder, "no-repository")
        self._require_safe_config(own)

    def _require_safe_config(self, repository: Path) -> None:
        """Raises GitError; git itself lists the configuration, which runs nothing."""
        if part := find_redirect(repository):
            raise GitError(repository, "elsewhere", part)
        if key := unsafe_key(
            self._run("config", "--file", str(repository / "config"), "--no-includes", "--list", "-z")
        ):
            raise GitError(repository, "unsafe", key)

    def _choose_remote(self) -> str:
        """The remote of the branch, else `origin`, else the only one; empty without any."""
        remotes = self._query("remote").splitlines()
        named = self._query("config", f"branch.{self._branch}.remote")
        if named and named not in remotes:  # an address
            raise GitError(self._folder / ".git", "unsafe", f"branch.{self._branch}.remote")
        return named or ("origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else "")

    def commit(self, machine: str) -> None:
        """Commits this machine's event files if they changed, and nothing else."""
        home = self._folder / machine
        if home.is_symlink() or not home.is_dir():
            return
        files = sorted(f"{machine}/{path.name}" for path in home.iterdir() if _EVENT_FILE.fullmatch(path.name))
        if not files:
            return
        self._run("add", "--force", "--", *files)  # whatever .gitignore says
        changed = self._try("diff", "--cached", "--quiet", "--no-ext-diff", "--ignore-submodules=all", "--", *files)
        if changed.returncode:
            self._run("commit", "--quiet", "--no-verify", "-m", f"srs sync: {machine}", "--", *files)

    def pull(self) -> None:
        """Raises GitError."""
        if not self.remote:
            return
        self._check_local_remote()
        found = self._try("ls-remote", "--exit-code", "--", self.remote, self._upstream)
        if found.returncode == 2:  # the remote repository is empty
            return
        if not found.returncode:
            found = self._try("fetch", "--quiet", "--no-recurse-submodules", "--", self.remote, self._upstream)
        if found.returncode:
            raise GitError(self._folder, "unreachable", _error_message(found.stderr))
        # two machines that both began in an empty repository have no common commit
        merged = self._try("merge", "--quiet", "--no-edit", "--allow-unrelated-histories", "FETCH_HEAD")
        if merged.returncode:
            files = self._query("diff", "--name-only", "--diff-filter=U", "--ignore-submodules=all").splitlines()
            self._try("merge", "--abort")
            if files:
                raise GitError(self._folder, "conflict", ", ".join(files))
            raise GitError(self._folder, "failed", _error_message(merged.stderr))

    def push(self) -> str:
        """Empty, or why the remote refused: as a rule somebody else has pushed in the meantime. Raises GitError."""
        if self._try("rev-parse", "--verify", "--quiet", "HEAD").returncode:
            return ""  # nothing was ever committed
        options = ["--porcelain", "--no-verify", "--recurse-submodules=no", "-u"]
        if self._check_local_remote("--push"):  # on another machine its hooks may run
            options.append(f"--receive-pack=git {' '.join(_NO_HOOKS)} receive-pack")
        pushed = self._try("push", *options, "--", self.remote, f"HEAD:{self._upstream}", umask=-1)
        refused = re.search(r"^!.*\[(?:remote )?rejected\] \((.*)\)$", pushed.stdout, re.MULTILINE)
        if pushed.returncode and not refused:
            raise GitError(self._folder, "unreachable", _error_message(pushed.stderr or pushed.stdout))
        return refused[1] if refused else ""

    def _check_local_remote(self, *which: str) -> bool:
        """Whether the remote is a repository on this disk, which git opens itself: then its configuration must be harmless
        too. Raises GitError.
        """
        addresses = self._query("remote", "get-url", "--all", *which, "--", self.remote).splitlines()
        local = [path for address in addresses if (path := local_repository(address, self._folder))]
        for repository in local:
            if not repository.is_dir() or (repository / ".git").exists():
                raise GitError(self._folder, "unreachable", f"{repository} is not a bare repository")
            self._require_safe_config(repository)
        return bool(local)

    def _query(self, *args: str) -> str:
        """What git prints; empty if it fails."""
        done = self._try(*args)
        return "" if done.returncode else done.stdout.strip()

    def _run(self, *args: str) -> str:
        """What git prints. Raises GitError if it fails."""
        done = self._try(*args)
        if done.returncode:
            raise GitError(self._folder, "failed", _error_message(done.stderr or done.stdout))
        return done.stdout

    def _try(self, *args: str, umask: int = 0o077) -> "subprocess.CompletedProcess[str]":
        """Raises GitError only if git is missing or does not end."""
        try:
            return subprocess.run(  # noqa: S603 - no shell; every argument is ours, or follows a --
                ["git", *self._options, *args],  # noqa: S607 - the learner's git, wherever it is
                cwd=self._folder,
                env=self._environment,
                umask=umask,  # only the learner may read the answers
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_TIMEOUT,
                check=False,
                start_new_session=not self._terminal,  # without a terminal of its own, ssh cannot ask either
            )
        except FileNotFoundError as error:
            raise GitError(self._folder, "missing") from error
        except subprocess.TimeoutExpired as error:
            raise GitError(self._folder, "unreachable", f"no answer within {_TIMEOUT} s") from error


def _error_message(output: str) -> str:
    """The first line of git's output that says fatal or error, else its last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["no message from git"]
    errors = [line for line in lines if re.match("(fatal|error): ", line)]
    return re.sub("^(fatal|error): ", "", (errors or lines[-1:])[0])
