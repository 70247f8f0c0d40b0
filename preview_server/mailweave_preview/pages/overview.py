"""Small answers for the search palette of every page."""

from __future__ import annotations

from flask import Blueprint

from mailweave.facts import look_up
from mailweave_preview.answers import api
from mailweave_preview.markup import render
from mailweave_preview.previewer import here

blueprint = Blueprint("overview", __name__)


@blueprint.get("/names")
@api
def names() -> dict[str, list[dict[str, str]]]:
    """Campaigns, profiles and pages by name. Profiles that were read say who they are."""
    previewer = here()
    workspace = previewer.workspace
    read = workspace.parts.get
    return {
        "campaigns": [{"name": name, "hint": getattr(read(("campaign", name)), "description", "")} for name in workspace.campaign_names()],
        "profiles": [{"name": name, "hint": _person(read(("profile", name)))} for name in workspace.profile_names()],
        "pages": [{"name": page.name, "hint": page.title} for page in previewer.pages],
    }


def _person(profile: object) -> str:
    """Who a profile is, as far as it says."""
    data = getattr(profile, "data", {})
    person = " ".join(str(data[key]) for key in ("first_name", "last_name") if data.get(key))
    return " · ".join(str(part) for part in (person, data.get("locale"), look_up(data, "address.city")) if part)


@blueprint.get("/problems")
@api
def problems() -> dict[str, object]:
    """What is wrong in the workspace, as far as it was looked over."""
    previewer = here()
    audits = previewer.audits
    audits.want()
    found = previewer.live.problems or audits.problems
    looked = audits.version is not None or bool(previewer.live.problems)
    return {"looked": looked, **audits.counts(), "html": render("problems.html", problems=found[:200]) if found else ""}
