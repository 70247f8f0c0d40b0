"""How Handlebars sees plain data: what is inside a value, what counts as empty, and what a value looks like as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from markupsafe import Markup

from mailweave.facts import MISSING

# What JavaScript writes without an exponent (ECMA-262, Number::toString).
_PLAIN = 1e21


# What `Handlebars.Utils.escapeExpression` replaces (Handlebars.js 4.7, lib/handlebars/utils.js).
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"})


def escape_expression(text: str) -> str:
    """A text as Handlebars.js escapes it; markup stays."""
    return str(text) if isinstance(text, Markup) else text.translate(_ESCAPES)


def child(value: Any, name: str) -> Any:
    """What stands in a value under a name, or `MISSING`: a key of a mapping, an index or `length` of a list or text. Never an attribute."""
    if isinstance(value, Mapping):
        return value.get(name, MISSING)
    if not isinstance(value, list | tuple | str):
        return MISSING
    if name == "length":
        return len(value)
    if not (name.isascii() and name.isdigit()):
        return MISSING
    index = int(name[:9])
    return value[index] if index < len(value) and str(index) == name else MISSING


def absent(value: Any) -> bool:
    """Whether there is no value: none at all, or null."""
    return value is MISSING or value is None


def is_empty(value: Any) -> bool:
    """Whether `with` and `if` see nothing in a value: missing, null, false, an empty text, an empty list. Zero and `{}` are something."""
    return absent(value) or value is False or (isinstance(value, str | list | tuple) and not value)


def is_truthy(value: Any, *, include_zero: bool = False) -> bool:
    """What `if` asks; zero is false unless `include_zero`."""
    return not is_empty(value) and (include_zero or not _is_zero(value))


def _is_zero(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and (value == 0 or value != value)


def same(one: Any, other: Any) -> bool:
    """Whether two contexts are the same one (JavaScript's `==` between values of one kind), so that `..` doesn't count them twice."""
    if one is other:
        return True
    return type(one) is type(other) and isinstance(one, str | int | float | bool | Decimal) and one == other


def text_of(value: Any, *, lenient: bool = False) -> str:
    """A value as text: JavaScript's, for what templates hold. `lenient` writes a mapping as JavaScript does.

    Raises:
        ValueError: a mapping or a date, which has no text that a reader should see; or what is no data at all.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _number_text(value)
    if isinstance(value, list | tuple):
        return ",".join("" if absent(item) else text_of(item, lenient=lenient) for item in value)
    if isinstance(value, Mapping) and lenient:
        return "[object Object]"
    if isinstance(value, Mapping):
        raise ValueError("an object has no text – name one of its values")
    if isinstance(value, date):
        raise ValueError('a date has no text of its own – write it with a format, as in `{{date at "medium"}}`')
    raise ValueError("this value is neither a text nor a number – mend the helper that gives it")


def _number_text(value: int | float | Decimal) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _PLAIN else _float_text(value)
    try:
        return str(value)
    except ValueError as error:  # Python writes no longer ones
        raise ValueError("this number has too many digits – give it as a text") from error


def _float_text(value: float) -> str:
    """A fraction as JavaScript writes it (ECMA-262, Number::toString)."""
    if value != value or value in (float("inf"), float("-inf")):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if 1e-6 <= abs(value) < _PLAIN:
        return format(Decimal(repr(value)), "f")
    return re.sub(r"(?:\.0)?e([+-])0*", r"e\1", repr(value))


def extended(context: Any, named: Mapping[str, Any]) -> dict[str, Any]:
    """A partial's context with the values of its named parameters put in; what is no mapping gives what it has under indexes."""
    if isinstance(context, Mapping):
        return {**context, **named}
    items = enumerate(context) if isinstance(context, str | list | tuple) else ()
    return {**{str(index): item for index, item in items}, **named}


def indented(text: str, indent: str) -> str:
    """A partial's text with white space before each line, but for nothing after the last line break."""
    if not indent:
        return text
    *lines, last = text.split("\n")
    return "".join(f"{indent}{line}\n" for line in lines) + (indent + last if last else "")
