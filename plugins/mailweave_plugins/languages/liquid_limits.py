"""What stops a Liquid template that runs away. Everything is counted, and nothing looks at a clock; see `mailweave.work`."""

from __future__ import annotations

from io import StringIO
from typing import Any, Final

from liquid.exceptions import LiquidError
from liquid.token import Token

from mailweave.limits import Limits, setting
from mailweave.work import OverLimit, Work

# An item of a list that is held counts as so many characters.
_ITEM: Final = 50


class OverLimitError(LiquidError):
    """A template takes more than it may."""

    def __init__(self, over: OverLimit, token: Token | None = None) -> None:
        super().__init__(str(over), token=token)
        self.over = over


class Collected(StringIO):
    """What a template or a tag puts out, up to so many characters."""

    def __init__(self, limits: Limits, size: int = 0) -> None:
        # Line breaks stay as they are.
        super().__init__(newline="")
        self.limits, self.size = limits, size

    def write(self, text: str, /) -> int:
        """Put out a text."""
        self.size += len(text)
        if self.size > self.limits.characters:
            what = f"the result is longer than {self.limits.characters:,} characters"
            raise OverLimitError(OverLimit(what, f"put out less{setting(self.limits, 'characters')}"))
        return super().write(text)


def check_held(values: Any, limits: Limits) -> None:
    """Refuse that `assign` and `capture` hold too much.

    Raises:
        OverLimitError: they do.
    """
    if sum(map(held, values)) > limits.characters:
        what = f"`assign` and `capture` hold more than {limits.characters:,} characters (an item of a list counts as {_ITEM})"
        raise OverLimitError(OverLimit(what, f"keep less{setting(limits, 'characters')}"))


def held(value: Any) -> int:
    """The size of a value that a name holds."""
    if isinstance(value, str):
        return len(value)
    return _ITEM * len(value) if isinstance(value, list | tuple) else 1


def check_size(name: str, value: Any, args: tuple[Any, ...], limits: Limits) -> None:
    """Refuse what would make a filter's result huge before it is made.

    Raises:
        ValueError: it would.
    """
    for given in (value, *args):
        # A range is only its two ends until a filter makes a list of it.
        if isinstance(given, range):
            check_range(given, limits)
    if _longest(name, value, args) > limits.characters:
        raise ValueError(f"the result is longer than {limits.characters:,} characters – put out less{setting(limits, 'characters')}")


def check_range(found: range, limits: Limits) -> None:
    """Refuse a range of more numbers than a loop may have turns.

    Raises:
        ValueError: it is one.
    """
    if found.stop - found.start > limits.turns:
        raise ValueError(f"a range of more than {limits.turns:,} numbers – use a shorter one{setting(limits, 'turns')}")


# Filters that look at each item several times.
_THOROUGH: Final = {"sort": 25, "sort_natural": 10, "uniq": 10}


def times(name: str) -> int:
    """How often a filter goes through what it is given, about."""
    return _THOROUGH.get(name, 1)


def check_result(result: Any, work: Work) -> None:
    """Count what a filter gives, and refuse what is too long.

    Raises:
        ValueError: it is.
    """
    work.call([result])
    if isinstance(result, str) and len(result) > work.limits.characters:
        limits = work.limits
        raise ValueError(f"the result is longer than {limits.characters:,} characters – put out less{setting(limits, 'characters')}")


def _longest(name: str, value: Any, args: tuple[Any, ...]) -> int:
    """At most so many characters does a filter give, as far as it multiplies them."""
    last = args[-1] if args else ""
    if name == "join" and isinstance(value, list | tuple | range):
        return len(value) * len(str(last)) if isinstance(last, str) else 0
    if name == "replace" and isinstance(value, str) and len(args) == 2 and isinstance(last, str):
        found = value.count(str(args[0])) if str(args[0]) else len(value) + 1
        return len(value) + found * len(last)
    if name in ("append", "prepend") and isinstance(value, str) and isinstance(last, str):
        return len(value) + len(last)
    return 0
