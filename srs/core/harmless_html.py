"""Sanitizes HTML: it shows text and pictures, and does nothing.

No scripts, handlers, forms or frames; nothing is loaded but files of the media folder.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

from srs.core.anki_commands import escape_brackets, escape_mathjax
from srs.core.html_text import html_to_text, visible_content
from srs.core.html_tokens import HIDDEN_TAGS, VOID_TAGS, escape_stray_markup
from srs.core.markup import LONGEST_TEXT, NO_MEDIA
from srs.core.safe_text import CONTROL_CHARACTERS

_TAGS = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
    "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "tt", "u", "ul", "var", "wbr",
))  # fmt: skip
_TAGS_REMOVED_WITH_CONTENT = HIDDEN_TAGS | {"math", "select"}
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
_STYLES = frozenset((
    "background-color", "color", "font-family", "font-size", "font-style", "font-variant", "font-weight",
    "text-align", "text-decoration", "vertical-align", "white-space",
))  # fmt: skip
_ACTIVE_TAGS = frozenset((
    "applet", "audio", "base", "button", "embed", "form", "iframe", "input", "link", "math", "meta", "noscript",
    "object", "portal", "script", "select", "source", "style", "svg", "template", "textarea", "track", "video",
))  # fmt: skip
_PAGE_TAG = re.compile(r"<(body|html|frame|frameset)\s", re.IGNORECASE)  # the parser takes fragments, without these
_LOADING_ATTRIBUTES = frozenset((
    "action", "background", "content", "data", "formaction", "href", "ping", "poster", "src", "srcdoc", "srcset",
    "style",
))  # fmt: skip
_SCHEMES = frozenset((
    "about", "blob", "cid", "data", "file", "filesystem", "ftp", "http", "https", "javascript", "mailto", "tel",
    "vbscript", "view-source", "ws", "wss",
))  # fmt: skip
_LOADING_STYLE = re.compile(r"url|\\|image-set|src\(", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto):|[^:]*(?:$|[/?#])", re.IGNORECASE)
_TRIMMED = "".join(map(chr, range(33)))  # browsers ignore these around an address
_NOT_A_FILE_NAME = re.compile(r"[\x00-\x1f\x7f:\\]|^/|\.\.")
_SOUND = re.compile(r"\[sound:([^][<>]{0,500})\]")
_SOUND_START = re.compile(r"\[sound:([^]]{0,60})")
_IMAGE = re.compile(r'(<img\b(?:[^">]|"[^"]*")*?\ssrc=")([^"]*)(")')
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)""")
_DEEPEST = 200
_MOST_ATTRIBUTES = 1_000  # of a tag, at most: the words between its name and its end
_CONTROLS = re.compile(f"[{CONTROL_CHARACTERS}\ufdd0-\ufdd2]")
_BRACES = re.compile(r"&(?:#0{0,5}(123|125)|#x0{0,5}(7b|7d)|(lcub|rcub|lbrace|rbrace));", re.IGNORECASE)
# noncharacters that stand for these until the end
_LEFT_BRACE, _RIGHT_BRACE, _SAFE_SOUND = "\ufdd0", "\ufdd1", "\ufdd2"


def sanitize_html(html: str, media: Mapping[str, str] = NO_MEDIA) -> str:
    """The HTML without what could do harm; `media` maps the files that it shows and plays to their new names.

    HTML that is nested too deep or too long for a card is reduced to its text.
    """
    html = _CONTROLS.sub("", html)
    if "<" in html or "&" in html:
        # the sanitizer would write references to braces as braces, and two of these may begin a cloze
        html = escape_stray_markup(_BRACES.sub(_mark_brace, html))
        if _is_cheap(html):
            html = _cleaner().clean(html)
        else:
            html = escape(html_to_text(html[:LONGEST_TEXT])).replace("\n", "<br>")
        html = html.replace(_LEFT_BRACE, "&#123;").replace(_RIGHT_BRACE, "&#125;")
    html = _SOUND.sub(lambda found: _rename_sound(found[1], media), html)
    html = escape_mathjax(escape_brackets(html)).replace(_SAFE_SOUND, "[sound:")
    return _IMAGE.sub(lambda found: f"{found[1]}{_rename_image(found[2], media)}{found[3]}", html) if media else html


