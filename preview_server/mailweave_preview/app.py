"""The previewer's flask app: an engine and a workspace in, a WSGI application out."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Final

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem
from mailweave_preview.live import Live
from mailweave_preview.markup import render
from mailweave_preview.pages import assets, events, messages, nearest, overview, profiles, sending, static, workbench
from mailweave_preview.previewer import EXTENSION, Options, Previewer, here
from mailweave_preview.security import message_policy

# What every page leans on; the pages of the navigation come from the hook `register_pages`, ours too.
_PARTS: Final = (workbench, nearest, messages, profiles, assets, events, sending, overview, static)
# Larger than any profile that a person types, smaller than what would hurt.
_LARGEST_POST: Final = 4 * 1024 * 1024


def create_app(engine: Engine, root: Path, options: Options | None = None, *, base: Path | None = None) -> Flask:
    """The previewer of the workspace in `root`; `base` is the folder that messages name files from (default: the workspace's).

    A workspace with a broken mailweave.yaml is served, too: as a page that says what is wrong with it and goes away when it is mended.
    """
    previewer = Previewer(Live(engine, root, base), options or Options())
    app = Flask("mailweave_preview", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_POST, MAX_FORM_MEMORY_SIZE=_LARGEST_POST)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = previewer
    previewer.guard.install(app)
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
    for page in previewer.pages:
        app.register_blueprint(page.blueprint(), url_prefix=f"/{page.name}")
    app.add_url_rule("/", "home", lambda: redirect("/campaigns/"))
    app.register_error_handler(MailweaveError, _mistake)
    app.register_error_handler(HTTPException, _refusal)
    app.register_error_handler(Exception, _fault)
    return app


def _mistake(error: Exception) -> ResponseReturnValue:
    """What is wrong in the user's files or in the address."""
    assert isinstance(error, MailweaveError)
    missing = any(problem.code.startswith("unknown-") and problem.place is None for problem in error.problems)
    return _answer("This can't be shown yet", error.problems, 404 if missing else 422)


def _refusal(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, HTTPException)
    if error.code is not None and error.code < 400:
        return error.get_response()
    titles = {404: "There is no such page", 403: "That isn't allowed", 421: "Wrong address", 405: "That isn't allowed", 413: "That is too much"}
    return _answer(titles.get(error.code or 0, error.name), (Problem(error.description or "", code="http"),), error.code or 500)


def _fault(error: Exception) -> ResponseReturnValue:
    """A bug of ours or of a plugin's. The terminal gets the traceback, the page what it was."""
    traceback.print_exception(error, file=sys.stderr)
    what = f"{type(error).__name__}: {error}"
    return _answer("The previewer failed", (Problem(what, "the terminal shows where; the rest still works", code="internal"),), 500)


def _answer(title: str, problems: tuple[Problem, ...], status: int) -> ResponseReturnValue:
    """Problems as a page, or as JSON for a script."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return {"title": title, "problems": [str(problem) for problem in problems], "html": render("problems.html", problems=problems)}, status
    if request.path.endswith("/message.html"):
        # It stands in a frame, as the message would.
        return render("bare_error.html", title=title, problems=problems), status, {"Content-Security-Policy": message_policy("off")}
    return here().page("error.html", title=title, problems=problems), status
