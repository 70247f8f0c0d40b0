"""The workspace's own pictures, and nothing else of it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from flask import Blueprint, Response, abort, send_from_directory

from mailweave_preview.previewer import here

blueprint = Blueprint("assets", __name__)

FOLDER: Final = "assets"
URL: Final = "/assets/"
_KINDS: Final = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp", ".woff", ".woff2", ".ttf", ".otf", ".mp4", ".webm"}


@blueprint.get(f"{URL}<path:name>")
def asset(name: str) -> Response:
    """A picture or font of the folder `assets`; a link that leads out of the folder isn't followed."""
    if PurePosixPath(name).suffix.lower() not in _KINDS:
        abort(404, "Only pictures and fonts are served from assets/.")
    folder = (here().live.root / FOLDER).resolve()
    if not (folder / name).resolve().is_relative_to(folder):
        abort(404, "That isn't in assets/.")
    response = send_from_directory(folder, name, conditional=True)
    # An SVG may hold scripts; as a picture it doesn't run them, and as a document this keeps it from it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
    response.headers["Cache-Control"] = "no-cache"
    return response
