"""HTML that anybody may have written → HTML that shows text and pictures, and does nothing.

No scripts, no handlers, no forms, no frames; nothing is loaded but files of Anki's own media folder.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from html import escape, unescape
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from srs.anki.html import inert
from srs.hypertext import plain, tamed

NO_MEDIA: Mapping[str, str] = MappingProxyType({})

_TAGS = (
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption"
    " figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub"
    " summary sup table tbody td tfoot th thead tr tt u ul var wbr"
)
_GONE = "iframe math noscript object script select style svg template textarea title"  # with all that is in them
_ATTRIBUTES = {
    "*": {"align", "dir", "lang", "style", "title"},
    "a": {"href"},
    "col": {"span", "width"},
    "font": {"color", "face", "size"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan", "valign"},
    "th": {"colspan", "rowspan", "valign"},
}
_STYLES = (
    "background-color color font-family font-size font-style font-variant font-weight text-align text-decoration"
    " vertical-align white-space"
)
_AROUND = "".join(map(chr, range(33)))  # browsers look past these around an address
_NO_NAME = re.compile(r"[\x00-\x1f\x7f:\\]|^/|\.\.")
_SOUND = re.compile(r"\[sound:([^][<>]{0,500})\]")
_IMAGE = re.compile(r'(<img\b(?:[^">]|"[^"]*")*?\ssrc=")([^"]*)(")')
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)""")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_DEEPEST = 200
_MOST_ATTRIBUTES = 1_000  # of a tag, at the most: the words between its name and its end
_LONGEST = 200_000
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdd2]")
_BRACES = re.compile(r"&(?:#0{0,5}(123|125)|#x0{0,5}(7b|7d)|(lcub|rcub|lbrace|rbrace));", re.IGNORECASE)


def harmless(html: str, media: Mapping[str, str] = NO_MEDIA) -> str:
    """The HTML without what could do harm; `media` gives the files that it shows and plays their new names.

    What is nested beyond reason, or too long to be a card's text, is reduced to its words.
    """
    html = _CONTROLS.sub("", html)
    if "<" in html or "&" in html:
        html = tamed(_BRACES.sub(_brace, html))  # they would come out bare, and two of them may make a gap
        html = _cleaner().clean(html) if _sane(html) else escape(plain(html[:_LONGEST])).replace("\n", "<br>")
        html = html.replace("\ufdd0", "&#123;").replace("\ufdd1", "&#125;")
    html = inert(_SOUND.sub(lambda found: _sound(found[1], media), html)).replace("\ufdd2", "[sound:")
    return _IMAGE.sub(lambda found: f"{found[1]}{_renamed(found[2], media)}{found[3]}", html) if media else html


def _brace(found: re.Match[str]) -> str:
    code = (found[1] or found[2] or found[3]).lower()
    return "\ufdd0" if code in {"123", "7b", "lcub", "lbrace"} else "\ufdd1"


def name_in(media: Mapping[str, str], written: str) -> str | None:
    """The new name of a file that a text calls so, as it is or percent-encoded."""
    return media.get(written) or media.get(unquote(written))


def _renamed(written: str, media: Mapping[str, str]) -> str:
    name = name_in(media, unescape(written))
    return written if name is None else escape(name)


def _sound(written: str, media: Mapping[str, str]) -> str:
    """A player takes addresses as well as files, so only names are left to it, marked for `harmless`."""
    known = name_in(media, unescape(written))
    if known is not None:
        return f"\ufdd2{escape(known)}]"
    return "" if _leaves(unescape(written)) else f"\ufdd2{written}]"


def _leaves(name: str) -> bool:
    """Whether it is more than the name of a file in this folder or below, as it stands or percent-encoded."""
    return any(_NO_NAME.search(one.strip(_AROUND)) for one in (name, unquote(name)))


def _sane(html: str) -> bool:
    """The time that sanitising takes grows with the square of the depth, and of a tag's attributes."""
    if len(html) > _LONGEST:
        return False
    opened = Counter[str]()  # an end closes only what is open
    depth = 0
    for found in _TAG.finditer(html):
        name = found[2].lower()
        if found[1]:
            depth -= opened[name] > 0
            opened[name] = max(opened[name] - 1, 0)
        elif name not in _VOID:
            depth += 1
            opened[name] += 1
            if depth > _DEEPEST:
                return False
        if found[3].count("=") > _MOST_ATTRIBUTES or len(found[3].split()) > _MOST_ATTRIBUTES:
            return False
    return True


@cache
def _cleaner() -> Any:
    import nh3  # noqa: PLC0415 - only for notes that are HTML

    return nh3.Cleaner(
        tags=set(_TAGS.split()),
        clean_content_tags=set(_GONE.split()),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        filter_style_properties=set(_STYLES.split()),
        link_rel="noopener noreferrer",
    )


def _attribute(_tag: str, attribute: str, value: str) -> str | None:
    """Pictures come from the folder alone; Anki obeys its commands within attributes as well."""
    if (attribute == "src" and _leaves(value)) or (attribute == "style" and "url" in value.lower()):
        return None
    return inert(value).replace("[<wbr>", "(")
