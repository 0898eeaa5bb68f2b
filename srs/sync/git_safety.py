"""What a repository that somebody else may have filled could make git do: start a program, or work elsewhere.

A `.git` comes with a folder that Syncthing or a USB stick brought, and git obeys its configuration. There are too many
keys that start something to name them all, so the harmless ones are named.
"""

import os
import re
from collections.abc import Iterator
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
_PARTS_ELSEWHERE = ("commondir", "objects/info/alternates", "objects/info/http-alternates")


def unsafe_key(listed: str) -> str:
    """The first key that is not known to be harmless, of what `git config --list -z` says; empty if there is none."""
    for entry in filter(None, listed.split("\0")):
        key = entry.partition("\n")[0]
        if f"{key.partition('.')[0]}.{key.rpartition('.')[2]}" not in _ALLOWED:
            return key
    return ""


def leads_elsewhere(repository: Path) -> str:
    """The part of a repository by which git would read or write outside of it; empty if there is none.

    git writes through links: a log of its own into a shell's startup file, for example.
    """
    if repository.is_symlink() or not repository.is_dir():
        return repository.name
    for name in _PARTS_ELSEWHERE:
        if os.path.lexists(repository / name):
            return name
    return next((link.relative_to(repository).as_posix() for link in _links(repository)), "")


def _links(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if (path := Path(place, name)).is_symlink())


def on_this_disk(address: str, folder: Path) -> Path | None:
    """The repository that git run in `folder` opens itself for this address; None if another machine or program does."""
    if found := re.match(r"file://[^/]*(/.*)", address, re.DOTALL):
        return Path(unquote(found[1]))
    before = address.partition("/")[0]
    if ":" in before and not (os.name == "nt" and re.match("[A-Za-z]:", before)):
        return None
    return (folder / address).resolve()
