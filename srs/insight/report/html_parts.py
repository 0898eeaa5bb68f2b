"""Parts of the page. Names that decks give come through `name`, which escapes them."""

from collections.abc import Iterable, Sequence
from html import escape

from srs.core.safe_text import printable
from srs.insight import figures_in_words as words
from srs.insight.report.drawing import Drawing
from srs.insight.stats import Retention

_LONGEST = 120  # characters of a name
_HANGUL = range(0xAC00, 0xD7A4)


def name(text: str) -> str:
    """A deck or a card, in its own direction and, if it is Korean, marked as such for fonts and voices."""
    shown = printable(text)
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST - 1]}…"
    language = ' lang="ko"' if any(ord(character) in _HANGUL for character in shown) else ""
    return f"<bdi{language}>{escape(shown).replace('::', '::<wbr>').replace('/', '/<wbr>')}</bdi>"


def svg(drawing: Drawing, label: str, classes: str = "chart") -> str:
    return (
        f'<svg class="{classes}" viewBox="0 0 {drawing.width} {drawing.height}" role="img" aria-label="{escape(label)}">'
        f"{drawing.body}</svg>"
    )


def bar(found: Retention, series: int) -> str:
    """The share as a bar; the number stands beside it. Empty without reviews."""
    if not found.reviews:
        return ""
    width = 100 * found.recalled / found.reviews
    return (
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100"'
        f' height="6"/><rect class="s{series}" width="{width:.1f}" height="6"/></svg>'
    )


def share_of(found: Retention) -> str:
    """On a phone in two lines."""
    text = words.share_of(found).partition(" of ")
    return f'{text[0]} <span class="of">of {text[2]}</span>' if text[1] else text[0]


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML; the first of each row names it."""
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table><caption>{escape(caption)}'
        f"</caption><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def details(summary: str, content: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def paragraphs(*texts: str) -> str:
    """One for each text that is not empty."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text)
