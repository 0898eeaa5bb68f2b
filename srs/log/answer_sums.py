"""Tells without reading them whether two logs have the same answers of a card."""

import sqlite3
from typing import NamedTuple

from srs.database.bulk_insert import select_tuples
from srs.log.event_log import read_aliases


class AnswerSums(NamedTuple):
    """What tells whether two logs have the same answers of a card: their number, sums of their times and ratings, and the latest
    time (UTC milliseconds).
    """

    number: int
    times: int
    ratings: int
    latest: int


ANSWER_SUMS = "count(*), sum({at} & 4294967295), sum(({at} & 65535) * ({rating} & 7)), max({at})"
"""SQL of an `AnswerSums`; no value can make it overflow."""


def answer_sums(connection: sqlite3.Connection) -> dict[str, AnswerSums]:
    """By card, for those whose events are answers alone, none of them voided. None where notes were relinked."""
    if read_aliases(connection):
        return {}
    rows = select_tuples(
        connection,
        f"select subject, {ANSWER_SUMS.format(at='at', rating='rating')} from events group by subject"
        " having min(what = 'answered') and subject not in (select subject from voids)",
    )
    return {card: AnswerSums(*sums) for card, *sums in rows}
