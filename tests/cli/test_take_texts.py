"""`--take-texts` as a shell starts it, with real Anki: what goes into the deck files, what is asked, and what is refused."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pexpect
import pytest

from srs.cli.text_diff import diff_lines
from tests.cli.conftest import Result, Shell

HEAD = """\
import sys
from anki.collection import Collection
collection = Collection(sys.argv[1])
def note(name):
    notes = map(collection.get_note, collection.find_notes(""))
    return next(one for one in notes if one["Srs"].startswith(name))
def edit(name, **fields):
    one = note(name)
    one.tags = fields.pop("tags", one.tags)
    for field, html in fields.items():
        one[field] = html
    collection.update_note(one)
def add(deck, kind="srs Basic", tags=(), **fields):
    one = collection.new_note(collection.models.by_name(kind))
    one.tags = list(tags)
    for field, html in fields.items():
        one[field] = html
    collection.add_note(one, collection.decks.id(deck))
    return one
"""
DECK = """\
# mine
deck: Talk
tags: [all]
notes:
- id: one
  front: one?  # asks
  back: |
    eins
    zwei
  tags: [a]
# between
- front: two?
  back: "zwei"
- {id: three, quiz: "Which?", choices: [x, y], answer: x}
"""


@pytest.fixture
def there(srs: Shell) -> Path:
    """A collection of Anki's that was synced."""
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    (srs.path / "decks" / "b.yaml").unlink(missing_ok=True)
    srs.write("a.yaml", DECK)
    collection = srs.path / "col.anki2"
    in_anki(collection, "")
    assert srs("anki", "sync", "col.anki2").status == 0
    return collection


def in_anki(collection: Path, steps: str) -> str:
    code = f"{HEAD}{steps}\ncollection.close()"
    done = subprocess.run(
        [sys.executable, "-c", code, str(collection)], check=True, capture_output=True, text=True, timeout=120
    )
    return done.stdout


def deck(srs: Shell) -> str:
    return (srs.path / "decks" / "a.yaml").read_text("utf-8")


def sync(srs: Shell, *more: str) -> Result:
    result = srs("anki", "sync", "col.anki2", "--take-texts", "--yes", *more)
    assert (result.status, result.err) == (0, ""), result
    return result


def settled(srs: Shell, there: Path) -> None:
    """Whatever is done once more, nothing changes on either side."""
    before = there.read_bytes(), {path: path.read_bytes() for path in (srs.path / "decks").iterdir()}
    for more in ([], ["--take-texts", "--yes"]):
        assert "Both sides know the same." in srs("anki", "sync", "col.anki2", *more).out
    assert srs("anki", "pull", "col.anki2", "--take-texts", "--yes").status == 0
    assert before == (there.read_bytes(), {path: path.read_bytes() for path in (srs.path / "decks").iterdir()})
    assert srs("check").status == 0


def test_texts_go_to_their_place_and_the_second_time_finds_nothing(srs: Shell, there: Path) -> None:
    in_anki(there, 'edit("one", Back="eins<br>it\'s", tags=["all", "b", "leech"]); edit("three", Question="Why?")')
    in_anki(there, 'edit("two-", Back="zwo")')
    before = deck(srs)
    dry = sync(srs, "--dry-run")
    assert "    -  zwei\n    +  it's\n    -tags: [a]\n    +tags: [b]\n" in dry.out
    assert "Changed in Anki only" not in dry.out
    assert deck(srs) == before
    assert "3 notes written to a.yaml" in sync(srs).out
    made = deck(srs).partition("id: two-")[2].partition("\n")[0]  # the id that hung on the old text
    assert deck(srs) == (
        before.replace("    zwei\n", "    it's\n")
        .replace("[a]", "[b]")
        .replace("- front: two", f"- id: two-{made}\n  front: two")
        .replace('"zwei"', '"zwo"')
        .replace('"Which?"', '"Why?"')
    )
    assert "leech" in in_anki(there, 'print(note("one").tags)')
    settled(srs, there)


@pytest.mark.check
def test_without_yes_and_without_a_terminal_nothing_is_taken(srs: Shell, there: Path) -> None:
    in_anki(there, 'edit("one", Front="uno?")')
    before = deck(srs), there.read_bytes()
    told = srs("anki", "sync", "col.anki2", "--take-texts")
    assert "+front: uno?" in told.out
    assert "Not taken. To take these texts without being asked, add --yes." in told.out
    assert "add --take-texts" in srs("anki", "sync", "col.anki2").out
    assert before == (deck(srs), there.read_bytes())


@pytest.mark.check
def test_of_a_note_that_is_refused_in_part_the_rest_is_taken_and_anki_keeps_its_own(srs: Shell, there: Path) -> None:
    in_anki(there, 'edit("one", Front="uno?", Back="<u>eins</u>"); edit("three", Question="{{c1::a", Task="?")')
    pulled = srs("anki", "pull", "col.anki2", "--take-texts", "--yes").out
    assert "not taken, other fields: only srs anki sync takes a note in part" in pulled
    assert "front: one?" in deck(srs)
    told = sync(srs, "--json").json["texts"]
    assert [(one["note"], one["field"]) for one in told["refused"]] == [("one", "Back"), ("three", "Task")]
    assert told["changed"][0] == {"note": "one", "file": "a.yaml", "both_sides": False, "values": {"front": "uno?"}, "taken": True}  # fmt: skip
    assert "front: uno?  # asks" in deck(srs)
    assert "<u>eins</u>" in in_anki(there, 'print(note("one")["Back"])')
    settled(srs, there)


