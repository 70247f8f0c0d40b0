"""The report with buttons: approving writes baselines into the workspace. For one person, on this machine only."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from flask import Blueprint, Flask, Response, abort, jsonify, request, send_from_directory

from mailweave.errors import MailweaveError
from mailweave_preview.shots.approve import approve, decided, read_run
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.report_page import report_page
from mailweave_preview.shots.run import write_run

HOST: Final = "127.0.0.1"
POLICY: Final = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Reported:
    """A run to show: its folder, where its pictures are approved to, which of them stay pictures, and the token that comes with decisions."""

    out: Path
    baselines: Baselines
    keep: tuple[str, ...]
    token: str


def report_blueprint(find: Callable[[], Reported]) -> Blueprint:
    """The report at its root, its pictures, and `decide`; the previewer mounts it under a prefix. `find` says at each request what is shown."""
    blueprint = Blueprint("shots", __name__)
    lock = Lock()

    @blueprint.get("/")
    def page() -> str:
        shown = find()
        return report_page(read_run(shown.out), token=shown.token)

    @blueprint.get("/<any(before, after, diff, aligned):kind>/<path:name>")
    def picture(kind: str, name: str) -> Response:
        return send_from_directory((find().out / kind).resolve(), name, mimetype="image/png")

    @blueprint.post("/decide")
    def decide() -> Response:
        shown = find()
        if not secrets.compare_digest(request.headers.get("X-Mailweave-Token", ""), shown.token):
            abort(403)
        wanted = request.get_json(silent=True)
        ids, decision = _wanted(wanted)
        with lock:
            return jsonify({"done": _decide(shown, ids, decision)})

    @blueprint.errorhandler(MailweaveError)
    def problem(error: MailweaveError) -> tuple[Response, int]:
        return jsonify({"error": "; ".join(str(one) for one in error.problems)}), 409

    return blueprint


def _wanted(given: Any) -> tuple[set[str], str]:
    """The pictures and the decision of a request's body; anything else is refused."""
    if not isinstance(given, dict) or given.get("decision") not in ("approved", "rejected"):
        abort(400)
    ids = given.get("ids")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        abort(400)
    return set(ids), str(given["decision"])


def _decide(shown: Reported, ids: set[str], decision: str) -> int:
    if decision == "rejected":
        run = read_run(shown.out)
        known = {result.id for result in run.results if result.status != "same"} & ids
        write_run(shown.out, decided(run, known, decision))
        return len(known)
    done = approve(shown.baselines, shown.out, lambda result: result.id in ids and result.status != "same", keep=shown.keep, prune=True)
    return len(done.kept) + len(done.removed)


def report_app(out: Path, baselines: Callable[[], Baselines], keep: tuple[str, ...]) -> Flask:
    """The report alone. Requests by another name than this machine's, or sent by another page, are refused."""
    app = Flask(__name__, static_folder=None)
    token = secrets.token_urlsafe(24)
    app.register_blueprint(report_blueprint(lambda: Reported(out, baselines(), keep, token)))

    @app.before_request
    def ours() -> None:
        # Against DNS rebinding and pages of other sites.
        host = request.host.rsplit(":", 1)[0]
        if host not in (HOST, "localhost"):
            abort(421)
        origin = request.headers.get("Origin")
        if origin is not None and origin != request.host_url.rstrip("/"):
            abort(403)

    @app.after_request
    def careful(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return app
