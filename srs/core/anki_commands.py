r"""What Anki would obey in a field: text, as soon as a mark that nobody sees parts it.

A mark stays when Anki's editor writes the field anew, as no code for a bracket would.
"""

import re

# what is played, read aloud or given to LaTeX, wherever it stands; not all versions mind the case
_BRACKET = re.compile(r"\[(?=/?(?:sound:|anki:|latex\]|\$\$?\]))", re.IGNORECASE)
_HINT = re.compile(r"::(?=sound:|anki:|(?:latex|\$\$?)(?:\]|\}\}))", re.IGNORECASE)
_GAP = re.compile(r"\{(?=\{c\d)", re.IGNORECASE)
# of TeX, what lets MathJax load something, run a script or follow a link; it reads past <wbr>
_LOADING = ("bbox", "href", "includegraphics", "mmlToken", "style", r"require(?!\{[A-Za-z]+\})")
_TEX = re.compile(rf"\\(?:{'|'.join(_LOADING)})")
_TEX_SIGN = re.compile(rf"\\(?=[()\[\]]|(?:{'|'.join(_LOADING)}))")
_GAP_START = re.compile(r"\{\{c[\d,]+::", re.IGNORECASE)
_TAG = re.compile("<[^<>]*>")


def brackets_as_text(html: str) -> str:
    """Sounds, speech and LaTeX."""
    return _BRACKET.sub("[<wbr>", html) if "[" in html else html


def hints_as_text(html: str) -> str:
    """What a gap's hint would command: Anki shows it in brackets."""
    return _HINT.sub("::<wbr>", html) if "::" in html else html


def mathematics_as_text(html: str) -> str:
    """All of a field's, if it could load something, or if a command was made text in it: in the mathematics of a cloze,
    Anki takes the marks out again.
    """
    if "\\" in html:
        joined = _joined(html)
        if _TEX.search(joined) or len(_BRACKET.findall(joined)) > len(_BRACKET.findall(html)):
            return _TEX_SIGN.sub(r"\\<span></span>", html)
    return html


def _joined(html: str) -> str:
    """As MathJax gets it at worst: Anki takes tags and gaps out of it, and of a gap its hint, or shows that alone, in
    brackets.
    """
    *parts, last = _GAP_START.sub("\0", _TAG.sub("", html)).split("}}")
    pieces, hints = list[str](), list[str]()
    for part in parts:
        before, gap, inside = part.rpartition("\0")
        text, _, hint = inside.partition("::") if gap else (inside, "", "")
        pieces += [before, text]
        hints.append(f"[{hint}]")
    return "".join((*pieces, last, *hints)).replace("\0", "")


def gaps_as_text(html: str) -> str:
    """The signs of a gap as text: in any field of a cloze they would make a card."""
    return _GAP.sub("{<wbr>", html) if "{{" in html else html


def gaps_again(html: str) -> str:
    """What `gaps_as_text` was given."""
    return html.replace("{<wbr>{", "{{")
