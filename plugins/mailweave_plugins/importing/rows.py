"""Find the rows of an HTML mail: the parts that stand one below the other, as blocks that can be used by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from mailweave.ahead import markup_spans, until
from mailweave.edits import Edit, spliced
from mailweave_plugins.importing.ghosts import Cut, Gaps
from mailweave_plugins.importing.tree import COMMENT, Node

# What a part has to hold of the parts beside it to be looked into for parts of its own.
_MOST: Final = 0.5
# As many characters does a picture count as.
_PICTURE: Final = 40
_SILENT: Final = frozenset({"style", "script", "title", "head", "template"})
_BLOCKS: Final = frozenset({"table", "div", "center", "section", "article", "header", "footer", "main"})
_ROWS: Final = frozenset({"tr", "tbody", "thead", "tfoot"})
_HOLDERS: Final = frozenset({*_BLOCKS, *_ROWS, "#root", "body", "td", "form"})
_HIDDEN: Final = re.compile(r"(?<![\w-])display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_BESIDE: Final = re.compile(
    r"(?<![\w-])(?:display\s*:\s*(?:inline|table-cell|flex|none)|float\s*:\s*(?:left|right)|position\s*:\s*absolute)", re.IGNORECASE
)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_PICTURES: Final = re.compile(
    r"<(?:img|mj-(?:carousel-)?image)\b|background-url\s*=|background(?:-image)?\s*[:=](?:(?!background)[^;>])*?url", re.IGNORECASE
)
_INVISIBLE: Final = re.compile(r"&(?:nbsp|zwnj|#\d++|#x[\da-f]++);|\s", re.IGNORECASE)


class Piece(NamedTuple):
    """A part: where it stands, and what is put before and after it where it was cut out of a comment."""

    start: int
    end: int
    before: str = ""
    after: str = ""

    def of(self, text: str) -> str:
        """The part's own text."""
        return self.before + text[self.start : self.end] + self.after


@dataclass(frozen=True)
class Item:
    """What takes the whole width of an element: a block or a row, or (`alone` is false) a run of anything else."""

    start: int
    end: int
    nodes: tuple[Node, ...]
    alone: bool


@dataclass(frozen=True)
class Part:
    """A part of a mail, its outermost elements, how much one sees of it, and the element that holds it."""

    piece: Piece
    nodes: tuple[Node, ...]
    weight: int
    holder: Node


