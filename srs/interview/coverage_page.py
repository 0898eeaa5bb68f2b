"""The coverage as one page, which holds all it needs: the browser is told to run no script and to load nothing."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files

from srs.core.safe_text import printable
from srs.interview import coverage_words as words
from srs.interview.coverage import WANTED, Coverage, PrincipleCover, QuestionCover
from srs.interview.ready import Ready, Week
from srs.interview.story_bank import StoryBank

_STORIES = 12  # named in a row at most
_HANGUL = range(0xAC00, 0xD7A4)


def coverage_html(bank: StoryBank, coverage: Coverage, ready: Ready, weeks: Sequence[Week], made: str) -> str:
    """`made` is the learner's time. UTF-8."""
    style = "\n" + (files(__package__) / "coverage.css").read_text("utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">',
            f"<title>What your stories cover</title>\n<style>{style}</style>\n</head>\n<body>",
            f"<header><h1>What your stories cover</h1><p>As of {escape(made)}.</p></header>\n<main>",
            *_body(bank, coverage, ready, weeks),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _body(bank: StoryBank, coverage: Coverage, ready: Ready, weeks: Sequence[Week]) -> Iterator[str]:
    titles = {story.id: story.title for story in bank.stories}
    advice = coverage.next
    yield (
        f'<section class="next"><h2>Next</h2><p><strong>{_text(advice.what)}</strong>: {_text(advice.why)}</p>'
        f"<p><code>{_text(advice.command)}</code></p></section>"
    )
    figures = "".join(
        f"<div><dt>{name}</dt><dd>{_text(text)}.</dd></div>" for name, text in words.ready_texts(ready, bank.goal)
    )
    yield f"<section><h2>Ready?</h2><dl>{figures}</dl></section>"
    rows = (_principle(one, titles) for one in coverage.principles)
    table = _table("Principles", ("Principle", "Stories", "Recalled", "Asked"), rows)
    yield f"<section><h2>Principles</h2><p>{_text(words.principles_text(bank.goal))}</p>{table}</section>"
    yield f"<section><h2>Questions</h2><p>{_text(words.questions_text(coverage))}</p>"
    if coverage.questions:
        yield _table("Questions", ("Question", "Stories"), (_question(one, titles) for one in coverage.questions))
    yield "</section>"
    if weeks:
        rows = (tuple(map(_text, words.week_row(week))) for week in weeks)
        yield f"<section><h2>Rehearsals by week</h2>{_table('Rehearsals by week', words.WEEK_HEAD, rows)}</section>"


def _principle(one: PrincipleCover, titles: dict[str, str]) -> tuple[str, ...]:
    strength = ""
    if one.stories:
        strength = (
            f'<meter max="{WANTED}" value="{one.strength:.2f}" aria-label="remembered today"></meter>'
            f' <span class="strength">{_text(words.strength_text(one))}</span>'
        )
    return _text(one.name), _gap(one.missing) + _stories(one.stories, titles), strength, str(one.questions or "–")


def _question(one: QuestionCover, titles: dict[str, str]) -> tuple[str, ...]:
    told = _gap(not one.stories) + _stories(one.stories, titles)
    if one.candidates and not one.stories:
        told += f'<p class="soft">could be answered by</p>{_stories(one.candidates, titles)}'
    return f'{_text(one.text)} <span class="soft">{_text(one.question)}</span>', told


def _gap(missing: int) -> str:
    return f'<p class="gap">{missing:d} missing</p>' if missing else ""


def _stories(ids: Sequence[str], titles: dict[str, str]) -> str:
    items = "".join(f"<li>{_text(titles[one])}</li>" for one in ids[:_STORIES])
    more = f"<li>and {len(ids) - _STORIES} more</li>" if len(ids) > _STORIES else ""
    return f"<ul>{items}{more}</ul>" if items else ""


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML; the first of each row names it."""
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _text(text: str) -> str:
    """In its own direction and, if it is Korean, marked as such for fonts and voices."""
    language = ' lang="ko"' if any(ord(character) in _HANGUL for character in text) else ""
    return f"<bdi{language}>{escape(printable(text))}</bdi>"
