"""Reports of a pull and of a sync, as text and as JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from srs.anki.compare_texts import Difference
from srs.anki.preset_offer import Offer, RefusedPreset, Taken
from srs.anki.pull import DeckPull, Pulled
from srs.anki.sync_plan import AnkiSyncPlan, AnkiSyncResult
from srs.cli.anki_deletions import deleted_lines
from srs.cli.output import score_lines
from srs.core.clock import utc_text
from srs.core.plural import plural
from srs.scheduling.fit import NEEDED

_MARKS = ("forgot", "rescheduled", "suspended", "unsuspended", "buried")
_NAMED = 5


def pull_json(pulled: Pulled) -> dict[str, Any]:
    """JSON of what comes in, by deck."""
    return {
        "events": pulled.events,
        "decks": [
            {"deck": deck.deck, "came_in": deck.came, "known_reviews": deck.known, "not_ours": deck.others}
            for deck in pulled.decks
        ],
        "in_the_future": pulled.ahead,
        "senseless": pulled.senseless,
        "redated": pulled.redated,
    }


def offer_json(offer: Offer, taken: Taken) -> dict[str, Any]:
    """JSON of what was changed in Anki's deck options, and of what was taken of it."""
    parameters, retention = offer.parameters, offer.retention
    compared = parameters.comparison if parameters else None
    return {
        "parameters": parameters
        and {
            "preset": parameters.preset,
            "cards": parameters.cards,
            "values": parameters.parameters.values,
            "measured": compared.measured if compared else 0,
            "ours": compared and compared.ours._asdict(),
            "theirs": compared and compared.theirs._asdict(),
            "taken": bool(taken.parameters),
        },
        "desired_retention": retention and {**retention._asdict(), "taken": taken.retention is not None},
        "other_presets": offer.others,
        "not_usable": [refused._asdict() for refused in offer.refused],
    }


def offer_lines(offer: Offer) -> Iterator[str]:
    """What was changed in Anki's deck options, and how well it predicts the learner's reviews."""
    if offer.parameters:
        preset, cards, _, compared = offer.parameters
        yield f'Anki\'s preset "{preset}" ({plural(cards, "card")}) has other FSRS parameters than you have here.'
        if compared:
            yield from score_lines(
                f"Predicting your latest {plural(compared.measured, 'review')}",
                {"yours": compared.ours, "Anki's": compared.theirs},
            )
        else:
            yield f"You have fewer than {NEEDED} reviews, too few to say which ones predict you better."
    if offer.retention:
        preset, ours, theirs = offer.retention
        yield f'Anki\'s preset "{preset}" has another desired retention: {theirs:g}; here it is {ours:g}.'
    if offer.others:
        yield f"Presets of fewer cards, changed in yet another way: {_names(offer.others)}"
    yield from map(_refused, offer.refused)


NOT_TAKEN = "Not taken. To take what Anki's presets have, add --take-parameters."


def taken_text(taken: Taken) -> str:
    """What is taken, and how to take it back."""
    parts = []
    if taken.parameters:
        parts.append("the FSRS parameters (to take them back: srs optimize --undo)")
    if taken.retention is not None:
        parts.append(f"the desired retention {taken.retention:g}")
    return f"Taken: {', '.join(parts)}"


def _refused(refused: RefusedPreset) -> str:
    preset, problem, detail, retention = refused
    match problem:
        case "parameters":
            return (
                f'The FSRS parameters of Anki\'s preset "{preset}" cannot be used ({detail}). To get others, press'
                ' "Optimize" in its deck options.'
            )
        case "clock":
            return (
                f'The FSRS parameters of Anki\'s preset "{preset}" cannot be taken now: yours are dated {detail}, after this'
                " computer's time. Set the clock, or go back to the parameters before: srs optimize --undo"
            )
        case "retention":
            return (
                f'The desired retention {retention:g} of Anki\'s preset "{preset}" cannot be used; it may be {detail}.'
            )
        case "deck-file":
            return (
                f'Anki\'s preset "{preset}" has the desired retention {retention:g}; here the deck file sets another one'
                f" ({detail}). To take it, change it there."
            )


def pull_lines(pulled: Pulled) -> Iterator[str]:
    """What comes in, a line for each of our decks."""
    ours = [deck for deck in pulled.decks if deck.came or deck.known]
    for deck in ours:
        yield f"{deck.deck}: {_deck(deck)}"
    rest = [deck for deck in pulled.decks if deck.others and deck not in ours]
    if rest:
        yield f"Not in your deck files: {plural(sum(deck.others for deck in rest), 'card')} of {_names([deck.deck for deck in rest])}"
    if pulled.ahead:
        yield f"Skipped (dated in the future): {plural(pulled.ahead, 'row')} of the log"
    if pulled.senseless:
        yield f"Skipped (invalid): {plural(pulled.senseless, 'row')} of the log"
    if pulled.redated:
        yield f"Known already, under another time: {plural(pulled.redated, 'row')} of the log"
    if not ours:
        yield "There are no reviews of your cards."
    elif not pulled.events:
        yield "Nothing new."


