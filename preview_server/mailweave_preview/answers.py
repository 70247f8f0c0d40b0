"""How the previewer answers what it can't or won't do: a page for people, JSON for scripts, never a stack of Python's."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Final, TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from mailweave.errors import MailweaveError, Problem
from mailweave_preview.markup import render
from mailweave_preview.security import message_policy

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
# Larger than any profile that a person types, smaller than what would hurt.
LARGEST_POST: Final = 4 * 1024 * 1024
# Code of a problem → the status of its answer; 404 for what is unknown, else 422.
_STATUSES: Final = {"bad-request": 400, "bad-media": 415, "no-run": 409, "baseline": 409}
# Status → title, what is wrong (empty: what whoever refused says), remedy.
_REFUSALS: Final = {
    400: ("This request makes no sense", "The address or what was sent with it can't be read.", "copy the address again, or begin at the campaigns"),
    403: ("That isn't allowed", "", ""),
    404: ("There is no such page", "Nothing of the previewer is at this address.", "begin at the campaigns, or search with Find"),
    405: ("That isn't allowed", "This address doesn't take what was sent to it.", "open it in a browser"),
    406: ("That can't be answered", "", "ask for HTML or JSON"),
    411: ("This request makes no sense", "", "say how long it is, in Content-Length"),
    413: ("That is too much", f"The request is larger than {LARGEST_POST // 1024 // 1024} MB.", "send less; a preview profile may have 2 MB"),
    414: ("This address is too long", "", "take something out of it"),
    415: ("This request makes no sense", "What was sent is of a type that isn't understood.", "send JSON"),
    416: ("That part isn't there", "The file has no such part.", "ask for all of it"),
    421: ("Wrong address", "", ""),
}


def api(view: View) -> View:
    """Mark a view that scripts ask: what it refuses is answered as JSON to whoever doesn't ask for a page."""
    view.is_api = True  # type: ignore[attr-defined]
    return view


def install(app: Flask, page: Callable[[str, tuple[Problem, ...]], Markup]) -> None:
    """Answer an app's errors; `page` makes a page of a title and problems."""

    def answer(title: str, problems: tuple[Problem, ...], status: int, headers: dict[str, str] | None = None) -> ResponseReturnValue:
        if _wants_json():
            told = {"title": title, "problems": [str(problem) for problem in problems], "html": render("problems.html", problems=problems)}
            return told, status, headers or {}
        if request.path.endswith("/message.html"):
            # It stands in a frame, as the message would.
            policy = {"Content-Security-Policy": message_policy("off")}
            return render("bare_error.html", title=title, problems=problems), status, {**(headers or {}), **policy}
        return page(title, problems), status, headers or {}

    def mistake(error: Exception) -> ResponseReturnValue:
        """What is wrong in the user's files or in what was asked."""
        assert isinstance(error, MailweaveError)
        status = next((found for problem in error.problems if (found := _status(problem))), 422)
        return answer("This request makes no sense" if status in (400, 415) else "This can't be shown yet", error.problems, status)

    def refusal(error: Exception) -> ResponseReturnValue:
        assert isinstance(error, HTTPException)
        if error.code is None or error.code < 400:
            return error.get_response()
        title, what, remedy = _REFUSALS.get(error.code, (error.name, "", ""))
        said = error.description or error.name
        # What we say ourselves, at the place, is better than what fits every such refusal.
        ours = said != type(error).description
        problem = Problem(said if ours or not what else what, "" if ours else remedy, code="http")
        kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Content-Range", "Retry-After")}
        return answer(title, (problem,), error.code, kept)

    def fault(error: Exception) -> ResponseReturnValue:
        """A bug of ours or of a plugin's. The terminal gets the traceback, the page what it was."""
        traceback.print_exception(error, file=sys.stderr)
        what = f"{type(error).__name__}: {error}"
        return answer("The previewer failed", (Problem(what, "the terminal shows where; the rest still works", code="internal"),), 500)

    app.config.update(MAX_CONTENT_LENGTH=LARGEST_POST, MAX_FORM_MEMORY_SIZE=LARGEST_POST)
    app.register_error_handler(MailweaveError, mistake)
    app.register_error_handler(HTTPException, refusal)
    app.register_error_handler(Exception, fault)


def _status(problem: Problem) -> int | None:
    if problem.code.startswith("unknown-") and problem.place is None:
        return 404
    return _STATUSES.get(problem.code)


def _wants_json() -> bool:
    """Whether a script asks: it says so, or doesn't say and this isn't a page."""
    asked = request.accept_mimetypes
    page, data = asked["text/html"], asked["application/json"]
    if page != data:
        return data > page
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method not in ("GET", "HEAD") or bool(getattr(view, "is_api", False))
