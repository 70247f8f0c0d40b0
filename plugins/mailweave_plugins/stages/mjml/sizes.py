"""The widths in mrml's HTML, written anew as MJML computes them. mrml knows paddings in whole pixels only, and none of a hero or group."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from mailweave.edits import Edit, spliced
from mailweave.tags import TagSearch
from mailweave_plugins.stages.mjml.columns import COLUMN_CLASS, column_class, phone_width, with_rules
from mailweave_plugins.stages.mjml.js import parse_float, parse_int, written
from mailweave_plugins.stages.mjml.marks import Marks
from mailweave_plugins.stages.mjml.tree import Node
from mailweave_plugins.stages.mjml.widths import Room, across, borders, box, column_pixels, get, length, pixels, px, share, side

Places = Sequence[tuple[Node, Room]]

# Components that have a width only where they say one.
_FIXED: Final = frozenset({"mj-button", "mj-table"})
_IMAGES_OF_CAROUSEL: Final = "max-width:100%"


def is_sized(node: Node) -> bool:
    """Whether MJML computes a width for a component."""
    return node.name in _SIZES and (node.name not in _FIXED or bool(node.attributes.get("width")))


def with_sizes(html: str, marks: Marks, placed: Places) -> str:
    """The document with the widths of MJML; the components that have some are marked in it."""
    document = _Document(html, marks)
    numbers = {node: number for number, node in enumerate(marks.nodes)}
    edits: list[Edit] = []
    for node, room in placed:
        at = document.starts.get(numbers.get(node, -1))
        if at is not None and is_sized(node):
            edits += _SIZES[node.name](node, room, _Component(document, numbers[node], at))
    return with_rules(spliced(html, edits), placed)


class _Document:
    """All opening tags of a document, and where the marked components are: their own tags, and those that only Outlook sees."""

    def __init__(self, html: str, marks: Marks) -> None:
        self.html = html
        # Also those that only Outlook sees.
        self.tags = list(TagSearch(html, r"[a-zA-Z][\w:-]*+"))
        self.starts: dict[int, int] = {}
        self.cells: dict[int, list[int]] = {}
        pattern = re.compile(rf"{marks.placeholders.word}(\d+)x(-outlook)?")
        for index, tag in enumerate(self.tags):
            for number, outlook in pattern.findall(tag[0]) if marks.placeholders.word in tag[0] else ():
                if outlook:
                    self.cells.setdefault(int(number), []).append(index)
                else:
                    self.starts.setdefault(int(number), index)


@dataclass(frozen=True)
class _Component:
    """One component's place in the document: the index of its own tag."""

    document: _Document
    number: int
    at: int

    @cached_property
    def outlook(self) -> list[int]:
        """The tags for Outlook that carry the component's classes."""
        return self.document.cells.get(self.number, [])

    def named(self, name: str, *, back: bool = False, holding: str = "") -> int | None:
        """The nearest tag of a name behind the component's own, or in front of it."""
        tags = self.document.tags
        indexes = range(self.at - 1, -1, -1) if back else range(self.at + 1, len(tags))
        return next((index for index in indexes if tags[index]["name"] == name and holding in tags[index][0]), None)

    def attribute(self, index: int | None, name: str, value: str) -> Iterator[Edit]:
        """Another value for an attribute, which mrml may have left out."""
        tag = self.document.tags[index] if index is not None else None
        if tag:
            found = re.compile(rf' {name}="([^"]*)"').search(tag[0])
            start, end = found.span(1) if found else (len(tag["name"]) + 1, len(tag["name"]) + 1)
            yield tag.start() + start, tag.start() + end, value if found else f' {name}="{value}"'

    def style(self, index: int | None, name: str, value: str) -> Iterator[Edit]:
        """Another value for a declaration, which mrml may have left out."""
        style = re.compile(r' style="[^"]*"').search(self.document.tags[index][0]) if index is not None else None
        if index is not None and not style:
            yield from self.attribute(index, "style", f"{name}:{value};")
        elif index is not None and style:
            tag = self.document.tags[index]
            found = re.compile(rf'(?<=[";]){name}:([^;"]*)').search(tag[0], style.start(), style.end())
            start, end = found.span(1) if found else (style.end() - 1, style.end() - 1)
            yield tag.start() + start, tag.start() + end, value if found else f"{name}:{value};"

    def column_class(self, name: str) -> Iterator[Edit]:
        """Another class for a column or group."""
        tag = self.document.tags[self.at]
        found = COLUMN_CLASS.search(tag[0])
        if found:
            yield tag.start() + found.start(), tag.start() + found.end(), name

    def both(self, index: int | None, width: str) -> Iterator[Edit]:
        """A table for Outlook says its width twice; the attribute is cut to whole pixels."""
        yield from self.style(index, "width", width)
        yield from self.attribute(index, "width", written(parse_int(width)))


def _section(node: Node, room: Room, found: _Component) -> Iterator[Edit]:
    tags, full = found.document.tags, node.attributes.get("full-width") == "full-width"
    yield from _in_wrapper(node, room, found)
    table = next((index for index in found.outlook if tags[index]["name"] == "table"), None)
    yield from found.both(table, room.width)
    if not full and table is not None:
        rect = next((index for index in range(table, found.at) if tags[index]["name"] == "v:rect"), None)
        yield from found.style(rect, "width", room.width)
    yield from found.style(found.named("div") if full else found.at, "max-width", room.width)


