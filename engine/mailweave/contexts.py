"""Where each value of a template will stand, so that it can be escaped for that place.

The rules are those of Go's html/template and of OWASP's "Cross Site Scripting Prevention" (rules 0–5): a value may stand in text, in a quoted
attribute, in a URL, as a CSS value, in a comment, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property, reduce
from typing import Final, Literal, NamedTuple

from mailweave.attribute_kinds import ACTED_ON, Kind
from mailweave.errors import Problem, raise_all
from mailweave.languages import Escaping
from mailweave.positions import WHOLE_URL, Mode, Position, advance, after_output, join
from mailweave.source import Source
from mailweave.tags import Tag, tags


class Piece(NamedTuple):
    """One piece of a template; the pieces follow one another without gaps.

    "text" is literal markup; "output" puts a value out; "open", "middle" and "close" are like `if … else … endif`; "jump" leaves
    the innermost loop or begins its next turn; "other" puts out nothing.
    `start`, `end`: offsets in the template's text. `loop` (of an "open"): the inside may be put out any number of times. `block` (of an
    "open"): its word for messages, such as "if". `total` (of a "middle"): with this branch there is always one that is put out (`else`).
    """

    kind: Literal["text", "output", "open", "middle", "close", "jump", "other"]
    start: int
    end: int
    loop: bool = False
    block: str = ""
    total: bool = False


class Context(Enum):
    """Where a value stands.

    `SRCSET_SIZE` is what follows a URL in a `srcset`; `STYLE_TEXT` is inside quotes or `url(…)` of CSS, or a size in MJML. `LINE` is a template that
    gives one line of plain text (a subject); `PLAIN` one that knows no places ("html", "none"), where the language itself escapes.
    """

    TEXT = auto()
    ATTRIBUTE = auto()
    URL_START = auto()
    URL_PART = auto()
    URL_QUERY = auto()
    SRCSET_START = auto()
    SRCSET_PART = auto()
    SRCSET_SIZE = auto()
    STYLE = auto()
    STYLE_TEXT = auto()
    COMMENT = auto()
    RCDATA = auto()
    LINE = auto()
    PLAIN = auto()


# Why a value can't stand somewhere, and what to do instead.
_FORBIDDEN: Final[dict[Mode, tuple[str, str]]] = {
    Mode.TAG_OPEN: ("a value can't be part of a tag's name", "choose between whole tags with `if`"),
    Mode.TAG_NAME: ("a value can't be part of a tag's name", "choose between whole tags with `if`"),
    Mode.END_TAG: ("a value can't stand in a closing tag", "choose between whole tags with `if`"),
    Mode.IN_TAG: ("a value can't be an attribute", 'write the attribute out and put the value in its quotes: name="…"'),
    Mode.ATTRIBUTE_NAME: ("a value can't be part of an attribute's name", "choose between whole attributes with `if`"),
    Mode.AFTER_NAME: ("a value can't be an attribute", 'write the attribute out and put the value in its quotes: name="…"'),
    Mode.BEFORE_VALUE: ("a value can't stand in an attribute without quotes", 'put quotes around it: name="…"'),
    Mode.UNQUOTED: ("a value can't stand in an attribute without quotes", 'put quotes around it: name="…"'),
    Mode.DECLARATION: ("a value can't stand in a declaration (`<!…>`)", "move it out"),
}
_SCRIPT: Final = ("a value can't stand in a script", "mail clients run none; remove the script")
_EVENT: Final = ("a value can't stand in an event attribute (`on…`)", "mail clients run no scripts; remove the attribute")
_UNKNOWN: Final = ("it is unclear which attribute this value belongs to", "put the attribute's name and value into the same branch")
_URL_UNKNOWN: Final = ("this value may stand in different parts of the URL", "let the branches before it end in the same part, or move it into each")
_CSS_COMMENT: Final = ("a value can't stand in a comment of CSS", "write it outside, or leave it out")
_DOCUMENT: Final = ("a value can't stand in an attribute that decides how the whole document is read", "write the attribute out")
_META: Final = (
    "a value can't stand in the `content` of a `<meta>` that mail clients act on",
    "write it out: there it could lead the reader elsewhere",
)
_LINK: Final = ("a value can't stand in the `href` of a `<link>`: it would choose what sheet the document has", "write the URL out")
_EXPRESSION: Final = ("a value can't stand in an expression of AMP", "put it into an attribute without brackets")
_HTML_ATTRIBUTE: Final = ("a value can't stand in `<mj-html-attribute>`, which may set any attribute", "write the attribute into HTML in `<mj-raw>`")
_SINGLE: Final = ("a CSS value can't stand in single quotes", 'put the attribute in double quotes: style="…"')
_BRANCHES: Final = "let each branch close the same tags, quotes and comments; an `else` may be missing"
_LOOP: Final = "close inside it every tag, quote and comment that it opens"
_JUMP: Final = "move it outside of the tags, quotes and comments that the loop opens"
_URL: Final = {"start": Context.URL_START, "path": Context.URL_PART, "query": Context.URL_QUERY}
_SRCSET: Final = {"start": Context.SRCSET_START, "path": Context.SRCSET_PART, "descriptor": Context.SRCSET_SIZE}
EVERYWHERE: Final[dict[Escaping, Context]] = {"text": Context.LINE, "html": Context.PLAIN, "none": Context.PLAIN}
_KINDS: Final[dict[Kind, tuple[str, str] | Context]] = {
    Kind.PLAIN: Context.ATTRIBUTE,
    # Only who knows the whole tag may allow these two: `_Walk`.
    Kind.META: _META,
    Kind.LINK: _LINK,
    Kind.EVENT: _EVENT,
    Kind.EXPRESSION: _EXPRESSION,
    Kind.DOCUMENT: _DOCUMENT,
    Kind.UNKNOWN: _UNKNOWN,
}

# What these two are when the rest of the tag says nothing else.
_BY_TAG: Final = {Kind.META: Kind.PLAIN, Kind.LINK: Kind.URL}


def find_contexts(source: Source, pieces: Sequence[Piece], escaping: Escaping = "markup") -> dict[int, Context]:
    """The context of every output, by the offset where it starts.

    Raises:
        MailweaveError: every output that stands where no value can be made safe, and every block whose branches end in different places.
    """
    if escaping in EVERYWHERE:
        return {piece.start: EVERYWHERE[escaping] for piece in pieces if piece.kind == "output"}
    walk = _Walk(source, pieces, WHOLE_URL if escaping == "url" else Position())
    for piece in pieces:
        walk.take(piece)
    raise_all(sorted(walk.problems, key=lambda problem: problem.place or source.place(0)))
    return walk.contexts


def context_at(position: Position) -> Context | tuple[str, str]:
    """The context of a position, or what is wrong with putting a value there, and the remedy."""
    if position.mode is Mode.TEXT:
        return Context.COMMENT if position.conditional else Context.TEXT
    if position.mode is Mode.COMMENT:
        return Context.COMMENT
    if position.mode is Mode.RAW:
        return _raw_context(position)
    if position.mode is not Mode.QUOTED:
        return _FORBIDDEN[position.mode]
    if position.kind is Kind.STYLE:
        return _SINGLE if position.quote == "'" else _style_context(position.css)
    return _KINDS[position.kind] if position.kind in _KINDS else _url_context(position)


def telling_only(position: Position) -> Position:
    """A position in a `<meta>` or `<link>` of which it is known that it only tells something."""
    return position._replace(kind=_BY_TAG.get(position.kind, position.kind))


def _raw_context(position: Position) -> Context | tuple[str, str]:
    if position.element == "script":
        return _SCRIPT
    if position.element == "mj-html-attribute":
        return _HTML_ATTRIBUTE
    return _style_context(position.css) if position.element.endswith("style") else Context.RCDATA


def _style_context(css: str) -> Context | tuple[str, str]:
    return Context.STYLE if not css else _CSS_COMMENT if css == "/*" else Context.STYLE_TEXT


def _url_context(position: Position) -> Context | tuple[str, str]:
    part = position.url
    if part == "unknown":
        return _URL_UNKNOWN
    found = _SRCSET.get(part) if position.kind is Kind.SRCSET else _URL.get(part)
    return found or (f"a value can't stand in a `{part}` URL", "use an https: URL")


@dataclass
class _Block:
    """An open block: where it began, and where each of its branches ended."""

    piece: Piece
    start: Position
    ends: list[Position] = field(default_factory=list)
    total: bool = False


@dataclass
class _Walk:
    """Goes through the pieces, keeping the position."""

    source: Source
    pieces: Sequence[Piece]
    position: Position
    contexts: dict[int, Context] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=list)

    def take(self, piece: Piece) -> None:
        if piece.kind == "text":
            self.position = advance(self.position, self.source.text[piece.start : piece.end])
        elif piece.kind == "output":
            self._output(piece)
        elif piece.kind == "jump":
            self._jump(piece)
        elif piece.kind == "open":
            self.blocks.append(_Block(piece, self.position))
        elif piece.kind == "middle" and self.blocks:
            self.blocks[-1].ends.append(self.position)
            self.blocks[-1].total |= piece.total
            self.position = self.blocks[-1].start
        elif piece.kind == "close" and self.blocks:
            self._close(self.blocks.pop())

    def _output(self, piece: Piece) -> None:
        found = context_at(telling_only(self.position) if self._tells_only(piece) else self.position)
        if isinstance(found, Context):
            self.contexts[piece.start] = found
        else:
            self._problem(piece, *found, "bad-place")
        self.position = after_output(self.position)

    def _tells_only(self, piece: Piece) -> bool:
        """Whether the `<meta>` or `<link>` around a piece only tells something to those who ask, as microdata does (HTML Standard, 5.2.2)."""
        if self.position.kind not in _BY_TAG:
            return False
        tag = next((tag for tag in self._tags if tag.start < piece.start < tag.end), None)
        if tag is None or tag.get("http-equiv") is not None:
            return False
        if tag.name == "link":
            return tag.get("itemprop") is not None and tag.get("rel") is None
        return (tag.get("name") or "").strip().lower() not in ACTED_ON

    @cached_property
    def _tags(self) -> list[Tag]:
        """Every `<meta>` and `<link>`; what isn't literal text is blanked out."""
        text = "".join(self.source.text[one.start : one.end] if one.kind == "text" else "x" * (one.end - one.start) for one in self.pieces)
        return [tag for tag in tags(text) if tag.name in ("meta", "link")]

    def _jump(self, piece: Piece) -> None:
        loop = next((block for block in reversed(self.blocks) if block.piece.loop), None)
        if loop and join(loop.start, self.position) != loop.start:
            self._problem(piece, "this leaves the loop in another place than it begins", _JUMP, "bad-branches")

    def _close(self, block: _Block) -> None:
        ends = [*block.ends, self.position]
        if not block.total or block.piece.loop:
            ends.append(block.start)
        joined: Position | None = ends[0]
        joined = reduce(lambda first, second: join(first, second) if first else None, ends[1:], joined)
        self.position = joined or block.start
        if block.piece.loop and joined != block.start:
            self._problem(block.piece, f"the inside of this `{block.piece.block}` ends in another place than it begins", _LOOP, "bad-branches")
        elif joined is None:
            self._problem(block.piece, f"the branches of this `{block.piece.block}` end in different places", _BRANCHES, "bad-branches")

    def _problem(self, piece: Piece, what: str, remedy: str, code: str) -> None:
        length = len(self.source.text[piece.start : piece.end].split("\n", 1)[0])
        self.problems.append(self.source.problem(piece.start, what, remedy, code=code, length=length))
