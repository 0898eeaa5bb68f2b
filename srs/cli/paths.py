"""Where the deck folder, the database and the settings are."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from srs.collection.folder import resolve_folder
from srs.core.errors import BadInput, StoreError
from srs.core.files import make_private_folder

Source = Literal["named", "here", "own", "starter"]

_PACKAGE = Path(__file__).parents[1]
_INSTALLED = _PACKAGE / "decks"


@dataclass(frozen=True, slots=True)
class DeckFolder:
    """The deck folder in use: the one `asked` for, else `./decks`, else the learner's own, else the starter decks."""

    asked: str | None

    @property
    def source(self) -> Source:
        if self.asked:
            return "named"
        if Path("decks").is_dir():
            return "here"
        return "own" if os.path.isdir(self.own) else "starter"  # noqa: PTH112 - False where nobody may look

    @property
    def path(self) -> Path:
        match self.source:
            case "named":
                return Path(self.asked or "")
            case "here":
                return Path("decks")
            case "own":
                return self.own
            case "starter":
                return self.starter

    @property
    def own(self) -> Path:
        """The learner's own deck folder, which may not exist."""
        return data_folder() / "decks"

    @property
    def starter(self) -> Path:
        """The decks that ship with the program; in a checkout they lie beside the package."""
        return _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "decks"

    @property
    def is_read_only(self) -> bool:
        """Whether it is that of the starter decks. In a checkout it may be named, to work on them."""
        return self.source == "starter" or (_INSTALLED.is_dir() and resolve_folder(self.path) == _INSTALLED.resolve())


def data_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - not needed to show help

    return user_data_path("srs", appauthor=False)


def database_path(option: str | None) -> Path:
    """The file that `--db` names, else one in the data folder, which is made. Raises BadInput, StoreError."""
    if option == "":
        raise BadInput("--db", "", "the name of a file")
    if option:
        return Path(option)
    file = data_folder() / "srs.db"
    try:
        make_private_folder(file.parent)
    except OSError as error:
        raise StoreError(file, "unusable", f"its folder cannot be made ({error.strerror})") from error
    return file


def settings_path() -> Path:
    """`SRS_SETTINGS`, else a file in the user's folder for settings."""
    if path := os.environ.get("SRS_SETTINGS"):
        return Path(path)
    from platformdirs import user_config_path  # noqa: PLC0415 - not needed to show help

    return user_config_path("srs", appauthor=False) / "settings.toml"
