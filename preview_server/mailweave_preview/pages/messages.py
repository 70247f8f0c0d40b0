"""A message itself: as a document for the frames, as text, and as a file."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, request

from mailweave.assets import with_assets
from mailweave.errors import MailweaveError
from mailweave.preheader import in_head
from mailweave.workspace import Workspace
from mailweave_preview.building import Built
from mailweave_preview.pages.assets import FOLDER, URL
from mailweave_preview.previewer import here
from mailweave_preview.schemes import SCHEMES, in_scheme
from mailweave_preview.security import message_policy

blueprint = Blueprint("messages", __name__)

_SCHEME, _IMAGES = "scheme", "images"
# What the frames add to a message's own look: no scroll bars, as the frame is as high as the message, and a hand over what can be clicked.
_FRAME: Final = "<style>html{overflow:hidden}[data-mailweave-slot]{cursor:pointer}</style>"


@blueprint.get("/campaigns/<name>/message.html")
def html(name: str) -> Response:
    """The message's document, marked, in a colour scheme; it can neither run scripts nor load anything of the internet's."""
    built = _built(name)
    scheme = request.args.get(_SCHEME, "light")
    document = in_scheme(local(built.marked, built.workspace), scheme if scheme in SCHEMES else "light")
    response = Response(in_head(document, _FRAME), mimetype="text/html")
    response.headers["Content-Security-Policy"] = message_policy(request.args.get(_IMAGES, ""))
    return response


@blueprint.get("/campaigns/<name>/message.txt")
def text(name: str) -> Response:
    """The text part."""
    message = _built(name).message
    assert message is not None
    return Response(message.text, mimetype="text/plain")


@blueprint.get("/campaigns/<name>/message.eml")
def eml(name: str) -> Response:
    """The message as a file, as it is sent."""
    message = _built(name).message
    assert message is not None
    file = quote(f"{message.campaign}-{message.profile}.eml")
    return Response(message.eml, mimetype="message/rfc822", headers={"Content-Disposition": f"attachment; filename*=UTF-8''{file}"})


def _built(name: str) -> Built:
    """What is asked for. Raises MailweaveError when there is no message."""
    built = here().build(name, here().state())
    if built.message is None:
        raise MailweaveError(*built.problems)
    return built


def local(document: str, workspace: Workspace) -> str:
    """The document with the workspace's own pictures, when it has some."""
    if not (workspace.root / FOLDER).is_dir():
        return document
    base = workspace.config.assets
    return document.replace(base, URL) if base else with_assets(document, URL)