def _in_wrapper(_node: Node, room: Room, found: _Component) -> Iterator[Edit]:
    """The cell around a section or hero in a wrapper is as wide as the wrapper (`renderWrappedChildren` of `mjml-wrapper`)."""
    if room.parent is not None and room.parent.name == "mj-wrapper":
        cell = next((index for index in found.outlook if found.document.tags[index]["name"] == "td"), None)
        yield from found.attribute(cell, "width", room.outer)


def _column(node: Node, room: Room, found: _Component) -> Iterator[Edit]:
    if room.in_group:
        yield from found.style(found.at - 1, "width", column_pixels(node, room))
        yield from found.style(found.at, "width", phone_width(node, room))
    else:
        yield from found.style(next(iter(found.outlook), None), "width", _cell_width(node, room))
    yield from found.column_class(column_class(node, room))


def _cell_width(node: Node, room: Room) -> str:
    return px(pixels(share(node, room), room)) if node.name == "mj-group" else column_pixels(node, room)


def _hero(node: Node, room: Room, found: _Component) -> Iterator[Edit]:
    inner = px(parse_float(room.width) - across(node))
    yield from _in_wrapper(node, room, found)
    yield from found.both(found.named("table", back=True), room.width)
    yield from found.style(found.named("v:image", back=True), "width", node.attributes.get("background-width") or room.width)
    yield from found.style(found.at, "max-width", room.width)
    content = found.named("div", holding="mj-hero-content")
    if content is not None:
        # In front of it stand the cell with the height, and a table for Outlook with its row and cell.
        yield from found.both(content - 3, inner)
        if node.attributes.get("mode") != "fluid-height":
            height = written(parse_int(get(node, "height")) - side(node, "padding", "top") - side(node, "padding", "bottom"))
            yield from found.attribute(content - 4, "height", height)
            yield from found.style(content - 4, "height", f"{height}px")


def _image(node: Node, room: Room, found: _Component) -> Iterator[Edit]:
    """As wide as it says, but not wider than the room (`getContentWidth` of `mjml-image`)."""
    said = parse_int(get(node, "width")) if get(node, "width") else float("inf")
    width = min((one for one in (box(node, room), said) if one == one), default=float("nan"))
    image = found.named("img")
    yield from found.attribute(image, "width", written(width))
    if image is not None:
        cell = next((index for index in range(image, found.at, -1) if found.document.tags[index]["name"] == "td"), None)
        yield from found.style(cell, "width", px(width))


def _divider(node: Node, room: Room, found: _Component) -> Iterator[Edit]:
    """The line of Outlook, which has a width of its own (`getOutlookWidth` of `mjml-divider`)."""
    said, inside = length(get(node, "width"), fractions=False), parse_int(room.width) - across(node)
    width = px(inside * (said.number / 100)) if said.unit == "%" else get(node, "width") if said.unit == "px" else px(inside)
    table = found.named("table")
    yield from found.style(table, "width", width)
    yield from found.attribute(table, "width", width)


def _button(node: Node, _room: Room, found: _Component) -> Iterator[Edit]:
    """The link in a button of a fixed width (`calculateAWidth` of `mjml-button`)."""
    said = length(get(node, "width"), fractions=False)
    if said.unit == "px":
        inside = px(said.number - across(node, "inner-padding") - borders(node))
        yield from found.style(found.named("a" if node.attributes.get("href") else "p"), "width", inside)


def _carousel(node: Node, room: Room, found: _Component) -> Iterator[Edit]:
    """Each picture, the first once more for Outlook, and the thumbnails, which MJML doesn't make narrower where there are many."""
    images = sum(child.name == "mj-carousel-image" for child in node.children)
    tags = found.document.tags
    large = (index for index in range(found.at, len(tags)) if tags[index]["name"] == "img" and _IMAGES_OF_CAROUSEL in tags[index][0])
    for index, _ in zip(large, range(images + 1), strict=False):
        yield from found.both(index, room.width)
    thumbnail = get(node, "tb-width")
    links = (index for index in range(found.at, len(tags)) if tags[index]["name"] == "a" and "mj-carousel-thumbnail" in tags[index][0])
    for index, _ in zip(links, range(images if get(node, "thumbnails") != "hidden" else 0), strict=False):
        yield from found.style(index, "width", thumbnail)
        yield from found.attribute(index + 2, "width", written(parse_int(thumbnail)))


def _table(node: Node, _room: Room, found: _Component) -> Iterator[Edit]:
    """The attribute has no unit, unless it is percent (`getWidth` of `mjml-table`)."""
    said = length(get(node, "width"))
    if said.unit not in ("%", "auto"):
        yield from found.attribute(found.named("table"), "width", written(said.number))


_SIZES: Final[Mapping[str, Callable[[Node, Room, _Component], Iterator[Edit]]]] = {
    "mj-button": _button,
    "mj-carousel": _carousel,
    "mj-column": _column,
    "mj-divider": _divider,
    "mj-group": _column,
    "mj-hero": _hero,
    "mj-image": _image,
    "mj-section": _section,
    "mj-table": _table,
    "mj-wrapper": _section,
}
