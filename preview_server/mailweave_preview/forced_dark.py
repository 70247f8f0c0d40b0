"""Force dark colours on a message, as clients do that know no dark mode of the message's own.

Outlook.com, Outlook's apps and Gmail's on phones don't publish how; what they have in common is that light backgrounds become dark and dark text
light by turning the lightness around and keeping the hue, and that pictures stay. Lightness and chroma are CIE LCh's (CSS Color 4, section 9).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from mailweave.edits import spliced
from mailweave.tags import insides, search_markup

_DECLARATION: Final = re.compile(r"(?<![\w-])(background-color|background|border(?:-[a-z]+)*|outline(?:-color)?|color)\s*:\s*([^;}]+)", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r'(\s)(bgcolor|color|text)="([^"]*)"', re.IGNORECASE)
_STYLED: Final = re.compile(r'(\sstyle=")([^"]*)(")', re.IGNORECASE)
_HEAD_END: Final = re.compile(r"</head\s*>", re.IGNORECASE)
_COLOR: Final = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\b(?:black|white|gray|grey|silver|navy|red|green|blue)\b", re.IGNORECASE)
_NAMES: Final = {
    "black": "#000000",
    "white": "#ffffff",
    "gray": "#808080",
    "grey": "#808080",
    "silver": "#c0c0c0",
    "navy": "#000080",
    "red": "#ff0000",
    "green": "#008000",
    "blue": "#0000ff",
}
# How much of the lightness is turned around, and how much of the chroma stays.
_DEPTH: Final = 0.75
_CHROMA: Final = 0.8
_BASE: Final = "<style>html{background:#171717;color:#e8e8e8}</style>"

Rgb = tuple[float, float, float]


def darkened(html: str) -> str:
    """The document with dark colours: those in `style` and colour attributes and in style sheets."""
    html = _STYLED.sub(lambda found: found[1] + _declared(found[2]) + found[3], html)
    html = _ATTRIBUTE.sub(lambda found: f'{found[1]}{found[2]}="{_turned(found[3], found[2].lower() == "bgcolor")}"', html)
    html = spliced(html, ((sheet.start, sheet.end, _declared(html[sheet.start : sheet.end])) for sheet in insides(html, "style")))
    head = search_markup(partial(_HEAD_END.search, html), html)
    at = head.start() if head else 0
    return html[:at] + _BASE + html[at:]


def _declared(css: str) -> str:
    return _DECLARATION.sub(lambda found: f"{found[1]}:{_turned(found[2], found[1].lower().startswith('background'))}", css)


def _turned(value: str, background: bool) -> str:
    return _COLOR.sub(lambda found: turn(found[0], background), value)


@lru_cache(maxsize=4096)
def turn(color: str, background: bool) -> str:
    """A CSS colour as it becomes: light when it was a dark text or line, dark when it was a light background, else itself.

    Example:
        >>> turn("#ffffff", True), turn("#ffffff", False), turn("#000000", False)
        ('#212121', '#ffffff', '#dbdbdb')
    """
    rgb = _parsed(color)
    if rgb is None:
        return color
    lightness, a, b = _lab(rgb)
    if background == (lightness < 50):
        return color
    turned = 50 - (lightness - 50) * _DEPTH
    return _hex(_rgb((turned, a * _CHROMA, b * _CHROMA)))


def _parsed(color: str) -> Rgb | None:
    """Red, green and blue from 0 to 1; None for what is no opaque colour."""
    text = _NAMES.get(color.lower(), color.lower())
    if text.startswith("#") and len(text) in (4, 7):
        digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
        return int(digits[:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:], 16) / 255
    numbers = re.findall(r"\d+(?:\.\d+)?", text) if text.startswith("rgb(") and "%" not in text else []
    return (float(numbers[0]) / 255, float(numbers[1]) / 255, float(numbers[2]) / 255) if len(numbers) == 3 else None


# sRGB to CIE XYZ (D65) and back, IEC 61966-2-1.
_TO_XYZ: Final = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_TO_RGB: Final = ((3.2404542, -1.5371385, -0.4985314), (-0.9692660, 1.8760108, 0.0415560), (0.0556434, -0.2040259, 1.0572252))
_WHITE: Final = (0.95047, 1.0, 1.08883)


def _lab(rgb: Rgb) -> Rgb:
    linear = _each(rgb, lambda value: value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    x, y, z = (_cube_root(value / white) for value, white in zip(_times(_TO_XYZ, linear), _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _rgb(lab: Rgb) -> Rgb:
    y = (lab[0] + 16) / 116
    roots = (y + lab[1] / 500, y, y - lab[2] / 200)
    x, y, z = (white * (root**3 if root > 6 / 29 else (root - 4 / 29) * 3 * (6 / 29) ** 2) for root, white in zip(roots, _WHITE, strict=True))
    return _each(_times(_TO_RGB, (x, y, z)), lambda value: value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055)


def _cube_root(value: float) -> float:
    return math.cbrt(value) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29


def _each(values: Rgb, function: Callable[[float], float]) -> Rgb:
    return function(values[0]), function(values[1]), function(values[2])


def _times(matrix: tuple[Rgb, Rgb, Rgb], values: Rgb) -> Rgb:
    first, second, third = (sum(factor * value for factor, value in zip(row, values, strict=True)) for row in matrix)
    return first, second, third


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(min(1.0, max(0.0, value)) * 255):02x}" for value in rgb)
