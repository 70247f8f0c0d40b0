"""The links to web fonts: those that `mj-font` names and MJML's own, each where a component uses it (`buildFontsTags` of `mjml-core`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Final

from mailweave.tags import quoted_attributes
from mailweave_plugins.stages.mjml.tree import Node

# MJML links to these where they are used without an `mj-font`; Ubuntu is its default font.
DEFAULT: Final[Mapping[str, str]] = {
    name: f"https://fonts.googleapis.com/css?family={name.replace(' ', '+')}:300,400,500,700"
    for name in ("Open Sans", "Droid Sans", "Lato", "Roboto", "Ubuntu")
}
_FAMILIES: Final = re.compile(r"font-family:([^\";}]*)", re.IGNORECASE)
# A URL says nothing of fonts, whatever words a value has put into it.
_URL: Final = re.compile(r"""\burl\(\s*+(?:'[^']*'\s*+|"[^"]*"\s*+|[^()'"]*+)\)""", re.IGNORECASE)
# mrml's last comment before the place where MJML writes the links.
_PLACE: Final = re.compile(r"\.mj-outlook-group-fix \{[^{}]*+\}\s*+</style>\s*+<!\[endif\]-->")


def take_fonts(root: Node) -> dict[str, str]:
    """MJML's fonts and those of `mj-font`, which are taken out: name to URL as written."""
    fonts = dict(DEFAULT)
    for head in root.all("mj-head"):
        fonts |= {node.attributes["name"]: node.attributes["href"] for node in head.all("mj-font") if {"name", "href"} <= node.attributes.keys()}
        head.children = [child for child in head.children if child.name != "mj-font"]
    return fonts


def with_fonts(html: str, fonts: Mapping[str, str], inlined: Iterable[str]) -> str:
    """Link the fonts that a style attribute or a sheet for the inliner names. What a text or another attribute says of fonts means nothing."""
    body = html.partition("<body")[2]
    texts = (*(body[start:end] for name, start, end in quoted_attributes(body) if name == "style"), *inlined)
    named = [unescape(found).lower() for text in texts for found in _FAMILIES.findall(_URL.sub("", text))]
    used = [url for name, url in fonts.items() if any(name.lower() in family for family in named)]
    place = _PLACE.search(html)
    if not (used and place):
        return html
    links = "".join(f'<link href="{url}" rel="stylesheet" type="text/css">' for url in used)
    imports = "".join(f"@import url({url});" for url in used)
    tags = f'<!--[if !mso]><!-->{links}<style type="text/css">{imports}</style><!--<![endif]-->'
    return html[: place.end()] + tags + html[place.end() :]
