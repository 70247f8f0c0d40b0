"""What a page may fetch: the workspace's own assets. Everything else is refused and told by name."""

from __future__ import annotations

import io
import mimetypes
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from PIL import Image, UnidentifiedImageError

from mailweave_preview.shots.scene import ASSETS

if TYPE_CHECKING:
    from playwright.async_api import Route


class Assets:
    """Answers the requests of pages from a workspace's `assets` folder; `base` is the URL that its messages would be sent with."""

    def __init__(self, folder: Path, base: str = "") -> None:
        self.folder = folder
        self.bases = tuple(dict.fromkeys(one for one in (ASSETS, base) if one))
        self._read = lru_cache(maxsize=256)(_still)

    @cached_property
    def root(self) -> Path:
        return self.folder.resolve()

    def file(self, url: str) -> Path | None:
        """The file that a URL names, if it is one of the workspace's."""
        for base in self.bases:
            if url.startswith(base):
                path = (self.root / unquote(urlsplit(url[len(base) :]).path)).resolve()
                return path if path.is_file() and path.is_relative_to(self.root) else None
        return None

    def name(self, url: str) -> str:
        """How a URL is told: a workspace's asset by its path."""
        for base in self.bases:
            if url.startswith(base):
                return f"assets/{url[len(base) :]}"
        return url[:200]

    async def answer(self, route: Route, blocked: list[str]) -> None:
        """Serve or refuse a request; refused ones are added to `blocked`."""
        url = route.request.url
        path = self.file(url)
        if path is None:
            blocked.append(self.name(url))
            await route.abort()
            return
        body, kind = self._read(path, path.stat().st_mtime_ns)
        await route.fulfill(body=body, content_type=kind)


def _still(path: Path, _changed: int) -> tuple[bytes, str]:
    """A file's bytes and type; of a moving picture its first frame, so that every picture shows the same one."""
    data = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    try:
        with Image.open(io.BytesIO(data)) as image:
            if not getattr(image, "is_animated", False):
                return data, kind
            image.seek(0)
            out = io.BytesIO()
            image.convert("RGBA").save(out, "PNG")
            return out.getvalue(), "image/png"
    except (UnidentifiedImageError, OSError):
        return data, kind
