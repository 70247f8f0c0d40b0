"""The previewer's own scripts, styles and icon."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Response

from mailweave_preview.files import answer

blueprint = Blueprint("own", __name__)

FOLDER: Final = Path(__file__).parents[1] / "static"


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """A file of the folder `static`."""
    return answer(FOLDER, name)
