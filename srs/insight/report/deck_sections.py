"""The sections of the page on single decks: those with most reviews."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from srs.core.plural import plural
from srs.database.totals import Totals
from srs.insight import figures_in_words as words
from srs.insight.report.drawing import Drawing
from srs.insight.report.html_parts import name, paragraphs, svg
from srs.insight.stats import ByAge, Leech, Stats

_MOST, _MOST_LEECHES = 24, 5
_WIDTH, _HEIGHT = 640, 22


def deck_sections(stats: Stats, states: Mapping[str, Totals]) -> str:
    """Decks of the folder; each has figures of its own, without its subdecks."""
    order = sorted(states, key=lambda deck: (-stats.decks.get(deck, ByAge()).all.reviews, deck))
    leeches = defaultdict[str, list[Leech]](list)
    for leech in stats.leeches:
        leeches[leech.deck].append(leech)
    shown = "".join(
        f"<article><h3>{name(deck)}</h3>{''.join(_deck(states[deck], stats.decks.get(deck, ByAge()), leeches[deck]))}</article>"
        for deck in order[:_MOST]
    )
    rest = order[_MOST:]
    cards = sum(states[deck].cards for deck in rest)
    reviews = sum(stats.decks[deck].all.reviews for deck in rest if deck in stats.decks)
    told = f"Not shown: {plural(len(rest), 'more deck')} with {plural(cards, 'card')} and {plural(reviews, 'review')}."
    return (
        paragraphs("Each deck without its subdecks.")
        + f'<div class="decks">{shown}</div>'
        + paragraphs(told if rest else "")
    )


def _deck(states: Totals, found: ByAge, leeches: list[Leech]) -> Iterator[str]:
    yield svg(_states_bar(states), f"Chart: {words.states(states)} of {plural(states.cards, 'card')}.", "states")
    keys = (
        f'<li><span class="key {state}" aria-hidden="true"></span>{getattr(states, state):,} {state}</li>'
        for state in words.STATES
    )
    yield f'<ul class="keys">{"".join(keys)}</ul>'
    if found.all.reviews:
        young, mature, every = map(words.share_of, (found.young, found.mature, found.all))
        yield paragraphs(f"Recalled {every} reviews: young {young}, mature {mature}.")
    if leeches:
        names = ", ".join(f"{name(leech.card)} ({leech.lapses})" for leech in leeches[:_MOST_LEECHES])
        more = "…" if len(leeches) > _MOST_LEECHES else "."
        yield f"<p>{words.leeches(len(leeches))}: {names}{more}</p>"


def _states_bar(states: Totals) -> Drawing:
    body, x = "", 0.0
    for state in words.STATES:
        count = getattr(states, state)
        width = _WIDTH * count / states.cards if states.cards else 0
        if count:
            body += f'<g class="col"><title>{count:,} {state}</title><rect class="{state}" x="{x:.1f}" width="{width:.1f}" height="{_HEIGHT}"/></g>'
        x += width
    return Drawing(_WIDTH, _HEIGHT, body)