def _deck(deck: DeckPull) -> str:
    parts = [f"{plural(deck.came.get('answered', 0), 'review')} came in", f"{deck.known} known already"]
    parts += [f"{deck.came[name]} {name.replace('forgot', 'forgotten')}" for name in _MARKS if name in deck.came]
    if deck.others:
        parts.append(f"{plural(deck.others, 'card')} not in your deck files")
    return ", ".join(parts)


def _names(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f", and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def sync_json(synced: AnkiSyncResult) -> dict[str, Any]:
    """JSON of both directions, and of what was left as it is."""
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
            "suspended": plan.unasked,
        },
        "conflicts": _texts_json(plan.conflicts),
        "changed_in_anki": _texts_json(plan.theirs),
        "other_note_types": plan.foreign,
        "in_filtered_decks": plan.filtered,
        "undone": [{"card": answer.card, "at": utc_text(answer.at)} for answer in plan.undone],
        "fsrs": plan.fsrs,
        "full_sync": plan.full_sync,
        "full_upload": plan.full_upload,
        "compared": plan.compared,
        "ahead": plan.ahead,
        "deck_options": offer_json(plan.offer, plan.taken),
    }


def _texts_json(texts: Mapping[str, Iterable[Difference]]) -> list[dict[str, Any]]:
    return [
        {"note": note, "differences": [difference._asdict() for difference in found]} for note, found in texts.items()
    ]


def sync_lines(plan: AnkiSyncPlan, *, offered: bool) -> Iterator[str]:
    """Both directions, what was left as it is, and what the learner should know; `offered` says that what may be taken was
    shown before.
    """
    if plan.compared:
        yield from _both_directions(plan, offered=offered)
    else:
        yield "Nothing has changed on either side since the last sync."
    if plan.conflicts:
        yield "Changed on both sides, so neither is updated. To resolve, make both texts the same:"
        yield from _differences(plan.conflicts)
    if plan.theirs:
        yield "Changed in Anki only; Anki keeps its text, and your deck files differ:"
        yield from _differences(plan.theirs)
        yield "To take them into your deck files, add --take-texts."
    if plan.foreign:
        yield f"Texts not updated, because Anki has them under another note type: {_names(plan.foreign)}"
    yield from deleted_lines(plan.deleted)
    if plan.filtered:
        yield f"Skipped until they leave their filtered deck: {_names(plan.filtered)}"
    if plan.undone:
        yield "Undone here, but still counted in Anki:"
        yield from (f"  {answer.card}, {utc_text(answer.at)}" for answer in plan.undone)
    if plan.ahead:
        yield f"Skipped (more than a day ahead of the clock): {plural(plan.ahead, 'review')}"
    if not plan.fsrs:
        yield "FSRS is off in this collection: switch it on in Anki's deck options, or Anki will schedule with SM-2."
    if plan.full_sync:
        yield "Anki will need a full sync with AnkiWeb after this, because a note type changes."


def _both_directions(plan: AnkiSyncPlan, *, offered: bool) -> Iterator[str]:
    yield "From Anki"
    yield from (f"  {line}" for line in pull_lines(plan.pulled))
    if not offered:
        yield from (f"  {line}" for line in offer_lines(plan.offer))
    if any(plan.taken):
        yield f"  {taken_text(plan.taken)}"
    elif plan.offer.asks and not offered:
        yield f"  {NOT_TAKEN}"
    yield "To Anki"
    yield from (f"  {line}" for line in _outgoing(plan))


def _outgoing(plan: AnkiSyncPlan) -> Iterator[str]:
    if not plan.pushes:
        yield "Nothing new."
    if plan.full_upload:
        yield "the whole collection as it was at the last sync, because the server is empty"
    for count, what in ((len(plan.new), "new note"), (len(plan.changed), "changed text"), (plan.reviews, "review")):
        if count:
            yield plural(count, what)
    if plan.cards:
        yield f"{plural(len(plan.cards), 'card')} updated"
    if plan.unasked:
        yield f"{plural(len(plan.unasked), 'card')} suspended, because the deck does not ask them: {_names(plan.unasked)}"
    for names, what in ((plan.presets, "deck options"), (plan.looks, "look of the note type")):
        yield from (f"{what} {name}" for name in names)


def _differences(texts: Mapping[str, Iterable[Difference]]) -> Iterator[str]:
    for note, found in texts.items():
        for field, here, there in found:
            yield f"  {note}, {field}"
            yield f"    here: {here}"
            yield f"    Anki: {there}"
