"""Renders Anki's card templates with the fields of a note."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import escape
from typing import Literal, NamedTuple

from srs.anki.hidden_elements import DETAILS_TAGS, hiding_rules, played, shown_tokens
from srs.anki.media_elements import with_files
from srs.core.html_text import SOUND, html_to_text
from srs.core.html_tokens import BLOCK_TAGS, VOID_TAGS, EndTag, StartTag, TextToken, tokenize, without_hidden_tags
from srs.core.markup import LONGEST_TEXT

FRONT_MARK = "\U0010fffc"
"""Stands for {{FrontSide}}."""

ANSWER_MARK = "\U0010fffd"
"""Stands for `<hr id=answer>`, which separates the answer from the question before it."""

# placeholders of the fields: as they are, of the sounds of fields that are hidden, and within a tag
_FIRST_VALUE, _FIRST_SOUNDS, _FIRST_VALUE_IN_TAG = 0xF0000, 0xF8000, 0x100000
_MOST_STEPS = 2_000  # fields, sections and texts between them, of one side
_LONGEST = 1_000_000  # characters of a template, most of which may be its script
_SECTION_SIGNS = frozenset("#^/")
_FIELD = re.compile(r"(?<!\{)\{\{\{*+([^{}]*+)\}\}")
_OTHER_SIGNS = "{{=<% %>=}}"  # at the start: fields stand between <% and %>, the only other signs that Anki knows
_OTHER_FIELD = re.compile(r"<%([^<>%]*+)%>")
_PLAIN_PRE = re.compile(r"<pre>((?:[^<\n\t ]| (?! ))*+)</pre>")
_PLAYED = re.compile(rf"{SOUND.pattern}|[{chr(_FIRST_VALUE)}-{chr(_FIRST_SOUNDS - 1)}]")
_PLACEHOLDER = re.compile("[\U000f0000-\U0010ffff]")
_NOTHING = re.compile(r"(?:\s|</?(?:br|div)\s*+/?>)*+", re.IGNORECASE)

Value = Callable[[str, tuple[str, ...]], str]
"""The HTML of a field, given its name and the filters before it, the nearest last."""


class TooLong(ValueError):
    """A template or a side of a card is too long; the message says so of the note."""


TOO_MUCH_TEXT = f"it has more than {LONGEST_TEXT:,} characters of text"


class RenderedSide(NamedTuple):
    """`html` has a placeholder for each of `values`, and of the template's HTML no styles and nothing that is hidden."""

    html: str
    values: tuple[str, ...]

    def fill(self) -> str:
        """The HTML with the values in it. Raises TooLong."""
        if len(self.html) + sum(map(len, self.values)) > LONGEST_TEXT:
            raise TooLong(TOO_MUCH_TEXT)
        return _PLAIN_PRE.sub(r"<div>\1</div>", _PLACEHOLDER.sub(self._value, self.html))

    def _value(self, found: re.Match[str]) -> str:
        sign = ord(found[0])
        first = max(one for one in (_FIRST_VALUE, _FIRST_SOUNDS, _FIRST_VALUE_IN_TAG) if one <= sign)
        if sign - first >= len(self.values):  # one of the marks
            return ""
        value = self.values[sign - first]
        if first == _FIRST_SOUNDS:
            return played(value)
        return value if first == _FIRST_VALUE else escape(html_to_text(value))


class Step(NamedTuple):
    """`text` is HTML, or the name of a field; `end` is the number of the step after a section."""

    kind: Literal["html", "field", "if", "unless"]
    text: str
    filters: tuple[str, ...] = ()
    end: int = 0


def render(
    template: str,
    fields: Callable[[str], str | None],
    value: Value,
    css: str | None = None,
    *,
    with_details: bool = False,
) -> RenderedSide:
    """The template, with its sections shown or not as their fields hold something or not. `css` are the styles of the note
    type; without them, also what is hidden is there. `with_details` keeps elements that can be opened as such. Raises TooLong.
    """
    pieces, values, size = list[str](), list[str](), 0
    for step in shown_steps(template, fields):
        if step.kind == "html":
            pieces.append(step.text)
        elif step.text == "FrontSide":
            pieces.append(FRONT_MARK)
        else:
            size += len(fields(step.text) or "")
            if size > LONGEST_TEXT:
                raise TooLong(TOO_MUCH_TEXT)
            pieces.append(chr(_FIRST_VALUE + len(values)))
            values.append(value(step.text, step.filters))
    return RenderedSide(_clean("".join(pieces), css, with_details), tuple(values))


def shown_steps(template: str, fields: Callable[[str], str | None]) -> Iterator[Step]:
    """The HTML and the fields of the template, in order, without those of sections that are not shown. Raises TooLong."""
    steps, at = compile_template(template), 0
    blank = dict[str, bool]()  # by the name of a field
    while at < len(steps):
        step = steps[at]
        at += 1
        if step.kind in {"html", "field"}:
            yield step
        else:
            if step.text not in blank:
                blank[step.text] = is_empty(fields(step.text) or "")
            if blank[step.text] is (step.kind == "if"):
                at = step.end


