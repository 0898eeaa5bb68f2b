"""Question and answer of the cards of somebody's note, without the look of their templates."""

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import Any

from srs.anki.draw_cloze import draw_gaps, gap_numbers
from srs.anki.hidden_elements import hiding_rules, without_closed_details, without_hidden
from srs.anki.media_elements import files_of_elements
from srs.anki.read_aloud import SILENT, Heard, speech, spoken, spoken_words, with_speech_shown, without_speech
from srs.anki.read_notes import ImportedNote, ImportedNoteType, ImportedTemplate
from srs.anki.template import ANSWER_MARK, FRONT_MARK, RenderedSide, filter_name, render
from srs.core.html_text import VisibleContent, visible_content
from srs.core.html_tokens import BLOCK_TAGS, VOID_TAGS, EndTag, StartTag, TextToken, Token, visible_tokens
from srs.kinds.anki_form import Html

CARD_SECTION = re.compile(r"c(\d{1,9})")
"""The name of a section that only one card of a cloze shows."""

_PLACE_MARKS = {"Tags": "\U0010fff4", "Deck": "\U0010fff5", "Subdeck": "\U0010fff6", "CardFlag": "", "CardID": ""}
"""What stands for the fields that say where the card is, which are no words of it."""
_PLACE_NAMES = {mark: name for name, mark in _PLACE_MARKS.items()}
_PLACE = re.compile("[\U0010fff4-\U0010fff6]")

_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_BEGINS_WITH_TEXT = re.compile(r"(?:\s|<div>)*+[^\s<&\[]")  # as nearly every side does
_ENDS_WORDS = BLOCK_TAGS | {"br", "img", "td", "th"}
_READING = re.compile(r" ?(?<![^ \[\]<>])([^ \[\]<>]++)\[(?!sound:)([^\[\]\n]++)\]")
_OF_READING = {"furigana": r"<ruby>\1<rt>\2</rt></ruby>", "kana": r"\2", "kanji": r"\1"}


class CardRenderer:
    """Fills the templates of a note type with the fields of a note.

    What `{{hint:…}}` hides becomes the note's hint if the note has one card. Otherwise it could tell too much on another
    card, so it comes with the answer of its own card. `losses` say what the cards do in Anki and not here, `heard` what it
    reads aloud of each.
    """

    def __init__(self, note: ImportedNote, kind: ImportedNoteType) -> None:
        self.losses: list[str] = []
        self._hints: list[str] = []
        self.heard: list[Heard] = []
        self._fields = note.values
        self._css = kind.css
        self._is_cloze = kind.is_cloze
        self._has_one_card = len(note.cards) == 1
        deck = note.cards[0][1]
        self._special = {
            "Tags": escape(" ".join(note.tags), quote=False),
            "Type": escape(kind.name, quote=False),
            "Deck": escape(deck, quote=False),
            "Subdeck": escape(deck.rpartition("::")[2], quote=False),
            "CardFlag": "flag0",
            "CardID": "0",
        }

    def hint(self, *, always: bool = False) -> dict[str, Html]:
        """The note's hint, if it has one; `always` if all cards have the same."""
        hint = "<br>".join(dict.fromkeys(self._hints)) if self._has_one_card or always else ""
        return {} if is_blank(hint) else {"hint": Html(hint)}

    def card(self, template: ImportedTemplate, number: int) -> tuple[str, str]:
        """The question, and the answer without what repeats the question. An answer that the templates hide is shown: a
        script shows it in Anki. Raises ValueError.
        """
        front, back = self._card(template, number)
        if is_blank(back):
            self.heard.pop()
            back = self._card(template, number, with_hidden=True)[1]
        return front, back

    def _card(self, template: ImportedTemplate, number: int, *, with_hidden: bool = False) -> tuple[str, str]:
        self._hints = []
        side = self.side(template, template.question, number, is_question=True).fill()
        asked = self._without_place(side)
        front = self._closed(without_speech(asked))
        if is_blank(front):  # it may only be read aloud
            front = with_speech_shown(asked)
            self.losses += [] if is_blank(front) else ["Anki only reads its question aloud, srs shows it too"]
        if is_blank(front):
            front = with_speech_shown(self._with_place(side))
        answer = self.side(template, template.answer, number, with_hidden=with_hidden)
        before, line, after = answer.html.partition(ANSWER_MARK)
        if not line:
            before, line, after = answer.html.rpartition(FRONT_MARK)
        filled = self._without_place(RenderedSide(after, answer.values).fill())
        back, lead = without_speech(filled), ""
        if before.strip(f"{FRONT_MARK} \n"):
            filled_lead = self._without_place(RenderedSide(before, answer.values).fill())
            lead = without_speech(filled_lead)
            filled = f"{filled_lead}{filled}"
            if words(lead) not in words(front):
                back = f"{lead}<div></div>{back}"
        if not line and words(back).startswith(words(front)):
            back = without_first(front, back)
        hints = () if self._has_one_card else dict.fromkeys(self._hints)
        said = words(back) if hints else ""
        for hint in hints:
            if (more := words(hint)) not in said:
                back += f"<div></div>{hint}"
                said += f" {more}"
        is_read = "[anki:tts" in asked or "[anki:tts" in filled
        self.heard.append(Heard(spoken_words(front), spoken(asked), spoken(filled)) if is_read else SILENT)
        return front, back

    def text(self, template: ImportedTemplate, html: str, number: int, **how: Any) -> str:
        """As of `side`, without what is read aloud. Raises ValueError."""
        self._hints = []
        text = without_speech(self._without_place(self.side(template, html, number, **how).fill()))
        return self._closed(text) if how.get("is_question") else text

    def _without_place(self, html: str) -> str:
        """Tags and decks may change, and srs shows them beside the card."""
        if not _PLACE.search(html):
            return html
        self.losses.append("its cards show tags or decks, which are left out")
        return _PLACE.sub("", html)

    def _with_place(self, html: str) -> str:
        return _PLACE.sub(lambda found: self._special[_PLACE_NAMES[found[0]]], html)

    def _closed(self, question: str) -> str:
        """The question without what it shows only when an element is opened: that is a hint."""
        shown, hidden = without_closed_details(question)
        if is_blank(shown):
            return question
        self._hints += hidden
        return shown

    def side(
        self,
        template: ImportedTemplate,
        html: str,
        number: int,
        *,
        is_question: bool = False,
        with_hidden: bool = False,
        cloze: Callable[[str], str] | None = None,
    ) -> RenderedSide:
        """As the card of that number shows it, with the gaps of a cloze drawn; or its text as `cloze` makes it.
        Raises ValueError.
        """
        if _SCRIPT.search(html):
            self.losses.append("the scripts of its note type are not run")

        def field(name: str) -> str | None:
            if self._is_cloze and (section := CARD_SECTION.fullmatch(name)):
                return "1" if int(section[1]) == number else None
            return template.name if name == "Card" else self._fields.get(name, self._special.get(name))

        def draw(html: str, *, only: bool) -> str:
            if cloze is None:
                return draw_gaps(html, number, hide=is_question, only=only)
            return cloze(html) if number in gap_numbers(html) else ""

        def value(field_name: str, filters: tuple[str, ...]) -> str:
            html = field(field_name) or ""
            if field_name in _PLACE_MARKS and field_name not in self._fields:
                html = _PLACE_MARKS[field_name] if html else ""
            names = list(map(filter_name, filters))
            for name, written in zip(reversed(names), reversed(filters), strict=True):
                if name == "type" and is_question:
                    return ""
                if name == "tts" and written != name:  # without a language it is shown
                    html = speech(written.removeprefix("tts").strip(), html)
                    continue
                if name == "hint" and is_question:
                    self._hints.append(html)
                    return ""
                if name in {"cloze", "cloze-only"}:
                    html = draw(html, only=name == "cloze-only" or "type" in names)
                else:
                    html = filtered(name, html)
            html = files_of_elements(html)
            return html if with_hidden else without_hidden(html, hiding_rules(self._css))

        return render(html, field, value, None if with_hidden else self._css, with_details=is_question)


