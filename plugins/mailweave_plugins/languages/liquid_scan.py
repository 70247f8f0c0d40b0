"""The tags of a Liquid template with their positions: which block each belongs to, and every mistake in how they nest.

The positions come from the lexer that python-liquid's parser gets its tokens from, so that what is seen here is what is rendered there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mailweave.contexts import Piece
from mailweave.errors import Problem, did_you_mean
from mailweave.source import Source
from mailweave_plugins.languages.liquid_lexer import stretches
from mailweave_plugins.languages.liquid_lines import lines
from mailweave_plugins.languages.liquid_sets import switch_on

# Each block with the tags that divide it.
BLOCKS: Final[dict[str, tuple[str, ...]]] = {
    "if": ("elsif", "else"),
    "unless": ("elsif", "else"),
    "case": ("when", "else"),
    "for": ("else",),
    "tablerow": (),
    "ifchanged": (),
    "capture": (),
    # Their partials' text stands in them by now; see `liquid_partials`.
    "render": (),
    "include": (),
}
_MIDDLES: Final = ("elsif", "else", "when")
_LOOPS: Final = ("for", "tablerow")
OUTPUTS: Final = ("echo", "cycle", "increment", "decrement")
_WHOLE: Final = ("comment", "raw", "doc")
_JUMPS: Final = ("break", "continue")
_OTHER: Final = ("assign", *_JUMPS, "liquid", "#")
FILES: Final = ("include", "render")
_FOREIGN: Final = ("layout", "section", "sections", "form", "paginate", "style", "stylesheet", "javascript", "schema")
# Whether a tag puts its partial in once for each item of a list. The name is quoted, so that nothing in it can be taken for `for`.
_REPEATS: Final = re.compile(r"""(?:render\s*(?:'[^']*'|"[^"]*")\s*for|include\s*(?:'[^']*'|"[^"]*")\s*(?:for|with))\b""")
DEEPEST: Final = 30
# From each bracket on, python-liquid looks ahead in the whole tag.
_BRACKETS: Final = 100


class Part(NamedTuple):
    """A stretch of a template. `token` is where python-liquid says that it starts."""

    kind: str
    start: int
    end: int
    name: str = ""
    token: int = -1


def parts(text: str) -> Iterator[Part]:
    """The template in parts without gaps: "text", "output", "tag", "unclosed", and "other" for what is never put out."""
    comment: Part | None = None
    done = 0
    for stretch in stretches(text):
        done = stretch.end
        if stretch.kind == "comment":
            assert comment
            yield Part("other", comment.start, stretch.end)
            comment = None
        elif stretch.name == "comment":
            comment = Part("tag", stretch.start, stretch.start + 2, "comment")
        elif stretch.kind in ("output", "tag"):
            yield Part(stretch.kind, stretch.start, stretch.end, stretch.name, stretch.start if stretch.kind == "output" else stretch.named)
        elif stretch.kind in ("text", "raw"):
            first, last = stretch.body
            yield from _gapless(Part("other", stretch.start, first), Part("text", first, last), Part("other", last, stretch.end))
        else:
            yield Part("other" if stretch.kind == "doc" else stretch.kind, stretch.start, stretch.end)
    if comment:
        yield from (comment, Part("other", comment.end, len(text)))
    elif done < len(text):
        # What a `raw` hides that is never closed.
        yield Part("other", done, len(text))


def length_of(text: str, part: Part) -> int:
    """How many characters of a part stand on its first line."""
    end = text.find("\n", part.start, part.end)
    return (part.end if end < 0 else end) - part.start


def inside(text: str, part: Part) -> int:
    """Where the inside of a tag ends."""
    return part.end - (3 if text[part.end - 3] == "-" else 2)


def _gapless(*found: Part) -> Iterator[Part]:
    return (part for part in found if part.start < part.end)


@dataclass
class _Open:
    part: Part
    divided: bool = False
    silent: bool = False


