"""The helpers that Handlebars.js brings: `if`, `unless`, `each`, `with`, `lookup` and `log`; and what a block does that names only a value."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple, Protocol

from mailweave.described import described
from mailweave.facts import MISSING
from mailweave_plugins.languages.handlebars_values import absent, child, is_empty, is_truthy, text_of

_LOG: Final = logging.getLogger("mailweave.handlebars")
_INDEX: Final = re.compile(r"(?:0|[1-9][0-9]{0,8})\Z", re.ASCII)
_LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}


class Branches(Protocol):
    """What a block helper may put out: its program, once or more, or its inverse."""

    @property
    def this(self) -> Any:
        """The context in which the block stands."""

    def program(self, context: Any, data: Mapping[str, Any] | None = None, values: tuple[Any, ...] = ()) -> str:
        """The program filled in a context, with `@` values and the values of its block parameters."""

    def turns(self, count: int) -> None:
        """Count the turns of a loop that begins."""

    def inverse(self) -> str:
        """What stands after `else`."""


class BlockHelper(NamedTuple):
    """A helper for blocks. `params`: how many parameters it takes (one or none). `named`: the named parameters it takes. `names`: how many
    block parameters it gives."""

    run: Callable[..., str]
    named: tuple[str, ...] = ()
    names: int = 0
    params: int = 1
    loop: bool = False
    # The branch that is put out only when the parameter isn't empty.
    guards: str = "program"


class InlineHelper(NamedTuple):
    """A helper for values. `least` and `most`: how many parameters it takes."""

    run: Callable[..., Any]
    least: int
    most: int
    named: tuple[str, ...] = ()


def _if(branches: Branches, value: Any, includeZero: Any = False) -> str:
    return branches.program(branches.this) if is_truthy(value, include_zero=is_truthy(includeZero)) else branches.inverse()


def _unless(branches: Branches, value: Any, includeZero: Any = False) -> str:
    return branches.inverse() if is_truthy(value, include_zero=is_truthy(includeZero)) else branches.program(branches.this)


def _with(branches: Branches, value: Any) -> str:
    return branches.inverse() if is_empty(value) else branches.program(value, values=(value,))


def _each(branches: Branches, value: Any) -> str:
    pairs = list(items(value))
    if not pairs:
        return branches.inverse()
    branches.turns(len(pairs))
    last = len(pairs) - 1
    done = (
        branches.program(item, {"key": key, "index": index, "first": index == 0, "last": index == last}, (item, key))
        for index, (key, item) in enumerate(pairs)
    )
    return "".join(done)


def items(value: Any) -> Iterator[tuple[Any, Any]]:
    """What `each` goes through, with keys; nothing for what is neither a list nor a mapping."""
    if isinstance(value, Mapping):
        # JavaScript puts keys that are array indexes first, in order (ECMA-262, OrdinaryOwnPropertyKeys).
        indexes = sorted((key for key in value if _INDEX.match(str(key))), key=int)
        yield from ((key, value[key]) for key in dict.fromkeys([*indexes, *value]))
    elif isinstance(value, list | tuple):
        yield from enumerate(value)


def block_value(branches: Branches, value: Any) -> str:
    """`{{#name}}` where `name` is a value: a list is gone through, `true` keeps the context, another value becomes the context."""
    if absent(value) or value is False:
        return branches.inverse()
    if isinstance(value, list | tuple):
        return _each(branches, value)
    return branches.program(branches.this if value is True else value)


def _raw(branches: Branches) -> str:
    return branches.program(branches.this)


def looked_up(value: Any, key: Any) -> Any:
    """What stands in a value under a key, or `MISSING`; a value that is false gives itself."""
    if not is_truthy(value) and not isinstance(value, list | tuple):
        return value
    return MISSING if absent(key) else child(value, text_of(key, lenient=True))


def _log(*values: Any, level: Any = None) -> str:
    """Python's logger `mailweave.handlebars` stands for the console; nothing is put out."""
    chosen = "info" if absent(level) else level
    if not isinstance(chosen, str) or chosen not in _LEVELS:
        raise ValueError(f"`log` has no level {described(chosen)} – use one of: {', '.join(_LEVELS)}")
    _LOG.log(_LEVELS[chosen], "%s", " ".join(map(_logged, values)))
    return ""


def _logged(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if absent(value) else text_of(value, lenient=True)


BLOCK_HELPERS: Final[Mapping[str, BlockHelper]] = {
    "if": BlockHelper(_if, named=("includeZero",)),
    "unless": BlockHelper(_unless, named=("includeZero",), guards="inverse"),
    "each": BlockHelper(_each, names=2, loop=True),
    "with": BlockHelper(_with, names=1),
}

# Only for blocks with four braces. Handlebars.js's guide has it as its example of a helper that one registers.
RAW: Final = "raw"
RAW_HELPER: Final = BlockHelper(_raw, params=0)

# What Handlebars.js calls by itself when there is no helper of a name. Its compiler takes them for helpers, but a template may not call them.
HOOKS: Final = ("helperMissing", "blockHelperMissing")

INLINE_HELPERS: Final[Mapping[str, InlineHelper]] = {
    "lookup": InlineHelper(looked_up, 2, 2),
    "log": InlineHelper(_log, 0, 99, named=("level",)),
}
