"""The log, read by card while relinks are in force: every way of reading agrees with the rules, one by one."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from srs.core import event_row
from srs.core.event import Answered, Crammed, Days, Event, EventSource, Forgot, Rating, Relinked, Suspended, Void
from srs.core.event_line import to_line
from srs.core.event_row import ReplayRow
from srs.core.relinks import resolve_relinks
from srs.database import open_store
from srs.log import event_log
from tests.machines import empty_database, insert_events

NOTES = "abcd"
CARDS = [f"{note}/{template}" for note in NOTES for template in ("x", "y")]
DAY = date(1970, 1, 1)

moments = st.integers(1, 4)
of_cards = st.builds(
    Event,
    st.sampled_from(CARDS),
    moments,
    st.just(DAY),
    st.sampled_from(EventSource),
    st.sampled_from("mn"),
    st.sampled_from([Answered(Rating.AGAIN, 0, Days(1)), Answered(Rating.GOOD, 0, Days(2)), Forgot(), Suspended()]),
)
relinks = st.builds(
    Event,
    st.sampled_from(NOTES),
    moments,
    st.just(DAY),
    st.sampled_from(EventSource),
    st.just("m"),
    st.builds(Relinked, st.sampled_from(NOTES)),
)
voids = st.builds(Void, st.sampled_from([*CARDS, *NOTES]), moments)


def by_key(event: Event) -> tuple[str, int]:
    return event.subject, event.at


@settings(max_examples=60)
@given(
    st.lists(of_cards, max_size=14, unique_by=by_key),
    st.lists(relinks, max_size=5, unique_by=by_key),
    st.lists(voids, max_size=4, unique=True),
)
def test_all_ways_of_reading_see_a_card_under_all_its_ids(
    events: Sequence[Event], relinked: Sequence[Event], voided: Sequence[Void]
) -> None:
    gone = {(void.subject, void.at) for void in voided}
    aliases = resolve_relinks(event for event in relinked if by_key(event) not in gone)
    expected: dict[str, dict[int, Event]] = defaultdict(dict)
    for event in sorted(events, key=to_line, reverse=True):  # the smaller line comes last, and stays
        if by_key(event) not in gone:
            expected[aliases.card(event.subject)][event.at] = event
    lives = {
        card: [replace(event, subject=card) for _, event in sorted(found.items())] for card, found in expected.items()
    }
    with TemporaryDirectory(prefix="srs-log-") as place:
        copyfile(empty_database(), Path(place, "a.db"))
        with closing(open_store(Path(place, "a.db"))) as store, store.write() as connection:
            insert_events(connection, [*events, *relinked])
            for void in voided:
                event_log.insert_void(connection, void)
            assert event_log.read_aliases(connection) == aliases
            for card in CARDS:
                assert list(event_log.card_events(connection, card)) == lives.get(card, [])
                counted = [row.event for row in event_log.history(connection, card) if not row.voided]
                assert counted == lives.get(card, [])
                rows = event_log.card_rows(connection, [card])
                assert [event_row.event_from_row(row) for row, voided in rows if not voided] == lives.get(card, [])
                used = {key[1] for key in [*map(by_key, events), *gone] if key[0] in aliases.keys(card)}
                free = next(at for at in range(1, 9) if at not in used)
                assert event_log.free_time(connection, card, 1) == free
            whole: dict[str, list[ReplayRow]] = defaultdict(list)
            for row in event_log.replay_rows(connection):
                whole[row[0]].append(row)
            assert dict(whole) == {
                card: [event_row.to_replay_row(event_row.event_to_row(event)) for event in life]
                for card, life in lives.items()
            }
            for card, life in lives.items():
                assert list(event_log.replay_rows(connection, [card])) == [
                    event_row.to_replay_row(event_row.event_to_row(event)) for event in life
                ]
            moving = {
                (card, event.at)
                for card, life in lives.items()
                for event in life
                if isinstance(event.what, Answered | Crammed | Forgot)
            }
            entries = list(event_log.log_entries(connection))
            assert {entry[:2] for entry in entries} == moving
            assert len(entries) == len(moving)
            again = {
                card
                for card, life in lives.items()
                if any(isinstance(event.what, Answered) and event.what.rating == 1 for event in life)
            }
            assert event_log.cards_failed_on(connection, DAY) == again
            stored = [row.event.subject for row in event_log.history(connection)]
            assert sorted(stored) == sorted(event.subject for event in [*events, *relinked])
