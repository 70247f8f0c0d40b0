"""The inliner `premailer`: style rules become `style` attributes.

premailer's own serialiser changes what it shouldn't touch: the doctype, entities, conditional comments, braces in URLs, at-rules. So it only
computes: every element gets a number, premailer works on a tree of its own, and its `style` attributes are put into the original text. All else
stays as it was, byte for byte.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, Final

import cssutils
from lxml import etree
from premailer import Premailer as Transformer

from mailweave.hookspecs import hookimpl
from mailweave.pipeline import INLINE_MARK, Inliner
from mailweave.tags import Tag, tags
from mailweave_plugins.stages.css import inlinable

_NUMBER: Final = "data-mailweave-number"
_MEDIA: Final = ("", "all", "screen")
# Elements that are never shown, and the root, whose style attribute mail clients drop.
_UNSTYLED: Final = frozenset({"html", "head", "meta", "link", "style", "script", "title", "base", "noscript", "xml"})
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

cssutils.log.setLevel(logging.CRITICAL)


class Premailer(Inliner):
    """Inlines CSS with premailer, never fetching anything; the stylesheets themselves stay for clients that read them."""

    name = "premailer"

    def inline(self, html: str) -> str:
        """The document with its style rules on the elements, too. Stylesheets marked by `INLINE_MARK` are taken out afterwards."""
        found = [tag for tag in tags(html) if not tag.closing]
        sheets = [(tag, end) for tag, end in _sheets(html, found) if (tag.get("media") or "").strip().lower() in _MEDIA]
        css = [inlinable(html[tag.end : end]) for tag, end in sheets if tag.get("data-premailer") != "ignore"]
        elements = {number: tag for number, tag in enumerate(found) if tag.name not in _UNSTYLED}
        styles = _styles(html, elements, css) if any(css) else {}
        edits = [_edit(elements[number], style) for number, style in styles.items() if style != (elements[number].get("style") or "").rstrip("; ")]
        edits += [(tag.start, _end_of_element(html, end), "") for tag, end in sheets if html.startswith(INLINE_MARK, tag.end)]
        return _spliced(html, edits)


def _sheets(html: str, found: Iterable[Tag]) -> Iterator[tuple[Tag, int]]:
    """Each `<style>` with the offset where its text ends."""
    for tag in found:
        if tag.name == "style":
            end = html.lower().find("</style", tag.end)
            yield tag, end if end >= 0 else len(html)


def _end_of_element(html: str, position: int) -> int:
    end = html.find(">", position)
    return end + 1 if end >= 0 else len(html)


def _styles(html: str, elements: Mapping[int, Tag], css: list[str]) -> dict[int, str]:
    """Each element's `style` as premailer computes it."""
    numbered = _spliced(html, [(at, at, f' {_NUMBER}="{number}"') for number, at in ((n, tag.attributes_start) for n, tag in elements.items())])
    text = _CONTROL.sub(" ", numbered)
    tree = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8"))
    for sheet in list(tree.iter("style")):
        sheet.getparent().remove(sheet)
    for element in tree.iter(etree.Element):
        # premailer keeps selectors and declarations in one cache by their text: `<b style="b">` and a selector `b` would meet there.
        if element.get("style"):
            element.set("style", element.get("style").rstrip("; ") + ";")
    _transform(tree, css)
    styled = (element for element in tree.iter(etree.Element) if element.get(_NUMBER) and element.get("style"))
    return {int(element.get(_NUMBER)): element.get("style").rstrip("; ") for element in styled}


def _transform(tree: Any, css: list[str]) -> None:
    """Let premailer put rules onto a tree.

    `!important` is left out of the attributes: the stylesheets that stay have it, and there a media query can still win over it.
    """
    Transformer(
        tree,
        css_text=css,
        cache_css_parsing=False,
        disable_leftover_css=True,
        disable_validation=True,
        strip_important=True,
        allow_network=False,
        align_floating_images=False,
        remove_unset_properties=False,
        disable_basic_attributes=["align", "bgcolor", "valign", "width", "height"],
    ).transform()


def _edit(tag: Tag, style: str) -> tuple[int, int, str]:
    """Where a tag gets its new `style`: in the old one's place, or behind the name."""
    written = f'style="{escape(style)}"'.replace("&#x27;", "'")
    old = next((attribute for attribute in tag.attributes if attribute.name.lower() == "style"), None)
    return (old.start, old.end, written) if old else (tag.attributes_start, tag.attributes_start, f" {written}")


def _spliced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """A text with parts replaced; the edits don't overlap."""
    pieces, done = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[done:start], new]
        done = end
    return "".join([*pieces, text[done:]])


@hookimpl
def register_inliners() -> list[type[Inliner]]:
    return [Premailer]
