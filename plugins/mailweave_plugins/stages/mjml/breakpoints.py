"""`mj-breakpoint`: from which width on columns stand beside each other, as it is written; mrml takes nothing but pixels."""

from __future__ import annotations

import re
from typing import Final

from mailweave_plugins.stages.mjml.tree import Node

_DEFAULT: Final = "480px"
_LOWER: Final = "479px"
_NUMBER: Final = re.compile(r"(?<!\d)\d{1,9}(?!\d)", re.ASCII)


def take_breakpoint(root: Node) -> str:
    """The width that the last `mj-breakpoint` of the head says, which are taken out."""
    found = _DEFAULT
    for head in root.all("mj-head"):
        found = next((node.attributes["width"] for node in reversed(list(head.all("mj-breakpoint"))) if "width" in node.attributes), found)
        head.children = [child for child in head.children if child.name != "mj-breakpoint"]
    return found


def with_breakpoint(html: str, width: str) -> str:
    """The document with that width in its media queries, and a pixel less in those for phones (`makeLowerBreakpoint` of `mjml-core`)."""
    number = _NUMBER.search(width)
    lower = f"{int(number[0]) - 1}px" if number else width
    head, body, rest = html.partition("<body")
    return head.replace(f"min-width:{_DEFAULT})", f"min-width:{width})").replace(f"max-width:{_LOWER})", f"max-width:{lower})") + body + rest
