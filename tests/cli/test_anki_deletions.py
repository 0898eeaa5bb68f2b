"""Notes that were deleted in Anki, as `srs anki sync` shows them and takes them out of deck files."""

import subprocess
import sys
from pathlib import Path

import pexpect

from tests.cli.conftest import Shell

DELETE = (
    "import sys; from anki.collection import Collection; c = Collection(sys.argv[1]);"
    " c.remove_notes(c.find_notes(sys.argv[2])); c.close()"
)


def delete(profile: Path, query: str) -> None:
    subprocess.run([sys.executable, "-c", DELETE, str(profile), query], check=True)


def test_it_is_suspended_shown_and_taken_out_of_the_deck_file_when_asked(srs: Shell, profile: Path) -> None:
    srs.write(
        "c.yaml", "deck: Own\nnotes:\n# first\n- {id: x, front: x?, back: x}\n# second\n- {id: y, front: y?, back: y}\n"
    )
    srs("anki", "sync")
    delete(profile, '"Srs:x *"')
    said = "Deleted in Anki, so not sent again, and suspended here (to take that back: srs undo): x\n"
    dry = srs("anki", "sync", "--dry-run", "--take-deletions")
    assert said in dry.out
    assert "To be taken out of your deck files: x (c.yaml)\n" in dry.out
    assert srs("log", "--json").json == []
    assert said in srs("anki", "sync").out
    assert [row["card"] for row in srs("log", "--json").json] == ["x/back"]
    again = srs("anki", "sync")
    assert "Deleted in Anki before, and suspended here (to send a note again: srs unsuspend NOTE): x\n" in again.out
    assert again.out.endswith("Both sides know the same.\n")
    told = srs("anki", "sync", "--take-deletions", "--json").json
    assert told["deleted_in_anki"] == {
        "found": [],
        "suspended": False,
        "before": ["x"],
        "taken_out": [{"note": "x", "file": "c.yaml"}],
        "left": [],
    }
    assert (srs.path / "decks" / "c.yaml").read_text("utf-8") == (
        "deck: Own\nnotes:\n# first\n# second\n- {id: y, front: y?, back: y}\n"
    )
    assert srs("anki", "sync", "--take-deletions", "--json").json["deleted_in_anki"]["before"] == []


def test_what_a_program_cannot_take_out_is_left_with_the_reason(srs: Shell, profile: Path) -> None:
    text = "deck: Own\nnotes: [{id: x, front: x?, back: x}]\n"
    srs.write("c.yaml", text)
    srs("anki", "sync")
    delete(profile, '"Srs:x *"')
    done = srs("anki", "sync", "--take-deletions")
    assert done.status == 0
    assert "Left in c.yaml: x, because its notes are between [ and ]; delete the note by hand\n" in done.out
    assert (srs.path / "decks" / "c.yaml").read_text("utf-8") == text


def test_more_than_twenty_are_only_listed_without_yes(srs: Shell, profile: Path) -> None:
    srs.write("c.yaml", "deck: Own\nnotes:\n" + "".join(f"- {{id: x{n}, front: x?, back: x{n}}}\n" for n in range(22)))
    srs("anki", "sync")
    delete(profile, "deck:Own")
    listed = srs("anki", "sync")
    assert "Deleted in Anki since the last sync, 22 notes: x0, x1," in listed.out
    assert "x19, and 2 more. They are not sent again;" in listed.out
    assert "To suspend them: add --yes\n" in listed.out
    assert listed.out.endswith("Both sides know the same.\n")
    child = pexpect.spawn(
        sys.executable, ["-m", "srs", "anki", "sync"], cwd=srs.path, env=srs.environment(), encoding="utf-8", timeout=60
    )
    child.expect(r"Suspend their cards here\? \[y/N\]: ")
    child.sendline("n")
    child.expect("Both sides know the same.")
    child.expect(pexpect.EOF)
    assert srs("log", "--json").json == []
    assert srs("anki", "sync", "--yes").out.endswith("Done.\n")
    assert len(srs("log", "--json").json) == 22
    assert srs("undo").out.startswith("Taken back: ")
    assert "22 new notes" in srs("anki", "sync").out


def test_a_terminal_is_asked_before_notes_are_taken_out(srs: Shell, profile: Path) -> None:
    srs("anki", "sync")
    delete(profile, '"Srs:one *"')
    command = ["-m", "srs", "anki", "sync", "--take-deletions"]
    child = pexpect.spawn(sys.executable, command, cwd=srs.path, env=srs.environment(), encoding="utf-8", timeout=60)
    child.expect(r"Go on\? \[Y/n\]: ")
    child.sendline("y")
    child.expect("To be taken out of your deck files: one")
    child.expect(r"Go on\? \[Y/n\]: ")
    child.sendline("n")
    child.expect("Done.")
    child.expect(pexpect.EOF)
    assert srs("show", "one").status == 0
