"""Asks which of Anki's texts go into the deck files, and reports what was taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from srs.anki.find_texts import ChangedNote, TextOffer, find_texts
from srs.anki.new_notes import NewNote
from srs.anki.package import opened
from srs.anki.resolve_texts import Resolved
from srs.anki.write_texts import WrittenTexts, write_texts
from srs.cli.context import Context
from srs.cli.deck_folder import writable_folder
from srs.cli.output import say
from srs.cli.text_diff import diff_lines, show_diff
from srs.collection import Collection
from srs.core.plural import plural
from srs.deckfile import dump_note, stripped

take_texts_option = click.option(
    "--take-texts",
    is_flag=True,
    help="Take texts that were changed in Anki, and new notes, into the deck files; asks on a terminal.",
)
yes_option = click.option("--yes", is_flag=True, help="Ask nothing: every question is answered with yes.")

_CHOICES = ("here", "anki", "skip")
NOT_TAKEN = "Not taken. To take these texts without being asked, add --yes."


@dataclass(slots=True)
class TextTaking:
    """Takes texts of one of Anki's files. `asks` says that it may ask, `yes` that it takes without; `partial` that of a note
    some changes may be taken and others not. `chosen` is what was chosen of a text that was changed on both sides, by note.
    """

    context: Context
    now: int
    asks: bool
    yes: bool
    dry_run: bool
    quiet: bool
    partial: bool = False
    offer: TextOffer = field(default_factory=TextOffer)
    written: WrittenTexts = field(default_factory=WrittenTexts)
    chosen: dict[str, str] = field(default_factory=dict)

    def __call__(self, collection: Collection, file: Path) -> tuple[Collection, Resolved]:
        """The collection, with its deck files read again, and what was not taken. Raises SrsError."""
        with opened(file) as package:
            self.offer = find_texts(collection, package, whole=not self.partial)
        if not self.quiet:
            self._show()
        changed, new = self._choose()
        if self.dry_run or not (changed or new):
            return collection, self._resolved(changed)
        if self.context.deck_folder.is_read_only:
            writable_folder(self.context.deck_folder, copy=self.yes, ask=self.asks)
            collection = self.context.open(self.now, records=True)
        self.written = write_texts(collection, [note for note in changed if note.changes.values], new, self.now)
        self.context.mark_done()
        if not self.quiet:
            for line in _report(self.written):
                say(line)
        return collection, self._resolved(changed)

    def _resolved(self, changed: Sequence[ChangedNote]) -> Resolved:
        here = frozenset(note for note, chosen in self.chosen.items() if chosen == "here")
        partly = {
            note.id: frozenset(refused.field for refused in note.changes.refused)
            for note in changed
            if note.changes.refused and note.id not in self.written.refused
        }
        return Resolved(here, {} if self.dry_run else partly)

    def _choose(self) -> tuple[list[ChangedNote], list[NewNote]]:
        """What is taken: all that was changed in Anki alone, or nothing of it, and note by note what was on both sides."""
        there = [note for note in self.offer.changed if note.changes.values and not note.both]
        count = len(there) + len(self.offer.new)
        takes = self.yes and not self.dry_run
        if count and self.asks:
            takes = click.confirm(f"Take {plural(count, 'note')} into your deck files?", default=True)
        elif count and not takes and not self.dry_run and not self.quiet:
            say(NOT_TAKEN)
        taken = there if takes else []
        for note in self.offer.changed:
            if note.both and self.asks and (self.partial or note.changes.values):
                chosen = self._choose_side(note)
                self.chosen[note.id] = chosen
                taken += [note] if chosen == "anki" else []
        return taken, list(self.offer.new) if takes else []

    def _choose_side(self, note: ChangedNote) -> str:
        _show_conflict(note)
        sides = [side for side in _CHOICES if side != "here" or self.partial]
        question = "Which text counts?"
        answer: str = click.prompt(question, type=click.Choice(sides, case_sensitive=False), default="skip")
        return answer

    def _show(self) -> None:
        there = [note for note in self.offer.changed if not note.both]
        if there:
            say("Changed in Anki (- deck file, + Anki):")
            for note in there:
                _show_note(note)
        if self.offer.new:
            say("New in Anki:")
            for new in self.offer.new:
                say(f"  {new.path or 'a new deck file'} ({new.deck}), {new.id}")
                show_diff(diff_lines("", dump_note(_without_id(new.keys))))
        for refused in self.offer.refused:
            say(f"  Not taken, new in {refused.deck} (guid {refused.guid}): {refused.why}")
        if not self.asks:
            for note in (note for note in self.offer.changed if note.both):
                _show_conflict(note)
        if not (self.offer.changed or self.offer.new or self.offer.refused):
            say("No text was changed in Anki.")

    @property
    def shown(self) -> frozenset[str]:
        """The notes whose differences were shown."""
        return frozenset(note.id for note in self.offer.changed) if not self.quiet else frozenset()


def texts_json(taking: TextTaking) -> dict[str, Any]:
    """JSON of what was taken, what was not, and why."""
    offer, written = taking.offer, taking.written
    return {
        "changed": [
            {
                "note": note.id,
                "file": note.own.path,
                "both_sides": note.both,
                "values": note.changes.values,
                "taken": note.id in written.notes,
            }
            for note in offer.changed
            if note.changes.values
        ],
        "new": [
            {
                "note": note.id,
                "guid": note.guid,
                "deck": note.deck,
                "file": written.notes.get(note.id, note.path) or None,
                "taken": note.id in written.notes,
            }
            for note in offer.new
        ],
        "refused": [
            *(
                {"note": note.id, "field": refused.field, "why": refused.why}
                for note in offer.changed
                for refused in note.changes.refused
            ),
            *({"note": note, "field": None, "why": why} for note, why in written.refused.items()),
        ],
        "not_new": [refused._asdict() for refused in offer.refused],
    }


def _report(written: WrittenTexts) -> Iterator[str]:
    for note, why in written.refused.items():
        yield f"Not taken, {note}: {why}"
    files = dict.fromkeys(written.notes.values())
    if files:
        yield f"{plural(len(written.notes), 'note')} written to {', '.join(files)}"


def _show_note(note: ChangedNote) -> None:
    say(f"  {note.own.path}, {note.id}")
    before, after = note.before, note.after
    show_diff([line for key in note.changes.values for line in diff_lines(_dumped(before, key), _dumped(after, key))])
    for refused in note.changes.refused:
        say(f"    not taken, {refused.field}: {refused.why}")


def _show_conflict(note: ChangedNote) -> None:
    say("Changed on both sides (- here, + Anki):")
    _show_note(note)


def _dumped(values: dict[str, Any], key: str) -> str:
    return dump_note({key: stripped(values[key])}) if key in values else ""


def _without_id(keys: Any) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if key not in {"id", "guid"}}
