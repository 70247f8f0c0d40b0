"""How many elements an HTML text makes and how deep they stand in one another, counted in one pass and without recursion.

The libraries behind the inliners and the text part are recursive, and written in languages that die of it. So what they may get is measured first,
as browsers nest it and as they do: by the HTML Standard's tree construction (13.2.6), of which only the stack of open elements and the list of
active formatting elements are kept. Where a rule isn't written down here (frames, `template`, what can't stand in `select`, HTML inside SVG), the
rest counts as if each tag stood in the one before it: too much, never too little. A test compares the depth with css-inline's.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from mailweave.html_elements import RAW
from mailweave.open_elements import Nodes, TooMuch, Unknown
from mailweave.tree_construction import OpenElements

# The tokens of the standard's 13.2.5. A tag of which the end isn't found takes in the rest of the text, so nothing is looked for twice.
_SPACE: Final = r"[\t\n\f\r ]"
_VALUE: Final = r"(?:\"[^\"]*+\"|'[^']*+'|(?![\"'>])[^\t\n\f\r >]++|(?=>))"
_ATTRIBUTE: Final = rf"[^\t\n\f\r />][^\t\n\f\r />=]*+(?:{_SPACE}*+={_SPACE}*+{_VALUE}|(?!{_SPACE}*+=))"
TAG: Final = re.compile(rf"<(/?)([A-Za-z][^\t\n\f\r />]*+)((?:{_SPACE}++|/(?!>)|{_ATTRIBUTE})*+)(/?)>")
_OTHER: Final = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/[^A-Za-z>])[^>]*+(?:>|\Z)|</>", re.DOTALL)
_NEXT: Final = re.compile(r"<(?:[A-Za-z!?]|/.)", re.DOTALL)
_OPENING: Final = re.compile("<[A-Za-z]")
_CDATA: Final = "<![CDATA["
_XHTML: Final = re.compile(r"\s+public\s+[\"']-//w3c//dtd (?:xhtml 1\.[01]|html 4\.01(?: strict)?//)", re.IGNORECASE)
_DOCTYPE: Final = re.compile(r"(?:[\t\n\f\r \ufeff]|<!--.*?-->)*+<!doctype\s+html(?P<rest>[^>]*)>", re.IGNORECASE | re.DOTALL)


def nodes_of(html: str, most: Nodes) -> Nodes:
    """Count. A text that makes more than `most` isn't gone through to its end: then what was counted so far is more than `most`, too."""
    tree = OpenElements(_quirks(html), most)
    with suppress(TooMuch):
        _read(html, tree)
    return Nodes(tree.elements, tree.deepest)


def _quirks(html: str) -> bool | None:
    """Whether a table may stand in a `<p>` (13.2.6.4.1); None: that isn't written down here."""
    found = _DOCTYPE.match(html)
    if not found:
        return None if "<!doctype" in html[:10_000].lower() else True
    return False if not found["rest"].strip() or _XHTML.match(found["rest"]) else None


def _read(html: str, tree: OpenElements) -> None:
    at = 0
    while at < len(html):
        found = _NEXT.search(html, at)
        before, at = at, found.start() if found else len(html)
        try:
            if at > before:
                tree.text(html, before, at)
            at = _token(html, at, tree) if found else at
        except Unknown:
            tree.rest(len(_OPENING.findall(html, at)), html.count("<", at))
            return


def _token(html: str, at: int, tree: OpenElements) -> int:
    """Take in a tag, a comment or a declaration; where the next token begins."""
    tag = TAG.match(html, at)
    if tag is None:
        if tree.foreign and html.startswith(_CDATA, at):
            end = html.find("]]>", at)
            return end + 3 if end >= 0 else len(html)
        other = _OTHER.match(html, at)
        return other.end() if other else len(html)
    name = tag[2].lower()
    if tag[1]:
        tree.end(name)
        return tag.end()
    foreign = tree.foreign
    tree.start(name, tag[3], empty=bool(tag[4]))
    if name == "plaintext":
        return len(html)
    return _end_of_raw(html, name, tag.end()) if name in RAW and not (foreign and tree.foreign) else tag.end()


def _end_of_raw(html: str, name: str, at: int) -> int:
    end = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII).search(html, at)
    stop = end.start() if end else len(html)
    if name == "script" and html.find("<!--", at, stop) >= 0:
        raise Unknown
    return stop
