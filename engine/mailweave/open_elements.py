"""The stack of open elements and the list of active formatting elements (HTML Standard, 13.2.4.2 and 13.2.4.3), counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from html import unescape
from typing import Final, NamedTuple

from mailweave.html_elements import BUTTON_SCOPE, FOREIGN, GHOST, IMPLIED, SCOPE, SPECIAL

_SPACE: Final = r"[\t\n\f\r ]"
_NAMED: Final = re.compile(rf"([^\t\n\f\r />][^\t\n\f\r />=]*+)(?:{_SPACE}*+={_SPACE}*+(\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >]*+))?+")


class Nodes(NamedTuple):
    """What a text makes: its `elements`, and the `depth` of the deepest, `<html>` being 1."""

    elements: int
    depth: int



class TooMuch(Exception):
    """More than was asked for."""


class Unknown(Exception):
    """A rule that isn't written down here."""


class Element:
    """An element that is, or was, on the stack."""

    __slots__ = ("attributes", "doubtful", "foreign", "name", "open")

    def __init__(self, name: str, attributes: str = "", foreign: bool = False) -> None:
        self.name, self.attributes, self.foreign, self.open = name, attributes, foreign, True
        # Of elements that are alike three come again ("Noah's Ark"); but inliners number elements, and then none are alike.
        self.doubtful = False


class Stack:
    """The open elements, the innermost last, within `<html>` and `<body>`. `elements` and `deepest` count what was made so far; `TooMuch` is raised
    once they are more than `most`."""

    def __init__(self, most: Nodes) -> None:
        self.most = most
        self.stack: list[Element] = []
        self.count: Counter[str] = Counter()
        # Every text makes `<html>`, `<head>` and `<body>`.
        self.elements, self.deepest = 3, 2

    @property
    def foreign(self) -> bool:
        """Whether the innermost element is one of SVG or MathML."""
        return bool(self.stack) and self.stack[-1].foreign

    def push(self, name: str, *, foreign: bool = False) -> Element:
        # No rule of HTML's elements means one of SVG.
        element = Element(f"{FOREIGN}{name}" if foreign else name, foreign=foreign)
        self.leaf()
        self.stack.append(element)
        self.count[element.name] += 1
        return element

    def leaf(self) -> None:
        """An element that holds no others."""
        self.made(1)
        # `<html>` and `<body>` are around it.
        self.deepest = max(self.deepest, len(self.stack) + 3)
        if self.deepest > self.most.depth:
            raise TooMuch

    def made(self, number: int) -> None:
        self.elements += number
        if self.elements > self.most.elements:
            raise TooMuch

    def pop_to(self, index: int) -> None:
        for element in self.stack[index:]:
            element.open = False
            self.count[element.name] -= 1
        del self.stack[index:]
        while self.stack and self.stack[-1].name == GHOST:
            self.stack.pop()

    def remove(self, element: Element) -> None:
        """Take an element out, leaving those in it."""
        element.open = False
        self.count[element.name] -= 1
        self.stack.remove(element)

    def end_in_place(self, element: Element) -> None:
        """End an element that others stand in: it isn't open any more, but they still stand in it."""
        if element is self.stack[-1]:
            self.pop_to(len(self.stack) - 1)
            return
        self.stack[self.stack.index(element)] = Element(GHOST)
        element.open = False
        self.count[element.name] -= 1

    def find(self, names: Collection[str], bounds: Collection[str]) -> int:
        """Where the innermost element of one of these names is, up to one that bounds the search; -1: nowhere."""
        for index in range(len(self.stack) - 1, -1, -1):
            name = self.stack[index].name
            if name in names:
                return index
            if name in bounds:
                return -1
        return -1

    def pop_implied(self, but: Collection[str] = ()) -> None:
        while self.stack and self.stack[-1].name in IMPLIED and self.stack[-1].name not in but:
            self.pop_to(len(self.stack) - 1)

    def close(self, names: Collection[str], bounds: Collection[str]) -> bool:
        """Close the innermost of some elements, with all in it."""
        if not any(map(self.count.__getitem__, names)):
            return False
        index = self.find(names, bounds)
        if index >= 0:
            self.pop_to(index)
        return index >= 0

    def close_paragraph(self) -> None:
        if self.count["p"]:
            self.close({"p"}, BUTTON_SCOPE)


