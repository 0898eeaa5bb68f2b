"""How well the self-check finds the mistakes of the labelled texts: `python -m tests.interview.self_check_table`."""

import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from srs.interview import spoken
from srs.interview.find_parts import find_parts
from srs.interview.self_check import Story, self_check

TEXTS = Path(__file__).parent / "texts"

CHECK_OF = {
    "too long": "length",
    "own part unclear": "own-part",
    "no specific numbers": "figures",
    "failure without a lesson": "failure-lesson",
    "vague situation": "context",
    "hypothetical": "experience",
}


class Row(NamedTuple):
    """`labelled` texts make the mistake, `found` are said to make it, `right` are both."""

    mistake: str
    labelled: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.labelled if self.labelled else 1.0


SETS = ("first", "second", "third", "fourth", "fifth")


def texts(name: str, *, held_back: bool) -> list[dict[str, Any]]:
    """Every second text of a set, beginning with the first one or, if held back, with the second. The fifth set is held
    back as a whole.
    """
    loaded: list[dict[str, Any]] = yaml.safe_load((TEXTS / f"{name}.yaml").read_text(encoding="utf-8"))
    if name == "fifth":
        return loaded if held_back else []
    return loaded[int(held_back) :: 2]


def story_of(text: dict[str, Any]) -> Story:
    """A text with `repeat` is made long by saying a part several times."""
    said = {
        part: " ".join([words] * text.get("repeat", {}).get(part, 1))
        for part, words in text.items()
        if isinstance(words, str)
    }
    if "said" in text:
        return Story(*find_parts(said["said"]))
    return Story(said["situation"], said["task"], said["action"], said["result"])


def mistakes_found(text: dict[str, Any]) -> set[str]:
    failed = {check.check for check in self_check(story_of(text)) if not check.passed}
    return {mistake for mistake, check in CHECK_OF.items() if check in failed}


def table(rows_of: list[dict[str, Any]]) -> list[Row]:
    found = [(set(text["mistakes"]), mistakes_found(text)) for text in rows_of]
    return [
        Row(m, sum(m in a for a, _ in found), sum(m in b for _, b in found), sum(m in a and m in b for a, b in found))
        for m in CHECK_OF
    ]


def parts_found_rightly(rows_of: list[dict[str, Any]], *, bare: bool) -> float:
    """The share of the words of written stories that `find_parts` puts into their part; bare: without punctuation."""
    right = whole = 0
    for text in rows_of:
        if "said" in text or "repeat" in text:
            continue
        parts: list[str] = [*story_of(text)[:4]]
        if bare:
            parts = [" ".join(spoken.words(part)).lower() for part in parts]
        true = [at for at, part in enumerate(parts) for _ in spoken.words(part)]
        found = [at for at, part in enumerate(find_parts(" ".join(parts))) for _ in spoken.words(part)]
        right += sum(a == b for a, b in zip(true, found, strict=True))
        whole += len(true)
    return right / whole


def table_lines(these: list[dict[str, Any]]) -> list[str]:
    return [f"| {row.mistake} | {row.precision:.2f} | {row.recall:.2f} | {row.labelled} |" for row in table(these)]


def print_table(title: str, these: list[dict[str, Any]]) -> None:
    print(f"\n{title}: {len(these)} texts\n\n| mistake | precision | recall | texts with it |\n|---|---|---|---|")
    print("\n".join(table_lines(these)))


def main(names: list[str]) -> None:
    print_table("tuning", [text for name in names for text in texts(name, held_back=False)])
    for name in names:
        print_table(f"held back, {name} set", texts(name, held_back=True))
    held_back = [text for name in names for text in texts(name, held_back=True)]
    print_table("held back, all sets", held_back)
    for bare in (False, True):
        share = parts_found_rightly(held_back, bare=bare)
        print(f"\nparts found rightly, {'without' if bare else 'with'} punctuation: {share:.0%} of the words")


if __name__ == "__main__":
    main(sys.argv[1:] or list(SETS))
