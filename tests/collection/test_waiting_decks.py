"""The new cards of a deck wait until those of the decks that it names have been introduced."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.cli.kinds import KINDS
from srs.collection import Collection, open_collection
from srs.collection.marks import Mark
from srs.collection.recorder import Recorder
from srs.core.card_state import New
from srs.core.event import Buried, Forgot, Rating, Suspended, Unsuspended
from srs.core.settings import Limits, Settings
from srs.review.planner import StudyOptions
from srs.review.session import Session
from tests.conftest import DAY, NOW, Clock, Home, answer, state_of

DUE = StudyOptions()
TEN = Settings(zone="Asia/Seoul", limits=Limits(new=10))


def deck(name: str, cards: int, *after: str, head: str = "") -> str:
    listed = f"after: [{', '.join(after)}]\n" if after else ""
    slug = name.lower().replace("::", "-")
    notes = [f"- {{id: {slug}{n}, front: {slug}{n}?, back: b}}\n" for n in range(cards)]
    return f"deck: {name}\n{listed}{head}notes:{'' if notes else ' []'}\n{''.join(notes)}"


def write(home: Home, **files: str) -> Collection:
    for name, text in files.items():
        home.write(f"{name}.yaml", text)
    return home.open()


def learn(collection: Collection, clock: Clock, *names: str, options: StudyOptions = DUE) -> list[str]:
    """The cards that a session introduces, in their order; every answer is Easy, so that nothing comes twice."""
    session, new = Session(collection, clock, names, options), []
    while session.question:
        if isinstance(session.question.preview.state.phase, New):
            new.append(session.question.note.id)
        session.answer(Rating.EASY)
    return new


def counts(collection: Collection, now: int = NOW) -> dict[str, int]:
    return {name: count.new for name, count in collection.due_counts(now).decks}


def test_a_deck_waits_until_the_day_after_the_last_card_before_it(home: Home, clock: Clock) -> None:
    """What was counted in the morning is what came: no deck opens amid a day."""
    home.settings = TEN
    collection = write(home, a=deck("A", 12), b=deck("B", 3, "A"))
    for introduced in (
        [f"a{n}" for n in range(10)],
        ["a10", "a11"],
        ["b0", "b1", "b2"],
        [],
    ):
        due = collection.due_counts(clock.now)
        assert due.total.new == sum(count.new for _, count in due.decks) == len(introduced)
        session = Session(collection, clock)
        assert session.question is None or session.question.left.new == len(introduced)
        assert learn(collection, clock) == introduced
        assert collection.due_counts(clock.now).total.new == 0
        assert learn(collection, clock) == []
        clock.now += DAY


def test_one_card_of_each_note_is_enough(home: Home, clock: Clock) -> None:
    """Of a note only one card is introduced a day, so that five gaps would hold the next deck back for five days."""
    home.settings = TEN
    gaps = " ".join(f"{{{{c{n}::x{n}}}}}" for n in range(1, 6))
    collection = write(
        home,
        a=f'deck: A\nnotes:\n- {{id: gaps, cloze: "{gaps}"}}\n- {{id: a, front: f, back: b}}\n',
        b=deck("B", 2, "A"),
    )
    assert learn(collection, clock) == ["gaps", "a"]
    clock.now += DAY
    assert learn(collection, clock) == ["gaps", "b0", "b1"]


def test_which_decks_wait_is_told_with_the_counts(home: Home) -> None:
    collection = write(home, a=deck("A", 1), b=deck("B", 1, "A"), c=deck("C", 1))
    assert counts(collection) == {"A": 1, "B": 0, "C": 1}
    assert collection.due_counts(NOW).waiting == {"B"}


def test_the_decks_below_a_name_come_first_as_well(home: Home, clock: Clock) -> None:
    collection = write(home, a=deck("A::One", 1), b=deck("B", 1, "A"), c=deck("A::Two", 1, "A::One"))
    days = []
    for _ in range(3):
        days.append(learn(collection, clock))
        clock.now += DAY
    assert days == [["a-one0"], ["a-two0"], ["b0"]]


def test_naming_a_deck_lifts_the_wait_for_that_deck_alone(home: Home, clock: Clock) -> None:
    collection = write(home, a=deck("A", 1), b=deck("B", 1, "A"), c=deck("B::C", 1, "A"), d=deck("B::D", 1))
    assert learn(collection, clock, "B") == ["b0", "b-d0"]
    assert learn(collection, clock, "B::C") == ["b-c0"]


def test_a_named_deck_that_is_renamed_meanwhile_still_does_not_wait(home: Home, clock: Clock) -> None:
    collection = write(home, a=deck("A", 1), b=deck("B", 2, "A"))
    session = Session(collection, clock, ["B"])
    home.write("b.yaml", deck("B", 2, "A").replace("deck: B", "deck: New"))
    session.reload()
    session.answer(Rating.EASY)
    assert session.question
    assert (session.question.note.id, session.question.note.deck) == ("b1", "New")


def test_a_named_deck_is_told_when_its_next_card_comes(home: Home, clock: Clock) -> None:
    home.settings = Settings(zone="Asia/Seoul", limits=Limits(new=1))
    collection = write(home, a=deck("A", 9), b=deck("B", 2, "A"))
    session = Session(collection, clock, ["B"])
    session.answer(Rating.EASY)
    assert session.question is None
    assert session.summary().next_due == collection.day_end(collection.calendar.day(NOW))


def test_cards_that_wait_are_not_what_comes_next(home: Home, clock: Clock) -> None:
    home.settings = Settings(zone="Asia/Seoul", limits=Limits(new=1))
    collection = write(home, a=deck("A", 2), b=deck("B", 1, "A"))
    assert learn(collection, clock) == ["a0"]
    tomorrow = collection.day_end(collection.calendar.day(NOW))
    assert collection.next_due(NOW, ["A"]) == collection.next_due(NOW, ["A", "B"]) == tomorrow
    assert collection.next_due(NOW, ["B"]) is None
    assert collection.next_due(NOW, ["B"], at_once=["B"]) == tomorrow


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (StudyOptions(cram=True), ["a0", "b0"]),
        (StudyOptions(ahead=1), ["a0", "b0"]),
        (StudyOptions(query="deck:B"), ["b0"]),
        (StudyOptions(query="b0"), ["b0"]),
        (StudyOptions(query="is:new"), ["a0"]),
        (StudyOptions(query="-deck:C"), ["a0"]),
        (StudyOptions(query="is:new (b0 or -c)"), ["a0", "b0"]),
        (StudyOptions(new=5), ["a0"]),
    ],
)
def test_cramming_and_looking_ahead_are_exempt(
    home: Home, clock: Clock, options: StudyOptions, expected: list[str]
) -> None:
    collection = write(home, a=deck("A", 1), b=deck("B", 1, "A"), c=deck("C", 1, "A"))
    assert [note for note in learn(collection, clock, options=options) if note != "c0"] == expected


def test_any_card_can_be_answered_by_its_name(home: Home) -> None:
    collection = write(home, a=deck("A", 1), b=deck("B", 1, "A"))
    assert answer(collection, "b0/back")


def test_reviews_and_steps_of_a_waiting_deck_come_as_ever(home: Home, clock: Clock) -> None:
    collection = write(home, a=deck("A", 1), b=deck("B", 2, "A"))
    answer(collection, "b0/back")
    assert collection.due_counts(NOW).total[:2] == (1, 1)
    clock.now += DAY
    session = Session(collection, clock)
    asked = set[str]()
    while session.question:
        asked.add(session.question.note.id)
        session.answer(Rating.EASY)
    assert asked == {"a0", "b0"}


@pytest.mark.parametrize(("mark", "waits"), [(Suspended(), False), (Buried(), True)])
def test_a_suspended_card_holds_nobody_back_a_buried_one_does(home: Home, mark: Mark, waits: bool) -> None:
    collection = write(home, a=deck("A", 1), b=deck("B", 1, "A"))
    recorder = Recorder(collection)
    recorder.mark("a0/back", mark, NOW)
    assert ("B" in collection.due_counts(NOW).waiting) is waits
    recorder.mark("a0/back", Unsuspended(), NOW)
    assert "B" in collection.due_counts(NOW).waiting


def test_a_deck_waits_again_while_a_card_before_it_is_new_again(home: Home, clock: Clock) -> None:
    collection = write(home, a=deck("A", 1), b=deck("B", 1, "A"))
    learn(collection, clock)
    tomorrow = NOW + DAY
    assert counts(collection, tomorrow) == {"A": 0, "B": 1}
    Recorder(collection).mark("a0/back", Forgot(), tomorrow)
    assert counts(collection, tomorrow) == {"A": 1, "B": 0}


def test_an_undone_answer_leaves_the_deck_waiting(home: Home, clock: Clock) -> None:
    collection = write(home, a=deck("A", 1), b=deck("B", 1, "A"))
    session = Session(collection, clock)
    session.answer(Rating.EASY)
    assert session.summary().left.new == 0
    session.undo()
    assert session.question
    assert session.question.note.id == "a0"
    assert counts(collection, NOW + DAY) == {"A": 1, "B": 0}


UNASKED = """\
deck: A
languages: {ko: ko-KR, en: en-US}
cards: [ko-en]
notes:
- {id: a0, phrase: {ko: 가, en: a}}
"""


SIBLINGS = "deck: A\nnotes:\n- {id: a0, cloze: '{{c1::x}} {{c2::y}} {{c3::z}}'}\n"


def test_of_each_note_one_card_is_enough(home: Home, clock: Clock) -> None:
    """Its siblings come one a day; meanwhile there is something else to learn."""
    home.settings = TEN
    collection = write(home, a=SIBLINGS, b=deck("B", 2, "A"))
    assert learn(collection, clock) == ["a0"]
    clock.now += DAY
    assert counts(collection, clock.now) == {"A": 1, "B": 2}
    session = Session(collection, clock)
    session.answer(Rating.EASY)
    assert counts(collection, clock.now) == {"A": 0, "B": 2}, "the day's plan stays as it was"


def test_a_note_of_which_only_a_suspended_card_was_seen_has_been_seen(home: Home) -> None:
    collection = write(home, a=SIBLINGS, b=deck("B", 1, "A"))
    answer(collection, "a0/c1")
    Recorder(collection).mark("a0/c1", Suspended(), NOW)
    assert counts(collection, NOW + DAY) == {"A": 1, "B": 1}


def test_a_note_whose_unseen_cards_are_all_suspended_holds_nobody_back(home: Home) -> None:
    collection = write(home, a=SIBLINGS, b=deck("B", 1, "A"))
    recorder = Recorder(collection)
    recorder.mark_all(["a0/c1", "a0/c2"], Suspended(), NOW)
    assert counts(collection)["B"] == 0
    recorder.mark("a0/c3", Suspended(), NOW)
    assert counts(collection) == {"A": 0, "B": 1}


def test_cards_that_are_not_asked_hold_nobody_back(home: Home, clock: Clock) -> None:
    collection = write(home, a=UNASKED, b=deck("B", 1, "A"))
    assert learn(collection, clock) == ["a0"]
    assert counts(collection, NOW + DAY) == {"A": 0, "B": 1}


@pytest.mark.parametrize("closed", ["A", "A::One"])
def test_a_deck_that_is_to_have_no_new_cards_holds_nobody_back(home: Home, closed: str) -> None:
    none = "settings: {new: 0}\n"
    files = {"A": deck("A", 0), "A::One": deck("A::One", 1)}
    files[closed] = files[closed].replace("notes:", f"{none}notes:")
    collection = write(home, a=files["A"], one=files["A::One"], b=deck("B", 1, "A"))
    assert counts(collection) == {"A::One": 0, "B": 1}


def test_an_unknown_name_and_a_circle_hold_nobody_back(home: Home) -> None:
    collection = write(home, a=deck("A", 1, "B"), b=deck("B", 1, "A"), c=deck("C", 1, "Nowhere"), d=deck("D", 1, "D"))
    assert counts(collection) == {"A": 1, "B": 1, "C": 1, "D": 1}


NAMES = ["A", "A::B", "C", "D", "E"]
after_names = st.lists(st.sampled_from([*NAMES, "Unknown"]), max_size=3, unique=True)
folders = st.fixed_dictionaries(
    {name: st.tuples(st.lists(st.integers(1, 3), max_size=4), after_names) for name in NAMES}
)
"""By deck, how many cards each of its notes has, and the decks before it."""


@settings(max_examples=40)
@given(folders, st.data())
def test_whoever_learns_every_day_sees_every_card_sooner_or_later(
    decks: Mapping[str, tuple[list[int], list[str]]], data: st.DataObject
) -> None:
    """However the decks name each other, and whatever is suspended or buried: the plan never comes to a stop."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "decks").mkdir()
        for number, (name, (cards, after)) in enumerate(decks.items()):
            gaps = (" ".join(f"{{{{c{gap}::x}}}}" for gap in range(1, count + 1)) for count in cards)
            notes = "".join(f"- {{id: d{number}n{n}, cloze: '{text}'}}\n" for n, text in enumerate(gaps))
            text = f"deck: {name}\nnotes:{'' if notes else ' []'}\n{notes}"
            text += f"after: [{', '.join(after)}]\n" if after else ""
            (path / "decks" / f"{number}.yaml").write_text(text)
        collection = open_collection(path / "decks", path / "srs.db", path / "machine", TEN, KINDS, NOW)
        _learn_all(collection, data.draw)
        collection.store.close()


def _learn_all(collection: Collection, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
    cards = [card.card for card in collection.available_cards(NOW, collection.deck_names())]
    recorder, left, clock = Recorder(collection), set[str](), Clock()
    for card in cards:
        what = draw(st.integers(0, 3))
        if what < 2:
            recorder.mark(card, Suspended() if what else Buried(), NOW)
        if what != 1:
            left.add(card)
    for _ in range(30):
        due = collection.due_counts(clock.now).total.new
        assert len(learn(collection, clock)) == due
        clock.now += DAY
    assert not {card for card in left if not state_of(collection, card).reps}
