"""Selectors: which ones premailer matches as browsers do, and a wider one for each of the others."""

from __future__ import annotations

import re
from typing import Final

_IDENT: Final = r"-?[A-Za-z_][\w-]*"
# premailer cuts selectors at commas and colons, even in quotes; `style` attributes aren't there yet when it matches.
_VALUE: Final = rf"(?:{_IDENT}|\"[^\",:\]{{}}\\]*\"|'[^',:\]{{}}\\]*')"
_ATTRIBUTE: Final = rf"\[\s*(?!style\b)[A-Za-z][\w-]*\s*(?:[~|^$*]?=\s*{_VALUE}\s*)?\]"
_PARTS: Final = rf"(?:[.#]{_IDENT}|{_ATTRIBUTE})"
_COMPOUND: Final = rf"(?:(?:\*|{_IDENT}){_PARTS}*|{_PARTS}+)"
_EXACT: Final = re.compile(rf"{_COMPOUND}(?:(?:\s*[>+~]\s*|\s+){_COMPOUND})*")
_LAST: Final = re.compile(rf"{_COMPOUND}\Z")
_PSEUDO: Final = re.compile(r"::?[\w-]+(?:\((?:[^()]|\([^()]*\))*\))?")
_PSEUDO_ELEMENT: Final = re.compile(r"::|:(?:before|after|first-line|first-letter)\b", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"(\[[^\]]*\])")
_TYPE: Final = re.compile(rf"(?<![\w.#-]){_IDENT}")

Specificity = tuple[int, int, int]


def normalised(selector: str) -> str:
    """The selector with element names in lower case and spaces around combinators."""
    parts = _BRACKETS.split(selector)
    parts[::2] = [_TYPE.sub(lambda found: found[0].lower(), re.sub(r"\s*([>+~])\s*", r" \1 ", part)) for part in parts[::2]]
    return "".join(parts).strip()


def is_exact(selector: str) -> bool:
    """Whether premailer finds the same elements as a browser: no pseudo-classes, functions, escapes or commas."""
    return _EXACT.fullmatch(selector) is not None


def is_of_pseudo_element(selector: str) -> bool:
    """Whether the selector styles something like `::before`, which is no element."""
    return _PSEUDO_ELEMENT.search(selector) is not None


def widened(selector: str) -> str:
    """A selector that premailer can match and that finds at least the same elements.

    Example:
        >>> widened("ul li:not(.a)"), widened(":is(h1, h2)"), widened("a.b:hover")
        ('li', '*', 'a.b')
    """
    if selector.strip().lower() == ":root":
        return "html"
    last = re.split(r"[\s>+~]", _PSEUDO.sub(":", selector).strip())[-1]
    return last.rstrip(":") if _LAST.fullmatch(last.rstrip(":")) else "*"


def specificity(selector: str) -> Specificity:
    """Counts of ids, of classes and attributes, and of elements in an exact selector (Selectors Level 4, section 17)."""
    plain = _BRACKETS.sub("", selector)
    brackets = len(_BRACKETS.findall(selector))
    return plain.count("#"), plain.count(".") + brackets, len(_TYPE.findall(plain))


def without_case(selector: str) -> str:
    """The selector with its classes and ids in lower case, as browsers compare them in documents without a doctype.

    Example:
        >>> without_case("#One .A-b[title='.X']")
        "#one .a-b[title='.X']"
    """
    parts = _BRACKETS.split(selector)
    parts[::2] = [re.sub(r"[.#][\w-]+", lambda found: found[0].lower(), part) for part in parts[::2]]
    return "".join(parts)
