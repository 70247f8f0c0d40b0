"""The classes of columns and groups, and the rules that give them their width on a wide screen (`getColumnClass` of MJML's column and group)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from mailweave_plugins.stages.mjml.js import parse_float, parse_int, rounded, written
from mailweave_plugins.stages.mjml.tree import Node
from mailweave_plugins.stages.mjml.widths import Room, length, share

COLUMN_CLASS: Final = re.compile(r"\bmj-column-p(?:er|x)-[^\s\"]+")
# The rules that mrml writes next to each other: for every client, for Thunderbird, and for the web's Outlook.
_RULES: Final = re.compile(
    r"(?P<prefix>(?:\.moz-text-html |\[owa\] )?)\.mj-column-[^\s{}.]++ \{[^{}]*+\}(?:\s*+(?P=prefix)\.mj-column-[^\s{}.]++ \{[^{}]*+\})*+"
)
_DIGITS: Final = 6


def column_class(node: Node, room: Room) -> str:
    """The class of a column or group; a group's is cut to whole numbers."""
    return f"mj-column-{'per' if share(node, room).unit == '%' else 'px'}-{_number(node, room).replace('.', '-', 1)}"


def _number(node: Node, room: Room) -> str:
    number, unit = share(node, room)
    if node.name == "mj-group":
        return written(parse_int(written(number)))
    return written(rounded(number) if unit == "px" else number)


def with_rules(html: str, placed: Iterable[tuple[Node, Room]]) -> str:
    """The document with each class's own rule; of two of a name the later one counts, as in MJML."""
    rules: dict[str, str] = {}
    for node, room in placed:
        if node.name in ("mj-column", "mj-group"):
            rules[column_class(node, room)] = _rule(node, room)
    head, body, rest = html.partition("<body")
    return _RULES.sub(lambda found: _written(rules, found["prefix"]), head) + body + rest


def _rule(node: Node, room: Room) -> str:
    number, unit = share(node, room)
    width = f"{written(rounded(number) if unit == 'px' and node.name == 'mj-column' else number)}{unit}"
    return f"{{ width:{width} !important; max-width:{width}; }}"


def _written(rules: Mapping[str, str], prefix: str) -> str:
    return " ".join(f"{prefix}.{name} {rule}" for name, rule in rules.items())


def phone_width(node: Node, room: Room) -> str:
    """What a column in a group keeps of its width on a phone (`getMobileWidth`)."""
    if "width" not in node.attributes:
        return f"{written(parse_int(written(100 / room.siblings)))}%"
    number, unit = length(node.attributes["width"])
    return node.attributes["width"] if unit == "%" else f"{_fixed(number / parse_int(room.width) * 100)}%"


def _fixed(number: float) -> str:
    """At most six decimals (`normalizeUnitValue`)."""
    return written(parse_float(f"{number:.{_DIGITS}f}"))