def filter_name(written: str) -> str:
    """Without the options that follow it."""
    return written.partition(" ")[0]


def is_empty(html: str) -> bool:
    """Whether it holds nothing but blanks and line breaks; Anki hides such a section."""
    return _NOTHING.fullmatch(html) is not None


def compile_template(template: str) -> tuple[Step, ...]:
    """All steps. A section without an end runs to the end of the template; an end without a section is ignored. Raises TooLong."""
    steps = _compiled(template)
    if steps is None:
        most = (
            f"{_LONGEST:,} characters"
            if len(template) > _LONGEST
            else f"{_MOST_STEPS:,} fields, sections and texts between them"
        )
        raise TooLong(f"its template has more than {most}")
    return steps


@lru_cache(1000)
def _compiled(template: str) -> tuple[Step, ...] | None:
    """None if it is too long: that is remembered, too, as all notes of a type have it."""
    if len(template) > _LONGEST:
        return None
    steps: list[Step] = []
    sections: list[int] = []  # the open ones

    def end_section() -> None:
        start = sections.pop()
        steps[start] = steps[start]._replace(end=len(steps))

    template, pattern = _PLACEHOLDER.sub("", template), _FIELD
    if template.lstrip().startswith(_OTHER_SIGNS):
        template, pattern = template.lstrip().removeprefix(_OTHER_SIGNS), _OTHER_FIELD
    for n, piece in enumerate(pattern.split(template)):
        if n % 2 == 0:
            steps += [Step("html", piece)] if piece else []
            continue
        name = piece.strip()
        sign, name = (name[0], name[1:].lstrip()) if name[:1] in _SECTION_SIGNS else ("", name)
        if sign == "/":
            if sections and steps[sections[-1]].text == name:
                end_section()
        elif sign:
            sections.append(len(steps))
            steps.append(Step("if" if sign == "#" else "unless", name))
        elif name and not name.startswith("!"):
            *filters, field = map(str.strip, name.split(":"))
            steps.append(Step("field", field, tuple(filters)))
    while sections:
        end_section()
    return tuple(steps) if len(steps) <= _MOST_STEPS else None


@lru_cache(1000)
def _clean(html: str, css: str | None, with_details: bool) -> str:
    if "<" not in html and "&" not in html:
        return html
    tokens = without_hidden_tags(with_files(tokenize(html)))
    if css is not None:
        tokens = shown_tokens(tokens, hiding_rules(css + _styles(html)), _heard)
    return "".join(
        token.source
        if with_details and not isinstance(token, TextToken) and token.name in DETAILS_TAGS
        else _clean_token(token)
        for token in tokens
    )


def _heard(text: str) -> str:
    """The sounds, and fields that stand for those in them."""
    shift = _FIRST_SOUNDS - _FIRST_VALUE
    return "".join(chr(ord(found[0]) + shift) if found[1] is None else found[0] for found in _PLAYED.finditer(text))


def _styles(html: str) -> str:
    """The CSS within the template."""
    css, in_style = list[str](), False
    for token in tokenize(html) if "<style" in html.lower() else ():
        if isinstance(token, TextToken):
            css += [token.source] if in_style else []
        else:
            in_style = isinstance(token, StartTag) and token.name == "style"
    return "".join(css)


def _clean_token(token: StartTag | EndTag | TextToken) -> str:
    match token:
        case TextToken():
            sound = SOUND.fullmatch(token.text)  # its name may be a field
            return f"[sound:{_attribute(sound[1])}]" if sound else escape(token.text, quote=False)
        case EndTag("pre"):
            return "</pre>"
        case StartTag("pre"):
            return "<pre>"
        case EndTag(name):
            return "</div>" if name in BLOCK_TAGS - VOID_TAGS else " " if name in {"td", "th"} else ""
        case StartTag("hr", attributes):
            return ANSWER_MARK if attributes.get("id") == "answer" else "<div></div>"
        case StartTag("br"):
            return "<br>"
        case StartTag("img", attributes) if attributes.get("src"):
            alt = f' alt="{_attribute(attributes["alt"])}"' if attributes.get("alt") else ""
            return f'<img src="{_attribute(attributes["src"])}"{alt}>'
        case StartTag(name):
            return "<div>" if name in BLOCK_TAGS else ""


def _attribute(value: str) -> str:
    """The value with its placeholders marked as those of an attribute."""
    shift = _FIRST_VALUE_IN_TAG - _FIRST_VALUE
    return escape(re.sub("[\U000f0000-\U000fffff]", lambda found: chr(ord(found[0]) + shift), value))
