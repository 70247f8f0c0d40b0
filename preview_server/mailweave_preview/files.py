"""Answer with a file of a folder, and never with one outside of it."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from flask import Response, abort, request

# What a machine may know under another name, or not at all.
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".webp": "image/webp", ".avif": "image/avif", ".woff2": "font/woff2"}


def answer(folder: Path, name: str) -> Response:
    """The file `name` of a folder, or 304 when the browser has it; 404 for whatever leads out of the folder, links too."""
    folder = folder.resolve()
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder):
            abort(404, "That isn't in the folder.")
        if not path.is_file():
            # A pipe would keep us waiting.
            abort(404, "There is no such file.")
        data = path.read_bytes()
    except (OSError, ValueError, RuntimeError):  # links that go in circles are a RuntimeError before Python 3.13
        abort(404, "There is no such file.")
    kind = _KINDS.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = Response(data, mimetype=kind, headers={"Cache-Control": "no-cache"})
    response.set_etag(hashlib.sha256(data).hexdigest()[:32])
    response.make_conditional(request)
    return response
