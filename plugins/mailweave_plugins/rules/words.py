"""Values and numbers in the clauses that give a decision's reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

# Characters of a value that a clause shows.
LONGEST: Final = 60


def shown(value: Any) -> str:
    """A value as a person reads it, on one line and not too long.

    Example:
        >>> shown(3.0), shown(True), shown(["new", "hot"]), shown([]), shown({"a": 1})
        ('3', 'true', 'new, hot', 'empty', 'a mapping')
    """
    return _line(value if value.__class__ is str else _plain(value))


@lru_cache(4096)
def _line(text: str) -> str:
    return shortened(" ".join(text.split()))


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "empty"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def shortened(text: str) -> str:
    """A text, cut when it is too long for a clause."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def either(values: Iterable[Any]) -> str:
    """Values of which one will do: "gold or silver"."""
    return " or ".join(map(shown, values))


def counted(number: int, one: str) -> str:
    """A number of things: "1 day", "3 days", "no orders"."""
    return f"1 {one}" if number == 1 else f"{number or 'no'} {one}s"
