"""Conditions as Django's templates and HubL write them, in Liquid's words.

There an empty text, an empty list and zero are false, `and` binds closer than `or`, and `not` and `in` are words
(https://docs.djangoproject.com/en/stable/ref/templates/builtins/#if). In Liquid only nil and false are false, and conditions are read from the right.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from mailweave_plugins.importing.platforms.words import Report, filled, unfilled

_PATH: Final = r"[A-Za-z_][\w.-]*"
_TEXT: Final = r"(?:\"[^\"]*\"|'[^']*')"
_BARE: Final = re.compile(rf"(?P<not>not\s+)?(?P<path>{_PATH})\Z")
_IN: Final = re.compile(rf"(?P<value>{_TEXT}|{_PATH})\s+in\s+(?P<path>{_PATH})\Z")
_COMPARED: Final = re.compile(rf"(?:{_PATH}|{_TEXT}|-?[\d.]+)\s*(?:==|!=|>=|<=|>|<|contains\s)\s*(?:{_PATH}|{_TEXT}|-?[\d.]+)\Z")
_WORDS: Final = frozenset({"true", "false", "nil", "none", "blank", "empty"})
_SPLIT: Final = re.compile(rf"{_TEXT}|\b(?P<joint>and|or)\b")


def condition(text: str) -> str | Report:
    """A condition in Liquid's words, or what to write instead.

    Example:
        >>> condition("person.vip"), condition("'a' in tags"), condition("x == 1 or y == 2")
        ('person.vip and person.vip != blank and person.vip != 0', "tags contains 'a'", 'x == 1 or y == 2')
    """
    joints = [found for found in _SPLIT.finditer(text) if found["joint"]]
    kinds = [found["joint"] for found in joints]
    if ("and", "or") in pairwise(kinds):
        return Report("write an `if` in an `if`: Liquid reads `and` and `or` from the right")
    edges = [0, *(edge for found in joints for edge in found.span()), len(text)]
    parts = [
        _part(text[start:end].strip(), alone=not joints, all_and=set(kinds) <= {"and"}) for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]
    refused = next((part for part in parts if isinstance(part, Report)), None)
    if refused:
        return refused
    return str(parts[0]) + "".join(f" {kind} {part}" for kind, part in zip(kinds, parts[1:], strict=True))


def _part(text: str, *, alone: bool, all_and: bool) -> str | Report:
    bare, inside = _BARE.match(text), _IN.match(text)
    if bare and bare["path"].lower() not in _WORDS:
        path = bare["path"]
        if bare["not"]:
            return f"{unfilled(path)} or {path} == 0" if alone else Report("put each `not` in a tag of its own, as `{% if … == blank %}`")
        return f"{filled(path)} and {path} != 0" if all_and else Report(f"write `{filled(path)}`: Liquid takes an empty text and zero for true")
    if inside:
        return f"{inside['path']} contains {inside['value']}"
    if _COMPARED.match(text) or (bare and not bare["not"]):
        return text
    return Report("write it with Liquid's operators: ==, !=, <, >, contains, and, or; filters go into an `assign` before it")
