"""Edit a profile as text, and save one as a preview profile."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from mailweave.errors import MailweaveError, Problem
from mailweave.folders import PROFILES
from mailweave.profiles import read_profile
from mailweave.source import Source
from mailweave.workspace import Workspace
from mailweave.yamlfile import parse
from mailweave.yamlwrite import dump
from mailweave_preview.answers import api
from mailweave_preview.building import profile_of
from mailweave_preview.given import cut, oddities, posted
from mailweave_preview.patches import difference
from mailweave_preview.previewer import here, refuse_writing
from mailweave_preview.state import State
from mailweave_preview.writing import write

blueprint = Blueprint("profiles", __name__, url_prefix="/profiles")

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\Z")


@blueprint.get("/text")
@api
def text() -> ResponseReturnValue:
    """The profile of a state as YAML, or as JSON with `kind=json`."""
    profile = profile_of(here().workspace, here().state())
    as_json = request.args.get("kind") == "json"
    data = dict(profile.data)
    return {"text": json.dumps(data, indent=2, ensure_ascii=False) if as_json else dump(data)}


@blueprint.post("/edit")
@api
def edit() -> ResponseReturnValue:
    """The difference that a text (YAML or JSON) makes to a preview profile: `{"edit": …}`. Changes nothing."""
    sent = posted({"text": str, "profile": str})
    document = parse(Source("the profile", sent["text"]))
    read_profile(document, "profile")
    _check_data(document.value, "unreadable")
    base = profile_of(here().workspace, State(profile=sent["profile"]))
    return {"edit": difference(base.data, document.value)}


@blueprint.post("/save")
@api
def save() -> ResponseReturnValue:
    """Write the profile of a state as `profiles/<name>.yaml`; one that is there already only with `replace`."""
    previewer = here()
    refuse_writing()
    sent = posted({"name": str, "profile": str}, {"edit": dict, "locale": str, "replace": bool})
    name = sent["name"]
    _check_name(name)
    workspace = previewer.workspace
    if name in workspace.profile_names() and not sent.get("replace"):
        return {"exists": True, "name": name}, 409
    state = State(profile=sent["profile"], edit=sent.get("edit", {}), locale=sent.get("locale", ""))
    file = f"{PROFILES}/{name}.yaml"
    path = write(workspace.root, file, _headed(workspace, state.profile) + _readable(dict(profile_of(workspace, state).data), file, name))
    previewer.live.changed([path])
    return {"name": name, "path": path.relative_to(workspace.root).as_posix()}


def _readable(data: dict[str, Any], file: str, name: str) -> str:
    """A profile as the text of its file.

    Raises:
        MailweaveError: whoever opens the workspace next couldn't read the file, or would read something else.
    """
    _check_data(data, "unwritable")
    text = dump(data)
    document = parse(Source(file, text))
    read_profile(document, name)
    changed = ", ".join(f"`{key}`" for key in difference(data, document.value))
    if changed:
        raise MailweaveError(Problem(f"{changed} would be read as something else", "write another value, or put it in quotes", code="unwritable"))
    return text


def _check_data(data: Any, code: str) -> None:
    problems = [Problem(f"the profile {wrong}", remedy, code=code) for wrong, remedy in oddities(data)]
    if problems:
        raise MailweaveError(problems[0])


def _headed(workspace: Workspace, base: str) -> str:
    """A comment for whoever finds the file."""
    return f"# Made in the previewer from '{base}'.\n" if base in workspace.profile_names() else "# Made in the previewer.\n"


def _check_name(name: str) -> None:
    if not _NAME.match(name):
        name = cut(name)
        remedy = "use lower-case letters, digits, hyphens and underscores, like gold-in-oslo"
        raise MailweaveError(Problem(f"'{name}' can't be a profile's name", remedy, code="bad-name"))
