"""What the guide holds, and the notes that teach it. Run as a module, this writes the table of decks/README.md."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from srs.cli.kinds import KINDS
from srs.deckfile import parse
from srs.kinds.basic import CardSides
from srs.kinds.note import Note

ROOT = Path(__file__).parents[2]
DECKS = ROOT / "decks"
TEXT = Path(os.environ.get("SRS_GUIDE", ROOT.parent / "shared" / "guide.txt"))
"""The guide itself, which is not ours to ship."""

FIGURE = re.compile(r"(?<![\w.])[A-Za-z]?\d+(?:[.,/-]\d+)*(?:\.x\b)?(?:%|\+|[A-Za-z]+)?", re.ASCII)


@dataclass(frozen=True)
class Item:
    section: str
    number: int | None
    about: str
    kinds: tuple[str, ...]
    figures: frozenset[str]


def items() -> Iterator[Item]:
    """Every section without a number, then its numbered items; an item has its section's figures or its own."""
    for row in yaml.safe_load((Path(__file__).parent / "guide.yaml").read_text("utf-8")):
        all_items: list[str | dict[str, Any]] = row["items"]
        own = [item.get("figures", []) for item in all_items if isinstance(item, dict)]
        section = frozenset(row.get("figures", [])).union(*own)
        yield Item(row["section"], None, row["about"], (), section)
        for number, item in enumerate(all_items, row.get("first", 1)):
            about = item if isinstance(item, str) else item["about"]
            figures = section if isinstance(item, str) else frozenset(item["figures"])
            yield Item(row["section"], number, about, tuple(row["notes"]), figures)


def starter_notes() -> Iterator[Note]:
    """Of all starter decks, in the order of files."""
    for path in sorted(DECKS.glob("*.yaml")):
        file = parse(path.read_bytes(), path.name, KINDS)
        assert file.good, file.problems
        assert file.deck is not None
        for note in file.notes:
            yield KINDS.note(note.id, file.deck, note.fields, note.tags)


def texts(note: Note) -> Mapping[str, str]:
    """All that the learner reads of a note, by the key in the deck file."""
    found: dict[str, str] = {}
    for name in note.__dataclass_fields__:
        match getattr(note, name):
            case str(text) if text and name not in {"id", "deck", "image", "audio", "guid", "gloss_label"}:
                found["ko" if name == "gloss" else name] = text.replace("\u2019", "'")
            case (CardSides() as sides, *_):
                found |= {"front": sides.front, "back": sides.back}
            case (str(), *_) as several if name in {"choices", "wordings"}:
                found |= {f"{name[:-1]} {n}": text.replace("\u2019", "'") for n, text in enumerate(several)}
            case value if hasattr(value, "code"):
                found[value.code] = value.text
    if "text" in found:
        found["text"] = re.sub(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}", r"\1", found["text"])
    return found


def figures(text: str) -> set[str]:
    """As written: 500K, 70%, 2-3."""
    return set(FIGURE.findall(text))


def with_ends(known: Iterable[str]) -> set[str]:
    """Figures, and the two ends of every range among them."""
    return {*known, *(end for figure in known for end in figure.split("-"))}


def table() -> str:
    """For decks/README.md: every item of the guide with its notes."""
    notes = list(starter_notes())
    lines = ["| § | item | notes |", "|---|---|---|"]
    for item in items():
        ids = [
            f"`{note.id}`" for note in notes if (note.source.section, note.source.number) == (item.section, item.number)
        ]
        place = item.section if item.number is None else f"{item.section} · {item.number}"
        lines.append(f"| {place} | {item.about} | {' '.join(ids)} |")
    return "\n".join(lines) + "\n"


def written(readme: str) -> str:
    """The readme with the table of today."""
    return readme[: readme.index("| § | item")] + table()


if __name__ == "__main__":
    path = DECKS / "README.md"
    path.write_text(written(path.read_text("utf-8")), "utf-8")
