"""Stories in the terminal, 40 to 80 columns wide, readable without colour."""

from collections.abc import Iterator

from srs.cli.wrap_columns import wrap_columns
from srs.core.plural import plural
from srs.interview.inventory import EPISODES, PROJECTS, Inventory

NO_STORIES = "You have no stories yet. To write the first: srs story new"


def inventory_lines(found: Inventory, width: int) -> Iterator[str]:
    stories = sum(len(one.stories) for one in found.projects)
    least, most = PROJECTS
    if not stories:
        yield from wrap_columns(NO_STORIES, width)
    else:
        told = f"{stories} {'story' if stories == 1 else 'stories'}"
        yield from wrap_columns(f"{plural(found.named, 'project')} of {least} to {most}, {told}.", width)
    for one in found.projects:
        yield ""
        name = one.name or "Without a project"
        yield from wrap_columns(name, width)
        for story in one.stories:
            category = f" ({story.note.category})" if story.note.category else ""
            yield from wrap_columns(f"{story.title}{category}", width, "  ", "    ")
        if one.missing:
            yield from wrap_columns(
                f"Missing: {one.missing} more, to have {EPISODES[0]} or {EPISODES[1]}.", width, "  "
            )
    yield ""
    if found.missing_projects:
        yield from wrap_columns(
            f"Missing: {plural(found.missing_projects, 'project')}. Go through your CV, and note the two or three episodes that"
            " you remember best from each.",
            width,
        )
    if untold := [category for category, count in found.categories.items() if not count]:
        yield from wrap_columns(f"No story yet of: {', '.join(untold)}. To write one by its outline:", width)
        yield f"  srs story new --outline {untold[0]}"
