"""Names for the parts of a mail: what they are, by the words that their author left, or what they say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final

from mailweave.ahead import markup_spans, until
from mailweave.edits import spliced
from mailweave_plugins.importing.rows import Part
from mailweave_plugins.importing.tree import Node

# As many characters has a name.
_LONGEST: Final = 24
# The words of the trade, as they stand in comments, ids and classes.
_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        """preheader header logo navbar navigation nav menu hero banner intro greeting headline features feature services service products product
        offers offer pricing cta button testimonials testimonial reviews review quote gallery video team social blog articles article news events
        event stats counter order summary receipt invoice address shipping payment schedule steps faq about contact app signature footer
        unsubscribe legal""",
    )
)
_SAME: Final = {"navbar": "navigation", "nav": "navigation", "unsubscribe": "footer", "legal": "footer", "preheader": "header", "logo": "header"}
_COMMENT: Final = re.compile(r"<!--(?!\[)(.*?)-->", re.DOTALL)
_NOISE: Final = re.compile(
    r"\b(?:begin|start|end|open|close|section|block|module|row|area|content|wrapper|container|table|the|a|an|and|of|our|your|to|for|with|in|is)\b"
)
_FOOTER: Final = re.compile(
    r"unsubscribe|abbestellen|abmelden|désabonner|copyright|©|&copy;|all rights reserved|view (?:it )?in (?:your )?browser|preferences", re.IGNORECASE
)
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_SIZE: Final = re.compile(r"font-size\s*+[:=]\s*+(?:[\"']\s*+)?(\d+(?:\.\d+)?)")
_LARGE: Final = 18


def names_of(parts: Sequence[Part], text: str) -> list[str]:
    """A short name for each part, unique among them; `text` is the mail, its template tags covered by blanks and `x`."""
    names: list[str] = []
    for at, part in enumerate(parts):
        wanted = _by_author(part, text) or _by_place(at, parts, names, text) or _by_content(part, text) or f"section_{at + 1}"
        number, name = 1, wanted
        while name in names:
            number += 1
            name = f"{wanted}_{number}"
        names.append(name)
    return names


def _by_author(part: Part, text: str) -> str:
    """A word of the trade in the comment before a part, in an id or class, else the comment itself when it is short."""
    comments = [
        " ".join(found[1].split())
        for found in until(_COMMENT, text, "-->", part.piece.start, part.nodes[0].start if part.nodes else part.piece.start)
    ]
    marks = [f"{node.attribute('id')} {node.attribute('class')} {node.attribute('css-class')}" for node in _outermost(part)]
    for words in (*reversed(comments), *marks):
        known = next((word for word in re.split(r"[\W_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", words).lower()) if word in _WORDS), "")
        if known:
            return _SAME.get(known, known)
    label = _slug(_NOISE.sub(" ", comments[-1].lower())) if comments else ""
    return label if label and len(comments[-1]) <= _LONGEST * 2 else ""


def _outermost(part: Part) -> Iterator[Node]:
    """A part's elements and, where it is but one, the single ones inside of it."""
    nodes = list(part.nodes)
    yield from nodes
    while len(nodes) == 1 and len(nodes[0].elements) == 1:
        nodes = nodes[0].elements
        yield nodes[0]


def _by_place(at: int, parts: Sequence[Part], names: Sequence[str], text: str) -> str:
    """The footer by what it says, the header by its being first and smaller than most, the hero by its coming after that."""
    part = parts[at]
    if at and at >= len(parts) - 3 and _FOOTER.search(text, part.piece.start, part.piece.end):
        return "footer"
    heading = _heading(part, text)
    if at == 0 and (not heading or part.weight * len(parts) < sum(other.weight for other in parts)):
        return "header"
    return "hero" if at <= 1 and "hero" not in names and (heading or _picture(part)) else ""


def _by_content(part: Part, text: str) -> str:
    """A part's heading, the text of its first picture, or its first words."""
    picture = next((alt for node in part.nodes for inner in node.walk() if (alt := inner.attribute("alt"))), "")
    words = " ".join(unescape(_without_markup(text[part.piece.start : part.piece.end])).split()[:6])
    return next(filter(None, map(_slug, (_heading(part, text), picture, words))), "")


def _heading(part: Part, text: str) -> str:
    """The first heading, or the first text in large letters."""
    for node in (inner for outer in part.nodes for inner in outer.walk()):
        own = " ".join(unescape(_without_markup(text[node.inner_start : node.inner_end])).split())
        size = _SIZE.search(f"{node.attribute('style')};font-size:{node.attribute('font-size')}")
        if own and len(own) < 120 and (node.name in _HEADINGS or (size and float(size[1]) >= _LARGE)):
            return own
    return ""


def _picture(part: Part) -> bool:
    return any(inner.name in ("img", "mj-image") or "background" in inner.attribute("style") for node in part.nodes for inner in node.walk())


def _slug(words: str) -> str:
    """Up to four words of a text as a name."""
    plain = unicodedata.normalize("NFKD", re.sub(r"x{5,}", " ", words)).encode("ascii", "ignore").decode().lower()
    found = [word for word in re.findall(r"[a-z][a-z0-9]*", _NOISE.sub(" ", plain.replace("'", ""))) if len(word) > 1]
    name = ""
    for word in found[:4]:
        if name and len(name) + len(word) + 1 > _LONGEST:
            break
        name = f"{name}_{word[:_LONGEST]}" if name else word[:_LONGEST]
    return name


def _without_markup(text: str) -> str:
    return spliced(text, ((*span, " ") for span in markup_spans(text)))