def test_new_notes_and_copies_become_notes_of_their_decks_file_with_their_history(srs: Shell, there: Path) -> None:
    in_anki(
        there,
        """
add("Talk", Front="What's new?", Back="this", tags=["q", "leech"])
one = add("Fresh::Deck", Front="o", Back="p")
card = one.cards()[0]; card.start_timer(); collection.decks.select(card.did)
collection.sched.answerCard(collection.sched.getCard(), 3)
copied = add("Talk", **dict(note("one").items()))
add("Talk", Front="<script>x</script>", Back="x")
add("Talk", kind="Basic", Front="of another", Back="type")
""",
    )
    clock = {"SRS_NOW": "2199-01-01T09:00:00+09:00"}  # after whatever Anki's clock says
    told = srs("anki", "sync", "col.anki2", "--take-texts", "--yes", **clock)
    assert "Not taken, new in Talk (guid " in told.out
    assert "1 review came in" in told.out
    assert deck(srs).startswith(DECK.partition("- front: two")[0])
    assert "  front: What's new?\n  back: this\n  guid: " in deck(srs)
    assert "  tags: [q]\n" in deck(srs)
    assert deck(srs).count("eins") == 2
    assert "front: o\n" in (srs.path / "decks" / "fresh-deck.yaml").read_text()
    assert "of another" not in deck(srs)
    settled(srs, there)
    in_anki(there, 'edit("one", Front="uno?")')
    sync(srs)
    assert deck(srs).count("front: uno?") == 1


@pytest.mark.check
def test_a_note_that_was_deleted_here_is_no_new_one(srs: Shell, there: Path) -> None:
    srs.write("a.yaml", DECK.partition("# between")[0])
    assert "New in Anki" not in sync(srs).out
    assert "three" not in deck(srs)


@pytest.mark.check
def test_changed_on_both_sides_neither_is_changed_without_a_terminal(srs: Shell, there: Path) -> None:
    in_anki(there, 'edit("one", Front="uno?")')
    srs.write("a.yaml", DECK.replace("one?", "un?"))
    before = deck(srs), there.read_bytes()
    told = sync(srs)
    assert "Changed on both sides (- here, + Anki):\n  a.yaml, one\n    -front: un?\n    +front: uno?\n" in told.out
    assert before == (deck(srs), there.read_bytes())


@pytest.mark.check
@pytest.mark.parametrize(("choice", "text"), [("here", "un?"), ("anki", "uno?"), ("skip", "")])
def test_on_a_terminal_it_asks_which_text_counts(srs: Shell, there: Path, choice: str, text: str) -> None:
    in_anki(there, 'edit("one", Front="uno?"); edit("three", Question="Why?")')
    srs.write("a.yaml", DECK.replace("one?", "un?"))
    child = pexpect.spawn(
        sys.executable,
        ["-m", "srs", "anki", "sync", "col.anki2", "--take-texts"],
        cwd=srs.path, env=srs.environment(), encoding="utf-8", timeout=60,
    )  # fmt: skip
    child.expect(r"Take 1 note into your deck files\? \[Y/n\]: ")
    assert "\x1b[1m" in str(child.before)
    child.sendline("y")
    child.expect(r"Which text counts\? \(here, anki, skip\) \[skip\]: ")
    child.sendline(choice)
    child.expect(r"Go on\? \[Y/n\]: ")
    child.sendline("y")
    child.expect("Done.")
    child.expect(pexpect.EOF)
    assert "Why?" in deck(srs)
    assert f"front: {text or 'un?'}  # asks" in deck(srs)
    assert (text or "uno?") in in_anki(there, 'print(note("one")["Front"])')
    if text:
        settled(srs, there)


def test_a_deck_file_that_cannot_be_written_is_one_sentence_and_nothing_is_lost(srs: Shell, there: Path) -> None:
    in_anki(there, 'edit("one", Front="uno?")')
    before, anki, path = deck(srs), there.read_bytes(), srs.path / "decks" / "a.yaml"
    path.chmod(0o444)
    refused = srs("anki", "sync", "col.anki2", "--take-texts", "--yes")
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert "a.yaml cannot be written: it is read-only" in refused.err
    path.chmod(0o644)
    for text in (before + "- {id: four, front: x}\n", before + "- {id: one, front: x, back: y}\n"):
        path.write_text(text)
        told = srs("anki", "pull", "col.anki2", "--take-texts", "--yes")
        assert "Not taken, one: its deck file has errors; mend them first" in told.out
        assert path.read_text() == text
    path.write_text(before)
    assert there.read_bytes() == anki
    sync(srs)
    assert "uno?" in deck(srs)


@pytest.mark.check
def test_of_the_starter_decks_the_learners_own_copy_gets_the_text(empty: Shell) -> None:
    if find_spec("anki") is None:
        pytest.skip("the anki package is not installed")
    collection = empty.path / "col.anki2"
    in_anki(collection, "")
    assert empty("anki", "sync", "col.anki2").status == 0
    named = in_anki(
        collection, 'print(next(n["Srs"].split()[0] for n in map(collection.get_note, collection.find_notes(""))))'
    )
    in_anki(collection, f'edit("{named.strip()}", Note="A remark of mine.")')
    told = empty("anki", "sync", "col.anki2", "--take-texts", "--yes")
    assert "copied the starter decks to" in told.err
    own = empty.path / "home" / "data" / "srs" / "decks"
    assert any("A remark of mine." in path.read_text("utf-8") for path in own.rglob("*.yaml"))
    assert "Both sides know the same." in empty("anki", "sync", "col.anki2", "--take-texts", "--yes").out


def test_a_long_diff_is_shown_without_comparing() -> None:
    before, after = ("".join(f"{word} {n}\n" for n in range(100)) for word in ("a", "b"))
    assert len(diff_lines(before, after)) == 200
    assert diff_lines("- a: x\n  b: y\n", "- a: x\n  b: z\n") == [" a: x", "-b: y", "+b: z"]
