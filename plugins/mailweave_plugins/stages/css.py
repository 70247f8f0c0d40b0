"""The rules of a stylesheet that premailer can be trusted with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_STRING: Final = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_PIECE: Final = re.compile(rf"{_STRING}|[{{}}();,\[\]]|[^{{}}();,\[\]\"']+|.", re.DOTALL)
# Elements, classes, ids, attributes and combinators; no commas or colons in brackets, no functions, no pseudo-classes.
_PLAIN: Final = re.compile(r"(?:[\w.#*>+~\s-]|\[[\w-]+(?:[~|^$*]?=(?:[\w-]+|\"[^\",\]:]*\"|'[^',\]:]*'))?\])+\Z")


def inlinable(css: str) -> str:
    """The same stylesheet with nothing but style rules of plain selectors, one selector a rule.

    At-rules, pseudo-classes and functional selectors can't stand in a `style` attribute, and some of them make premailer fail.
    """
    return "\n".join(f"{selector}{{{body}}}" for selectors, body in _rules(css) for selector in selectors if _PLAIN.match(selector))


def _rules(css: str) -> Iterator[tuple[list[str], str]]:
    """Top-level style rules: selectors and the text between the braces."""
    prelude, body, depth = "", "", 0
    for piece in _PIECE.findall(_COMMENT.sub(" ", css)):
        if piece == "{":
            body += piece if depth else ""
            depth += 1
        elif piece == "}" and depth:
            depth -= 1
            body += piece if depth else ""
            if not depth:
                if not prelude.lstrip().startswith("@") and "{" not in body:
                    yield _selectors(prelude), body.strip()
                prelude, body = "", ""
        elif depth:
            body += piece
        elif piece == ";":
            prelude = ""  # the end of an at-rule without a block
        else:
            prelude += piece


def _selectors(prelude: str) -> list[str]:
    """Selectors between the commas that stand outside brackets."""
    found, depth = [""], 0
    for piece in _PIECE.findall(prelude):
        depth += (piece in "([") - (piece in ")]")
        if piece == "," and not depth:
            found.append("")
        else:
            found[-1] += piece
    return [selector.strip() for selector in found if selector.strip()]
