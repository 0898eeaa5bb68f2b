"""Fitting the parameters to the log, and the due dates that would follow from them."""

from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from srs.collection import Collection
from srs.core.errors import StoreError
from srs.core.event import Parameters
from srs.core.progress import counted
from srs.database.bulk_insert import gc_paused
from srs.log import event_log, in_force
from srs.log.histories import read_histories
from srs.log.processes import map_chunks
from srs.log.replay import current_parameters, replay_card
from srs.scheduling.fit import MANY, STEPS, Fit, NoFit, count_reviews, fit
from srs.scheduling.reschedule import NewDueDates, new_due_dates
from srs.scheduling.scheduler import DeckOptions, Scheduler, parameter_problem

_HOUR = 3_600_000


class FitToLog(NamedTuple):
    """What was found, under which parameters; answers `ahead` of the clock were left out."""

    found: Fit | NoFit
    current: Parameters
    ahead: int


@gc_paused()
def fit_to_log(collection: Collection, now: int) -> FitToLog:
    """Fits the parameters to what was answered up to the instant `now`. Raises StoreError if those in force cannot be used."""
    with collection.store.read() as connection:
        current, since = current_parameters(connection), in_force.parameters_since(connection)
        histories = read_histories(connection, now)
    if problem := parameter_problem(current):
        raise StoreError(collection.store.path, "invalid-rows", problem)
    if since > now + _HOUR:  # they would stay the latest
        day = collection.calendar.day(since).isoformat()
        return FitToLog(NoFit("clock", count_reviews(histories.cards), detail=day), current, histories.ahead)
    run = partial(map_chunks, parallel=count_reviews(histories.cards) >= MANY)
    with collection.watch("Fitting to your reviews", STEPS) as done:
        found = fit(histories.cards, current, run, done)
    return FitToLog(found, current, histories.ahead)


def due_dates_under(collection: Collection, parameters: Parameters, now: int) -> NewDueDates:
    """When each review is due by its memory under the parameters, under the overall limit of reviews a day."""
    scheduler = Scheduler(collection.settings, parameters)
    with (
        collection.store.read() as connection,
        collection.watch("Finding the new due dates", event_log.count_events(connection)) as done,
    ):
        rows = groupby(counted(event_log.replay_rows(connection), done), key=itemgetter(0))
        states = [(card, replay_card(scheduler, list(of_card))) for card, of_card in rows]
    return new_due_dates(
        ((card, state) for card, state in states if state.as_of <= now),  # an event dated later stays the last one
        lambda card: DeckOptions.from_settings(collection.card_settings(card)),
        parameters.values,
        collection.calendar.day(now),
        collection.settings.limits.reviews,
    )
