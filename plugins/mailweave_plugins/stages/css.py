"""Split style sheets into rules and declarations, each value as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from mailweave.pipeline import StageError

_STRING: Final = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_COMMENT: Final = re.compile(rf"({_STRING}|\\.)|/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_PIECE: Final = re.compile(rf"{_STRING}|url\(\s*+[^\"'\s()]*+\s*+\)|\\.|[{{}}();,\[\]]|[^{{}}();,\[\]\"'\\u]+|.", re.DOTALL)
_IMPORTANT: Final = re.compile(r"!\s*+important\s*+\Z", re.IGNORECASE)
_SPACE: Final = re.compile(r"\s++")
# Deeper than any sheet that people write.
_DEEPEST: Final = 50
_LONGEST: Final = 1_000
_NAME: Final = re.compile(r"-{0,2}[A-Za-z_][\w-]*\Z")
# At-rules that hold no rules for elements.
_OTHER: Final = ("@font-face", "@keyframes", "@-webkit-keyframes", "@-moz-keyframes", "@page", "@property", "@counter-style", "@font-feature-values")


@dataclass(frozen=True)
class Declaration:
    """`name` is in lower case (custom properties as written), `value` is without `!important`, `source` is the declaration as written."""

    name: str
    value: str
    important: bool
    source: str
    index: int = 0

    def __str__(self) -> str:
        return f"{self.name}:{self.value}"


class Rule(NamedTuple):
    """One selector with its declarations. A `conditional` rule stands in an at-rule such as `@media`, or holds nested rules."""

    selector: str
    declarations: tuple[Declaration, ...]
    conditional: bool = False


# What nested rules set isn't known here, nor what a selector of a thousand characters means: anything, anywhere, with any weight.
_UNKNOWN: Final = Rule(":nested", (Declaration("all", "", False, ""),), conditional=True)


def rules(css: str, conditional: bool = False) -> Iterator[Rule]:
    """Every rule of a style sheet in order, one selector a rule, at-rules opened up."""
    text = _COMMENT.sub(lambda found: found[1] or " ", css)
    for prelude, body in _blocks(text):
        if prelude.startswith("@"):
            if not prelude.lower().startswith(_OTHER):
                yield from rules(body, conditional=True)
        elif _has_blocks(body):
            yield _UNKNOWN
        else:
            found = tuple(declarations(body))
            yield from (Rule(selector, found, conditional) if len(selector) <= _LONGEST else _UNKNOWN for selector in split(prelude, ","))


def declarations(text: str) -> list[Declaration]:
    """The declarations of a `style` attribute or of a rule's body; what is none is left out."""
    parts = (part.partition(":") for part in split(text, ";"))
    named = [(name.strip(), value.strip()) for name, _, value in parts]
    kept = [(name, value) for name, value in named if _NAME.match(name) and value]
    return [_declaration(name, value, index) for index, (name, value) in enumerate(kept)]


def _declaration(name: str, value: str, index: int) -> Declaration:
    important = _IMPORTANT.search(value)
    plain = _SPACE.sub(lambda found: " " if "\n" in found[0] else found[0], value[: important.start()].rstrip() if important else value)
    lower = name if name.startswith("--") else name.lower()
    return Declaration(lower, plain, important is not None, f"{name}:{value}", index)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Each block with what stands before it. A block that is never closed ends with the text, as in browsers.

    Raises:
        StageError: blocks are nested too deeply.
    """
    prelude, body, depth = "", "", 0
    for piece in _PIECE.findall(text):
        if piece == "{":
            body += piece if depth else ""
            depth += 1
            if depth > _DEEPEST:
                raise StageError(f"a style sheet can't be read: its blocks are nested more than {_DEEPEST} deep")
        elif piece == "}" and depth:
            depth -= 1
            body += piece if depth else ""
            if not depth:
                yield prelude.strip(), body
                prelude, body = "", ""
        elif depth:
            body += piece
        else:
            # An at-rule without a block ends at its semicolon; elsewhere a semicolon spoils the selector, as in browsers.
            prelude = "" if piece == ";" and prelude.lstrip().startswith("@") else prelude + piece
    if depth:
        yield prelude.strip(), body


def _has_blocks(body: str) -> bool:
    return "{" in _PIECE.findall(body)


def split(text: str, separator: str) -> list[str]:
    """The parts of a text between separators that stand outside strings and brackets."""
    found: list[list[str]] = [[]]
    depth = 0
    for piece in _PIECE.findall(text):
        depth += (piece in ("(", "[")) - (piece in (")", "]"))
        if piece == separator and depth <= 0:
            found.append([])
        else:
            found[-1].append(piece)
    return [part for pieces in found if (part := "".join(pieces).strip())]
