"""Five outlines for a story of one's own (the guide's §7), as drafts of a note to be filled in."""

from collections.abc import Mapping
from typing import NamedTuple

from srs.interview.kinds.story import CATEGORIES, PARTS

DECK, FILE = "Interview::My stories", "my-stories"
"""The deck for stories of the learner's own, and the name of its file without the ending."""


class Outline(NamedTuple):
    """What each part should tell, and the steps of the action; no steps where they are the learner's."""

    situation: str
    task: str
    action: str
    steps: tuple[str, ...]
    result: str


OUTLINES: Mapping[str, Outline] = dict(
    zip(
        CATEGORIES,
        (
            Outline(
                "How large was the team, what were you building, and what limited you?",
                "Which part of it was yours alone?",
                "Three to five steps, each a sentence that begins with I. Say why you chose this way.",
                (),
                "The figures before and after, and what you learnt.",
            ),
            Outline(
                "Who wanted what, and how did it come to a conflict?",
                "What exactly did you have to settle?",
                "How you settled it, in three steps. Say why you chose this way.",
                ("How you found out what the others needed.", "Which goal you could agree on.", "What you proposed."),
                "What became of the working relationship, and what of the project; with figures.",
            ),
            Outline(
                "In which project did what go wrong?",
                "What were you responsible for when it failed?",
                "What you did once it had failed, in three steps. Say why you chose this way.",
                ("What you did at once.", "How you found the cause.", "What keeps it from happening again."),
                "What you learnt, and what has been different since; with figures.",
            ),
            Outline(
                "Which problem did you notice before anybody asked you to?",
                "Why did it have to be you?",
                "What you did without a title or an order, step by step. Say why you chose this way.",
                (),
                "What it brought, with figures, and what changed in the organisation.",
            ),
            Outline(
                "What was the customer's situation?",
                "Which problem of theirs did you have to solve?",
                "What you told the customer, and what you built, in three steps. Say why you chose this way.",
                (
                    "How you came to see it with their eyes.",
                    "How you agreed on what to expect.",
                    "What you delivered.",
                ),
                "How content the customer was, and what it was worth to the business; with figures.",
            ),
        ),
        strict=True,
    )
)

_TIMES = {"situation": "under 30 seconds", "task": "15 seconds", "action": "75 seconds", "result": "30 seconds"}
_MORE = {
    "project": '"" # a project has two or three stories',
    "when": '""',
    "role": '""',
    "why": '"" # why this way, and not another',
    "lesson": '"" # what you learnt, and what changed since',
    "numbers": '[] # the figures that must not be missed, e.g. ["9 h → 2 h", 4 weeks]',
    "principles": "[] # two or three, the one that it shows best first, e.g. [dive-deep, earn-trust]",
    "answers": "[] # ids of questions that it answers; srs find kind:mapping or kind:star lists them",
    "id": '""',
    "tags": "[]",
}


def draft(category: str | None) -> str:
    """A note to be filled in, as YAML; its hints are remarks, and a part that is left empty is an error."""
    outline = OUTLINES[category or CATEGORIES[0]]
    kind = f", by the outline “{category}”" if category else ""
    lines = [
        f"# A new story{kind}. Write between the quotation marks, in whole sentences as you will say them (inside, write ' for a",
        "# quotation mark); save it and leave the editor to add it, or leave it as it is to add nothing.",
        '- story: ""',
        *([f"  category: {category}"] if category else []),
    ]
    for part in PARTS:
        lines.append(f"# {part.capitalize()}, {_TIMES[part]}. {getattr(outline, part)}")
        if part != "action":
            lines.append(f'  {part}: ""')
            continue
        lines.append("  action:")
        for step in outline.steps or ("", "", ""):
            lines += [f"# {step}"] if step else []
            lines.append('  - ""')
    lines.append("# What it may have besides; take the # away:")
    lines += [f"#  {key}: {value}" for key, value in _MORE.items()]
    return "\n".join(lines) + "\n"
