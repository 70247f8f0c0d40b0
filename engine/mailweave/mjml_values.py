"""Whether an attribute's value fits its type in MJML."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_TYPE: Final = re.compile(r"(?P<kind>\w+)(?:\((?P<options>[^)]*)\))?(?:\{\d+,(?P<most>\d+)\})?\Z")
# More digits than a size has are a slip, and too many for a compiler.
_NUMBER: Final = r"(?:\d{1,9}(?:\.\d{1,20})?|\.\d{1,20})"
_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})|(?:rgb|hsl)a?\([\d\s.,%/]+\)", re.IGNORECASE)
_NAMES: Final = frozenset(
    {
        "aliceblue",
        "antiquewhite",
        "aqua",
        "aquamarine",
        "azure",
        "beige",
        "bisque",
        "black",
        "blanchedalmond",
        "blue",
        "blueviolet",
        "brown",
        "burlywood",
        "cadetblue",
        "chartreuse",
        "chocolate",
        "coral",
        "cornflowerblue",
        "cornsilk",
        "crimson",
        "cyan",
        "darkblue",
        "darkcyan",
        "darkgoldenrod",
        "darkgray",
        "darkgreen",
        "darkgrey",
        "darkkhaki",
        "darkmagenta",
        "darkolivegreen",
        "darkorange",
        "darkorchid",
        "darkred",
        "darksalmon",
        "darkseagreen",
        "darkslateblue",
        "darkslategray",
        "darkslategrey",
        "darkturquoise",
        "darkviolet",
        "deeppink",
        "deepskyblue",
        "dimgray",
        "dimgrey",
        "dodgerblue",
        "firebrick",
        "floralwhite",
        "forestgreen",
        "fuchsia",
        "gainsboro",
        "ghostwhite",
        "gold",
        "goldenrod",
        "gray",
        "green",
        "greenyellow",
        "grey",
        "honeydew",
        "hotpink",
        "indianred",
        "indigo",
        "inherit",
        "ivory",
        "khaki",
        "lavender",
        "lavenderblush",
        "lawngreen",
        "lemonchiffon",
        "lightblue",
        "lightcoral",
        "lightcyan",
        "lightgoldenrodyellow",
        "lightgray",
        "lightgreen",
        "lightgrey",
        "lightpink",
        "lightsalmon",
        "lightseagreen",
        "lightskyblue",
        "lightslategray",
        "lightslategrey",
        "lightsteelblue",
        "lightyellow",
        "lime",
        "limegreen",
        "linen",
        "magenta",
        "maroon",
        "mediumaquamarine",
        "mediumblue",
        "mediumorchid",
        "mediumpurple",
        "mediumseagreen",
        "mediumslateblue",
        "mediumspringgreen",
        "mediumturquoise",
        "mediumvioletred",
        "midnightblue",
        "mintcream",
        "mistyrose",
        "moccasin",
        "navajowhite",
        "navy",
        "oldlace",
        "olive",
        "olivedrab",
        "orange",
        "orangered",
        "orchid",
        "palegoldenrod",
        "palegreen",
        "paleturquoise",
        "palevioletred",
        "papayawhip",
        "peachpuff",
        "peru",
        "pink",
        "plum",
        "powderblue",
        "purple",
        "rebeccapurple",
        "red",
        "rosybrown",
        "royalblue",
        "saddlebrown",
        "salmon",
        "sandybrown",
        "seagreen",
        "seashell",
        "sienna",
        "silver",
        "skyblue",
        "slateblue",
        "slategray",
        "slategrey",
        "snow",
        "springgreen",
        "steelblue",
        "tan",
        "teal",
        "thistle",
        "tomato",
        "transparent",
        "turquoise",
        "violet",
        "wheat",
        "white",
        "whitesmoke",
        "yellow",
        "yellowgreen",
        "currentcolor",
    }
)


def complaint(value: str, type_: str) -> str:
    """What the value has to be instead, or the empty text when it fits.

    Example:
        >>> complaint("20", "unit(px,%)"), complaint("20px", "unit(px,%)"), complaint("middle", "enum(left,right)")
        ('a number with a unit: px or %', '', 'one of: left, right')
    """
    found = _TYPE.match(type_)
    if found is None or found["kind"] not in _COMPLAINTS:
        return ""
    return _COMPLAINTS[found["kind"]](value.strip(), (found["options"] or "").split(","), int(found["most"] or 1))


def _unit(value: str, units: list[str], most: int, sign: str = "") -> str:
    """An empty unit among `units` allows a bare number; "auto" stands for itself."""
    endings = "|".join(re.escape(unit) for unit in units if unit != "auto")
    pattern = re.compile(rf"{sign}{_NUMBER}(?:{endings})|0+|{'auto' if 'auto' in units else '0'}")
    parts = value.split()
    if 1 <= len(parts) <= most and all(map(pattern.fullmatch, parts)):
        return ""
    named = " or ".join(unit for unit in units if unit)
    return f"{f'one to {most} numbers, each' if most > 1 else 'a number'} with a unit: {named}"


def _signed_unit(value: str, units: list[str], most: int) -> str:
    return _unit(value, units, most, sign="-?")


def _enum(value: str, options: list[str], _most: int) -> str:
    return "" if value in options else f"one of: {', '.join(filter(None, options))}"


def _colour(value: str, _options: list[str], _most: int) -> str:
    # An empty colour is how MJML's documentation writes "none".
    fits = not value or _COLOUR.fullmatch(value) or value.lower() in _NAMES
    return "" if fits else "a colour such as #1f6f54, rgb(31,111,84) or teal"


def _integer(value: str, _options: list[str], _most: int) -> str:
    return "" if re.fullmatch(r"\d{1,9}", value) else "a whole number"


def _boolean(value: str, _options: list[str], _most: int) -> str:
    return "" if value in ("true", "false") else "true or false"


_COMPLAINTS: Final[dict[str, Callable[[str, list[str], int], str]]] = {
    "unit": _unit,
    "unitWithNegative": _signed_unit,
    "enum": _enum,
    "color": _colour,
    "integer": _integer,
    "boolean": _boolean,
}
