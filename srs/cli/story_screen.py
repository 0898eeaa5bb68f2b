"""Stories in the terminal, 40 to 80 columns wide, readable without colour."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from srs.cli.wrap_columns import TIED, cut, wrap_columns
from srs.core.plural import plural
from srs.interview.inventory import EPISODES, PROJECTS, Inventory
from srs.interview.kinds.story import PARTS
from srs.interview.self_check import Check
from srs.interview.story_bank import OwnStory, plain
from srs.interview.told_story import Length, check_story, lengths, part_texts, total
from srs.log.rehearsals import LoggedRehearsal

_AIMS = {"situation": 20, "task": 10, "action": 50, "result": 20}  # percent
_SENTENCE = 120  # columns of a sentence that is shown

NO_STORIES = "You have no stories yet. To write the first: srs story new"


def list_lines(story: OwnStory, told: LoggedRehearsal | None, day: date, width: int) -> Iterator[str]:
    length = total(lengths(story.note))
    yield from wrap_columns(f"{story.title} ({story.id})", width, then="  ")
    facts = [story.note.project, ", ".join(story.principles) or "no principle"]
    facts += [_long(length), _remembered(story), _told(told, day)]
    yield from wrap_columns(_dotted(facts), width, "  ")


def show_lines(
    story: OwnStory, questions: Mapping[str, str], told: LoggedRehearsal | None, day: date, width: int
) -> Iterator[str]:
    """`questions` are the texts of those in use, by id."""
    note, found = story.note, lengths(story.note)
    length = total(found)
    yield from wrap_columns(story.title, width)
    about = [plain(note, text) for text in (note.project, note.when, note.role, note.category)]
    if any(about):
        yield from wrap_columns(_dotted(about), width)
    for part in PARTS:
        share = found[part].words / length.words if length.words else 0.0
        yield ""
        yield f"{part.capitalize()}, {_time(found[part].seconds)} ({100 * share:.0f} %, usually {_AIMS[part]} %)"
        texts = part_texts(note, part)
        for text in texts:
            for paragraph in text.split("\n\n"):
                yield from wrap_columns(paragraph, width, "  " if len(texts) == 1 else "  - ")
    yield ""
    more = {
        "Why": plain(note, note.why),
        "Lesson": plain(note, note.lesson),
        "Numbers": ", ".join(plain(note, number) for number in note.numbers),
        "Principles": ", ".join(name for _, name in note.principles),
    }
    for name, text in more.items():
        if text:
            yield from wrap_columns(text, width, f"{name}: ", "  ")
    for question in note.answers:
        yield from wrap_columns(
            questions.get(question, f"{question}, which is no question here"), width, "Answers: ", "  "
        )
    facts = (_long(length), _remembered(story), _told(told, day))
    yield from wrap_columns(f"{_dotted(facts)}.", width)
    yield ""
    yield from _checks(check_story(note), width)


def _checks(checks: Sequence[Check], width: int) -> Iterator[str]:
    failed = [one for one in checks if not one.passed]
    yield f"Self-check: {len(checks) - len(failed)} of {len(checks)} passed"
    for one in failed:
        yield from wrap_columns(one.why, width, "- ")
        if one.sentence:
            yield from wrap_columns(f"“{cut(one.sentence, _SENTENCE)}”", width, "    ")


def _remembered(story: OwnStory) -> str:
    return _tied(f"remembered {100 * story.recall.today:.0f} % today")


def _told(told: LoggedRehearsal | None, day: date) -> str:
    if told is None:
        return _tied("never told")
    days = (day - told.day).days
    return _tied("told today" if days <= 0 else f"told {plural(days, 'day')} ago")


def _time(seconds: float) -> str:
    """`2:14`."""
    return f"{int(seconds + 0.5) // 60}:{int(seconds + 0.5) % 60:02}"


def _long(length: Length) -> str:
    return _tied(f"{plural(length.words, 'word')}, {_time(length.seconds)}")


def _tied(text: str) -> str:
    return text.replace(" ", TIED)


def _dotted(facts: Iterable[str]) -> str:
    return f"{TIED}· ".join(fact for fact in facts if fact)


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
