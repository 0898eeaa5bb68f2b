"""How a kind of note is kept in Anki: what it writes there, and what it reads back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class Html(str):
    """A text that is HTML still."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class AnkiForm:
    """The kind's part of a note type. `fields` are its own, in order; `templates` are (name, front, back) by ordinal, with
    `$aids` and `$more` where what all kinds share belongs.

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


def sides(package: str, file: str, **values: str) -> tuple[str, str]:
    """Front and back of a template file beside a kind's module (of `package`), with these values filled in."""
    from importlib import resources  # noqa: PLC0415 - only for Anki
    from string import Template  # noqa: PLC0415 - as above

    text = (resources.files(package) / "templates" / file).read_text("utf-8")
    front, _, back = Template(text).safe_substitute(values).partition("<!-- answer -->")
    return front.strip(), back.strip()
