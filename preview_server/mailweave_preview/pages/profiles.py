"""Edit a profile as text, and save one as a preview profile."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from mailweave.errors import MailweaveError, Problem
from mailweave.folders import PROFILES
from mailweave.profiles import read_profile
from mailweave.source import Source
from mailweave.workspace import Workspace
from mailweave.yamlfile import parse
from mailweave.yamlwrite import dump
from mailweave_preview.building import profile_of
from mailweave_preview.patches import difference
from mailweave_preview.previewer import here, refuse_writing
from mailweave_preview.state import State
from mailweave_preview.writing import write

blueprint = Blueprint("profiles", __name__, url_prefix="/profiles")

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\Z")


@blueprint.get("/text")
def text() -> ResponseReturnValue:
    """The profile of a state as YAML, or as JSON with `kind=json`."""
    profile = profile_of(here().workspace, here().state())
    as_json = request.args.get("kind") == "json"
    data = dict(profile.data)
    return {"text": json.dumps(data, indent=2, ensure_ascii=False) if as_json else dump(data)}


@blueprint.post("/edit")
def edit() -> ResponseReturnValue:
    """The difference that a text (YAML or JSON) makes to a preview profile: `{"edit": …}`. Changes nothing."""
    sent = _sent("text", "profile")
    document = parse(Source("the profile", sent["text"]))
    read_profile(document, "profile")
    base = profile_of(here().workspace, State(profile=sent["profile"]))
    return {"edit": difference(base.data, document.value)}


@blueprint.post("/save")
def save() -> ResponseReturnValue:
    """Write the profile of a state as `profiles/<name>.yaml`; one that is there already only with `replace`."""
    previewer = here()
    refuse_writing()
    sent = _sent("name", "profile")
    name = sent["name"]
    _check_name(name)
    workspace = previewer.workspace
    if name in workspace.profile_names() and not sent.get("replace"):
        return {"exists": True, "name": name}, 409
    state = State(profile=sent["profile"], edit=_mapping(sent.get("edit")), locale=str(sent.get("locale") or ""))
    profile = profile_of(workspace, state)
    path = write(workspace.root, f"{PROFILES}/{name}.yaml", _headed(workspace, state.profile) + dump(dict(profile.data)))
    previewer.live.changed([path])
    return {"name": name, "path": path.relative_to(workspace.root).as_posix()}


def _headed(workspace: Workspace, base: str) -> str:
    """A comment for whoever finds the file."""
    return f"# Made in the previewer from '{base}'.\n" if base in workspace.profile_names() else "# Made in the previewer.\n"


def _check_name(name: str) -> None:
    if not _NAME.match(name):
        remedy = "use lower-case letters, digits, hyphens and underscores, like gold-in-oslo"
        raise MailweaveError(Problem(f"'{name}' can't be a profile's name", remedy, code="bad-name"))


def _sent(*keys: str) -> dict[str, Any]:
    """The JSON that was sent; these keys must be text."""
    data = request.get_json(silent=True)
    if not isinstance(data, dict) or not all(isinstance(data.get(key), str) for key in keys):
        abort(400, f"Send JSON with {', '.join(keys)}.")
    return data


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
