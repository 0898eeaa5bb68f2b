"""A folder for decks of one's own: a deck with a few notes, its JSON Schema and a README."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from srs.core.errors import TargetError
from srs.deckfile.schema import text as schema_text
from srs.kinds.registry import Kinds

DECK_FILE = "my-deck.yaml"

_DECK = """\
# yaml-language-server: $schema=deck.schema.json
deck: My deck
notes:

# A question and its answer. Change or delete these notes, and write your own.
# Your progress belongs to the id: keep it when you change a text.
- id: iceland
  front: What is the capital of Iceland?
  back: Reykjavík

# A sentence with a gap.
- id: boiling-point
  cloze: "At sea level, water boils at {{c1::100 °C::temperature}}."

# A question with choices.
- id: noble-gas
  quiz: Which of these is a noble gas?
  choices: [Nitrogen, Oxygen, Neon]
  answer: Neon
"""

_README = """\
# My decks

Each `.yaml` file here is a deck. Open it in an editor and write your notes, or add one from the command line:

    srs add "My deck" --front "to speak" --back hablar
    srs add "Spanish::Verbs" --new --front "to go" --back ir

`srs check` reports mistakes and their place. `srs check --fix` gives each note an id, to which your progress belongs.
`srs review` asks the cards that are due. `srs --help` lists everything else.

srs uses this folder when you are in the folder that contains it and it is called `decks`. Elsewhere:

    srs review --decks PATH_OF_THIS_FOLDER

Keep the folder in git or in your backups: your progress lies in a database of its own, but the texts are here.
"""


def make_folder(folder: Path, kinds: Kinds) -> list[str]:
    """Makes the folder with its files, and returns their names. Raises TargetError if it holds anything, or cannot be
    written; then nothing has changed.
    """
    files = {DECK_FILE: _DECK, "deck.schema.json": schema_text(kinds), "README.md": _README}
    made = not os.path.lexists(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise TargetError(folder, "not-empty")
        _write(folder, files)
    except (FileExistsError, NotADirectoryError) as error:
        raise TargetError(folder, "not-a-folder") from error
    except OSError as error:
        if made:
            with suppress(OSError):
                folder.rmdir()
        raise TargetError.from_os_error(folder, error) from error
    return list(files)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """Writes all of the files, which must be new, or none. Raises OSError."""
    written: list[Path] = []
    try:
        for name, text in files.items():
            with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                written.append(folder / name)
                file.write(text)
    except OSError:
        for path in written:
            path.unlink()
        raise
