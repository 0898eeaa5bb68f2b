"""Notes that a note names, such as the questions that a story answers, and that are not there."""

from collections.abc import Iterator, Sequence

from srs.core.quoting import nearest, quoted
from srs.deckfile import DeckFile, Problem


def check_named(files: Sequence[DeckFile]) -> Iterator[Problem]:
    """Warns at the place of each name, if the notes of every file are known."""
    if not all(file.good for file in files):
        return
    known = {note.id for file in files for note in file.notes}
    for file in files:
        for named in (named for note in file.notes for named in note.named if named.name not in known):
            near = nearest(named.name, known)
            advice = f"did you mean {quoted(near)}?" if near else "write the id of one, or delete it"
            message = f"there is no note {quoted(named.name)} in this folder; {advice}"
            yield Problem("warning", file.name, named.line, named.column, message)
