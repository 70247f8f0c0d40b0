"""The inliner `premailer`: style rules become `style` attributes.

premailer's own output isn't used: its serialiser changes the doctype, entities, conditional comments and braces in URLs, and its cascade knows
neither attribute selectors nor the order of shorthands. So premailer only matches: each rule is given to it as a mark, on a numbered copy of the
document. Which declarations an element gets follows from the marks (`cascade`), and only its `style` attribute is changed in the original text.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import cssutils
from lxml import etree
from premailer import Premailer as Transformer

from mailweave.hookspecs import hookimpl
from mailweave.pipeline import INLINE_MARK, Inliner
from mailweave.tags import Tag, tags
from mailweave_plugins.stages.cascade import ABOVE_ALL, Ranked, important, inlined, style_of
from mailweave_plugins.stages.css import Declaration, Rule, rules
from mailweave_plugins.stages.selectors import is_exact, is_of_pseudo_element, normalised, specificity, widened

_NUMBER: Final = "data-mailweave-number"
_MARK: Final = re.compile(r"mark-(\d+)")
_MEDIA: Final = ("", "all", "screen")
# Elements that are never shown, and the root, whose style attribute mail clients drop.
_UNSTYLED: Final = frozenset({"html", "head", "meta", "link", "style", "script", "title", "base", "noscript", "xml"})
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

cssutils.log.setLevel(logging.CRITICAL)

Edit = tuple[int, int, str]


@dataclass(frozen=True)
class _Sheet:
    """A `<style>`: its tag, where its text ends, and its rules; rules that can't be inlined are conditional."""

    tag: Tag
    end: int
    rules: tuple[Rule, ...]
    marked: bool


class Premailer(Inliner):
    """Inlines CSS with premailer, never fetching anything; the style sheets themselves stay for clients that read them."""

    name = "premailer"

    def inline(self, html: str) -> str:
        """The document with its style rules on the elements, too. A sheet marked by `INLINE_MARK` is taken out once nothing needs it."""
        found = [tag for tag in tags(html) if not tag.closing]
        sheets = list(_sheets(html, found))
        every = [rule for sheet in sheets for rule in sheet.rules]
        elements = {number: tag for number, tag in enumerate(found) if tag.name not in _UNSTYLED}
        inlinable = any(not rule.conditional for rule in every)
        matches = _matches(html, elements, every) if inlinable else {}
        edits: list[Edit] = []
        needed: set[int] = set()
        for number, indexes in matches.items():
            style, left = _style(elements[number].get("style") or "", every, indexes)
            needed |= left
            edits += _edit(elements[number], style)
        return _spliced(html, [*edits, *_without_marks(html, sheets, needed)])


def _sheets(html: str, found: Iterable[Tag]) -> Iterator[_Sheet]:
    for tag in found:
        if tag.name == "style":
            end = html.lower().find("</style", tag.end)
            end = end if end >= 0 else len(html)
            conditional = (tag.get("media") or "").strip().lower() not in _MEDIA or tag.get("data-premailer") == "ignore"
            yield _Sheet(tag, end, tuple(rules(html[tag.end : end], conditional)), html.startswith(INLINE_MARK, tag.end))


def _matches(html: str, elements: Mapping[int, Tag], every: Sequence[Rule]) -> dict[int, list[int]]:
    """By an element's number: the numbers of the rules that style it, and of those that may."""
    numbered = _spliced(html, [(tag.attributes_start, tag.attributes_start, f' {_NUMBER}="{number}"') for number, tag in elements.items()])
    tree = etree.fromstring(_CONTROL.sub(" ", numbered).encode(), etree.HTMLParser(encoding="utf-8"))
    for sheet in list(tree.iter("style")):
        sheet.getparent().remove(sheet)
    etree.strip_attributes(tree, "style")
    _add_table_bodies(tree)
    _transform(tree, "\n".join(f"{_selector(rule)}{{mark-{index}:0}}" for index, rule in enumerate(every) if not is_of_pseudo_element(rule.selector)))
    marked = (element for element in tree.iter(etree.Element) if element.get(_NUMBER) and element.get("style"))
    return {int(element.get(_NUMBER)): [int(index) for index in _MARK.findall(element.get("style"))] for element in marked}


def _selector(rule: Rule) -> str:
    selector = normalised(rule.selector)
    return selector if is_exact(selector) else widened(selector)


def _add_table_bodies(tree: Any) -> None:
    """Put rows that stand directly in a table into a `tbody`, as browsers do, so that `table > tr` matches as little as there."""
    for table in tree.iter("table"):
        body = None
        for child in list(table):
            if child.tag != "tr":
                body = None if isinstance(child.tag, str) else body
                continue
            if body is None:
                body = etree.Element("tbody")
                child.addprevious(body)
            body.append(child)


def _transform(tree: Any, css: str) -> None:
    """Let premailer put the marks onto a tree."""
    Transformer(
        tree,
        css_text=css,
        cache_css_parsing=False,
        disable_leftover_css=True,
        disable_validation=True,
        include_star_selectors=True,
        allow_network=False,
        align_floating_images=False,
        remove_unset_properties=False,
    ).transform()


def _style(style: str, every: Sequence[Rule], indexes: Iterable[int]) -> tuple[str, set[int]]:
    """An element's new `style`, and the numbers of the rules that it still needs from the sheets."""
    ranked = [_ranked(every[index], index, declaration) for index in indexes for declaration in every[index].declarations]
    normal, left = inlined(ranked)
    return style_of(style, normal, important(ranked)), {one.rank[1] for one in left}


def _ranked(rule: Rule, index: int, declaration: Declaration) -> Ranked:
    selector = normalised(rule.selector)
    exact = is_exact(selector)
    # Custom properties mean nothing without their sheet, and `revert-layer` something else outside it.
    fixed = rule.conditional or not exact or declaration.name.startswith("--") or "revert" in declaration.value
    return Ranked(declaration, (specificity(selector) if exact else ABOVE_ALL, index), fixed)


def _without_marks(html: str, sheets: Iterable[_Sheet], needed: set[int]) -> Iterator[Edit]:
    """Take out the marked sheets; from one that is still needed, only the mark."""
    first = 0
    for sheet in sheets:
        numbers = set(range(first, first + len(sheet.rules)))
        first += len(sheet.rules)
        if sheet.marked and not needed & numbers and all(map(_is_wholly_inlined, sheet.rules)):
            close = html.find(">", sheet.end)
            yield sheet.tag.start, close + 1 if close >= 0 else len(html), ""
        elif sheet.marked:
            yield sheet.tag.end, sheet.tag.end + len(INLINE_MARK), ""


def _is_wholly_inlined(rule: Rule) -> bool:
    plain = all(not declaration.important and not declaration.name.startswith("--") for declaration in rule.declarations)
    return plain and not rule.conditional and is_exact(normalised(rule.selector))


def _edit(tag: Tag, style: str) -> Iterator[Edit]:
    """Where a tag gets its new `style`: in the old one's place, or behind the name."""
    old = next((attribute for attribute in tag.attributes if attribute.name.lower() == "style"), None)
    if not style or (old and old.value == style):
        return
    written = f'style="{escape(style)}"'.replace("&#x27;", "'")
    yield (old.start, old.end, written) if old else (tag.attributes_start, tag.attributes_start, f" {written}")


def _spliced(text: str, edits: Iterable[Edit]) -> str:
    """A text with parts replaced; the edits don't overlap."""
    pieces, done = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[done:start], new]
        done = end
    return "".join([*pieces, text[done:]])


@hookimpl
def register_inliners() -> list[type[Inliner]]:
    return [Premailer]
