"""The report with buttons: approving writes baselines into the workspace. For one person, on this machine only."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from flask import Blueprint, Flask, Response, abort, jsonify, request, send_from_directory

from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave_preview import answers
from mailweave_preview.answers import api
from mailweave_preview.given import check_address, cut, posted, texts
from mailweave_preview.markup import render
from mailweave_preview.shots.approve import approve, decided, read_run
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.report_page import report_page
from mailweave_preview.shots.run import write_run

HOST: Final = "127.0.0.1"
_DECISIONS: Final = ("approved", "rejected")
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
    @api
    def decide() -> Response:
        shown = find()
        if not secrets.compare_digest(request.headers.get("X-Mailweave-Token", "").encode(), shown.token.encode()):
            abort(403, "This page is older than its server. Load it again.")
        ids, decision = _wanted()
        with lock:
            return jsonify({"done": _decide(shown, ids, decision)})

    return blueprint


def _wanted() -> tuple[set[str], str]:
    """The pictures and the decision of a request's body. Raises MailweaveError."""
    sent = posted({"ids": list, "decision": str})
    decision = sent["decision"]
    if decision not in _DECISIONS:
        raise MailweaveError(Problem(f"there is no decision '{cut(decision)}'", did_you_mean(decision, _DECISIONS), code="bad-request"))
    return set(texts("ids", sent["ids"])), decision


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
    answers.install(app, lambda title, problems: render("bare_error.html", title=title, problems=problems))
    app.register_blueprint(report_blueprint(lambda: Reported(out, baselines(), keep, token)))

    @app.before_request
    def ours() -> None:
        # Against DNS rebinding and pages of other sites.
        host = request.host.rsplit(":", 1)[0]
        if host not in (HOST, "localhost"):
            abort(421, "This address isn't the report's. Open it by the URL that `mailweave report --serve` printed.")
        origin = request.headers.get("Origin")
        if origin is not None and origin != request.host_url.rstrip("/"):
            abort(403, "Another site may not change anything here.")
        check_address()

    @app.after_request
    def careful(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return app