class Formatting(Stack):
    """The same with the list of active formatting elements (13.2.4.3): what was closed by something else comes again before the next text.

    None in the list is a marker, behind which formatting doesn't come again.
    """

    def __init__(self, most: Nodes) -> None:
        super().__init__(most)
        self.active: list[Element | None] = []

    def reopen(self) -> None:
        """Reconstruct the active formatting elements (13.2.4.3)."""
        first = len(self.active)
        while first and (last := self.active[first - 1]) is not None and not last.open:
            first -= 1
        for index in range(first, len(self.active)):
            old = self.active[index]
            assert old is not None
            if old.doubtful:
                raise Unknown
            self.active[index] = new = self.push(old.name)
            new.attributes = old.attributes

    def forget(self) -> None:
        """Clear the list up to its last marker."""
        while self.active and self.active.pop() is not None:
            pass

    def listed(self) -> list[Element]:
        """The list from its last marker on."""
        found: list[Element] = []
        for element in reversed(self.active):
            if element is None:
                break
            found.append(element)
        return found[::-1]

    def unlist(self, element: Element) -> None:
        if element in self.active:
            self.active.remove(element)

    def start_formatting(self, name: str, attributes: str) -> None:
        if name == "a" and (old := next((one for one in reversed(self.listed()) if one.name == "a"), None)):
            self.end_formatting("a")
            self.unlist(old)
            if old.open:
                self.end_in_place(old)
        self.reopen()
        if name == "nobr" and self.find({"nobr"}, SCOPE) >= 0:
            self.end_formatting("nobr")
            self.reopen()
        same = [one for one in self.listed() if one.name == name]
        if len(same) >= 3:
            wanted = attributes_of(attributes)
            alike = [one for one in same if attributes_of(one.attributes) == wanted]
            if len(alike) >= 3:
                alike[0].doubtful = True
        element = self.push(name)
        element.attributes = attributes
        self.active.append(element)

    def end_formatting(self, name: str) -> None:
        """The adoption agency (13.2.6.4.7)."""
        if self.stack and self.stack[-1].name == name and not self.stack[-1].foreign and self.stack[-1] not in self.active:
            self.pop_to(len(self.stack) - 1)
            return
        for _ in range(8):
            element = next((one for one in reversed(self.listed()) if one.name == name), None)
            if element is None:
                self.end_other(name)
                return
            if not element.open:
                self.unlist(element)
                return
            at = self.stack.index(element)
            if any(one.name in SCOPE for one in self.stack[at + 1 :]):
                return
            block = next((index for index in range(at + 1, len(self.stack)) if self.stack[index].name in SPECIAL), None)
            if block is None:
                self.pop_to(at)
                self.unlist(element)
                return
            self.adopt(element, at, block)

    def end_other(self, name: str) -> None:
        """Any other end tag: it closes what it names unless something special is in between."""
        if not self.count[name]:
            return
        for index in range(len(self.stack) - 1, -1, -1):
            element = self.stack[index]
            if element.name == name and not element.foreign:
                self.pop_to(index)
                return
            if element.name in SPECIAL and not element.foreign:
                return

    def adopt(self, element: Element, at: int, block: int) -> None:
        """Formatting that ends inside of a block: it ends before the block, and begins again in it."""
        if any(node.doubtful for node in self.stack[at:block]):
            raise Unknown
        furthest, bookmark = self.stack[block], None
        for count, index in enumerate(range(block - 1, at, -1), 1):
            node = self.stack[index]
            if count > 3:
                self.unlist(node)
            if node not in self.active:
                self.remove(node)
                continue
            node.open = False
            self.stack[index] = self.active[self.active.index(node)] = copy = Element(node.name, node.attributes)
            self.made(1)
            bookmark = bookmark or copy
        again = Element(element.name, element.attributes)
        self.made(1)
        where = self.active.index(bookmark) + 1 if bookmark else self.active.index(element)
        self.active.insert(where, again)
        self.unlist(element)
        self.remove(element)
        self.stack.insert(self.stack.index(furthest) + 1, again)
        self.count[again.name] += 1


def attributes_of(written: str) -> dict[str, str]:
    """The attributes of a tag."""
    found: dict[str, str] = {}
    for name, value in _NAMED.findall(written):
        found.setdefault(name.lower(), unescape(value[1:-1] if value[:1] in ("'", '"') else value))
    return found
