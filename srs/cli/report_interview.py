"""What the page of statistics says of stories and rehearsals, where there are any."""

from collections.abc import Iterator
from datetime import date

from srs.collection import Collection
from srs.insight.report.html_parts import paragraphs, table
from srs.insight.report.sections import Section


def interview_section(collection: Collection, day: date) -> Iterator[Section]:
    """None without stories in the folder."""
    from srs.interview import coverage_words as words  # noqa: PLC0415 - most folders have no stories
    from srs.interview.coverage import find_coverage  # noqa: PLC0415 - as above
    from srs.interview.ready import by_week, how_ready, last_told  # noqa: PLC0415 - as above
    from srs.interview.story_bank import has_stories, read_story_bank  # noqa: PLC0415 - as above
    from srs.log.rehearsals import read_rehearsals  # noqa: PLC0415 - as above

    if not has_stories(collection):
        return
    bank, rehearsals = read_story_bank(collection, day), read_rehearsals(collection.store.connection)
    coverage = find_coverage(bank, {note: one.at for note, one in last_told(rehearsals).items()})
    ready, weeks = how_ready(bank, coverage, rehearsals, day), by_week(rehearsals)
    body = paragraphs(*(f"{name}: {text}." for name, text in words.ready_texts(ready, bank.goal)))
    if weeks:
        body += table("Rehearsals by week", words.WEEK_HEAD, map(words.week_row, weeks))
    yield Section("interview", "Ready for the interview?", body)
