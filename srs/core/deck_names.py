"""Names of decks and tags, whose levels `::` separates, as in Anki."""

from itertools import accumulate

_MOST_LEVELS = 70  # a deck's name holds no more; a tag might, and each level repeats those above it


def is_in_deck(deck: str, name: str) -> bool:
    """Whether `deck` is the one called `name` or lies below it, as in `Spanish` and `Spanish::Verbs`."""
    return deck == name or deck.startswith(f"{name}::")


def with_ancestors(name: str) -> list[str]:
    """The names of a deck or tag and of those above it, the highest first; levels below the seventieth count as one."""
    return list(accumulate(name.split("::", _MOST_LEVELS - 1), "{}::{}".format))
