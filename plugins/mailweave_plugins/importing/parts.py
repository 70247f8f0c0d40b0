"""Cut a mail into what becomes a layout and what becomes blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mailweave.edits import Edit
from mailweave_plugins.importing.reading import Mail
from mailweave_plugins.importing.rows import Part, Piece, Rows
from mailweave_plugins.importing.tree import Node, tree_of

_SECTIONS: Final = frozenset({"mj-section", "mj-wrapper", "mj-hero"})
# What makes a later part depend on an earlier one.
_SHARED: Final = re.compile(r"\{%-?\s*(?:assign|capture|increment|decrement)\s+([\w-]+)|\{\{#>?\s*\*?inline\s+[\"']?([\w-]+)|\{%-?\s*(cycle|macro)\b")
_TEMPLATE_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)

Span = tuple[int, int]
# Whether a text can be parsed by itself.
Parses = Callable[[str], bool]


@dataclass(frozen=True)
class Parts:
    """The body's blocks; the head's content and the title, where there are any; and what ends and begins comments anew in the layout."""

    blocks: tuple[Part, ...]
    head: Span | None
    title: Span | None
    body: Span
    seams: tuple[Edit, ...] = ()


def parts_of(mail: Mail, parses: Parses) -> Parts:
    """Where a mail can be cut: into blocks that can be parsed by themselves and share no variable, or else into one."""
    tree = tree_of(mail.masked)
    mjml = mail.markup == "mjml"
    body, head = tree.first("mj-body" if mjml else "body"), tree.first("mj-head" if mjml else "head")
    title = tree.first("mj-title" if mjml else "title")
    rows = Rows(mail.masked)
    found = _sections(body or tree) if mjml else rows.within(body or tree)
    blocks = _together(found, mail.draft.text, parses)
    span = (body.inner_start, body.inner_end) if body else _around(tree, head)
    if len(blocks) < 2:
        return Parts((Part(Piece(*span), (), 0, tree),), _content(head), _content(title), span)
    seams = [seam for seam in rows.seams if not any(part.piece.start < seam[0] < part.piece.end for part in blocks)]
    return Parts(tuple(blocks), _content(head), _content(title), span, tuple(seams))


def _content(node: Node | None) -> Span | None:
    return (node.inner_start, node.inner_end) if node and node.closed else None


def _around(tree: Node, head: Node | None) -> Span:
    """The body of a document without the tag: what follows the head, or all of it."""
    root = tree.first("html", "mjml") or tree
    return max(head.end if head else 0, root.inner_start), root.inner_end


def _sections(body: Node) -> list[Part]:
    """An MJML body's own sections; none where it holds anything else, which would stand outside of all of them."""
    return [Part(Piece(node.start, node.end), (node,), 1, body) for node in body.elements if node.name in _SECTIONS]


def _together(found: list[Part], text: str, parses: Parses) -> list[Part]:
    """The parts, those put together that hang together; none where that can't be."""
    groups: list[list[Part]] = []
    for at, part in enumerate(found):
        if groups and (_hangs_on(_joined(groups[-1]), part.piece, text, parses) or _shares(_joined(groups[-1]), found[at:], text)):
            groups[-1].append(part)
        else:
            groups.append([part])
    pieces = [_joined(group) for group in groups]
    split = any(part.holder is not group[0].holder for group in groups for part in group)
    if split or not all(parses(piece.of(text)) for piece in pieces) or not _stand_free(pieces, text, parses):
        return []
    nodes = [tuple(node for part in group for node in part.nodes) for group in groups]
    return [Part(piece, own, sum(part.weight for part in group), group[0].holder) for piece, own, group in zip(pieces, nodes, groups, strict=True)]


def _joined(group: list[Part]) -> Piece:
    first, last = group[0].piece, group[-1].piece
    return Piece(first.start, last.end, first.before, last.after)


def _hangs_on(piece: Piece, following: Piece, text: str, parses: Parses) -> bool:
    """A template tag that begins in a piece, or stands behind it, goes on in what follows."""
    return bool(_TEMPLATE_TAG.search(text, piece.end, following.start)) or not parses(piece.of(text))


def _stand_free(pieces: list[Piece], text: str, parses: Parses) -> bool:
    """Whether no tag of the layout encloses one of them: each piece of what is around them can be parsed by itself."""
    edges = [0, *(edge for piece in pieces for edge in piece[:2]), len(text)]
    around = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return all(parses(part) for part in around if _TEMPLATE_TAG.search(part))


def _shares(piece: Piece, later: list[Part], text: str) -> bool:
    """A name that is given in a piece is read in a later part."""
    names = {name for found in _SHARED.finditer(piece.of(text)) for name in found.groups() if name}
    tags = [tag for part in later for tag in _TEMPLATE_TAG.findall(part.piece.of(text))]
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", tag) for name in names for tag in tags)
