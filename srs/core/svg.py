"""Finds what an SVG file holds beyond a drawing.

In a browser an SVG can run scripts, show whole pages and load addresses. So only elements that draw are allowed, and
references within the file. Links are allowed: nothing follows them without a click.
"""

import re
from collections.abc import Sequence
from xml.parsers import expat

LARGEST = 10_000_000
"""Bytes; a phone would take long to show more."""

_SVG, _XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"
_XLINK, _XML = "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace"
_METADATA_NAMESPACES = (  # written by drawing programs, ignored by browsers
    "http://creativecommons.org/ns#",
    "http://ns.adobe.com/",
    "http://purl.org/dc/",
    "http://schemas.microsoft.com/visio/",
    "http://sodipodi.sourceforge.net/DTD/",
    "http://web.resource.org/cc/",
    "http://www.bohemiancoding.com/sketch/ns",
    "http://www.inkscape.org/namespaces/",
    "http://www.serif.com/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://xml.openoffice.org/svg/",
)
# no animation: it could change the target of a link
_SVG_TAGS = (
    "a circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix"
    " feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR"
    " feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile"
    " feTurbulence filter flowPara flowRegion flowRoot flowSpan foreignObject g image line linearGradient marker mask"
    " metadata path pattern polygon polyline radialGradient rect stop style svg switch symbol text textPath title tspan"
    " use view"
)
# labels of diagrams are often HTML in `foreignObject`
_HTML_TAGS = (
    "a b blockquote body br center code div em font h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strike strong sub sup"
    " table tbody td th thead tr tt u ul"
)
_HTML_ATTRIBUTES = frozenset((
    "align", "class", "color", "colspan", "dir", "face", "height", "href", "id", "lang", "rel", "rowspan", "size",
    "style", "target", "title", "valign", "width",
))  # fmt: skip
_ELEMENTS = {_SVG: frozenset(_SVG_TAGS.split()), _XHTML: frozenset(_HTML_TAGS.split())}
_NO_CSS = frozenset({"class", "content", "d", "id"})  # never a style; draw.io keeps its source in `content`

_LINK = re.compile(r"#.*|(?:https?://|mailto:)[^\s\\]*", re.DOTALL)
_PIXELS = r"data:image/(?:png|jpe?g|gif|webp|avif);base64,[A-Za-z0-9+/=\s]*"
_EMBEDDED = re.compile(rf"#.*|{_PIXELS}", re.DOTALL)
_WITHIN = re.compile(r"#.*", re.DOTALL)
_LOADS = re.compile(r"@import|\\|\b(?:image|src|element|paint|cross-fade|image-set)\s*\(", re.IGNORECASE)
_URL = re.compile(r"url\(", re.IGNORECASE)
_FONT = r"data:(?:font/|application/(?:x-)?font)[a-z0-9.-]*(?:;[a-z-]+=[a-z0-9-]+)?;base64,[A-Za-z0-9+/=\s]*"
_LOCAL_URL = re.compile(rf"""\s*(?:["']\s*)?(?:\#|(?:{_PIXELS}|{_FONT})["']?\s*\))""")
_ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


class _ActiveContent(Exception):
    """Its message names what was found."""


def find_active_content(data: bytes) -> str:
    """What the file holds beyond a drawing, with its line; empty if nothing."""
    if len(data) > LARGEST:
        return f"it is larger than {LARGEST // 1_000_000} MB"
    if b"\0" in data:  # the parser would accept UTF-16
        return "it is not text in UTF-8"
    checker = _Checker()
    try:
        checker.parser.Parse(data.decode(), True)
    except _ActiveContent as found:
        return f"{found} in line {checker.parser.CurrentLineNumber}"
    except UnicodeDecodeError:
        return "it is not text in UTF-8"
    except expat.ExpatError as error:
        return f"it is not well-formed XML, {error}"
    return ""


class _Checker:
    """Builds no tree, so deep nesting does no harm."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("UTF-8", " ")
        self.parser.ordered_attributes = True
        self.parser.XmlDeclHandler = self._declared
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self.parser.SkippedEntityHandler = self._entity
        self.parser.ProcessingInstructionHandler = lambda target, _: _refuse(f"<?{target}?>")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._begun = False
        self._style: list[str] | None = None

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in _ENCODINGS:
            _refuse(f"the encoding {encoding[:40]} instead of UTF-8")

    def _doctype(self, _name: str, system: str | None, _public: str | None, inner: int) -> None:
        if inner or (system and not system.startswith(("http://www.w3.org/", "https://www.w3.org/"))):
            _refuse("a document type definition")

    def _entity(self, *_: object) -> None:
        _refuse("an entity other than those of XML itself")

    def _start(self, name: str, attributes: Sequence[str]) -> None:
        space, _, tag = name.rpartition(" ")
        if not self._begun and (space, tag) != (_SVG, "svg"):
            _refuse(f"<{tag}> instead of <svg> with the namespace of SVG")
        self._begun = True
        known = _ELEMENTS.get(space)
        if self._style is not None or (tag not in known if known else not space.startswith(_METADATA_NAMESPACES)):
            _refuse(f"<{tag}>")
        for place in range(0, len(attributes), 2):
            of, _, attribute = attributes[place].rpartition(" ")
            if known:
                _check(space, tag, (of, attribute), attributes[place + 1])
        if (space, tag) == (_SVG, "style"):
            self._style = []
            self.parser.CharacterDataHandler = self._style.append

    def _end(self, _name: str) -> None:
        if self._style is not None:  # it holds text alone
            _check_css("".join(self._style))
            self._style = None
            self.parser.CharacterDataHandler = None


def _check(space: str, tag: str, name: tuple[str, str], value: str) -> None:
    of, attribute = name
    if attribute == "href" and of in {"", _XLINK}:
        allowed = _LINK if tag == "a" else _EMBEDDED if tag in {"image", "feImage"} else _WITHIN
        if not allowed.fullmatch(value.strip(" \t\n\r")):
            _refuse(f"the address {value[:60]!r}")
    elif name == (_XML, "base") or (not of and (attribute.lower().startswith("on") or attribute == "ping")):
        _refuse(f"the attribute {attribute}")
    elif of or attribute.startswith(("data-", "aria-")):
        return  # ignored by browsers
    elif space == _XHTML and attribute not in _HTML_ATTRIBUTES:
        _refuse(f"the attribute {attribute} of <{tag}>")
    elif attribute not in _NO_CSS:
        _check_css(value)


def _check_css(style: str) -> None:
    """Most attributes of SVG are styles."""
    if found := _LOADS.search(style):
        _refuse(f"{found[0]!r} in a style")
    for found in _URL.finditer(style):
        if not _LOCAL_URL.match(style, found.end()):
            _refuse(f"the address {style[found.start() : found.start() + 60]!r}")


def _refuse(what: str) -> None:
    raise _ActiveContent(what)