def without_first(front: str, back: str) -> str:
    """The back without the words of the front that it begins with, in whatever elements they stand; the whole back where it
    does not begin with these, or where a word goes on.
    """
    asked = "".join(map(_letters, visible_tokens(front)))
    at, rest, opened = 0, "", list[StartTag]()  # the elements that go on after these words
    tokens = visible_tokens(back)
    for token in tokens:
        letters = _letters(token)
        if at + len(letters) > len(asked):
            rest = _after(token.text, len(asked) - at) if isinstance(token, TextToken) else ""
        if not asked.startswith(letters.removesuffix("".join(rest.split())), at) or (rest and not rest[0].isspace()):
            return back
        at += len(letters)
        if at >= len(asked) and _ends_word(token, rest):
            break
        _note_open(opened, token)
    else:
        return ""
    rest = escape(rest, quote=False) if isinstance(token, TextToken) else token.source
    following = "".join(token.source for token in tokens if token != EndTag("br"))
    return "".join(tag.source for tag in opened) + rest + following


def _ends_word(token: Token, rest: str) -> bool:
    if isinstance(token, TextToken):
        return bool(rest) or token.text[-1:].isspace()
    return token.name in _ENDS_WORDS


def _note_open(opened: list[StartTag], token: Token) -> None:
    """Of the elements within a line."""
    if isinstance(token, StartTag) and token.name not in _ENDS_WORDS | VOID_TAGS:
        opened.append(token)
    elif isinstance(token, EndTag) and opened and opened[-1].name == token.name:
        opened.pop()


def _letters(token: Token) -> str:
    """The text without blanks, or the picture."""
    if isinstance(token, TextToken):
        return "".join(token.text.split())
    picture = token.attributes.get("src", "") if isinstance(token, StartTag) and token.name == "img" else ""
    return f"<{picture}>" if picture else ""


def _after(text: str, letters: int) -> str:
    """What follows so many letters of the text."""
    for at, letter in enumerate(text):
        if letters == 0:
            return text[at:]
        letters -= not letter.isspace()
    return ""


def filtered(name: str, html: str) -> str:
    """The HTML after one of Anki's filters; those of add-ons change nothing."""
    match name:
        case "text":
            texts = (token.text for token in visible_tokens(html) if isinstance(token, TextToken))
            return escape("".join(texts), quote=False)
        case "furigana" | "kana" | "kanji":
            return _READING.sub(_OF_READING[name], html.replace("&nbsp;", " "))
        case _:
            return html


@lru_cache(64)
def _visible(html: str) -> VisibleContent:
    """Cached: the texts of a note recur on each card, on both sides."""
    return visible_content(html)


def words(html: str) -> str:
    return " ".join(_visible(html).text.split())


def is_blank(html: str) -> bool:
    if _BEGINS_WITH_TEXT.match(html):
        return False
    content = _visible(html)
    return not content.files and not content.text.strip()
