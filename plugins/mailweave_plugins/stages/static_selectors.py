"""Selectors that say which elements they mean without a reader doing anything: what css-inline can match, and how much each weighs."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from mailweave_plugins.stages.css import split
from mailweave_plugins.stages.selectors import Specificity

_IDENT: Final = r"-{0,2}(?:[A-Za-z_]|[^\x00-\x7f]|\\[^\n])(?:[\w-]|[^\x00-\x7f]|\\[^\n])*"
_STRING: Final = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
# `style` attributes aren't there yet when a library matches.
_ATTRIBUTE: Final = rf"\[\s*(?!style\b){_IDENT}\s*(?:[~|^$*]?=\s*(?:{_IDENT}|{_STRING})\s*[iIsS]?\s*)?\]"
_PART: Final = re.compile(
    rf"(?P<id>#{_IDENT})|(?P<class>\.{_IDENT}|{_ATTRIBUTE})|(?P<type>{_IDENT}|\*)"
    r"|:(?P<pseudo>(?:first|last|only)-(?:child|of-type)|empty|root)(?![\w(-])"
    r"|:(?P<nth>nth-(?:last-)?(?:child|of-type))\(\s*(?:even|odd|[+-]?\d*n?(?:\s*[+-]\s*\d+)?)\s*\)"
    r"|:(?P<function>is|where|not)\((?P<list>(?:[^()\"']|\"[^\"]*\"|'[^']*'|\((?:[^()\"']|\"[^\"]*\"|'[^']*'|\([^()]*\))*\))*)\)"
    r"|(?P<combinator>\s*[>+~]\s*|\s+)",
    re.IGNORECASE,
)
_NOTHING: Final[Specificity] = (0, 0, 0)


class Static(NamedTuple):
    """A selector as css-inline takes it, with its specificity (Selectors Level 4, section 17)."""

    text: str
    specificity: Specificity


def static(selector: str) -> Static | None:
    """Read a selector; None when css-inline doesn't match it as browsers do.

    Example:
        >>> static("td:nth-child(2)"), static("a:hover"), static(":is(h1, .b) i")
        (Static(text='td:nth-child(2)', specificity=(0, 1, 1)), None, Static(text=':not(:not(h1):not(.b)) i', specificity=(0, 1, 1)))
    """
    texts: list[str] = []
    weights: list[Specificity] = []
    position, joined, selector = 0, True, selector.strip()
    while position < len(selector):
        found = _PART.match(selector, position)
        # A combinator stands between two compounds, and an element's name first in one.
        if not found or (found["combinator"] and joined) or (found["type"] and not joined):
            return None
        part = _function(found["function"].lower(), found["list"]) if found["function"] else Static(found[0], _weight(found))
        if part is None:
            return None
        texts.append(part.text)
        weights.append(part.specificity)
        position, joined = found.end(), bool(found["combinator"])
    return None if joined else Static("".join(texts), _sum(weights))


def _function(name: str, arguments: str) -> Static | None:
    """`:not(…)`, `:is(…)` or `:where(…)`. css-inline has no `:is`, but what isn't none of them is one of them."""
    listed = [static(argument) for argument in split(arguments, ",")]
    inner = [one for one in listed if one]
    if not inner or len(inner) < len(listed):
        return None
    nots = "".join(f":not({one.text})" for one in inner)
    weight = _NOTHING if name == "where" else max(one.specificity for one in inner)
    return Static(nots if name == "not" else f":not({nots})", weight)


def _weight(found: re.Match[str]) -> Specificity:
    named = found["type"] and found["type"] != "*"
    return int(bool(found["id"])), int(bool(found["class"] or found["pseudo"] or found["nth"])), int(bool(named))


def _sum(weights: list[Specificity]) -> Specificity:
    ids, classes, types = (sum(column) for column in zip(*weights, strict=True))
    return ids, classes, types
