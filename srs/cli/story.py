"""Stories of the learner's own: writing one, and what experience is told."""

import re
import sys
from dataclasses import replace
from typing import Any

import click

from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder, writable_folder
from srs.cli.new_note import NewNote, add_note, edit_draft, read_stdin
from srs.cli.output import emit, json_option, say
from srs.cli.story_screen import inventory_lines
from srs.cli.wrap_columns import screen_width
from srs.collection import Collection
from srs.core.unicode import nfc
from srs.interview import outlines
from srs.interview.inventory import EPISODES, PROJECTS, Inventory, take_inventory
from srs.interview.kinds.principles import PACK
from srs.interview.kinds.story import CATEGORIES, Story
from srs.interview.story_bank import StoryBank, read_story_bank

_STORY = re.compile(rf"^[- ]*({'|'.join(Story.required)}):", re.MULTILINE)


@click.group("story")
def story_command() -> None:
    """Write stories of your own, and list and show them."""


@story_command.command("new")
@click.option(
    "--outline",
    type=click.Choice(CATEGORIES),
    help="What kind of story the draft asks for; else any kind.",
)
@json_option
@pass_context
def new_command(context: Context, outline: str | None, as_json: bool) -> None:
    """Write a new story.

    $EDITOR opens a draft; without a terminal, the story is read from stdin as YAML. It goes into the deck
    "Interview::My stories" of your deck folder. If the starter decks are in use, they are copied to a folder of your own first,
    so that your story finds their questions there.
    """
    if not as_json:
        report_folder(context.deck_folder)
    clock = context.clock()
    asks = sys.stdin.isatty()
    note = "" if asks else read_stdin()
    if not asks and not _STORY.search(note):
        parts = "the keys story, situation, task, action and result"
        raise click.UsageError(f"stdin holds no story: write YAML with {parts}, or call srs story new in a terminal.")
    if context.deck_folder.is_read_only:
        writable_folder(context.deck_folder, copy=True, ask=False)
    collection = context.open(clock(), needs_decks=False)
    collection = replace(collection, kinds=collection.kinds.showing([PACK]))  # errors name what a story must have
    new_deck = nfc(outlines.DECK) not in map(nfc, collection.deck_names())
    wanted = NewNote(clock, outlines.DECK, new_deck, as_json, outlines.FILE)
    if asks:
        edit_draft(collection, wanted, outlines.draft(outline))
    elif not add_note(collection, wanted, note, "stdin"):
        sys.exit(1)


@story_command.command("inventory")
@json_option
@pass_context
def inventory_command(context: Context, as_json: bool) -> None:
    """Show which projects your stories are from, and what is missing.

    An inventory has 10 to 15 projects, with the two or three episodes of each that you remember best, and stories of all five
    outlines.
    """
    _, bank = _open(context, as_json=as_json)
    found = take_inventory(bank.stories)
    if as_json:
        emit(_inventory_json(found))
        return
    for line in inventory_lines(found, screen_width()):
        say(line)


def _open(context: Context, *, as_json: bool) -> tuple[Collection, StoryBank]:
    if not as_json:
        report_folder(context.deck_folder)
    now = context.clock()()
    collection = context.open(now)
    return collection, read_story_bank(collection, collection.calendar.day(now))


def _inventory_json(found: Inventory) -> dict[str, Any]:
    return {
        "projects": [
            {"project": one.name or None, "stories": [story.id for story in one.stories], "missing": one.missing}
            for one in found.projects
        ],
        "categories": found.categories,
        "wanted": {"projects": [*PROJECTS], "stories": [*EPISODES]},
        "missing_projects": found.missing_projects,
    }
