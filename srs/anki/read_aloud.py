"""What Anki reads aloud of a card: `{{tts en_US:FIELD}}` of a template, or `[anki:tts lang=en_US]…[/anki:tts]`."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from srs.core.html_text import visible_content

# possessive, and what has no end goes on to the end, so that none is looked for twice
_SPEECH = re.compile(r"\[anki:tts\b([^\[\]]*+)\]((?:(?!\[/anki:tts\]).)*+)(\[/anki:tts\])?+", re.DOTALL)
_FILE = re.compile(r"!\[[^][]*\]\(<[^<>]*>\)")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[_-]([A-Za-z]{2,4}))?")  # as Anki writes it, such as en_US
_UNKNOWN = ("und", "und")  # the code of the language that nobody knows


class Heard(NamedTuple):
    """The words of a question, and the (language, words) that are read aloud with it and with its answer."""

    asked: str
    question: Sequence[tuple[str, str]]
    answer: Sequence[tuple[str, str]]


SILENT = Heard("", (), ())


def speech(options: str, html: str) -> str:
    """The HTML as Anki reads it aloud; `options` are those of the filter `tts`."""
    language, _, others = options.partition(" ")
    return f"[anki:tts lang={language} {others}]{html}[/anki:tts]"


def without_speech(html: str) -> str:
    """The HTML without what is read aloud."""
    return _SPEECH.sub(lambda found: "" if found[3] else found[0], html)


def with_speech_shown(html: str) -> str:
    """The HTML with what is read aloud as text."""
    return _SPEECH.sub(lambda found: found[2] if found[3] else found[0], html)


def only_speech(html: str) -> str:
    """Nothing but what is read aloud."""
    return "".join(found[0] for found in _SPEECH.finditer(html) if found[3])


def spoken(html: str) -> list[tuple[str, str]]:
    """The (language, words) that are read aloud; the language is empty if it is not said."""
    said = []
    for found in _SPEECH.finditer(html):
        if found[3] and (text := spoken_words(found[2])):
            language = re.search(r"\blang=(\S*)", found[1])
            said.append((language[1] if language else "", text))
    return said


def spoken_words(html: str) -> str:
    """The words without pictures and sounds."""
    return " ".join(_FILE.sub(" ", visible_content(html).text).split())


def file_languages(heard: Heard) -> tuple[tuple[str, str], ...]:
    """(code, BCP 47 tag) of the learner's own language and that of the question, with which a deck file has Anki read the same
    aloud; empty if none does. The learner's own is that of the answer, if this is read aloud, else it is not known.
    """
    if len(heard.question) != 1 or heard.question[0][1] != heard.asked:
        return ()
    found = [_LANGUAGE.fullmatch(language) for language, _ in (*heard.question, *heard.answer)]
    foreign, *others = [(one[1], "-".join(filter(None, one.groups()))) if one else ("", "") for one in found]
    own = next((other for other in others if other[0] not in {"", foreign[0]}), _UNKNOWN)
    return (own, foreign) if foreign[0] and foreign[0] != own[0] else ()
