"""Stories of the learner's own: writing one, and what experience is told."""

import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder, writable_folder
from srs.cli.new_note import NewNote, add_note, edit_draft, read_stdin
from srs.cli.output import emit, json_option, say
from srs.cli.story_screen import NO_STORIES, inventory_lines, list_lines, show_lines
from srs.cli.wrap_columns import screen_width
from srs.collection import Collection
from srs.collection.suggest_names import unknown
from srs.core.errors import BadInput
from srs.core.unicode import nfc
from srs.database import decks
from srs.interview import outlines
from srs.interview.inventory import EPISODES, PROJECTS, Inventory, take_inventory
from srs.interview.kinds.principles import PACK
from srs.interview.kinds.story import CATEGORIES, Story
from srs.interview.ready import last_told
from srs.interview.story_bank import OwnStory, StoryBank, read_story_bank
from srs.interview.told_story import check_story, lengths, part_texts, total
from srs.log.rehearsals import LoggedRehearsal, read_rehearsals

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


@story_command.command("list")
@json_option
@pass_context
def list_command(context: Context, as_json: bool) -> None:
    """List your stories.

    Each with its project, principles and length, how much of it you remember today, and when you told it last.
    """
    found = _open(context, as_json=as_json)
    if as_json:
        emit([_story_json(found, story) for story in found.bank.stories])
        return
    if not found.bank.stories:
        say(NO_STORIES)
    for story in found.bank.stories:
        for line in list_lines(story, found.told.get(story.id), found.day, screen_width()):
            say(line)


@story_command.command("show")
@click.argument("name", metavar="STORY", shell_complete=complete.stories)
@json_option
@pass_context
def show_command(context: Context, name: str, as_json: bool) -> None:
    """Show a story as you would tell it.

    With the time that each part takes, and what the self-check says.
    """
    found = _open(context, as_json=as_json)
    stories = {story.id: story for story in found.bank.stories}
    if name not in stories:
        if name in decks.note_paths(found.collection.store.connection, found.collection.folder_id):
            raise BadInput("STORY", name, "the id of a story")
        raise unknown("note", name, stories)
    story = stories[name]
    if as_json:
        emit(_story_json(found, story) | _parts_json(story))
        return
    questions = {one.id: one.text for one in found.bank.questions}
    for line in show_lines(story, questions, found.told.get(name), found.day, screen_width()):
        say(line)


@story_command.command("inventory")
@json_option
@pass_context
def inventory_command(context: Context, as_json: bool) -> None:
    """Show which projects your stories are from, and what is missing.

    An inventory has 10 to 15 projects, with the two or three episodes of each that you remember best, and stories of all five
    outlines.
    """
    found = take_inventory(_open(context, as_json=as_json).bank.stories)
    if as_json:
        emit(_inventory_json(found))
        return
    for line in inventory_lines(found, screen_width()):
        say(line)


class _Opened(NamedTuple):
    """`told` is the latest rehearsal of each note."""

    collection: Collection
    bank: StoryBank
    told: Mapping[str, LoggedRehearsal]
    day: date


def _open(context: Context, *, as_json: bool) -> _Opened:
    if not as_json:
        report_folder(context.deck_folder)
    now = context.clock()()
    collection = context.open(now)
    day = collection.calendar.day(now)
    told = last_told(read_rehearsals(collection.store.connection))
    return _Opened(collection, read_story_bank(collection, day), told, day)


def _story_json(found: _Opened, story: OwnStory) -> dict[str, Any]:
    length, told = total(lengths(story.note)), found.told.get(story.id)
    return {
        "story": story.id,
        "title": story.title,
        "project": story.note.project or None,
        "category": story.note.category or None,
        "principles": story.principles,
        "answers": story.note.answers,
        "words": length.words,
        "seconds": round(length.seconds, 1),
        "recall": {name: None if share is None else round(share, 4) for name, share in story.recall._asdict().items()},
        "told": told and told.day.isoformat(),
    }


def _parts_json(story: OwnStory) -> dict[str, Any]:
    parts = {
        part: {"texts": part_texts(story.note, part), "words": length.words, "seconds": round(length.seconds, 1)}
        for part, length in lengths(story.note).items()
    }
    return {"parts": parts, "checks": [one._asdict() for one in check_story(story.note)]}


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
