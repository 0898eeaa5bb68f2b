"""Texts of a note that were changed in Anki → new values for its keys in the deck file.

A text is taken only if it comes back from here as the same HTML, so that nothing of what Anki shows is lost. Only how a
character is written does not count, nor blanks at the ends: Anki's editor writes ' where we write &#x27;.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from srs.anki.compare_texts import TheirText
from srs.anki.html_to_markup import html_to_markup
from srs.anki.notetypes import OF_ANKI, SPARE, note_type
from srs.anki.same_texts import field_values, folded_tag, have_same_tags, html_texts, same_html, trimmed
from srs.core.harmless_html import sanitize_html
from srs.core.html_text import html_to_text, visible_files
from srs.core.markup import LONGEST_TEXT
from srs.core.quoting import quoted
from srs.deckfile import dump_deck_file, parse
from srs.kinds.anki_form import Html
from srs.kinds.note import Deck, Fields, Note
from srs.kinds.registry import Kinds

HERE_ALONE = "this is changed in the deck file alone"
OTHER_HTML = "from here, Anki would get other HTML back"
_LOST = "a part of the note would get lost"
_NEVER = frozenset({"choices", "answer", "principles", "also_accepted", "answers", "category"})
"""Keys whose values Anki shows, but does not decide."""

_NO_TEXTS = frozenset({"Source", "Section", "Number", "Image", "Audio"})


class NotTaken(ValueError):
    """The message says why, of a field."""


class RefusedField(NamedTuple):
    """A field that was changed in Anki and is not taken, `Tags` for the tags; and why."""

    field: str
    why: str


class OwnNote(NamedTuple):
    """A note with what its deck file says of it: the `fields` as written there, its own `tags`, its deck and the file's path.
    `media` are the names in Anki of its pictures and sounds, by the names that it uses.
    """

    note: Note
    fields: Fields
    tags: tuple[str, ...]
    deck: Deck
    path: str
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TextChanges:
    """The new `values` by key of the deck file, None for a key that goes."""

    values: Mapping[str, Any]
    refused: tuple[RefusedField, ...]


def text_changes(own: OwnNote, theirs: TheirText, kinds: Kinds) -> TextChanges:
    """What is taken of the texts and tags that differ, field by field."""
    names = [name for name, _ in note_type(own.note).fields]
    here, there = field_values(own.note, own.media), dict(zip(theirs.names, theirs.fields, strict=False))
    hidden = names[note_type(own.note).hidden]
    taker, refused = _Taker(own, here, kinds), list[RefusedField]()
    for name in names:
        if name != hidden and there.get(name, here[name]) != here[name]:
            try:
                taker.take(name, there[name])
            except ValueError as error:
                refused.append(RefusedField(name, str(error)))
    try:
        taker.take_tags(theirs.tags)
    except ValueError as error:
        refused.append(RefusedField("Tags", str(error)))
    return TextChanges(taker.values(), tuple(refused))


class _Taker:
    """Takes field after field, each on top of those before it."""

    def __init__(self, own: OwnNote, here: Mapping[str, str], kinds: Kinds) -> None:
        self._own, self._kinds = own, kinds
        self._html = dict(here)
        self._fields, self._tags = dict(own.fields), own.tags
        self._taken = dict[str, str]()
        self._convert = TextConverter(own.media, html=own.note.html)

    def values(self) -> dict[str, Any]:
        before, after = self._own.fields, self._fields
        changed = {key: after.get(key) for key in {**before, **after} if before.get(key) != after.get(key)}
        return changed | ({"tags": list(self._tags) or None} if self._tags != self._own.tags else {})

    def take(self, name: str, html: str) -> None:
        """Raises ValueError."""
        note = self._own.note
        before, after = (html_texts(note, values) for values in (self._html, self._html | {name: html}))
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        if not keys and name in SPARE:  # it follows from others
            return
        if not keys and name not in _NO_TEXTS and not html_to_text(html).strip():
            raise NotTaken(OTHER_HTML)
        if not keys or _NEVER.intersection(keys):
            raise NotTaken(HERE_ALONE)
        written = dict(self._fields)
        for key in keys:
            own_key = "ko" if key == "gloss" and "ko" in written else key
            if key in after:
                written[own_key] = self._convert.merged(written.get(own_key), before.get(key), after[key])
            elif html or key in note.required:
                raise NotTaken(_LOST)
            else:
                del written[own_key]
        taken = self._taken | {name: html}
        changed = checked_note(self._own, written, self._tags, self._kinds)
        if note_type(changed) is not note_type(note) or not (
            note_type(note).cloze or changed.all_cards() == note.all_cards()
        ):
            raise NotTaken(_LOST)
        now = field_values(changed, self._own.media)
        if not all(same_html(now[one], text) for one, text in taken.items()):
            raise NotTaken(OTHER_HTML)
        self._fields, self._taken, self._html[name] = written, taken, html

    def take_tags(self, theirs: Sequence[str]) -> None:
        """Raises ValueError."""
        own, deck = self._own, self._own.deck
        if have_same_tags(own.note.tags, theirs):
            return
        there = {folded_tag(tag): tag for tag in theirs if tag.casefold() not in OF_ANKI}
        if lost := [tag for tag in deck.tags if folded_tag(tag) not in there and tag.casefold() not in OF_ANKI]:
            raise NotTaken(f"the whole deck file has the tag {quoted(lost[0])}")
        kept = [tag for tag in own.tags if folded_tag(tag) in there or tag.casefold() in OF_ANKI]
        known = {folded_tag(tag) for tag in (*deck.tags, *kept)}
        tags = (*kept, *(tag for folded, tag in there.items() if folded not in known))
        if not have_same_tags(checked_note(own, self._fields, tags, self._kinds).tags, theirs):
            raise NotTaken("from here, Anki would get other tags back")
        self._tags = tags


class TextConverter:
    """Makes texts of a deck file from HTML. `media` are as in `OwnNote`; `html` says that the texts are HTML there, too."""

    def __init__(self, media: Mapping[str, str], *, html: bool) -> None:
        self._names = {name: own for own, name in media.items()}
        self._html = html

    def merged(self, written: Any, before: Any, after: Any) -> Any:
        """The value with what changed from `before` to `after` (HTML), and the rest as it is `written`. Raises NotTaken."""
        if before == after and written is not None:
            return written
        match after:
            case Html():
                items = written if isinstance(written, list) and len(written) == 1 else None
                return [self.text(after)] if items else self.text(after)
            case dict() if isinstance(before, dict) and isinstance(written, dict):
                if before.keys() != after.keys():
                    raise NotTaken(_LOST)
                changed = {key: after[key] for key in after if before[key] != after[key]}
                return written | {key: self.merged(written.get(key), before[key], one) for key, one in changed.items()}
            case list():
                old = before if isinstance(before, list) else [before]
                own = written if isinstance(written, list) else [written]
                if len(own) != len(old):
                    return [self.merged(None, None, one) for one in after]
                if len(own) == len(after):
                    return [self.merged(*each) for each in zip(own, old, after, strict=True)]
                known = {html: text for html, text in zip(old, own, strict=True) if isinstance(html, Html)}
                return [known.get(one) or self.merged(None, None, one) for one in after]
            case dict():
                return {key: self.merged(None, None, one) for key, one in after.items()}
            case _:
                return after

    def text(self, html: str) -> str:
        """Raises NotTaken."""
        if len(html) > LONGEST_TEXT:
            raise NotTaken("it is too long for a text of a deck file")
        if any(name not in self._names for name in visible_files(html)):
            raise NotTaken("it has a picture or a sound that the note does not have here")
        if self._html:
            return sanitize_html(html, self._names)
        markup = html_to_markup(trimmed(html), self._names)
        if markup is None:
            raise NotTaken("it has formatting that a text here cannot have")
        return markup


def checked_note(own: OwnNote, written: Fields, tags: Sequence[str], kinds: Kinds) -> Note:
    """The note with other fields and tags. Raises NotTaken with what a check of its deck file would say."""
    deck = own.deck
    head: dict[str, Any] = {"deck": deck.name} | ({"languages": dict(deck.languages)} if deck.languages else {})
    check_note({**head, **deck.extra}, own.note.id, written, tags, own.path, kinds)
    return kinds.note(own.note.id, deck, written, tags)


def check_note(
    head: Mapping[str, Any], note_id: str, written: Fields, tags: Sequence[str], path: str, kinds: Kinds
) -> Deck:
    """The deck that the head of a file says. Raises NotTaken with what a check of that file with the note would say."""
    keys = {"id": note_id, **written} | ({"tags": list(tags)} if tags else {})
    file = parse(dump_deck_file(head, [keys]).encode("utf-8", "replace"), path, kinds, lint=False)
    for problem in file.problems:
        if problem.level == "error":
            raise NotTaken(problem.message)
    if file.deck is None or file.notes[0].fields != written or file.notes[0].tags != tuple(tags):
        raise NotTaken("a deck file cannot hold it")
    return file.deck
