"""What a value means in each attribute of HTML, SVG, VML, AMP and MJML, and in which a value would decide more than what a reader sees there.

Written down for every attribute of the HTML standard that holds a URL, code, or a word that changes how the document is read; docs/security.md
has the table for people, and tests/engine/test_attribute_kinds.py each decision.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import Final


class Kind(Enum):
    """What an attribute's value is."""

    PLAIN = auto()
    URL = auto()
    SRCSET = auto()
    STYLE = auto()
    EVENT = auto()
    EXPRESSION = auto()  # AMP evaluates it
    META = auto()  # what it says depends on the tag's other attributes
    LINK = auto()  # the same, for a URL
    DOCUMENT = auto()  # a whole document or sheet, or what decides how this one is read
    UNKNOWN = auto()


_ALL: Final = frozenset({"*"})
_ANIMATION: Final = frozenset({"to", "from", "by", "values", "attributename", "href", "xlink:href"})
_FRAME: Final = frozenset({"src", "sandbox", "allow", "csp"})
_PROGRAM: Final = frozenset({"src", "data", "type", "code", "codebase", "classid", "archive", "object"})

# Element → attributes that no value may decide; "" is every element.
_DOCUMENT: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset({"srcdoc", "manifest", "shadowrootmode", "xml:base"}),
    "base": _ALL,
    "script": _ALL,
    "param": _ALL,
    # What sheets there are, and for whom they are.
    "link": frozenset({"rel", "type", "media", "as", "imagesrcset", "integrity", "disabled"}),
    "style": frozenset({"media", "type"}),
    "meta": frozenset({"http-equiv", "charset", "name"}),
    # Documents and programs of somebody else inside of ours.
    "iframe": _FRAME,
    "frame": _FRAME,
    "portal": _FRAME,
    "fencedframe": _FRAME,
    "amp-iframe": _FRAME,
    "amp-script": _FRAME,
    "embed": _PROGRAM,
    "object": _PROGRAM,
    "applet": _PROGRAM,
    # SVG takes in a part of another document, and sets any attribute of any element: a link's URL, too.
    "use": frozenset({"href", "xlink:href"}),
    "animate": _ANIMATION,
    "animatemotion": _ANIMATION,
    "animatetransform": _ANIMATION,
    "set": _ANIMATION,
    # With text/html what is inside is HTML instead of XML.
    "annotation-xml": frozenset({"encoding"}),
    "mj-font": frozenset({"href"}),
    "mj-html-attribute": frozenset({"name"}),
    "mj-selector": frozenset({"path"}),
    "mj-raw": frozenset({"position"}),
    "mj-style": frozenset({"inline"}),
}
# Elements whose attributes mean something else than others of the same names.
WATCHED: Final = frozenset(_DOCUMENT) - {""}

# No attribute of HTML or MJML has so long a name.
_LONGEST_NAME: Final = 100

# A prefix is a namespace's (`xlink:href`, Office's `o:href`) or a longer name's (`background-url`, `data-src`).
_URL: Final = re.compile(
    r"(?:[\w:-]+[-:])?(?:href|src|url)\Z"
    r"|(?:action|formaction|action-xhr|verify-xhr|background|poster|cite|longdesc|data|ping|lowsrc|dynsrc|attributionsrc|icon)\Z",
    re.I,
)
_SRCSET: Final = frozenset({"srcset", "imagesrcset"})
# `[src]="…"` of AMP, and how it is written where brackets can't stand.
_EXPRESSION: Final = re.compile(r"\[|data-amp-bind-")
# SVG reads CSS in these (SVG 2, section 6.6), `url(…)` too.
_PRESENTATION: Final = frozenset(
    {"style", "fill", "stroke", "filter", "mask", "clip-path", "marker", "marker-start", "marker-mid", "marker-end", "cursor"}
)
# What the compilers write into `style` attributes and style sheets; a test goes through all attributes of all components.
_MJML_STYLE: Final = re.compile(
    r"[\w-]*(?:color|height|width|align|size|spacing|direction|layout)\Z|(?:[\w-]+-)?(?:padding|border|font)(?:-[\w-]+)?\Z"
    r"|(?:[\w-]+-)?text-(?:decoration|transform|padding)\Z|background-(?:position|repeat)(?:-[xy])?\Z",
    re.I,
)
# Of these, a compiler splits the others at blanks, wherever quotes and brackets stand.
_MJML_WHOLE: Final = re.compile(r"[\w-]*(?:color|border[\w-]*|font-family)\Z", re.I)

# Names of `<meta>` whose content a mail client acts on.
ACTED_ON: Final = frozenset({"viewport", "color-scheme", "supported-color-schemes", "referrer", "apple-itunes-app", "amp4ads-id"})


def kind_of(element: str, name: str) -> Kind:
    """The kind of an attribute of an element, both in lower case; `element` may be "mj" for a component without rules of its own.

    Example:
        >>> kind_of("a", "href").name, kind_of("base", "href").name, kind_of("mj", "color").name, kind_of("p", "title").name
        ('URL', 'DOCUMENT', 'STYLE', 'PLAIN')
    """
    if not name or len(name) > _LONGEST_NAME:
        return Kind.UNKNOWN
    if _decides(element, name):
        return Kind.DOCUMENT
    if _EXPRESSION.match(name):
        return Kind.EXPRESSION
    if name.startswith("on"):
        return Kind.EVENT
    if name in _PRESENTATION or (element == "mj" and _MJML_STYLE.match(name)):
        return Kind.STYLE
    return _url_kind(element, name)


def _decides(element: str, name: str) -> bool:
    own = _DOCUMENT.get(element, frozenset())
    return own is _ALL or name in own or name in _DOCUMENT[""]


def _url_kind(element: str, name: str) -> Kind:
    if (element, name) == ("meta", "content"):
        return Kind.META
    if (element, name) == ("link", "href"):
        return Kind.LINK
    if name in _SRCSET:
        return Kind.SRCSET
    return Kind.URL if _URL.match(name) else Kind.PLAIN


def is_split(element: str, name: str) -> bool:
    """Whether a compiler splits a component's CSS value at blanks."""
    return element == "mj" and name not in _PRESENTATION and not _MJML_WHOLE.match(name)
