"""The JSON Schemas that come with the program: `python -m srs.cli.schema` writes them anew."""

from pathlib import Path

from srs.cli.kinds import KINDS, PACKS
from srs.deckfile.schema import text

_PACKAGE = Path(__file__).parents[1]
FILES = {
    _PACKAGE / "deckfile" / "deck.schema.json": KINDS,
    _PACKAGE / "interview" / "deck.schema.json": KINDS.showing(PACKS),
}

if __name__ == "__main__":
    for file, kinds in FILES.items():
        file.write_text(text(kinds), encoding="utf-8", newline="\n")
