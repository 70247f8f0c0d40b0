"""The merge variables of an imported text: a type for each, guessed by its name and use, and a value to try it with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mailweave.languages import Template

# The last word of a name → what it usually is.
_WORDS: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("url", frozenset({"url", "link", "href", "image", "img", "src", "photo", "avatar"})),
    ("number", frozenset({"price", "total", "amount", "balance", "discount"})),
    ("integer", frozenset({"count", "points", "quantity", "qty", "age", "days"})),
    ("date", frozenset({"date", "birthday", "day"})),
    ("datetime", frozenset({"at", "time", "timestamp"})),
    ("list", frozenset({"items", "products", "orders", "tags"})),
)
# How many a list has, by the name that each language has for it.
_COUNTED: Final = re.compile(r"\.(?:length|size)\Z")
# Filter → the type that it takes.
_TAKEN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("date", "add_day", "add_month", "add_year", "subtract_day", "subtract_month", "subtract_year"), "datetime"),
    **dict.fromkeys(("money", "number", "percent", "plus", "minus", "times", "divided_by", "modulo", "round", "ceil", "floor", "abs"), "number"),
    **dict.fromkeys(("join", "map", "sort", "uniq", "where", "sum", "compact", "concat"), "list"),
}
_TAKING: Final = "|".join(_TAKEN)
_SAMPLES: Final[Mapping[str, Any]] = {
    "string": "Sample",
    "url": "https://shop.example/",
    "number": 12.5,
    "integer": 3,
    "date": "2026-11-23",
    "datetime": "2026-11-23T10:00:00Z",
    "list": [],
    "boolean": True,
    "object": {},
}
# What mailweave itself reads of a profile has to be right.
_KNOWN: Final[Mapping[str, Any]] = {"customer.timezone": "UTC", "customer.locale": "en-US", "customer.email": "sample@shop.example"}


def variables_of(templates: Iterable[Template], text: str) -> dict[str, dict[str, str]]:
    """Path → declaration of every value of the customer that is put out or looped over. Where every use is guarded, nothing requires it.

    What is only asked for (`{% if customer.vip %}`) isn't declared: it may be of any type.
    """
    uses: dict[str, bool] = {}
    counted: set[str] = set()
    for template in templates:
        for use in template.uses:
            if use.path.startswith("customer.") and (not use.guarded or _is_looped(use.path, text) or _is_put_out(use.path, text)):
                path = _COUNTED.sub("", use.path)
                counted |= {path} - {use.path}
                uses[path] = uses.get(path, True) and use.guarded
    # What lies inside a list or another value comes with it.
    outer = [path for path in uses if not any(path != other and path.startswith(f"{other}.") for other in uses)]
    inside = {path for path in outer if any(other.startswith(f"{path}.") for other in uses)}
    return {path: _declaration(path, uses[path], path in counted, path in inside, text) for path in sorted(outer)}


def _declaration(path: str, guarded: bool, counted: bool, has_parts: bool, text: str) -> dict[str, str]:
    kind = "list" if counted or _is_looped(path, text) else "object" if has_parts else _kind(path, text)
    return {"type": kind} | ({"description": "May be missing: every use asks first."} if guarded else {})


def _kind(path: str, text: str) -> str:
    """A value's type: a date's by its name, another's by the filter that it is put through, else by its name."""
    named = guess(path)
    found = re.search(rf"(?<![\w.]){re.escape(path)}\s*\|\s*({_TAKING})\b|[{{(]\s*({_TAKING})\s+(?:\.\./)*{re.escape(path)}(?![\w.])", text)
    return _TAKEN[found[1] or found[2]] if found and named not in ("date", "datetime") else named


def _is_looped(path: str, text: str) -> bool:
    return re.search(rf"(?:\bin|#each)\s+(?:\.\./)*{re.escape(path)}(?![\w.])", text) is not None


def _is_put_out(path: str, text: str) -> bool:
    return re.search(rf"\{{\{{[{{~&-]*\s*(?:[\w-]+\s+)?(?:\.\./)*{re.escape(path)}(?![\w.])", text) is not None


def guess(path: str) -> str:
    """The type of a value by its name.

    Example:
        >>> [guess(f"customer.{name}") for name in ("first_name", "cartUrl", "points", "is_member", "last_seen_at")]
        ['string', 'url', 'integer', 'boolean', 'datetime']
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", path.rsplit(".", 1)[-1]).lower().split("_")
    if words[0] in ("is", "has"):
        return "boolean"
    return next((kind for kind, known in _WORDS if words[-1] in known), "string")


def sample_of(variables: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A customer who has every one of these values."""
    customer: dict[str, Any] = {}
    for path, declared in variables.items():
        inner = customer
        *keys, last = path.split(".")[1:]
        for key in keys:
            inner = inner.setdefault(key, {})
        inner[last] = _KNOWN.get(path, _SAMPLES[declared["type"]])
    return customer
