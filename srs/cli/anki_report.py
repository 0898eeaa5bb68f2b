"""What comes from Anki and what goes to it, in words and as JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from srs.anki.compare_texts import Difference
from srs.anki.pull import DeckPull, Pulled
from srs.anki.sync import Plan, Synced
from srs.core.clock import utc_text
from srs.review.terminal.text import plural

_MARKS = ("forgot", "rescheduled", "suspended", "unsuspended", "buried")
_NAMED = 5


def pull_json(made: Pulled) -> dict[str, Any]:
    """What comes in, by deck."""
    return {
        "events": made.events,
        "decks": [
            {"deck": deck.deck, "came_in": deck.came, "known_reviews": deck.known, "not_ours": deck.others}
            for deck in made.decks
        ],
        "in_the_future": made.ahead,
        "senseless": made.senseless,
        "redated": made.redated,
    }


def pull_lines(made: Pulled) -> Iterator[str]:
    """What comes in, a line for each deck of ours."""
    mine = [deck for deck in made.decks if deck.came or deck.known]
    for deck in mine:
        yield f"{deck.deck}: {_deck(deck)}"
    rest = [deck for deck in made.decks if deck.others and deck not in mine]
    if rest:
        yield f"Not of your deck files: {plural(sum(deck.others for deck in rest), 'card')} of {_some([deck.deck for deck in rest])}"
    if made.ahead:
        yield f"Left for later, for a clock was wrong: {plural(made.ahead, 'row')} of the log in the future"
    if made.senseless:
        yield f"Left out: {plural(made.senseless, 'row')} of the log that no Anki would write"
    if made.redated:
        yield f"Yours already, under another time: {plural(made.redated, 'row')} of the log"
    if not mine:
        yield "There are no reviews of your cards."
    elif not made.events:
        yield "Nothing new."


def _deck(deck: DeckPull) -> str:
    parts = [f"{plural(deck.came.get('answered', 0), 'review')} came in", f"{deck.known} known already"]
    parts += [f"{deck.came[name]} {name.replace('forgot', 'forgotten')}" for name in _MARKS if name in deck.came]
    if deck.others:
        parts.append(f"{plural(deck.others, 'card')} not of your deck files")
    return ", ".join(parts)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f", and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def sync_json(synced: Synced) -> dict[str, Any]:
    """Both directions, and what was left as it is."""
    plan = synced.plan
    return {
        "done": synced.done,
        "backup": str(synced.backup) if synced.backup else None,
        "from_anki": pull_json(plan.pulled),
        "to_anki": {
            "new_notes": plan.new,
            "changed_texts": plan.changed,
            "reviews": plan.reviews,
            "cards": plan.cards,
            "presets": plan.presets,
            "looks": plan.looks,
        },
        "conflicts": _texts_json(plan.conflicts),
        "changed_in_anki": _texts_json(plan.theirs),
        "other_note_types": plan.foreign,
        "in_filtered_decks": plan.filtered,
        "undone": [{"card": one.card, "at": utc_text(one.at)} for one in plan.undone],
        "fsrs": plan.fsrs,
        "full_sync": plan.full_sync,
        "ahead": plan.ahead,
    }


def _texts_json(texts: Mapping[str, Iterable[Difference]]) -> list[dict[str, Any]]:
    return [{"note": note, "differences": [one._asdict() for one in found]} for note, found in texts.items()]


def sync_lines(plan: Plan) -> Iterator[str]:
    """Both directions, what was left as it is, and what the learner should know."""
    yield "From Anki"
    yield from (f"  {line}" for line in pull_lines(plan.pulled))
    yield "To Anki"
    yield from (f"  {line}" for line in _outgoing(plan))
    if plan.conflicts:
        yield "Changed on both sides; neither is touched. Make both the same to settle it:"
        yield from _differences(plan.conflicts)
    if plan.theirs:
        yield "Changed in Anki alone; it stays so there, and your deck files say something else:"
        yield from _differences(plan.theirs)
    if plan.foreign:
        yield f"Of another note type in Anki, so their texts stay as they are there: {_some(plan.foreign)}"
    if plan.filtered:
        yield f"In a filtered deck, to be synced when they have left it: {_some(plan.filtered)}"
    if plan.undone:
        yield "Taken back here, but still counted in Anki:"
        yield from (f"  {one.card}, {utc_text(one.at)}" for one in plan.undone)
    if plan.ahead:
        yield f"More than a day ahead of the clock, to be synced when their time has come: {plural(plan.ahead, 'review')}"
    if not plan.fsrs:
        yield "FSRS is off in this collection: switch it on in Anki's deck options, or Anki will plan in its old way."
    if plan.full_sync:
        yield "Anki will have to sync everything with AnkiWeb after this: a note type changes its shape."


def _outgoing(plan: Plan) -> Iterator[str]:
    if not plan.pushes:
        yield "Nothing new."
    for count, what in ((len(plan.new), "new note"), (len(plan.changed), "changed text"), (plan.reviews, "review")):
        if count:
            yield plural(count, what)
    if plan.cards:
        yield f"{plural(len(plan.cards), 'card')} brought up to date"
    for names, what in ((plan.presets, "deck options"), (plan.looks, "look of the note type")):
        yield from (f"{what} {name}" for name in names)


def _differences(texts: Mapping[str, Iterable[Difference]]) -> Iterator[str]:
    for note, found in texts.items():
        for one in found:
            yield f"  {note}, {one.field}"
            yield f"    here: {one.here}"
            yield f"    Anki: {one.there}"
