"""Put the partials that a template names where they are named, before anything else reads it.

`{% render 'card', title: t %}` becomes `{% render 'card', title: t %}…the partial's text…{% endrender %}`, a block of ours. So everything that is
known of a template, and how each value is escaped for its place, holds for its partials too, and there is one text to parse and to compile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from mailweave.errors import MailweaveError, Problem, did_you_mean, raise_all
from mailweave.partials import PARTIALS, Partials
from mailweave.pieces import Piece, PiecedSource
from mailweave.source import Source
from mailweave_plugins.languages.liquid_lines import lines
from mailweave_plugins.languages.liquid_scan import FILES, Part, Scan, inside, parts

# A quoted name at the start of the tag's expression.
_NAMED: Final = re.compile(r"""\s*(?P<quote>["'])(?P<name>.*?)(?P=quote)""", re.DOTALL)
# Only we write these.
_ENDS: Final = tuple(f"end{name}" for name in FILES)
_DEEPEST: Final = 20
_LONGEST: Final = 1_000_000


def expand(source: Source, partials: Partials, suffix: str) -> Source:
    """The source with its partials in it; itself when it names none.

    Raises:
        MailweaveError: partials that don't exist, name themselves or aren't whole; all of them.
    """
    if not any(part.name in FILES or part.name == "liquid" for part in parts(source.text)):
        return source
    made = _Expander(partials, suffix)
    made.put(source, ())
    raise_all(dict.fromkeys(made.problems))
    return PiecedSource.of(source, made.pieces) if made.found else source


@dataclass
class _Expander:
    """Collects the pieces of the text."""

    partials: Partials
    suffix: str
    pieces: list[Piece] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    found: bool = False
    _length: int = 0
    _rendered: int = 0

    def put(self, source: Source, chain: tuple[str, ...]) -> None:
        """Put a whole file's text, with what it names. `chain`: the partials on the way to it."""
        for part in parts(source.text):
            if part.kind == "tag" and part.name in FILES:
                self._named(source, part, chain)
            elif part.kind == "tag" and part.name in _ENDS:
                self.problems.append(_at(source, part, f"`{part.name}` closes nothing", "remove it", "syntax"))
            elif part.kind == "tag" and part.name == "liquid" and self._names_files(source, part):
                self._lines(source, part, chain)
            else:
                self._copy(source, part.start, part.end)

    def _copy(self, source: Source, start: int, end: int) -> None:
        self._add(Piece(source, start, end))

    def _write(self, source: Source, offset: int, text: str) -> None:
        """Words of ours for the tag at an offset."""
        self._add(Piece(source, offset, offset, text))

    def _add(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self._length += len(piece.text)

    def _named(self, source: Source, part: Part, chain: tuple[str, ...]) -> None:
        """A whole tag that names a partial."""
        dash = source.text[part.end - 3] == "-"
        self._copy(source, part.start, part.end - (3 if dash else 2))
        self._write(source, part.start, "%}")
        name = _NAMED.match(source.text, part.token + len(part.name))
        self._partial(source, part, name["name"] if name else None, chain)
        self._write(source, part.start, f"{{% end{part.name} {'-' if dash else ''}%}}")

    def _partial(self, source: Source, part: Part, name: str | None, chain: tuple[str, ...]) -> None:
        self.found = True
        try:
            partial = self._load(source, part, name, chain)
        except MailweaveError as error:
            self.problems += error.problems
            return
        self._rendered += part.name == "render"
        self.put(partial, (*chain, name or ""))
        self._rendered -= part.name == "render"
        if partial.text.endswith("{"):
            # With the tag that follows it would read as an output.
            last = self.pieces.pop()
            self._copy(last.source, last.start, last.end - 1)
            self._write(last.source, last.end - 1, "{% raw %}{{% endraw %}")

    def _load(self, source: Source, part: Part, name: str | None, chain: tuple[str, ...]) -> Source:
        if name is None:
            remedy = f"write it: `{{% {part.name} 'name' %}}`, and choose between several with `if` or `case`"
            raise MailweaveError(_at(source, part, f"`{part.name}` must name its partial as text", remedy, "partial-name"))
        if part.name == "include" and self._rendered:
            what = "`include` can't stand in a partial that `render` puts in"
            raise MailweaveError(_at(source, part, what, "write `render`, and give it the values that it shows", "partial-include"))
        if name in chain or len(chain) == _DEEPEST:
            shown = " → ".join((*chain, name))
            what = f"partial '{name}' puts in itself: {shown}" if name in chain else f"partials are nested more than {_DEEPEST} deep"
            raise MailweaveError(_at(source, part, what, "end the circle; for a list use `for`", "partial-recursion"))
        partial = self.partials.load(name, self.suffix)
        if partial is None:
            remedy = did_you_mean(name, known) if (known := list(self.partials.names(self.suffix))) else f"write {PARTIALS}/{name}{self.suffix}"
            raise MailweaveError(_at(source, part, f"there is no partial '{name}'", remedy, "unknown-partial"))
        if self._length + len(partial.text) > _LONGEST:
            what, remedy = f"with its partials the template is longer than {_LONGEST:,} characters", "put out lists with `for` instead"
            raise MailweaveError(_at(source, part, what, remedy, "limit"))
        _check_whole(partial)
        return partial

    def _names_files(self, source: Source, part: Part) -> bool:
        return any(line.name in FILES for line in _liquid_lines(source.text, part))

    def _lines(self, source: Source, part: Part, chain: tuple[str, ...]) -> None:
        """A `liquid` tag whose lines name partials: each line as a tag of its own, because a partial's text can't stand inside a tag."""
        if source.text[part.start + 2] == "-":
            self._write(source, part.start, "{%- # %}")
        for line in _liquid_lines(source.text, part):
            if line.name in _ENDS:
                self.problems.append(_at(source, line, f"`{line.name}` closes nothing", "remove it", "syntax"))
            self._write(source, line.start, "{% ")
            self._copy(source, line.start, line.end)
            self._write(source, line.start, " %}")
            if line.name in FILES:
                name = _NAMED.match(source.text, line.token + len(line.name), line.end)
                self._partial(source, line, name["name"] if name else None, chain)
                self._write(source, line.start, f"{{% end{line.name} %}}")
        if source.text[part.end - 3] == "-":
            self._write(source, part.start, "{% # -%}")


def _liquid_lines(text: str, part: Part) -> list[Part]:
    """The lines of a `liquid` tag that do something."""
    found, comments = [], 0
    for line in lines(text, part.token + len(part.name), inside(text, part)):
        name = text[slice(*line.name)]
        comments += name == "comment"
        if not comments and name != "#":
            found.append(Part("tag", line.name[0], line.expression[1], name, line.name[0]))
        comments -= name == "endcomment" and comments > 0
    return found


def _check_whole(partial: Source) -> None:
    """A partial whose own tags aren't closed would take in what follows it.

    Raises:
        MailweaveError: with each such tag.
    """
    if any(part.kind == "unclosed" or part.name in ("comment", "raw", "doc") for part in parts(partial.text)):
        raise_all(Scan(partial).problems)


def _at(source: Source, part: Part, what: str, remedy: str, code: str) -> Problem:
    return source.problem(part.start, what, remedy, code=code, length=len(source.text[part.start : part.end].split("\n", 1)[0]))
