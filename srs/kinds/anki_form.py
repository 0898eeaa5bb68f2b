"""How a kind of note is kept in Anki: what it writes there, and what it reads back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from srs.core.markup import markup_to_words


class Html(str):
    """A text that is HTML still."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class AnkiForm:
    """The kind's part of a note type. `fields` are its own, in order; `templates` are (name, front, back) by ordinal, with
    `$aids` (or of these `$gloss` alone) and `$more` where what all kinds share belongs, and `$remember` at the beginning of
    a script that must do the same on both sides.

    Names are fixed for ever: ids in Anki are made of them, those of fields of `family/FIELD`.
    """

    name: str
    family: str
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str, str], ...]
    cloze: bool = False


@dataclass(frozen=True, slots=True)
class NoteInAnki:
    """A note of one of our own note types, as it is in somebody's Anki.

    `values` are the fields' HTML, `templates` (name, front) by ordinal, `ordinals` those of the cards that exist.
    """

    type_name: str
    values: Mapping[str, str]
    templates: Sequence[tuple[str, str]]
    ordinals: Sequence[int]

    def html(self, field: str) -> Html:
        """Raises ValueError if nothing can be read in the field."""
        from srs.core.html_text import html_to_text  # noqa: PLC0415 - only to import from Anki

        if not html_to_text(self.values.get(field, "")).strip():
            raise ValueError(f"its field {field} is empty")
        return Html(self.values[field])


def spoken(text: str, tag: str, *, html: bool = False) -> str:
    """HTML that Anki reads aloud where a template shows it, in the language of a BCP 47 tag; empty without words. `html` says
    that the text is HTML, else it is light markup.
    """
    from html import escape  # noqa: PLC0415 - only for Anki

    from srs.core.anki_commands import escape_brackets, escape_mathjax  # noqa: PLC0415 - as above
    from srs.core.safe_text import CONTROL_CHARACTERS  # noqa: PLC0415 - as above

    if html:
        from srs.core.html_text import html_to_text  # noqa: PLC0415 - most notes have no HTML

        text = html_to_text(text)
    words = " ".join(re.sub(f"[{CONTROL_CHARACTERS}]", " ", markup_to_words(text)).split())
    language = tag.replace("-", "_")
    return f"[anki:tts lang={language}]{escape_mathjax(escape_brackets(escape(words)))}[/anki:tts]" if words else ""


def sides(package: str, file: str, **values: str) -> tuple[str, str]:
    """Front and back of a template file beside a kind's module (of `package`), with these values filled in."""
    from string import Template  # noqa: PLC0415 - only for Anki

    front, _, back = Template(template_file(package, file)).safe_substitute(values).partition("<!-- answer -->")
    return front.strip(), back.strip()


def template_file(package: str, file: str) -> str:
    """A file of the templates beside a kind's module (of `package`)."""
    from importlib import resources  # noqa: PLC0415 - only for Anki

    return (resources.files(package) / "templates" / file).read_text("utf-8")
