"""Notes that were deleted in Anki, in `srs anki sync`: questions, reports, and taking them out of the deck files."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import click

from srs.anki.deleted_notes import FEW, DeletedNotes, Suspends, only_few
from srs.cli.context import Context
from srs.cli.deck_folder import writable_folder
from srs.cli.output import say
from srs.collection import Collection
from srs.core.plural import plural


def suspends_deleted(*, yes: bool, asks: bool) -> Suspends:
    """Decides on what was deleted in Anki; many notes only if the learner says so, who is asked once if this `asks`."""
    decided: dict[frozenset[str], bool] = {}

    def suspends(found: Mapping[str, tuple[str, ...]]) -> bool:
        notes = frozenset(found)
        if notes not in decided:
            decided[notes] = only_few(found) or yes or (asks and _ask(found))
        return decided[notes]

    return suspends


def _ask(found: Mapping[str, tuple[str, ...]]) -> bool:
    say(f"Deleted in Anki since the last sync, {plural(len(found), 'note')}: {_names(found)}")
    return click.confirm("Suspend their cards here?", default=False)


def deleted_lines(deleted: DeletedNotes) -> Iterator[str]:
    """What was deleted in Anki, and what becomes of it."""
    found, names = deleted.found, _names(deleted.found)
    if deleted.suspends:
        yield f"Deleted in Anki, so not sent again, and suspended here (to take that back: srs undo): {names}"
    elif found:
        yield (
            f"Deleted in Anki since the last sync, {plural(len(found), 'note')}: {names}. They are not sent again; because there are"
            f" more than {FEW}, they are not suspended here either. To suspend them: add --yes"
        )
    if deleted.away:
        yield f"Deleted in Anki before, and suspended here (to send a note again: srs unsuspend NOTE): {_names(deleted.away)}"


class TakenOut(NamedTuple):
    """The deck file of each note that was taken out of it, or would be; and of each that was not, with the reason."""

    done: Mapping[str, str]
    left: Mapping[str, tuple[str, str]]


NOT_ASKED = TakenOut({}, {})


def take_deletions(
    context: Context, collection: Collection, deleted: DeletedNotes, now: int, *, asks: bool, dry_run: bool
) -> TakenOut:
    """Takes the notes that are suspended out of their deck files; asks first if this `asks`. Raises TargetError."""
    from srs.collection.remove_notes import files_of, remove_notes  # noqa: PLC0415 - reading YAML is slow to import

    notes = [*(deleted.found if deleted.suspends else ()), *deleted.away]
    files = files_of(collection, notes)
    if not files or dry_run:
        return TakenOut(files, {})
    if asks:
        say(f"To be taken out of your deck files: {_names(files)}")
        if not click.confirm("Go on?", default=True):
            return NOT_ASKED
    if context.deck_folder.is_read_only:
        writable_folder(context.deck_folder, copy=True, ask=False)
    collection = context.open(now)  # a copy of the starter decks may be the folder now, made here or for texts
    refused = remove_notes(collection, files, now)
    context.mark_done()
    return TakenOut(
        {note: path for note, path in files.items() if path not in refused},
        {note: (path, refused[path]) for note, path in files.items() if path in refused},
    )


def taken_out_lines(taken: TakenOut, *, dry_run: bool) -> Iterator[str]:
    if taken.done:
        names = _names([f"{note} ({path})" for note, path in taken.done.items()])
        yield f"{'To be taken' if dry_run else 'Taken'} out of your deck files: {names}"
    for note, (path, why) in taken.left.items():
        yield f"Left in {path}: {note}, because {why}"


def deleted_json(deleted: DeletedNotes, taken: TakenOut) -> dict[str, Any]:
    """JSON of what was deleted in Anki."""
    return {
        "found": [{"note": note, "cards": cards} for note, cards in deleted.found.items()],
        "suspended": deleted.suspends,
        "before": deleted.away,
        "taken_out": [{"note": note, "file": path} for note, path in taken.done.items()],
        "left": [{"note": note, "file": path, "why": why} for note, (path, why) in taken.left.items()],
    }


def _names(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:FEW]) + (f", and {len(found) - FEW} more" if len(found) > FEW else "")
