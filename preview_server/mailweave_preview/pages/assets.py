"""The workspace's own pictures, and nothing else of it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from flask import Blueprint, Response, abort

from mailweave_preview.files import answer
from mailweave_preview.previewer import here

blueprint = Blueprint("assets", __name__)

FOLDER: Final = "assets"
URL: Final = "/assets/"
_KINDS: Final = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp", ".woff", ".woff2", ".ttf", ".otf", ".mp4", ".webm"}


@blueprint.get(f"{URL}<path:name>")
def asset(name: str) -> Response:
    """A picture or font of the folder `assets`."""
    if PurePosixPath(name).suffix.lower() not in _KINDS:
        abort(404, "Only pictures and fonts are served from assets/.")
    response = answer(here().live.root / FOLDER, name)
    # An SVG may hold scripts; as a picture it doesn't run them, and as a document this keeps it from it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
    return response
