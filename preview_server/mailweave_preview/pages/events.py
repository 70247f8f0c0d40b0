"""Tell the pages when files change."""

from __future__ import annotations

from flask import Blueprint, Response

from mailweave_preview.previewer import here

blueprint = Blueprint("events", __name__)


@blueprint.get("/events")
def events() -> Response:
    """Server-sent events: `hello` and `changed` with the workspace's version, `problems` with how many there are."""
    previewer = here()
    previewer.audits.want()
    return Response(previewer.live.listen(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
