"""What Liquid sets in front of a mail's parts, by `assign` and `capture`, so that each part that reads it can set it itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailweave.ahead import Ahead, enclosed, until
from mailweave.edits import spliced

_TAG: Final = re.compile(r"\{%-?+\s*+(?P<name>\w++)(?P<rest>.*?)-?%\}", re.DOTALL)
_TAGS: Final = (("{{", "}}"), ("{%", "%}"))
_CAPTURE: Final = re.compile(r"\{%-?+\s*+capture\b")
_CAPTURE_END: Final = re.compile(r"\{%-?+\s*+endcapture\s*+-?+%\}")
_NAME: Final = re.compile(r"(?<![\w.-])[\w-]++")
_SET: Final = re.compile(r"\b(?:assign|capture)\s+[\"']?([\w-]+)")
_BLOCKS: Final = frozenset({"if", "unless", "case", "for", "tablerow", "comment", "raw", "capture"})


@dataclass(frozen=True)
class Setting:
    """One statement, or an `if` around several, and the names that it sets."""

    text: str
    names: tuple[str, ...]


def settings_of(text: str) -> list[Setting]:
    """What a text sets by itself, in order. What is set amidst of markup inside of an `if` or a loop isn't found."""
    return [Setting(part, names) for part in _statements(text) if (names := tuple(_SET.findall(part))) and _is_silent(part)]


def _statements(text: str) -> Iterator[str]:
    """Every tag that stands outside of others, with its content."""
    depth, start = 0, 0
    for tag in until(_TAG, text, "%}"):
        name = tag["name"]
        if name.startswith("end"):
            depth = max(0, depth - 1)
            if depth == 0:
                yield text[start : tag.end()]
        elif name in _BLOCKS:
            start = start if depth else tag.start()
            depth += 1
        elif depth == 0:
            yield tag[0]


def _is_silent(part: str) -> bool:
    """It puts nothing out."""
    rest = spliced(part, ((start, end, "") for start, end in _captures(part)))
    return "{{" not in rest and not spliced(rest, ((*tag.span(), "") for tag in until(_TAG, rest, "%}"))).strip()


def _captures(text: str) -> Iterator[tuple[int, int]]:
    ends, at = Ahead(_CAPTURE_END, text), 0
    while (found := _CAPTURE.search(text, at)) and (end := ends.first(found.end())):
        at = end.end()
        yield found.start(), at


def needed(settings: Sequence[Setting], text: str) -> str:
    """Those that a text reads, and those that they read, as one text to put in front of it."""
    found: list[str] = []
    read = {name for start, end in enclosed(text, _TAGS) for name in _NAME.findall(text, start, end)}
    for setting in reversed(settings):
        if not read.isdisjoint(setting.names):
            found.append(setting.text)
            read.update(_NAME.findall(setting.text))
    return "".join(reversed(found))
