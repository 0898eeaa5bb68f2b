"""What of the learner's experience is told: projects, their stories, and what an inventory still lacks."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from srs.core.unicode import caseless
from srs.interview.kinds.story import CATEGORIES
from srs.interview.story_bank import OwnStory, plain

PROJECTS = (10, 15)
"""So many projects make an inventory, as the guide has it (§3)."""

EPISODES = (2, 3)
"""So many stories of each."""


class Project(NamedTuple):
    """`missing` stories make it the least of `EPISODES`. The name is empty for stories that name no project."""

    name: str
    stories: tuple[OwnStory, ...]

    @property
    def missing(self) -> int:
        return max(EPISODES[0] - len(self.stories), 0) if self.name else 0


class Inventory(NamedTuple):
    """Projects with the fewest stories come first, stories without one last. `categories` counts stories by category, each
    of `CATEGORIES`.
    """

    projects: Sequence[Project]
    categories: dict[str, int]

    @property
    def named(self) -> int:
        return sum(bool(one.name) for one in self.projects)

    @property
    def missing_projects(self) -> int:
        return max(PROJECTS[0] - self.named, 0)


def take_inventory(stories: Sequence[OwnStory]) -> Inventory:
    """Projects are told apart without regard to case and blanks."""
    names, by_project = dict[str, str](), dict[str, list[OwnStory]]()
    for story in stories:
        name = " ".join(plain(story.note, story.note.project).split())
        names.setdefault(caseless(name), name)
        by_project.setdefault(caseless(name), []).append(story)
    found = [Project(names[key], tuple(of_it)) for key, of_it in by_project.items()]
    found.sort(key=lambda one: (not one.name, -one.missing))
    counts = Counter(story.note.category for story in stories)
    return Inventory(found, {category: counts[category] for category in CATEGORIES})
