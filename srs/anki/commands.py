r"""What Anki would obey in a field: text, as soon as a mark that nobody sees parts it.

A mark stays when Anki's editor writes the field anew, as no code for a bracket would.
"""

import re

# what is played, read aloud or given to LaTeX, wherever it stands; not all versions mind the case
_BRACKET = re.compile(r"\[(?=/?(?:sound:|anki:|latex\]|\$\$?\]))", re.IGNORECASE)
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


def mathematics_as_text(html: str) -> str:
    """All of a field's, if it could load something."""
    return _TEX_SIGN.sub(r"\\<span></span>", html) if "\\" in html and _TEX.search(_joined(html)) else html


def _joined(html: str) -> str:
    """As MathJax gets it at worst: Anki takes tags and gaps out of it, and of a gap its hint."""
    *parts, last = _GAP_START.sub("\0", _TAG.sub("", html)).split("}}")
    pieces = []
    for part in parts:
        before, gap, inside = part.rpartition("\0")
        pieces += [before, inside.partition("::")[0] if gap else inside]
    return "".join((*pieces, last)).replace("\0", "")


def gaps_as_text(html: str) -> str:
    """The signs of a gap as text: in any field of a cloze they would make a card."""
    return _GAP.sub("{<wbr>", html) if "{{" in html else html


def gaps_again(html: str) -> str:
    """What `gaps_as_text` was given."""
    return html.replace("{<wbr>{", "{{")