@dataclass
class Scan:
    """A template's pieces, and what is wrong with how its tags nest.

    `runs`: the pieces of the template itself, then those inside each `capture`, which stand in no markup until they are put out.
    `outputs`: each tag that puts a value out, by python-liquid's position of it.
    """

    source: Source
    extra: Collection[str] = ()
    """Tags beyond Shopify's, none of them a block."""
    runs: list[list[Piece]] = field(default_factory=lambda: [[]])
    outputs: dict[int, Part] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)
    _current: list[int] = field(default_factory=lambda: [0])

    def __post_init__(self) -> None:
        for part in parts(self.source.text):
            self._take(part)
        self._close_all(0)

    def _take(self, part: Part) -> None:
        if part.kind == "tag":
            self._tag(part)
        elif part.kind == "unclosed":
            self._unfinished(part)
        elif part.kind == "output":
            self._check_brackets(part)
            self._output(part)
        else:
            self._piece(part, "text" if part.kind == "text" and not self._before_when() else "other")

    def _unfinished(self, part: Part) -> None:
        text = self.source.text[part.start : part.end]
        closer = "}}" if text.startswith("{{") else "%}"
        if closer in text:
            self._problem(part, f"`{text.partition(closer)[0]}{closer}` is no tag", "write the tag's name after `{%`")
        else:
            self._problem(part, f"this `{text[:2]}` is never closed", f"add `{closer}`", length=2)

    def _tag(self, part: Part) -> None:
        name = part.name
        if name not in ("liquid", "#"):
            self._check_brackets(part)
        if name == "liquid":
            self._lines(part)
        elif name in BLOCKS:
            self._block(part)
        elif name in _MIDDLES:
            self._middle(part)
        elif name.startswith("end") and name[3:] in BLOCKS:
            self._end(part)
        elif name in OUTPUTS:
            self._output(part)
        else:
            self._check_plain(part)
            self._piece(part, "jump" if name in _JUMPS else "other")

    def _block(self, part: Part) -> None:
        if len(self._open) == DEEPEST:
            self._problem(part, f"blocks are nested more than {DEEPEST} deep", "split the template")
        repeats = part.name in FILES and bool(_REPEATS.match(self.source.text, part.token))
        silent = part.name == "capture" or (part.name in FILES and not repeats)
        self._piece(part, "other" if silent else "open", loop=repeats or part.name in _LOOPS, block=part.name)
        self._open.append(_Open(part, silent=silent))
        if part.name == "capture":
            self._current.append(len(self.runs))
            self.runs.append([])

    def _middle(self, part: Part) -> None:
        block = self._open[-1] if self._open else None
        if block is None or part.name not in BLOCKS.get(block.part.name, ()):
            owners = " or ".join(f"`{name}`" for name, middles in BLOCKS.items() if part.name in middles)
            self._problem(part, f"`{part.name}` stands outside of the block that it belongs to", f"move it into {owners}")
            return
        # Nothing stands between `case` and its first `when`.
        first_when = block.part.name == "case" and not block.divided
        block.divided = True
        self._piece(part, "other" if first_when else "middle", total=part.name == "else")

    def _end(self, part: Part) -> None:
        walls = {"liquid", *FILES} - {part.name[3:]}
        inside = [index for index, block in enumerate(self._open) if block.part.name in walls]
        floor = inside[-1] + 1 if inside else 0
        mine = [index for index in range(floor, len(self._open)) if self._open[index].part.name == part.name[3:]]
        if not mine:
            self._problem(part, f"`{part.name}` closes nothing", f"remove it, or open the block with `{{% {part.name[3:]} … %}}`")
            return
        self._close_all(mine[-1] + 1)
        self._pop(part)

    def _pop(self, part: Part) -> None:
        block = self._open.pop()
        if block.part.name == "capture":
            self._current.pop()
        self._piece(part, "other" if block.silent else "close")

    def _close_all(self, depth: int) -> None:
        """Close what is open beyond a depth; each of it lacks its end."""
        while len(self._open) > depth:
            part = self._open.pop().part
            self._current = self._current[: -1 if part.name == "capture" else None]
            self._unclosed(part)

    def _lines(self, part: Part) -> None:
        """The lines of a `liquid` tag, each a tag without its braces."""
        self._open.append(_Open(part))
        depth, at, comments = len(self._open), part.start, 0
        for line in lines(self.source.text, part.token + len(part.name), inside(self.source.text, part)):
            name = self.source.text[slice(*line.name)]
            comments += (name == "comment") - (name == "endcomment" and comments > 0)
            if not comments and name != "endcomment":
                if at < line.start:
                    self._piece(Part("other", at, line.start), "other")
                start, _ = line.name
                self._line(Part("tag", start, line.expression[1], name, start), Part("other", line.start, line.end))
                at = line.end
        self._close_all(depth)
        self._open.pop()
        self._piece(Part("other", at, part.end), "other")

    def _line(self, part: Part, whole: Part) -> None:
        if part.name == "liquid":
            self._problem(part, "a `liquid` tag can't stand in another", "write its lines without it")
            return
        if whole.start < part.start:
            self._piece(Part("other", whole.start, part.start), "other")
        self._tag(part)
        if part.end < whole.end:
            self._piece(Part("other", part.end, whole.end), "other")

    def _output(self, part: Part) -> None:
        self.outputs[part.token] = part
        self._piece(part, "other" if self._before_when() else "output")

    def _before_when(self) -> bool:
        return bool(self._open) and self._open[-1].part.name == "case" and not self._open[-1].divided

    def _in_loop(self) -> bool:
        """Whether there is a loop to leave; one around a `render` can't be left from within it."""
        names = [block.part.name for block in self._open]
        return any(name in _LOOPS for name in names[max((index for index, name in enumerate(names) if name == "render"), default=0) :])

    def _check_plain(self, part: Part) -> None:
        name = part.name
        if name in _JUMPS and not self._in_loop():
            self._problem(part, f"`{name}` stands outside of a loop", "move it into `for`, or remove it")
        elif name in _WHOLE:
            self._unclosed(part)
        elif name in _FOREIGN:
            self._problem(part, f"`{name}` belongs to Shopify's shops, not to mail", "write what it gives, or `render` a partial", code="unknown-tag")
        elif name.startswith("end") and name[3:] in _WHOLE:
            self._problem(part, f"`{name}` closes nothing", "remove it")
        elif name not in _OTHER and name not in self.extra:
            ends = [f"end{block}" for block in (*BLOCKS, *_WHOLE) if block not in FILES]
            known = [*self.extra, *BLOCKS, *OUTPUTS, *_OTHER[:-1], *_MIDDLES, *_WHOLE, *ends]
            self._problem(part, f"there is no tag `{name}`", switch_on(name) or did_you_mean(name, known), code="unknown-tag")

    def _check_brackets(self, part: Part) -> None:
        if sum(self.source.text.count(bracket, part.start, part.end) for bracket in "([") > _BRACKETS:
            self._problem(part, f"this tag has more than {_BRACKETS} brackets", "split it with `assign`")

    def _unclosed(self, part: Part) -> None:
        self._problem(part, f"this `{part.name}` is never closed", f"add `{{% end{part.name} %}}`")

    def _piece(self, part: Part, kind: str, *, loop: bool = False, block: str = "", total: bool = False) -> None:
        self.runs[self._current[-1]].append(Piece(kind, part.start, part.end, loop, block, total))  # type: ignore[arg-type]

    def _problem(self, part: Part, what: str, remedy: str, *, code: str = "syntax", length: int = 0) -> None:
        length = length or length_of(self.source.text, part)
        self.problems.append(self.source.problem(part.start, what, remedy, code=code, length=length))


def mask(text: str, pieces: list[Piece]) -> str:
    """The text with its tags overlaid: `x` for those that put something out, blanks for the others; line breaks stay."""
    kept = {piece.start: text[piece.start : piece.end] for piece in pieces if piece.kind == "text"}
    filled = {piece.start: re.sub(r"[^\n]", "x", text[piece.start : piece.end]) for piece in pieces if piece.kind == "output"}
    masked, at = [], 0
    for piece in sorted(pieces, key=lambda piece: piece.start):
        masked.append(re.sub(r"[^\n]", " ", text[at : piece.start]))
        masked.append(kept.get(piece.start) or filled.get(piece.start) or re.sub(r"[^\n]", " ", text[piece.start : piece.end]))
        at = piece.end
    return "".join(masked) + re.sub(r"[^\n]", " ", text[at:])
