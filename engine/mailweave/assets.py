"""Put the asset base before relative image URLs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from mailweave.edits import Edit, spliced
from mailweave.tags import quoted_attributes

_IMAGES: Final = frozenset({"src", "background", "poster"})
_CSS: Final = re.compile(r"""(\burl\(\s*+)(["']|&quot;|&#39;)((?:(?!\2)[^\n])*+)(\2\s*+\))""", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#|\Z")


def asset_url(base: str, url: str) -> str:
    """A URL, with the base before it when it is relative.

    Example:
        >>> asset_url("https://cdn.example/", "logo.png"), asset_url("https://cdn.example/", "https://x.example/a.png")
        ('https://cdn.example/logo.png', 'https://x.example/a.png')
    """
    return url if not base or _ABSOLUTE.match(url) else base + url.removeprefix("./").lstrip("/")


def with_assets(html: str, base: str) -> str:
    """The document with every relative image URL resolved: `src`, `background`, `poster`, and `url(…)` in style attributes."""
    return with_deferred_assets(html, base, lambda _: None)


def with_deferred_assets(html: str, base: str, defer: Callable[[str], str | None]) -> str:
    """The same, but first each URL is given to `defer`; what that gives stands in its place, when it gives anything."""
    if not base:
        return html
    return spliced(html, _edits(html, lambda url: defer(url) or asset_url(base, url)))


def _edits(html: str, resolved: Callable[[str], str]) -> Iterator[Edit]:
    for name, start, end in quoted_attributes(html):
        if name in _IMAGES:
            yield start, end, resolved(html[start:end])
        elif name == "style":
            yield start, end, _CSS.sub(lambda found: f"{found[1]}{found[2]}{resolved(found[3])}{found[4]}", html[start:end])
