r"""Escapes what Anki would obey in a field (sounds, speech, LaTeX, clozes) with an invisible tag in the middle.

A character reference would not do: Anki's editor replaces it when it saves the field.
"""

import re

# played, read aloud or given to LaTeX anywhere in a field; some versions ignore case
_BRACKET = re.compile(r"\[(?=/?(?:sound:|anki:|latex\]|\$\$?\]))", re.IGNORECASE)
_HINT = re.compile(r"::(?=sound:|anki:|(?:latex|\$\$?)(?:\]|\}\}))", re.IGNORECASE)
_CLOZE = re.compile(r"\{(?=\{c\d)", re.IGNORECASE)
# TeX that lets MathJax load something, run a script or follow a link; MathJax ignores <wbr>
_LOADING = ("bbox", "href", "includegraphics", "mmlToken", "style", r"require(?!\{[A-Za-z]+\})")
_TEX = re.compile(rf"\\(?:{'|'.join(_LOADING)})")
_TEX_SIGN = re.compile(rf"\\(?=[()\[\]]|(?:{'|'.join(_LOADING)}))")
_CLOZE_START = re.compile(r"\{\{c[\d,]+::", re.IGNORECASE)
_TAG = re.compile("<[^<>]*>")


def escape_brackets(html: str) -> str:
    """The HTML with sounds, speech and LaTeX as text."""
    return _BRACKET.sub("[<wbr>", html) if "[" in html else html


def escape_hints(html: str) -> str:
    """The HTML with commands in the hints of clozes as text; Anki shows a hint in brackets."""
    return _HINT.sub("::<wbr>", html) if "::" in html else html


def escape_mathjax(html: str) -> str:
    """The HTML with all mathematics as text, if some of it could load something or would undo `escape_brackets`: Anki
    removes tags from the mathematics of a cloze.
    """
    if "\\" in html:
        seen = _seen_by_mathjax(html)
        if _TEX.search(seen) or len(_BRACKET.findall(seen)) > len(_BRACKET.findall(html)):
            return _TEX_SIGN.sub(r"\\<span></span>", html)
    return html


def _seen_by_mathjax(html: str) -> str:
    """The most that MathJax may get: Anki removes tags and clozes, and shows either a cloze's text or its hint in
    brackets.
    """
    *parts, last = _CLOZE_START.sub("\0", _TAG.sub("", html)).split("}}")
    pieces, hints = list[str](), list[str]()
    for part in parts:
        before, cloze, inside = part.rpartition("\0")
        text, _, hint = inside.partition("::") if cloze else (inside, "", "")
        pieces += [before, text]
        hints.append(f"[{hint}]")
    return "".join((*pieces, last, *hints)).replace("\0", "")


def escape_clozes(html: str) -> str:
    """The HTML with the signs of a cloze as text; in any field of a cloze note they would make a card."""
    return _CLOZE.sub("{<wbr>", html) if "{{" in html else html


def unescape_clozes(html: str) -> str:
    """What `escape_clozes` was given."""
    return html.replace("{<wbr>{", "{{")
