"""The widths that npm's MJML 5.4 computes: of the room that each component has, and of what it makes there.

The rules are those of `getBoxWidths` and `getShorthandAttrValue` in `mjml-core` and of `getChildContext` in `mjml-section`, `mjml-column`,
`mjml-group` and `mjml-hero`, to the letter: of a padding in percent, `em` or without a unit the number is taken for pixels, pixels are cut to
whole ones where MJML cuts them, and what is no number is `NaN`, which no client takes for a width.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from mailweave_plugins.stages.mjml.js import parse_float, parse_int, rounded, written
from mailweave_plugins.stages.mjml.tree import Node

# The defaults of components that widths depend on.
_DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {
    "mj-body": {"width": "600px"},
    "mj-button": {"inner-padding": "10px 25px"},
    "mj-carousel": {"tb-width": "110px"},
    "mj-divider": {"padding": "10px 25px", "width": "100%"},
    "mj-hero": {"height": "0px"},
    "mj-image": {"padding": "10px 25px"},
}
_UNIT: Final = re.compile(r"[\d.,]*(\D*)\Z", re.ASCII)
_BORDER: Final = re.compile(r"(?:^| )(\d+)", re.ASCII)
# Where each side stands in a shorthand of so many parts.
_PARTS: Final[Mapping[int, Mapping[str, int]]] = {
    2: {"top": 0, "right": 1, "bottom": 0, "left": 1},
    3: {"top": 0, "right": 1, "bottom": 2, "left": 1},
    4: {"top": 0, "right": 1, "bottom": 2, "left": 3},
}
_MOST_PARTS: Final = 4


class Length(NamedTuple):
    """A number and its unit."""

    number: float
    unit: str


@dataclass(frozen=True)
class Room:
    """Where a component stands: the width around it as MJML writes it (`600px`), the component around it with that one's own room, and how many
    share it."""

    width: str
    parent: Node | None
    outer: str
    siblings: int

    @property
    def in_group(self) -> bool:
        """Whether a group holds the component, so that it keeps its share on a phone."""
        return self.parent is not None and self.parent.name == "mj-group"


def rooms(root: Node) -> Iterator[tuple[Node, Room]]:
    """Each component of the body with its room, in the order of the document."""
    for body in (child for child in root.children if child.name == "mj-body"):
        yield from _within(body, get(body, "width"), "")


def _within(parent: Node, width: str, outer: str) -> Iterator[tuple[Node, Room]]:
    siblings = sum(child.name != "mj-raw" for child in parent.children)
    for child in parent.children:
        room = Room(width, parent, outer, siblings)
        yield child, room
        yield from _within(child, _inner_width(child, room), width)


def get(node: Node, name: str) -> str:
    """An attribute or MJML's default for it, empty where there is neither."""
    return node.attributes.get(name, _DEFAULTS.get(node.name, {}).get(name, ""))


def side(node: Node, attribute: str, direction: str) -> float:
    """The pixels of one side of a padding (`getShorthandAttrValue`)."""
    own, all_sides = get(node, f"{attribute}-{direction}"), get(node, attribute)
    if own or not all_sides:
        return parse_int(own) if own else 0.0
    parts = all_sides.split()[:_MOST_PARTS]
    return parse_int(parts[_PARTS[len(parts)][direction]] if len(parts) in _PARTS else all_sides)


def across(node: Node, attribute: str = "padding") -> float:
    """The pixels that a padding takes on both sides."""
    return side(node, attribute, "left") + side(node, attribute, "right")


def borders(node: Node, attribute: str = "border") -> float:
    """The pixels that borders take on both sides (`getShorthandBorderValue`)."""
    found = (_BORDER.search(get(node, f"{attribute}-{direction}") or get(node, attribute)) for direction in ("left", "right"))
    return sum(float(one[1]) for one in found if one)


def box(node: Node, room: Room) -> float:
    """The width inside padding and border (`getBoxWidths`)."""
    return parse_int(room.width) - across(node) - borders(node)


def length(text: str, *, fractions: bool = True) -> Length:
    """A width's number and unit (`widthParser`); only percents may have fractions."""
    found = _UNIT.search(text)
    unit = found[1] if found else ""
    return Length(parse_float(text) if unit == "%" and fractions else parse_int(text), unit or "px")


def share(node: Node, room: Room) -> Length:
    """The width of a column or group, by default its part of the row (`getParsedWidth`)."""
    return length(get(node, "width") or f"{written(100 / room.siblings)}%")


def pixels(of: Length, room: Room) -> float:
    """A share of a room in pixels."""
    return parse_float(room.width) * of.number / 100 if of.unit == "%" else of.number


def column_pixels(node: Node, room: Room) -> str:
    """The width of a column's cell for Outlook (`getWidthAsPixel`)."""
    return px(rounded(pixels(share(node, room), room)))


def px(number: float) -> str:
    """A length in pixels as MJML writes it."""
    return f"{written(number)}px"


def _inner_width(node: Node, room: Room) -> str:
    """The room that a component leaves for its children, as MJML writes it."""
    if node.name in ("mj-section", "mj-wrapper"):
        return px(box(node, room))
    if node.name in ("mj-column", "mj-group"):
        own = length(get(node, "width") or px(parse_float(room.width) / room.siblings))
        taken = across(node) + (borders(node) + borders(node, "inner-border") if node.name == "mj-column" else 0)
        return px(pixels(own, room) - taken)
    return px(parse_float(room.width) - across(node)) if node.name == "mj-hero" else room.width
