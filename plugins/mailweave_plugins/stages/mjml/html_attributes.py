"""`mj-html-attributes`: attributes for the elements that a CSS selector finds, which mrml doesn't know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from mailweave.edits import Edit, spliced
from mailweave.pipeline import StageError
from mailweave.tags import Tag, tags
from mailweave_plugins.stages.mjml.tree import Node

_NUMBER: Final = "data-mailweave-number"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def take_selectors(root: Node) -> list[Node]:
    """The `mj-selector`s of the head, which are taken out."""
    found: list[Node] = []
    for head in root.all("mj-head"):
        found += [selector for node in head.all("mj-html-attributes") for selector in node.children if selector.name == "mj-selector"]
        head.children = [child for child in head.children if child.name != "mj-html-attributes"]
    return found


def with_attributes(html: str, selectors: Sequence[Node]) -> str:
    """The document with the attributes set in its body.

    Raises:
        StageError: a `path` is no selector.
    """
    if not selectors:
        return html
    numbered = {str(number): tag for number, tag in enumerate(tags(html)) if not tag.closing}
    body = next((tag.start for tag in numbered.values() if tag.name == "body"), 0)
    marked = spliced(html, [(tag.attributes_start, tag.attributes_start, f' {_NUMBER}="{number}"') for number, tag in numbered.items()])
    tree = etree.fromstring(_CONTROL.sub(" ", marked).encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    wanted: dict[str, dict[str, str]] = {}
    for selector in selectors:
        values = {node.attributes.get("name", ""): node.content.strip() for node in selector.children if node.name == "mj-html-attribute"}
        for element in _selected(tree, selector):
            number = element.get(_NUMBER)
            if number in numbered and numbered[number].start > body:
                wanted.setdefault(number, {}).update(values)
    return spliced(html, [edit for number, values in wanted.items() for edit in _edits(numbered[number], values)])


def _selected(tree: etree._Element, selector: Node) -> list[etree._Element]:
    path = selector.attributes.get("path", "")
    try:
        found: list[etree._Element] = CSSSelector(path)(tree)
    except SelectorError as error:
        raise StageError(f"'{path}' is no CSS selector: {error}", selector.start) from error
    return found


def _edits(tag: Tag, values: dict[str, str]) -> list[Edit]:
    """Replace the attributes that are there, and put the others behind the tag's name."""
    written = {name: f'{name}="{value.replace(chr(34), "&quot;")}"' for name, value in values.items() if name}
    there = {one.name.lower(): one for one in tag.attributes}
    edits = [(there[name].start, there[name].end, text) for name, text in written.items() if name in there]
    added = "".join(f" {text}" for name, text in written.items() if name not in there)
    return [*edits, (tag.attributes_start, tag.attributes_start, added)] if added else edits
