"""HTML that anybody may have written → HTML that shows text and pictures, and does nothing.

No scripts, no handlers, no forms, no frames; nothing is loaded but files of Anki's own media folder.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from html import escape, unescape
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from srs.core.anki_commands import brackets_as_text, mathematics_as_text
from srs.core.html_text import plain, shown
from srs.core.html_tokens import HIDDEN_TAGS, VOID_TAGS, escape_stray_markup

NO_MEDIA: Mapping[str, str] = MappingProxyType({})

_TAGS = (
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption"
    " figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub"
    " summary sup table tbody td tfoot th thead tr tt u ul var wbr"
)
_GONE = HIDDEN_TAGS | {"math", "select"}  # with all that is in them
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
_ACTIVE = (
    "applet audio base button embed form iframe input link math meta noscript object portal script select"
    " source style svg template textarea track video"
)
_OUTER = re.compile(r"<(body|html|frame|frameset)\s", re.IGNORECASE)  # the parser takes a part of a page, without these
_LOADING = "action background content data formaction href ping poster src srcdoc srcset style"
_SCHEMES = "about blob cid data file filesystem ftp http https javascript mailto tel vbscript view-source ws wss"
_FETCHING = re.compile(r"url|\\|image-set|src\(", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto):|[^:]*(?:$|[/?#])", re.IGNORECASE)
_AROUND = "".join(map(chr, range(33)))  # browsers look past these around an address
_NO_NAME = re.compile(r"[\x00-\x1f\x7f:\\]|^/|\.\.")
_SOUND = re.compile(r"\[sound:([^][<>]{0,500})\]")
_SOUND_LIKE = re.compile(r"\[sound:([^]]{0,60})")
_IMAGE = re.compile(r'(<img\b(?:[^">]|"[^"]*")*?\ssrc=")([^"]*)(")')
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)""")
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
        html = escape_stray_markup(
            _BRACES.sub(_brace, html)
        )  # they would come out bare, and two of them may make a gap
        html = _cleaner().clean(html) if _sane(html) else escape(plain(html[:_LONGEST])).replace("\n", "<br>")
        html = html.replace("\ufdd0", "&#123;").replace("\ufdd1", "&#125;")
    html = _SOUND.sub(lambda found: _sound(found[1], media), html)
    html = mathematics_as_text(brackets_as_text(html)).replace("\ufdd2", "[sound:")
    return _IMAGE.sub(lambda found: f"{found[1]}{_renamed(found[2], media)}{found[3]}", html) if media else html


def left_out(html: str) -> Iterator[str]:
    """What `harmless` takes away of that which would run or load something, in some words, each once; not the files that
    `shown` names.
    """
    html = _CONTROLS.sub("", html)
    if not _sane(html):
        yield "markup that is too long or nested too deep"
        return
    found, active, loading = list[str](), set(_ACTIVE.split()), set(_LOADING.split())
    named = set(shown(html).files)

    def note(tag: str, attribute: str, value: str) -> str:
        if (
            (attribute in loading or attribute.startswith("on"))
            and value not in named
            and not _kept(tag, attribute, value)
        ):
            found.append(f"{attribute}={value[:60]!r} of <{tag}>")
        return value

    everything = _everything(active, note).clean(html)
    tags = [tag[1].lower() for tag in _OUTER.finditer(html)]
    tags += [tag[2] for tag in _TAG.finditer(everything) if tag[2] in active and not tag[1]]
    sounds = [one[0] for one in _SOUND_LIKE.finditer(_cleaner().clean(html)) if one[1] not in named and _leaves(one[1])]
    yield from dict.fromkeys([*(f"<{tag}>" for tag in tags), *found, *sounds])


def _everything(active: set[str], note: Callable[[str, str, str], str]) -> Any:
    """The same parser, but nothing is taken away, and every attribute is shown to `note`."""
    import nh3  # noqa: PLC0415 - only for notes that are HTML

    return nh3.Cleaner(
        tags=active | set(_TAGS.split()),
        clean_content_tags=set(),
        attributes={},
        generic_attribute_prefixes={""},
        attribute_filter=note,
        url_schemes=set(_SCHEMES.split()),
        link_rel=None,
    )


def _kept(tag: str, attribute: str, value: str) -> bool:
    if attribute == "style":
        return _FETCHING.search(value) is None  # all else only says how it looks
    if attribute not in _ATTRIBUTES.get(tag, ()):
        return False
    return not _leaves(value) if attribute == "src" else _LINK.match(value.strip(_AROUND)) is not None


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
        elif name not in VOID_TAGS:
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
        clean_content_tags=set(_GONE),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        filter_style_properties=set(_STYLES.split()),
        link_rel="noopener noreferrer",
    )


def _attribute(_tag: str, attribute: str, value: str) -> str | None:
    """Pictures come from the folder alone; Anki obeys its commands within attributes as well."""
    if (attribute == "src" and _leaves(value)) or (attribute == "style" and _FETCHING.search(value)):
        return None
    return brackets_as_text(value).replace("[<wbr>", "(")