@dataclass
class Rows:
    """The parts of a mail, found by `within`; `seams` end and begin again what was cut in comments around them.

    `text` has its template tags covered.
    """

    text: str
    seams: list[Edit] = field(default_factory=list)

    def within(self, holder: Node) -> list[Part]:
        """The parts of an element in order, those of its largest part in its place; one or none where nothing stands below another."""
        if holder.name not in _HOLDERS:
            return []
        items = list(self.items(holder))
        seen = [item for item in items if self.weight(item.nodes, item)]
        if len(seen) == 1:
            node = self.only(seen[0])
            return self.within(node) if node and node.closed else []
        parts = self.cut(holder, items) if seen and _are_stacked(items) else []
        total = sum(part.weight for part in parts)
        return [inner for part in parts for inner in self.opened(part, total)]

    def only(self, item: Item) -> Node | None:
        """The one element of an item that one sees anything of, where nothing else of it is seen."""
        large = [node for node in item.nodes if self.weight((node,))]
        return large[0] if len(large) == 1 and self.weight(large) == self.weight(item.nodes, item) else None

    def opened(self, part: Part, total: int) -> list[Part]:
        """A part, or the parts inside of it where it is most of all."""
        node = self.only(Item(part.piece.start, part.piece.end, part.nodes, True))
        inner = self.within(node) if node and node.closed and part.weight >= _MOST * total else []
        if len(inner) < 2:
            return [part]
        start, end, before, after = part.piece
        self.seams += [(at, at, text) for at, text in ((start, before), (end, after)) if text]
        return inner

    def items(self, holder: Node) -> Iterator[Item]:
        """What stands below each other in an element."""
        run: Item | None = None
        for start, end, node in self.tokens(holder):
            if node and _stands_alone(node, holder):
                if run:
                    yield run
                run = None
                yield Item(start, end, (node,), True)
            else:
                nodes = (node,) if node else ()
                run = replace(run, end=end, nodes=run.nodes + nodes) if run else Item(start, end, nodes, False)
        if run:
            yield run

    def tokens(self, holder: Node) -> Iterator[tuple[int, int, Node | None]]:
        """The elements in an element and the texts between them."""
        done = holder.inner_start
        for start, end, node in [*((node.start, node.end, node) for node in holder.children), (holder.inner_end, 0, None)]:
            if self.text[done:start].strip():
                yield done, start, None
            if node and node.name != COMMENT:
                yield start, end, node
            done = end

    def weight(self, nodes: Sequence[Node], item: Item | None = None) -> int:
        """How much one sees of some elements (or of an item that has text of its own): characters, and pictures."""
        total = 0
        for start, end in [(item.start, item.end)] if item and not item.alone else [(node.start, node.end) for node in nodes]:
            inside = [inner for node in nodes for inner in node.walk() if start <= inner.start < end]
            text = _without_comments("".join(self.visible(start, end, [node for node in inside if _is_silent(node)])))
            total += len(_without_markup(text)) + _PICTURE * len(_PICTURES.findall(text))
        return total

    def visible(self, start: int, end: int, silent: list[Node]) -> Iterator[str]:
        """The text between two places without some elements in it."""
        for inner in silent:
            yield self.text[start : max(start, inner.start)]
            start = max(start, inner.end)
        yield self.text[start:end]

    def cut(self, holder: Node, items: list[Item]) -> list[Part]:
        """The items with the comments that belong to them, as parts; a blank one goes with the part before it."""
        gaps = Gaps(self.text, holder, [(item.start, item.end) for item in items])
        if gaps.unbalanced or not all(node.closed for item in items for node in item.nodes):
            return []
        parts: list[Part] = []
        start, group = gaps.first, [items[0]]
        for at, item in enumerate(items[1:], 1):
            if gaps.can_cut(at) and self.seen(group) and self.seen([item]):
                parts.append(self.part(start, gaps.end_of(at - 1), group, holder))
                start, group = gaps.start_of(at), []
            group.append(item)
        return [*parts, self.part(start, gaps.last, group, holder)]

    def seen(self, group: list[Item]) -> int:
        """How much one sees of some items."""
        return sum(self.weight(item.nodes, item) for item in group)

    def part(self, start: Cut, end: Cut, group: list[Item], holder: Node) -> Part:
        """Some items as one part, from one cut to another; blanks around it stay where they are."""
        first, last = start.offset, end.offset
        while first < last and self.text[first].isspace() and not start.after:
            first += 1
        while first < last and self.text[last - 1].isspace() and not end.before:
            last -= 1
        return Part(Piece(first, last, start.after, end.before), tuple(node for item in group for node in item.nodes), self.seen(group), holder)


def _stands_alone(node: Node, holder: Node) -> bool:
    """It takes the whole width: a row of a table, or a block that isn't made to stand beside another."""
    if holder.name == "table" or holder.name in _ROWS:
        return holder.name != "tr" and node.name in _ROWS
    beside = _BESIDE.search(node.attribute("style")) or node.attribute("align").lower() in ("left", "right")
    return node.name in _BLOCKS and not beside


def _are_stacked(items: list[Item]) -> bool:
    """They are a layout, not a table of data: no cell reaches over several rows, and in half of the rows or more there is one cell."""
    rows = [row for item in items for node in item.nodes for row in ([node] if node.name == "tr" else node.elements if node.name in _ROWS else [])]
    if any(cell.attribute("rowspan") not in ("", "1") for row in rows for cell in row.elements):
        return False
    return sum(len(row.elements) <= 1 for row in rows) * 2 >= len(rows)


def _is_silent(node: Node) -> bool:
    return node.name in _SILENT or bool(_HIDDEN.search(node.attribute("style")))


def _without_comments(text: str) -> str:
    return spliced(text, ((*found.span(), "") for found in until(_COMMENT, text, "-->")))


def _without_markup(text: str) -> str:
    return _INVISIBLE.sub("", spliced(text, ((*span, "") for span in markup_spans(text))))
