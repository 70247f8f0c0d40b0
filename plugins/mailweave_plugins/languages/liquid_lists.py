"""Liquid's filters of lists as Shopify documents them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from liquid.builtin.expressions.primitive import Empty
from liquid.undefined import is_undefined

from mailweave_plugins.languages.liquid_text import number, plain, text

_NONE: Final = object()


def _gone(value: Any) -> bool:
    """Whether a value is null, missing, or what `map` gives for a missing one."""
    return value is None or is_undefined(value) or type(value).__name__ in ("_Null", "Missing")


def items(value: Any) -> list[Any]:
    """A value as a list: nested lists are flattened, one value is a list of itself, nothing is empty."""
    if _gone(value):
        return []
    return list(_flat(value)) if isinstance(value, list | tuple | range) else [value]


def _flat(value: Any) -> Iterator[Any]:
    for item in value:
        if isinstance(item, list | tuple):
            yield from _flat(item)
        else:
            yield item


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal; true is not 1."""
    if _gone(one) or _gone(other):
        return _gone(one) and _gone(other)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _get(item: Any, key: Any) -> Any:
    if not isinstance(item, Mapping):
        raise ValueError(f"an item of the list isn't an object, so it has no `{text(key)}` – give a list of objects")
    return item.get(key)


def _asked(key: Any, wanted: Any) -> Callable[[Any], bool]:
    """Whether an item has a value under a key: the wanted one, or any that counts as true."""
    if wanted is _NONE or _gone(wanted):
        return lambda item: not _gone(_get(item, key)) and _get(item, key) is not False
    return lambda item: same(_get(item, key), wanted)


def _where(value: Any, key: Any, wanted: Any = _NONE) -> list[Any]:
    return list(filter(_asked(key, wanted), items(value)))


def _reject(value: Any, key: Any, wanted: Any = _NONE) -> list[Any]:
    asked = _asked(key, wanted)
    return [item for item in items(value) if not asked(item)]


def _find(value: Any, key: Any, wanted: Any = _NONE) -> Any:
    return next(filter(_asked(key, wanted), items(value)), None)


def _find_index(value: Any, key: Any, wanted: Any = _NONE) -> int | None:
    asked = _asked(key, wanted)
    return next((index for index, item in enumerate(items(value)) if asked(item)), None)


def _has(value: Any, key: Any, wanted: Any = _NONE) -> bool:
    return any(map(_asked(key, wanted), items(value)))


def _compact(value: Any, key: Any = None) -> list[Any]:
    return [item for item in items(value) if not _gone(item if _gone(key) else _get(item, key))]


def _sum(value: Any, key: Any = None) -> int | float:
    total = sum((number(item if _gone(key) else _get(item, key)) for item in items(value)), start=0)
    return plain(total)


def _sort(value: Any, key: Any = None) -> list[Any]:
    """Ascending, what is missing last."""

    def rank(item: Any) -> tuple[bool, Any]:
        found = item if _gone(key) else _get(item, key)
        return _gone(found), 0 if _gone(found) else found

    try:
        return sorted(items(value), key=rank)
    except TypeError as error:
        raise ValueError("texts and numbers, or lists and objects, have no order – sort values of one kind") from error


def _sort_natural(value: Any, key: Any = None) -> list[Any]:
    def rank(item: Any) -> tuple[bool, str]:
        found = item if _gone(key) else _get(item, key)
        return _gone(found), "" if _gone(found) else text(found).lower()

    return sorted(items(value), key=rank)


def _uniq(value: Any, key: Any = None) -> list[Any]:
    kept: list[Any] = []
    seen: list[Any] = []
    known: set[Any] = set()
    for item in items(value):
        found = item if _gone(key) else _get(item, key)
        if isinstance(found, str | int | float):
            # Quick for long lists of plain values.
            mark = (isinstance(found, bool), found)
            if mark in known:
                continue
            known.add(mark)
        elif any(same(found, other) for other in seen):
            continue
        else:
            seen.append(found)
        kept.append(item)
    return kept


def _join(value: Any, glue: Any = " ") -> str:
    return text(glue).join("" if _gone(item) else text(item) for item in items(value))


def _concat(value: Any, more: Any) -> list[Any]:
    if not isinstance(more, list | tuple | range):
        raise ValueError("it can add only a list – give one, such as what `split` makes")
    return [*items(value), *items(more)]


def _default(value: Any, instead: Any = "", *, allow_false: Any = False) -> Any:
    hollow = isinstance(value, Empty) or (isinstance(value, str | list | tuple | Mapping) and not value)
    return instead if _gone(value) or hollow or (value is False and allow_false is not True) else value


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | range | Mapping) else 0




LISTS: Final[dict[str, Callable[..., Any]]] = {
    "compact": _compact,
    "concat": _concat,
    "default": _default,
    "find": _find,
    "find_index": _find_index,
    "has": _has,
    "join": _join,
    "reject": _reject,
    "reverse": lambda value: items(value)[::-1],
    "size": _size,
    "sort": _sort,
    "sort_natural": _sort_natural,
    "sum": _sum,
    "uniq": _uniq,
    "where": _where,
}
