"""HTML's elements by how the standard's tree construction treats them (HTML Standard, 13.2.6)."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADINGS: Final = _words("h1 h2 h3 h4 h5 h6")
BLOCKS: Final = HEADINGS | _words(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header hgroup listing main menu nav ol pre "
    "search section summary ul"
)
FORMATTING: Final = _words("a b big code em font i nobr s small strike strong tt u")
MARKING: Final = _words("applet marquee object")
VOID: Final = _words("area base basefont bgsound br embed frame hr image img input keygen link meta param source track wbr")
REOPENING: Final = _words("area br embed image img input keygen wbr")
RAW: Final = _words("style script title textarea xmp iframe noembed noframes noscript")
ROWS: Final = _words("tbody thead tfoot")
CELLS: Final = _words("td th")
TABLE: Final = ROWS | CELLS | _words("table tr caption colgroup")
TABLE_PARTS: Final = (TABLE | {"col"}) - {"table"}
SPECIAL: Final = BLOCKS | MARKING | VOID | RAW | TABLE_PARTS | _words("body button dd dt form head html li p select table")
SCOPE: Final = MARKING | CELLS | _words("caption table")
BUTTON_SCOPE: Final = SCOPE | {"button"}
LIST_SCOPE: Final = SCOPE | {"ol", "ul"}
IMPLIED: Final = _words("dd dt li optgroup option p rb rp rt rtc")
LISTED: Final = {"li": _words("li"), "dd": _words("dd dt"), "dt": _words("dd dt")}
ROOT: Final = _words("html head body")
# An element that has ended while others still stand in it.
GHOST: Final = "#ended"
# How the name of an element of SVG or MathML begins, which no rule of HTML's elements means.
FOREIGN: Final = "svg:"
# What `tree_construction` has no rules for.
UNKNOWN: Final = _words("frameset template command menuitem isindex")
IN_SELECT: Final = _words("option optgroup")
HTML_IN_FOREIGN: Final = _words("foreignobject desc title mi mo mn ms mtext annotation-xml")
ENDS_FOREIGN: Final = HEADINGS | _words(
    "b big blockquote body br center code dd div dl dt em embed head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub "
    "sup table tt u ul var"
)
