"""SQL chooses the notes that a query looks at, and never leaves out one that matches."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.collection import Collection, lookup
from srs.collection.query import STATES
from srs.collection.query.matching import OPERATORS, PROPERTIES
from srs.collection.query.terms import Is, Named, Not, OfKind, Property, Query, Rated, Since, Text
from srs.collection.recorder import Recorder
from srs.core.event import Buried, Flagged, Forgot, Rating, Suspended
from srs.database import decks
from tests.collection.test_query import queries
from tests.conftest import DAY, NOW, Home, answer

DECK = """deck: Spanish::Verbs
tags: [Verb]
notes:
- {id: go, front: to GO, back: ir}
- {id: see, front: 보다, back: ver, tags: [eye::Sight]}
- {id: both, front: one, back: two, also: [{front: two, back: one}]}
- {id: gap, cloze: "{{c1::El}} gato {{c2::negro}} 100% [x] a_b"}
- {id: new, front: never seen, back: at all}
"""
OTHER = "deck: Straße\nnotes:\n- {id: late, front: STRASSE, back: to go}\n"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    with ExitStack() as stack:
        home = Home(tmp_path_factory.mktemp("lived"), stack)
        home.write("a.yaml", DECK)
        collection = home.open("2026-02-01T09:00+09:00")
        start = NOW - 29 * DAY
        for days, card, rating in (
            (0, "go/back", Rating.EASY), (0, "see/back", Rating.AGAIN), (1, "both/back", Rating.GOOD), (2, "both/back-2", Rating.EASY),
            (3, "gap/c1", Rating.EASY), (20, "gap/c1", Rating.AGAIN), (28, "go/back", Rating.HARD), (29, "see/back", Rating.AGAIN),
        ):  # fmt: skip
            answer(collection, card, rating, start + days * DAY)
        recorder = Recorder(collection)
        for card, what in (
            ("both/back", Suspended()),
            ("go/back", Flagged()),
            ("both/back-2", Forgot()),
            ("gap/c2", Buried()),
        ):
            recorder.mark(card, what, NOW)
        home.write("b.yaml", OTHER)
        yield home.open()


WORDS = st.sampled_from(
    [
        "go",
        "GO",
        "보다",
        "see",
        "s__",
        "t*o",
        "verb",
        "straße",
        "STRASSE",
        "a\\_b",
        "100%",
        "*",
        "spanish",
        "eye",
        "sight",
        "e",
        "x",
    ]
)
TERMS: st.SearchStrategy[Query] = st.one_of(
    WORDS.map(Text),
    st.builds(Named, st.sampled_from(["deck", "tag"]), WORDS),
    st.sampled_from(["basic", "cloze", "quiz"]).map(OfKind),
    st.sampled_from(list(STATES)).map(Is),
    st.builds(
        Property,
        st.sampled_from(list(PROPERTIES)),
        st.sampled_from(list(OPERATORS)),
        st.sampled_from([-3.0, 0.0, 1.0, 2.5, 8.0, 30.0]),
    ),
    st.builds(Since, st.sampled_from(["added", "edited"]), st.integers(1, 40)),
    st.builds(Rated, st.integers(1, 40), st.sampled_from([None, 1, 2, 3])),
)
QUERIES = queries(TERMS, 5)


@given(QUERIES, st.integers(0, 3))
def test_the_cards_found_are_those_that_match_among_all(lived: Collection, query: Query, days: int) -> None:
    """A double negation is looked for among all notes."""
    now = NOW + days * DAY
    assert lookup.chosen(lived, query, now) == lookup.chosen(lived, Not(Not(query)), now)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("go", {"go", "late"}), ("strasse", {"late"}), ("tag:verb deck:span*", {"go", "see", "both", "gap", "new"}),
        ("is:suspended", {"both"}), ("is:leech", set()), ("is:due", {"see", "gap"}), ("-is:new kind:cloze", {"gap"}),
        ("prop:lapses=0 is:review", {"go"}), ("rated:2:1", {"see"}), ("added:2", {"late"}),
    ],
)  # fmt: skip
def test_words_states_and_dates_find_their_notes(lived: Collection, query: str, found: set[str]) -> None:
    assert {row.id for row, _ in lookup.find(lived, lookup.query(lived, query), NOW + DAY)} == found


def test_a_note_is_found_by_its_new_words_after_an_edit(home: Home) -> None:
    home.write("a.yaml", "deck: D\nnotes:\n- {id: a, front: old, back: b}\n")
    home.open()
    home.write("a.yaml", "deck: D\nnotes:\n- {id: a, front: new, back: b}\n")
    collection = home.open()
    assert [row.id for row, _ in lookup.find(collection, Text("new"), NOW)] == ["a"]
    assert not list(lookup.find(collection, Text("old"), NOW))


def test_a_database_without_words_gets_them_from_the_files(home: Home) -> None:
    home.write("a.yaml", DECK)
    collection = home.open()
    with collection.store.write() as connection:
        connection.execute("update notes set words = ''")
        connection.execute("update files set sha256 = '?', stamp_ns = -1")  # as the migration does
    assert [row.id for row, _ in lookup.find(home.open(), Text("보다"), NOW)] == ["see"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("s", {"see", "Seven"}),
        ("SE", {"see", "Seven"}),
        ("seve", {"Seven", "see"}),
        ("go/", set()),
        ("", {"go", "see", "Seven"}),
    ],
)
def test_names_that_begin_so_are_found_in_whatever_case(home: Home, typed: str, found: set[str]) -> None:
    """After the third letter, others may be among them, which the caller leaves out."""
    notes = "".join(f"- {{id: {name}, front: a{name}, back: b}}\n" for name in ("go", "see", "Seven"))
    home.write("a.yaml", f"deck: D\nnotes:\n{notes}")
    collection = home.open()
    names = decks.names_beginning(collection.store.connection, collection.folder_id, "notes", typed)
    assert {name for name in names if name.lower().startswith(typed.lower())} == {
        name for name in found if name.lower().startswith(typed.lower())
    }
    assert set(names) <= found
