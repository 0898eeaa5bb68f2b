"""The registry of all kinds of notes: the one place that knows them all."""

from srs.kinds.registry import Kinds

KINDS = Kinds(
    (
        ("phrase", "srs.kinds.phrase:Phrase"),
        ("quiz", "srs.kinds.quiz:Quiz"),
        ("question", "srs.interview.kinds.mapping:PrincipleMapping"),
        ("star", "srs.interview.kinds.star:Star"),
        ("story", "srs.interview.kinds.story:Story"),
        ("front", "srs.kinds.basic:Basic"),
        ("cloze", "srs.kinds.cloze:Cloze"),
    )
)
"""All kinds; those of the interview are shown where decks use them or the settings say `packs = ["interview"]`."""

PACKS = ("interview",)
