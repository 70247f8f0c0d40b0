"""Put the asset base before relative image URLs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_TAG: Final = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""")
_IMAGE: Final = re.compile(r"""(\s(?:src|background|poster)\s*=\s*)(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)
_CSS: Final = re.compile(r"""(\burl\(\s*)(["']|&quot;|&#39;)?(.*?)(\2\s*\))""", re.IGNORECASE)
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
    return _TAG.sub(lambda tag: _resolve(tag[0], lambda url: defer(url) or asset_url(base, url)), html)


def _resolve(tag: str, resolved: Callable[[str], str]) -> str:
    tag = _IMAGE.sub(lambda found: f"{found[1]}{found[2]}{resolved(found[3])}{found[2]}", tag)
    return _CSS.sub(lambda found: f"{found[1]}{found[2] or ''}{resolved(found[3])}{found[4]}", tag)
