"""Code that puts texts into a list one after the other, as one expression."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterable, Sequence

# A line of code with its indent, and whether it is only in the tracing function.
Line = tuple[str, bool]


def straightened(lines: Sequence[Line], indent: str, append: str) -> tuple[list[Line], list[str]] | None:
    """The lines that append nothing, and the expressions that the others append; None when something is appended in an `if` or a loop."""
    prefix = f"{indent}{append}("
    texts = [line[len(prefix) - 1 :] for line, _ in lines if line.startswith(prefix)]
    others = [(line, traced) for line, traced in lines if not line.startswith(prefix)]
    return None if any(append in line for line, _ in others) else (others, texts)


def literal_of(expressions: Iterable[str]) -> str | None:
    """The text of expressions that are nothing but text.

    Example:
        >>> literal_of(["('Hi')", "(' Ann')"]), literal_of(["('Hi ')", "(name)"])
        ('Hi Ann', None)
    """
    try:
        return "".join(map(literal_eval, expressions))
    except (ValueError, SyntaxError):
        return None
