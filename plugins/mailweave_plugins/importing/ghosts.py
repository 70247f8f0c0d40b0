"""Outlook's conditional comments between the parts of a mail: where a cut leaves them whole.

A ghost table opens in one comment and closes in a later one, which may open the next one: `<!--[if mso]></td></tr></table><table>…<![endif]-->`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from mailweave.nesting import VOID
from mailweave.tags import tags
from mailweave_plugins.importing.tree import COMMENT, Node

_HIDDEN: Final = re.compile(r"(?P<before><!--\[if[^\]]*\]>)(?P<markup>(?!<!-->).*)(?P<after><!\[endif\]-->)\Z", re.DOTALL | re.IGNORECASE)
_REVEALED: Final = re.compile(r"<!--\[if[^\]]*\]>\s*(?:-->|<!-->|<!---->)\Z|<!\[if[^\]]*\]>\Z", re.IGNORECASE)
# A comment of an author that names the end of something belongs to what stands before it.
_ENDING: Final = re.compile(r"<!--\W*(?:/|end\b)|<!--[^>]*\bend\W*-->\Z", re.IGNORECASE)
_REVEALED_END: Final = re.compile(r"<!(?:--\s*<!)?\[endif\](?:--)?>\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Cut:
    """A place between two parts: the offset, and what one writes there to end a comment and to begin it again."""

    offset: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Comment:
    """What a comment opens and closes. `cut` is the place in it at which the fewest elements are open; `lowest` and `last` say how many more
    (or, below zero, fewer) than before it are open there and at its end."""

    lowest: int
    last: int
    cut: Cut


def read_comment(text: str, start: int, end: int) -> Comment:
    """Read one comment of a text."""
    whole = text[start:end]
    if _REVEALED.match(whole):
        return Comment(0, 1, Cut(start))
    if _REVEALED_END.match(whole):
        return Comment(-1, -1, Cut(end))
    found = _HIDDEN.match(whole)
    if not found:
        return Comment(0, 0, Cut(start))
    depth, lowest, at = 0, 0, start
    for offset, step in _steps(found["markup"]):
        depth += step
        if depth < lowest:
            lowest, at = depth, start + found.start("markup") + offset
    if at == start:
        return Comment(0, depth, Cut(start))
    rest = text[at : start + found.start("after")]
    return Comment(lowest, depth, Cut(at, found["after"], found["before"]) if rest.strip() else Cut(end))


def _steps(markup: str) -> Iterator[tuple[int, int]]:
    """Where each tag ends, and whether it opens an element (1) or closes one (-1)."""
    for tag in tags(markup):
        if not tag.empty and tag.name not in VOID:
            yield tag.end, -1 if tag.closing else 1


class Gaps:
    """What stands around and between the items of an element: in which gaps one can cut, and where.

    Ghosts that stay open around all items remain in the layout, as wrappers do; others go with the item that they hold.
    """

    def __init__(self, text: str, holder: Node, items: list[tuple[int, int]]) -> None:
        self.text, self.items = text, items
        edges = [holder.inner_start, *(edge for item in items for edge in item), holder.inner_end]
        comments = [node for node in holder.children if node.name == COMMENT]
        depth, lowest, cuts = 0, [], []
        for number, (start, end) in enumerate(pairwise(edges)):
            inside = [node for node in comments if start <= node.start < end]
            fewest, cut, depth = self._read(inside, start, depth)
            if number % 2 == 0:
                lowest.append(fewest)
                cuts.append(cut)
            self.unbalanced = fewest < 0
            if self.unbalanced:
                break
        self.unbalanced |= depth != 0
        self.lowest, self.cuts = lowest, cuts
        self.base = min(lowest[1:-1], default=0)

    def _read(self, gap: list[Node], start: int, depth: int) -> tuple[int, Cut, int]:
        """The fewest elements that are open in a gap, the first place where it is so, and how many are open at its end."""
        lowest, cut = depth, Cut(start)
        for node in gap:
            comment = read_comment(self.text, node.start, node.end)
            ending = cut.offset == start and not comment.lowest and not comment.last and _ENDING.match(self.text[node.start : node.end])
            if depth + comment.lowest < lowest or (ending and depth == lowest):
                lowest, cut = depth + comment.lowest, Cut(node.end) if ending else comment.cut
            start = node.end
            depth += comment.last
        return lowest, cut, depth

    def can_cut(self, at: int) -> bool:
        """Whether one can cut in front of an item."""
        return self.lowest[at] == self.base

    def start_of(self, at: int) -> Cut:
        """Where a part that begins with an item begins."""
        return Cut(self.items[at][0]) if self.base else self.cuts[at]

    def end_of(self, at: int) -> Cut:
        """Where a part that ends with an item ends."""
        return Cut(self.items[at][1]) if self.base else self.cuts[at + 1]

    @property
    def first(self) -> Cut:
        """Where the first part begins."""
        return self.start_of(0)

    @property
    def last(self) -> Cut:
        """Where the last part ends."""
        return self.end_of(len(self.items) - 1)
