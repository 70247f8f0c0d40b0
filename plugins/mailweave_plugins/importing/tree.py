"""A mail's markup as a tree of elements and comments, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mailweave.nesting import VOID
from mailweave.tags import RAW_TEXT, Tag, tags

COMMENT: Final = "#comment"
_COMMENT: Final = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))|<!\[[^<>]*+(?<=\])>", re.DOTALL)
# An opening tag ends the open elements of these names, up to the nearest element that holds them (HTML Standard, 13.1.2.4).
_CELLS: Final = ("td", "th")
_ROWS: Final = ("tr", *_CELLS)
_ENDS: Final = {
    "td": (_CELLS, ("tr", "table")),
    "th": (_CELLS, ("tr", "table")),
    "tr": (_ROWS, ("table",)),
    "tbody": (("tbody", "thead", "tfoot", *_ROWS), ("table",)),
    "tfoot": (("tbody", "thead", *_ROWS), ("table",)),
    "body": (("head",), ("html",)),
}


@dataclass(eq=False)
class Node:
    """An element from `start` to `end`, its content from `inner_start` to `inner_end`; or a comment, which has none.

    `closed` says that it has its own end tag, or needs none.
    """

    name: str
    start: int
    end: int
    tag: Tag | None = None
    parent: Node | None = None
    inner_start: int = 0
    inner_end: int = 0
    closed: bool = False
    children: list[Node] = field(default_factory=list)

    @property
    def elements(self) -> list[Node]:
        """The children that are no comments."""
        return [child for child in self.children if child.name != COMMENT]

    @property
    def foreign(self) -> bool:
        """It belongs to a drawing or a formula."""
        return self.tag is not None and self.tag.foreign

    def attribute(self, name: str) -> str:
        """An attribute's value, or the empty text."""
        return (self.tag.get(name) or "") if self.tag else ""

    def walk(self) -> Iterator[Node]:
        """It and all inside, in the order of the text."""
        ahead = [self]
        while ahead:
            node = ahead.pop()
            yield node
            ahead += reversed(node.children)

    def ancestors(self) -> Iterator[Node]:
        """The elements around it, the nearest first."""
        outer = self.parent
        while outer:
            yield outer
            outer = outer.parent

    def find(self, name: str) -> Iterator[Node]:
        """The elements of HTML or MJML inside that have a name; what a `<template>` or `<noscript>` holds is no part of the page."""
        for node in self.walk():
            if node.name == name and not node.foreign and not any(outer.name in ("template", "noscript") for outer in node.ancestors()):
                yield node

    def first(self, name: str) -> Node | None:
        """The first of these."""
        return next(self.find(name), None)


def tree_of(text: str) -> Node:
    """The tree of a text whose template tags are covered. Every text has one: an element that isn't closed goes on to where one around it ends."""
    builder = _Builder(text)
    for tag in tags(text):
        builder.comments(tag.start)
        builder.done = tag.end
        (builder.close if tag.closing else builder.open)(tag)
    builder.comments(len(text))
    builder.end(0, len(text))
    return builder.root


class _Builder:
    def __init__(self, text: str) -> None:
        self.text, self.done = text, 0
        self.root = Node("#root", 0, len(text), inner_end=len(text), closed=True)
        self.stack = [self.root]

    def open(self, tag: Tag) -> None:
        names, limits = _ENDS.get(tag.name, ((), ()))
        while any(node.name in names for node in self.within(limits)):
            self.end(len(self.stack) - 2, tag.start)
        empty = tag.name in VOID or (tag.empty and (tag.foreign or ":" in tag.name or tag.name.startswith(("mj-", "mw-"))))
        node = Node(tag.name, tag.start, tag.end, tag, self.stack[-1], tag.end, tag.end, empty)
        self.stack[-1].children.append(node)
        if not empty:
            self.stack.append(node)

    def within(self, limits: tuple[str, ...]) -> Iterator[Node]:
        """The open elements, the innermost first, up to one that holds them."""
        for node in reversed(self.stack[1:]):
            if node.name in limits:
                return
            yield node

    def close(self, tag: Tag) -> None:
        depth = next((depth for depth in range(len(self.stack) - 1, 0, -1) if self.stack[depth].name == tag.name), None)
        if depth is None:
            return
        self.end(depth, tag.start)
        node = self.stack.pop()
        node.inner_end, node.end, node.closed = tag.start, tag.end, True

    def end(self, depth: int, offset: int) -> None:
        """End the elements above a depth, without their end tags."""
        while len(self.stack) > depth + 1:
            node = self.stack.pop()
            node.inner_end = node.end = offset

    def comments(self, end: int) -> None:
        """Note the comments up to an offset."""
        if self.stack[-1].name not in RAW_TEXT:
            for found in _COMMENT.finditer(self.text, self.done, end):
                self.stack[-1].children.append(Node(COMMENT, found.start(), found.end(), parent=self.stack[-1], closed=True))
