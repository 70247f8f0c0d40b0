"""Liquid's filters of lists as Shopify documents them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cmp_to_key
from typing import Any, Final

from liquid.builtin.expressions.primitive import Blank, Empty

from mailweave.described import described, kind_of
from mailweave_plugins.languages.liquid_compare import identity, order, same
from mailweave_plugins.languages.liquid_text import number, plain, text
from mailweave_plugins.languages.liquid_values import entry, is_gone, is_true, item

_CAPITALS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def items(value: Any) -> list[Any]:
    """A value as a list: nested lists are flattened, one value is a list of itself, nothing is empty."""
    if is_gone(value):
        return []
    return list(_flat(value)) if isinstance(value, list | tuple | range) else [value]


def _flat(value: Any) -> Iterator[Any]:
    for found in value:
        if isinstance(found, list | tuple):
            yield from _flat(found)
        else:
            yield found


def _get(found: Any, key: Any) -> Any:
    """What an item has under a key. A text has each of its parts under that part itself, as in Ruby.

    Raises:
        ValueError: it is neither an object nor a text, or the key is none.
    """
    if isinstance(found, Mapping):
        return entry(found, key)
    if not isinstance(found, str):
        raise ValueError(f"an item of the list is {described(found)}, not an object, so it has no {_shown(key)} – give a list of objects or of texts")
    if isinstance(key, str):
        return str(key) if key in found else None
    if isinstance(key, int) and not isinstance(key, bool):
        return found[key] if -len(found) <= key < len(found) else None
    raise ValueError(f"{described(key)} is no name of a value – give a name in quotes")


def _shown(key: Any) -> str:
    return f"`{key}`" if isinstance(key, str) else f"`{described(key)}`"


def _asked(key: Any, wanted: Any) -> Callable[[Any], bool]:
    """Whether an item has a value under a key: the wanted one, or any that counts as true."""
    return lambda found: is_true(_get(found, key)) if is_gone(wanted) else same(_get(found, key), wanted)


def _where(value: Any, key: Any, wanted: Any = None) -> list[Any]:
    return list(filter(_asked(key, wanted), items(value)))


def _reject(value: Any, key: Any, wanted: Any = None) -> list[Any]:
    asked = _asked(key, wanted)
    return [found for found in items(value) if not asked(found)]


def _find(value: Any, key: Any, wanted: Any = None) -> Any:
    return next(filter(_asked(key, wanted), items(value)), None)


def _find_index(value: Any, key: Any, wanted: Any = None) -> int | None:
    asked = _asked(key, wanted)
    return next((index for index, found in enumerate(items(value)) if asked(found)), None)


def _has(value: Any, key: Any, wanted: Any = None) -> bool:
    return any(map(_asked(key, wanted), items(value)))


def _map(value: Any, key: Any) -> list[Any]:
    return [_get(found, key) for found in items(value)]


def _keyed(value: Any, key: Any) -> list[tuple[Any, Any]]:
    """Each item with what it has under the key; with itself when there is none."""
    return [(found if is_gone(key) else _get(found, key), found) for found in items(value)]


def _compact(value: Any, key: Any = None) -> list[Any]:
    return [found for under, found in _keyed(value, key) if not is_gone(under)]


def _sum(value: Any, key: Any = None) -> int | float:
    return plain(sum((number(under) for under in items([under for under, _ in _keyed(value, key)])), start=0))


def _sort(value: Any, key: Any = None) -> list[Any]:
    """Ascending, what is missing last."""
    rank = cmp_to_key(order)
    return [found for _, found in sorted(_keyed(value, key), key=lambda pair: rank(pair[0]))]


def _sort_natural(value: Any, key: Any = None) -> list[Any]:
    def rank(pair: tuple[Any, Any]) -> tuple[bool, str]:
        return is_gone(pair[0]), text(pair[0]).translate(_CAPITALS)

    return [found for _, found in sorted(_keyed(value, key), key=rank)]


def _uniq(value: Any, key: Any = None) -> list[Any]:
    kept: dict[Any, Any] = {}
    for under, found in _keyed(value, key):
        kept.setdefault(identity(under), found)
    return list(kept.values())


def _join(value: Any, glue: Any = " ") -> str:
    return text(glue).join(map(text, items(value)))


def _concat(value: Any, more: Any) -> list[Any]:
    if not isinstance(more, list | tuple):
        raise ValueError(f"it adds a list, not {kind_of(more)} – give one, such as what `split` makes")
    return [*items(value), *more]


def _default(value: Any, instead: Any = "", *, allow_false: Any = False) -> Any:
    hollow = isinstance(value, Empty | Blank) or (isinstance(value, str | list | tuple | Mapping) and not value)
    return instead if is_gone(value) or hollow or (value is False and not is_true(allow_false)) else value


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | range | Mapping) else 0


LISTS: Final[dict[str, Callable[..., Any]]] = {
    "compact": _compact,
    "concat": _concat,
    "default": _default,
    "find": _find,
    "find_index": _find_index,
    "first": lambda value: item(value, "first") if not isinstance(value, Mapping) else next(iter(value.items()), None),
    "has": _has,
    "join": _join,
    "last": lambda value: item(value, "last") if not isinstance(value, Mapping) else None,
    "map": _map,
    "reject": _reject,
    "reverse": lambda value: items(value)[::-1],
    "size": _size,
    "sort": _sort,
    "sort_natural": _sort_natural,
    "sum": _sum,
    "uniq": _uniq,
    "where": _where,
}
