"""Notes that are taken out of a deck file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.cli.kinds import KINDS
from srs.deckfile import CannotRemove, parse, without_notes

HEAD = "deck: X\nnotes:\n"


def removed(text: str, *notes: str) -> str:
    return without_notes(text.encode(), notes, KINDS).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            HEAD
            + "# about a\n- {id: a, front: a, back: a}\n# about b\n- id: b  # it\n  front: b\n  # in it\n  back: b\n\n# c\n"
            "- {id: c, front: c, back: c}\n",
            HEAD + "# about a\n- {id: a, front: a, back: a}\n# about b\n\n# c\n- {id: c, front: c, back: c}\n",
        ),
        (
            HEAD
            + "  - id: a\n    front: a\n    back: a\n\n  -\n    id: b\n    front: b\n    back: |\n      one\n      # two\n\n"
            "  - id: c\n    front: c\n    back: c\n",
            HEAD + "  - id: a\n    front: a\n    back: a\n\n  - id: c\n    front: c\n    back: c\n",
        ),
        (
            HEAD + "- {id: a, front: a, back: a}\n\n- {id: b, front: b, back: 'b\n  c'}",
            HEAD + "- {id: a, front: a, back: a}\n",
        ),
        (
            "\ufeffnotes: # all\r\n- id: b\r\n  front: b\r\n  back: b\r\n\r\n# of the deck\r\ndeck: X\r\n",
            "\ufeffnotes: [] # all\r\n\r\n# of the deck\r\ndeck: X\r\n",
        ),
        (HEAD + "- {id: b, front: b, back: b}\n# end\n", "deck: X\nnotes: []\n# end\n"),
    ],
)
def test_the_note_goes_and_nothing_else_but_a_gap(before: str, after: str) -> None:
    assert removed(before, "b") == after
    assert removed(after, "b") == after


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("deck: X\nnotes: [{id: b, front: b, back: b}, {id: c, front: c, back: c}]\n", "between"),
        (HEAD + "- {id: b, front: b}\n", "errors"),
        (HEAD + "- id: a\n  front: 'a\n\n# c'\n  back: a\n- {id: b, front: b, back: b}\n", ""),
    ],
)
def test_what_cannot_be_taken_out_is_refused_or_done_rightly(text: str, why: str) -> None:
    if why:
        with pytest.raises(CannotRemove, match=why):
            removed(text, "b")
    else:
        assert [note.id for note in parse(removed(text, "b").encode(), "", KINDS).notes] == ["a"]


NOTES = (
    "- {id: %, front: f, back: b}",
    "- id: %\n  front: |\n    one\n\n    # two\n  back: b",
    "-\n  id: %\n  front: f\n  back: b",
)


@given(st.lists(st.tuples(st.sampled_from(NOTES), st.sampled_from(["", "\n", "# r\n", "\n# r\n\n"]), st.booleans())))
def test_all_others_say_what_they_said(notes: list[tuple[str, str, bool]]) -> None:
    text = (
        HEAD + "".join(f"{gap}{note.replace('%', f'n{at}')}\n" for at, (note, gap, _) in enumerate(notes))
        if notes
        else ""
    )
    gone = [f"n{at}" for at, (_, _, unwanted) in enumerate(notes) if unwanted]
    if not gone:
        return
    after = removed(text, *gone)
    before, left = (parse(one.encode(), "", KINDS) for one in (text, after))
    assert left.good, left.problems
    assert [note for note in before.notes if note.id not in gone] == [
        next(one for one in before.notes if one.id == note.id) for note in left.notes
    ]
    assert after.count("# r\n") == text.count("# r\n")