def removed_parts(html: str) -> Iterator[str]:
    """What `sanitize_html` removes that would run or load something, in words, each once; without the files that
    `visible_content` names.
    """
    html = _CONTROLS.sub("", html)
    if not _is_cheap(html):
        yield "markup that is too long or nested too deep"
        return
    attributes = list[str]()
    files = set(visible_content(html).files)

    def note(tag: str, attribute: str, value: str) -> str:
        loads = attribute in _LOADING_ATTRIBUTES or attribute.startswith("on")
        if loads and value not in files and not _is_allowed(tag, attribute, value):
            attributes.append(f"{attribute}={value[:60]!r} of <{tag}>")
        return value

    everything = _permissive_cleaner(note).clean(html)
    tags = [tag[1].lower() for tag in _PAGE_TAG.finditer(html)]
    tags += [tag[2] for tag in _TAG.finditer(everything) if tag[2] in _ACTIVE_TAGS and not tag[1]]
    sounds = [
        sound[0]
        for sound in _SOUND_START.finditer(_cleaner().clean(html))
        if sound[1] not in files and _leaves_folder(sound[1])
    ]
    yield from dict.fromkeys([*(f"<{tag}>" for tag in tags), *attributes, *sounds])


def _permissive_cleaner(note: Callable[[str, str, str], str]) -> Any:
    """The same parser, but it removes nothing, and calls `note` with every attribute."""
    import nh3  # noqa: PLC0415 - only for notes that are HTML

    return nh3.Cleaner(
        tags=set(_ACTIVE_TAGS | _TAGS),
        clean_content_tags=set(),
        attributes={},
        generic_attribute_prefixes={""},
        attribute_filter=note,
        url_schemes=set(_SCHEMES),
        link_rel=None,
    )


def _is_allowed(tag: str, attribute: str, value: str) -> bool:
    if attribute == "style":
        return _LOADING_STYLE.search(value) is None
    if attribute not in _ATTRIBUTES.get(tag, ()):
        return False
    return not _leaves_folder(value) if attribute == "src" else _LINK.match(value.strip(_TRIMMED)) is not None


def _mark_brace(found: re.Match[str]) -> str:
    code = (found[1] or found[2] or found[3]).lower()
    return _LEFT_BRACE if code in {"123", "7b", "lcub", "lbrace"} else _RIGHT_BRACE


def find_media_name(media: Mapping[str, str], written: str) -> str | None:
    """The new name of a file, which may be written percent-encoded."""
    return media.get(written) or media.get(unquote(written))


def _rename_image(written: str, media: Mapping[str, str]) -> str:
    name = find_media_name(media, unescape(written))
    return written if name is None else escape(name)


def _rename_sound(written: str, media: Mapping[str, str]) -> str:
    """Anki's player opens addresses as well as files, so only file names are kept."""
    name = find_media_name(media, unescape(written))
    if name is not None:
        return f"{_SAFE_SOUND}{escape(name)}]"
    return "" if _leaves_folder(unescape(written)) else f"{_SAFE_SOUND}{written}]"


def _leaves_folder(name: str) -> bool:
    """Whether it is anything but the name of a file in this folder or below, as written or percent-encoded."""
    return any(_NOT_A_FILE_NAME.search(spelling.strip(_TRIMMED)) for spelling in (name, unquote(name)))


def _is_cheap(html: str) -> bool:
    """Whether it is short and flat enough: sanitizing takes quadratic time in the depth, and in a tag's attributes."""
    if len(html) > LONGEST_TEXT:
        return False
    opened = Counter[str]()  # an end tag closes only what is open
    depth = 0
    for found in _TAG.finditer(html):
        slash, name, attributes = found[1], found[2].lower(), found[3]
        if slash:
            depth -= opened[name] > 0
            opened[name] = max(opened[name] - 1, 0)
        elif name not in VOID_TAGS:
            depth += 1
            opened[name] += 1
        if depth > _DEEPEST or attributes.count("=") > _MOST_ATTRIBUTES or len(attributes.split()) > _MOST_ATTRIBUTES:
            return False
    return True


@cache
def _cleaner() -> Any:
    import nh3  # noqa: PLC0415 - only for notes that are HTML

    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=set(_TAGS_REMOVED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        url_schemes={"http", "https", "mailto"},
        filter_style_properties=set(_STYLES),
        link_rel="noopener noreferrer",
    )


def _filter_attribute(_tag: str, attribute: str, value: str) -> str | None:
    """Pictures come from the folder alone; Anki obeys its commands in attributes too."""
    if (attribute == "src" and _leaves_folder(value)) or (attribute == "style" and _LOADING_STYLE.search(value)):
        return None
    return escape_brackets(value).replace("[<wbr>", "(")
