"""Where mrml's HTML of a component differs from npm's MJML: one function each, from the component and its HTML to the edits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from mailweave.edits import Edit, spliced
from mailweave_plugins.stages.mjml.marks import Found, Marks, find, restyled
from mailweave_plugins.stages.mjml.tree import Node

_NOTHING_WHEN_EMPTY: Final = frozenset({"background-url", "border-radius", "inner-border-radius"})
_SIDES: Final = ("left", "right", "top", "bottom")


def needs_mending(node: Node) -> bool:
    """Whether mrml doesn't write a component's HTML as MJML does, as where it has several classes (see `Marks.without`)."""
    return node.name in _MENDS or " " in node.attributes.get("css-class", "").strip()


def hand_down(root: Node) -> None:
    """Attributes that mrml doesn't hand from a component to its children."""
    for social in root.all("mj-social"):
        for element in social.children:
            if element.name == "mj-social-element" and "border" in social.attributes:
                element.attributes.setdefault("border", social.attributes["border"])
    for node in root.walk():
        for name in _unmeant(node):
            del node.attributes[name]
    for wrapper in root.all("mj-wrapper"):
        for child in wrapper.children[1:]:
            if child.name == "mj-section" and wrapper.attributes.get("gap"):
                child.attributes["gap"] = wrapper.attributes["gap"]


def _unmeant(node: Node) -> list[str]:
    """Attributes that mrml would take for more than MJML does: any `full-width`, empty radii and pictures, and a section's own `gap`."""
    return [
        name
        for name, value in node.attributes.items()
        if (name == "full-width" and value != name)
        or (name in _NOTHING_WHEN_EMPTY and not value)
        or (name == "gap" and node.name == "mj-section")
    ]


def mend(html: str, marks: Marks) -> str:
    """The HTML with every marked component mended."""
    edits: list[Edit] = []
    for number, found in find(html, marks).items():
        node = marks.nodes[number]
        if node.name in _MENDS:
            edits += _MENDS[node.name](node, found)
    return _outlook_gaps(_social_cells(spliced(html, edits), marks), marks)


def _image(node: Node, found: Found) -> Iterator[Edit]:
    """mrml leaves out the borders of single sides."""
    at = found.first("img")
    borders = "".join(f"border-{side}:{node.attributes[f'border-{side}']};" for side in _SIDES if node.attributes.get(f"border-{side}"))
    if at is not None and borders:
        yield restyled(found.tags[at], "display:", borders)


def _social(node: Node, found: Found) -> Iterator[Edit]:
    """mrml knows neither `border` nor `icon-position`, and writes no `alt` where none is set."""
    at = found.first("img")
    if at is None:
        return
    image = found.tags[at]
    yield restyled(image, "border-radius:", f"border:{node.attributes.get('border', '0')};")
    if image.get("alt") is None:
        yield image.attributes_start, image.attributes_start, ' alt=""'


def _social_cells(html: str, marks: Marks) -> str:
    """Put the icon behind the text where `icon-position` says so."""
    edits: list[Edit] = []
    for number, found in find(html, marks).items():
        node = marks.nodes[number]
        icon = found.first("td") if node.name == "mj-social-element" and node.attributes.get("icon-position", "left") != "left" else None
        if icon is not None:
            middle, end = found.tags[found.end(icon)].end, found.tags[found.end()].start
            start = found.tags[icon].start
            edits.append((start, end, html[middle:end] + html[start:middle]))
    return spliced(html, edits)


def _hero(node: Node, found: Found) -> Iterator[Edit]:
    """mrml leaves out the radius, the inner padding, and the cells that give a hero of fluid height the height of its picture."""
    at = found.first("td")
    if at is None:
        return
    cell = found.tags[at]
    if node.attributes.get("border-radius"):
        yield restyled(cell, "padding:", f"border-radius:{node.attributes['border-radius']};")
    if node.attributes.get("mode") == "fluid-height":
        side = _fluid_cell(node)
        yield cell.start, cell.start, side
        yield found.tags[found.end(at)].end, found.tags[found.end(at)].end, side
        height = re.search(r';?height:[^;"]*(?=[;"])', cell.source[cell.start : cell.end])
        yield from ((one.start, one.end, "") for one in cell.attributes if one.name == "height")
        if height:
            yield cell.start + height.start(), cell.start + height.end(), ""
    content = found.first("div", "mj-hero-content")
    padding = node.attributes.get("inner-padding")
    paddings = (f"padding:{padding};" if padding else "") + _paddings(node, "inner-")
    if content is not None and paddings:
        yield restyled(found.tags[content], "", paddings)


