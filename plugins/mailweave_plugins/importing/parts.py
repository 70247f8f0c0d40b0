"""Cut a mail into what becomes a layout and what becomes blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from mailweave.ahead import enclosed
from mailweave.edits import Edit
from mailweave_plugins.importing.reading import Mail
from mailweave_plugins.importing.rows import Part, Piece, Rows
from mailweave_plugins.importing.tree import Node, tree_of

_SECTIONS: Final = frozenset({"mj-section", "mj-wrapper", "mj-hero"})
# What makes a later part depend on an earlier one.
_SHARED: Final = re.compile(r"\{%-?\s*(?:assign|capture|increment|decrement)\s+([\w-]+)|\{\{#>?\s*\*?inline\s+[\"']?([\w-]+)|\{%-?\s*(cycle|macro)\b")
_TEMPLATE_TAGS: Final = (("{{", "}}"), ("{%", "%}"))

# Blanks and comments, up to the end of a text or from a place on.
_BLANK_BEHIND: Final = re.compile(r"(?:\s++|<!--(?:(?!-->).)*+-->)*+", re.DOTALL)
_NAME: Final = re.compile(r"[\w-]++")

Span = tuple[int, int]
# Whether a text can be parsed by itself.
Parses = Callable[[str], bool]


@dataclass(frozen=True)
class Parts:
    """The body's blocks; the contents of the head and the title, where there are any; where other titles stand; the body; and what ends and
    begins comments anew in the layout."""

    blocks: tuple[Part, ...]
    head: Span | None
    title: Span | None
    more_titles: tuple[int, ...]
    body: Span
    seams: tuple[Edit, ...] = ()


def parts_of(mail: Mail, parses: Parses) -> Parts:
    """Where a mail can be cut: into blocks that can be parsed by themselves and share no variable, or else into one."""
    tree = tree_of(mail.masked)
    mjml = mail.markup == "mjml"
    body, head = tree.first("mj-body" if mjml else "body"), tree.first("mj-head" if mjml else "head")
    titles = [node for node in tree.find("mj-title" if mjml else "title") if node.closed]
    head_and_titles = _content(head), _content(next(iter(titles), None)), tuple(node.start for node in titles[1:])
    rows = Rows(mail.masked)
    found = _sections(body or tree, rows) if mjml else rows.within(body or tree)
    blocks = _together(found, mail, parses)
    span = (body.inner_start, body.inner_end) if body else _around(tree, head)
    if len(blocks) < 2:
        return Parts((Part(Piece(*span), (), 0, tree),), *head_and_titles, span)
    seams = [seam for seam in rows.seams if not any(part.piece.start < seam[0] < part.piece.end for part in blocks)]
    return Parts(tuple(blocks), *head_and_titles, span, tuple(seams))


def _content(node: Node | None) -> Span | None:
    return (node.inner_start, node.inner_end) if node and node.closed else None


def _around(tree: Node, head: Node | None) -> Span:
    """The body of a document without the tag: what follows the head, or all of it."""
    root = tree.first("html") or tree.first("mjml") or tree
    return max(head.end if head else 0, root.inner_start), root.inner_end


def _sections(body: Node, rows: Rows) -> list[Part]:
    """An MJML body's own sections."""
    return [Part(Piece(node.start, node.end), (node,), rows.weight((node,)), body) for node in body.elements if node.name in _SECTIONS]


@dataclass(frozen=True)
class _Atom:
    """A part, or a template tag that stands before or behind one."""

    piece: Piece
    part: Part | None = None


def _together(found: list[Part], mail: Mail, parses: Parses) -> list[Part]:
    """The parts with the template tags around them, those put together that hang together; none where that can't be."""
    text = mail.draft.text
    atoms = list(_atoms(found, mail))
    groups: list[list[_Atom]] = [[]]
    for at, atom in enumerate(atoms):
        if _is_complete(groups[-1], text, parses) and not _shares(groups[-1], atoms[at:], text):
            groups.append([])
        groups[-1].append(atom)
    if not any(atom.part for atom in groups[-1]):
        groups.pop()
    blocks = [_block(group) for group in groups]
    held = all(part.holder is block.holder for group, block in zip(groups, blocks, strict=True) for part in _parts(group))
    return blocks if blocks and held and _is_complete(groups[-1], text, parses) and _stand_free(blocks, text, parses) else []


def _atoms(found: list[Part], mail: Mail) -> Iterator[_Atom]:
    """The parts in order, and the tags around them in the element that holds them."""
    done = 0
    for part, following in zip(found, [*found[1:], None], strict=False):
        yield from _tags(mail.draft.text, _blank_before(mail.masked, max(done, part.holder.inner_start), part.piece.start), part.piece.start)
        yield _Atom(part.piece, part)
        done = part.piece.end
        if following is None or following.holder is not part.holder:
            behind = _BLANK_BEHIND.match(mail.masked, done, min(part.holder.inner_end, following.piece.start if following else len(mail.masked)))
            yield from _tags(mail.draft.text, done, behind.end() if behind else done)
            done = behind.end() if behind else done


def _tags(text: str, start: int, end: int) -> Iterator[_Atom]:
    return (_Atom(Piece(*span)) for span in enclosed(text, _TEMPLATE_TAGS, start, end))


def _blank_before(text: str, start: int, end: int) -> int:
    """Where the white space and the comments begin that stand right before an offset, looked for from `start` on."""
    while True:
        end = start + len(text[start:end].rstrip())
        if not text.endswith("-->", start, end):
            return end
        comment = text.find("<!--", max(start, text.rfind("-->", start, end - 3) + 3), end)
        if comment < 0:
            return end
        end = comment


def _parts(group: list[_Atom]) -> list[Part]:
    return [atom.part for atom in group if atom.part]


def _joined(group: list[_Atom]) -> Piece:
    first, last = group[0].piece, group[-1].piece
    return Piece(first.start, last.end, first.before, last.after)


def _block(group: list[_Atom]) -> Part:
    parts = _parts(group)
    nodes = tuple(node for part in parts for node in part.nodes)
    return Part(_joined(group), nodes, sum(part.weight for part in parts), parts[0].holder)


def _is_complete(group: list[_Atom], text: str, parses: Parses) -> bool:
    """It has a part, and every template tag that begins in it ends in it."""
    return bool(_parts(group)) and parses(_joined(group).of(text))


def _stand_free(blocks: list[Part], text: str, parses: Parses) -> bool:
    """Whether no tag of the layout encloses one of them: each part of what is around them can be parsed by itself."""
    edges = [0, *(edge for block in blocks for edge in block.piece[:2]), len(text)]
    around = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return all(parses(part) for part in around if any(enclosed(part, _TEMPLATE_TAGS)))


def _shares(group: list[_Atom], later: list[_Atom], text: str) -> bool:
    """A name that is given in a group is read later."""
    names = {name for found in _SHARED.finditer(_joined(group).of(text)) for name in found.groups() if name}
    parts = (atom.piece.of(text) for atom in later) if names else ()
    return any(not names.isdisjoint(_NAME.findall(part, start, end)) for part in parts for start, end in enclosed(part, _TEMPLATE_TAGS))
