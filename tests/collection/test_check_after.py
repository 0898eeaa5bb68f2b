"""What `check` says of decks that come after others."""

from srs.cli.kinds import KINDS
from srs.collection.check import check
from tests.conftest import Home


def write(home: Home, name: str, *after: str) -> None:
    listed = f"after: [{', '.join(after)}]\n" if after else ""
    note = name.lower().replace("::", "-")
    home.write(f"{note}.yaml", f"deck: {name}\n{listed}notes:\n- {{id: {note}, front: {name}?, back: b}}\n")


def found(home: Home) -> list[tuple[str, int, int, str]]:
    report = check(home.decks, KINDS)
    assert report.good
    return [(one.file, one.line, one.column, one.message) for one in report.problems]


def test_decks_one_after_the_other_are_fine(home: Home) -> None:
    write(home, "A")
    write(home, "A::B", "C")
    write(home, "C")
    write(home, "D", "A", "A::B", "C")
    assert found(home) == []


def test_an_unknown_deck_is_warned_of_at_its_place(home: Home) -> None:
    write(home, "Basics")
    write(home, "D", "Basics", "Basic", "Quite::Other")
    assert found(home) == [
        ("d.yaml", 2, 17, "there is no deck 'Basic'; did you mean 'Basics'?"),
        ("d.yaml", 2, 24, "there is no deck 'Quite::Other'; write the full name of one, or delete it"),
    ]


def test_a_deck_may_be_in_a_file_that_cannot_be_read(home: Home) -> None:
    write(home, "D", "Basics")
    home.write("basics.yaml", "deck: [Basics]\nnotes: []\n")
    assert [one.level for one in check(home.decks, KINDS).problems] == ["error"]


def test_every_place_of_a_circle_is_named(home: Home) -> None:
    write(home, "A", "X", "B")
    write(home, "B", "C")
    write(home, "C", "A")
    write(home, "D", "A")
    write(home, "X")
    message = "A, B, C wait for each other, so none of them does; delete a name under `after` in one of them"
    assert found(home) == [("a.yaml", 2, 12, message), ("b.yaml", 2, 9, message), ("c.yaml", 2, 9, message)]


def test_a_deck_that_names_itself_or_one_above_it(home: Home) -> None:
    write(home, "A")
    write(home, "A::B", "A")
    write(home, "C", "C")
    one_by_one = "name the decks before it one by one"
    assert found(home) == [
        ("a-b.yaml", 2, 9, f"a deck does not wait for itself, and 'A' includes this one; {one_by_one}"),
        ("c.yaml", 2, 9, f"a deck does not wait for itself; {one_by_one}"),
    ]
