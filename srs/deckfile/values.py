"""What reading a deck file yields."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from srs.kinds.note import Deck, Fields


@dataclass(frozen=True, slots=True)
class Problem:
    """`file` is relative to the deck folder, with `/`; `line` and `column` count from 1, columns in characters."""

    level: Literal["error", "warning"]
    file: str
    line: int
    column: int
    message: str


class Named(NamedTuple):
    """A deck that a file names under `after`, or a note that a note names, and where."""

    name: str
    line: int
    column: int


class Reference(NamedTuple):
    """A picture or sound that a note names, or the HTML of a text, and where the text begins."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class FileNote:
    """A note as its file has it: `fields` without id and tags, `tags` without the file's.

    `provisional` says that the file gives no id. The place is that of the id's value, else of the note. `media` are in
    the order of the text, `html` the texts of a note that is HTML, `named` the notes that it names.
    """

    id: str
    provisional: bool
    fields: Fields
    tags: tuple[str, ...]
    line: int
    column: int
    media: tuple[Reference, ...] = ()
    html: tuple[Reference, ...] = ()
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class DeckFile:
    """`notes` are in the file's order, each fit for `Kinds.note` if the file is good; `after` are the decks before this one.

    In a file with errors they are only those whose id can be read, whatever else is wrong with them. `items` are the line
    where each item of the list begins, and the id of its note, empty if it is none.
    """

    name: str
    deck: Deck | None
    notes: tuple[FileNote, ...]
    problems: tuple[Problem, ...]
    after: tuple[Named, ...] = ()
    items: tuple[tuple[int, str], ...] = ()

    @property
    def good(self) -> bool:
        """A file with warnings is used, one with errors is not."""
        return all(problem.level == "warning" for problem in self.problems)