def _fluid_cell(node: Node) -> str:
    height, width = (re.match(r"\d{1,9}", node.attributes.get(f"background-{name}", "")) for name in ("height", "width"))
    ratio = f"padding-bottom:{math.floor(int(height[0]) / int(width[0]) * 100 + 0.5)}%;" if height and width and int(width[0]) else ""
    return f'<td style="width:0.01%;{ratio}mso-padding-bottom-alt:0;"></td>'


def _section(node: Node, found: Found) -> Iterator[Edit]:
    """mrml doesn't know a wrapper's `gap`: the room before each section but the first."""
    if node.attributes.get("gap"):
        yield restyled(found.tag, "", f"margin-top:{node.attributes['gap']};")


def _outlook_gaps(html: str, marks: Marks) -> str:
    """The same room in the tables that only Outlook sees."""
    for number, node in enumerate(marks.nodes):
        if node.attributes.get("gap") and node.name == "mj-section":
            table = re.compile(rf'<table[^>]*{marks.placeholders.of(number)}-outlook[^>]*>')
            html = table.sub(partial(_outlook_gap, node.attributes["gap"]), html)
    return html


def _outlook_gap(gap: str, table: re.Match[str]) -> str:
    return re.sub(r'style="([^"]*)"', lambda style: f'style="{style[1]}padding-top:{gap};"', re.sub(r' bgcolor="[^"]*"', "", table[0]))


def _carousel(node: Node, found: Found) -> Iterator[Edit]:
    """Thumbnails only where the client can show a carousel; mrml has "visible" and "hidden"."""
    if node.attributes.get("thumbnails-supported"):
        for tag in found.tags[found.index : found.end()]:
            at = tag.source.find("display:inline-block", tag.start, tag.end)
            if "mj-carousel-thumbnail" in (tag.get("class") or "") and at >= 0:
                yield at, at + len("display:inline-block"), "display:none"


def prepare_carousels(root: Node) -> None:
    """What mrml takes for "visible" and `_carousel` mends."""
    for carousel in root.all("mj-carousel"):
        if carousel.attributes.get("thumbnails") == "supported":
            carousel.attributes |= {"thumbnails": "visible", "thumbnails-supported": "1"}


def _accordion_part(node: Node, found: Found) -> Iterator[Edit]:
    """mrml knows no weight of a title's font, and writes the padding behind that of its sides, so that it wins."""
    weight = node.attributes.get("font-weight") if node.name == "mj-accordion-title" else None
    added = _paddings(node, "") + (f"font-weight:{weight};" if weight else "")
    if added:
        yield restyled(found.tag, "", added)


def _paddings(node: Node, prefix: str) -> str:
    sides = ((side, node.attributes.get(f"{prefix}padding-{side}")) for side in _SIDES)
    return "".join(f"padding-{side}:{value};" for side, value in sides if value)


def _navbar(node: Node, found: Found) -> Iterator[Edit]:
    """mrml writes the padding of the hamburger behind that of its sides, so that it wins."""
    label = found.first("label", "mj-menu-label")
    paddings = _paddings(node, "ico-")
    if label is not None and paddings:
        yield restyled(found.tags[label], "", paddings)


_MENDS: Final[Mapping[str, Callable[[Node, Found], Iterator[Edit]]]] = {
    "mj-accordion-text": _accordion_part,
    "mj-accordion-title": _accordion_part,
    "mj-carousel": _carousel,
    "mj-hero": _hero,
    "mj-image": _image,
    "mj-navbar": _navbar,
    "mj-section": _section,
    "mj-social-element": _social,
}
