"""Checks that a git repository from somebody else cannot make git start a program or write outside it.

A folder from Syncthing or a USB stick may contain a `.git`, whose configuration git obeys. Too many keys start programs
to list them all, so the harmless ones are listed.
"""

import os
import re
from pathlib import Path
from urllib.parse import unquote

_HARMLESS = {
    "core": "abbrev autocrlf bare bigfilethreshold checkstat compression eol filemode hidedotfiles ignorecase"
    " logallrefupdates longpaths precomposeunicode quotepath repositoryformatversion safecrlf sharedrepository symlinks"
    " trustctime",
    "remote": "url pushurl fetch push prune prunetags tagopt skipfetchall gh-resolved",
    "branch": "remote merge rebase description vscode-merge-base",
    "extensions": "objectformat refstorage",
    "user": "name email signingkey",
    "commit": "gpgsign",  # switched off for ours
    "gc": "auto autodetach pruneexpire",
    "init": "defaultbranch",
    "pull": "rebase ff",
    "push": "default autosetupremote",
    "receive": "denycurrentbranch denydeletes denynonfastforwards",
    "submodule": "active",  # a clone with submodules has it
}
_ALLOWED = frozenset(f"{section}.{name}" for section, names in _HARMLESS.items() for name in names.split())
_REDIRECTS = ("commondir", "objects/info/alternates", "objects/info/http-alternates")


def unsafe_key(listed: str) -> str:
    """The first key in the output of `git config --list -z` that is not known to be harmless; empty if there is none."""
    for entry in filter(None, listed.split("\0")):
        key = entry.partition("\n")[0]
        if f"{key.partition('.')[0]}.{key.rpartition('.')[2]}" not in _ALLOWED:
            return key
    return ""


def find_redirect(repository: Path) -> str:
    """The part of a repository that makes git read or write outside it; empty if there is none.

    git writes through links, for example its reflog into a shell's startup file.
    """
    if repository.is_symlink() or not repository.is_dir():
        return repository.name
    for name in _REDIRECTS:
        if os.path.lexists(repository / name):
            return name
    for folder, folders, files in os.walk(repository):
        for name in (*folders, *files):
            if (path := Path(folder, name)).is_symlink():
                return path.relative_to(repository).as_posix()
    return ""


def local_repository(address: str, folder: Path) -> Path | None:
    """The repository on this disk that git, run in `folder`, opens for the address; None if a server opens it."""
    if match := re.match(r"file://[^/]*(/.*)", address, re.DOTALL):
        return Path(unquote(match[1]))
    before = address.partition("/")[0]
    if ":" in before and not (os.name == "nt" and re.match("[A-Za-z]:", before)):
        return None
    return (folder / address).resolve()
