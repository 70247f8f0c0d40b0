"""The workbench: one campaign's message for one profile, and why it is so. Every state of it is in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from mailweave import zones
from mailweave.errors import MailweaveError
from mailweave.plugins import blame
from mailweave.previewer import Panel, Shown
from mailweave.workspace import Workspace
from mailweave_preview.answers import api
from mailweave_preview.building import Built, profile_named
from mailweave_preview.inbox import lines
from mailweave_preview.markup import render
from mailweave_preview.patches import difference, merge
from mailweave_preview.previewer import Previewer, here
from mailweave_preview.state import State

blueprint = Blueprint("workbench", __name__)

# Gmail clips what is longer; see the check `size`.
CLIP: Final = 102_000


@blueprint.get("/campaigns/<name>")
def workbench(name: str) -> ResponseReturnValue:
    """The page, with everything that it shows at first."""
    previewer, state = here(), here().state()
    if name not in previewer.workspace.campaign_names():
        previewer.workspace.campaign(name)
    if not state.profile and previewer.workspace.profile_names():
        first = previewer.workspace.profile_names()[0]
        rest = [(key, value) for key, value in request.args.items(multi=True) if key != "profile"]
        return redirect("?" + urlencode([("profile", first), *rest]))
    built = previewer.build(name, state)
    values = _values(previewer, name, state)
    return str(previewer.page("workbench.html", active="campaigns", **values, parts=_parts(previewer, name, state, built)))


@blueprint.get("/campaigns/<name>/state")
@api
def state(name: str) -> ResponseReturnValue:
    """What changes from state to state, as JSON; nothing (204) when it is what the page has already (`known`)."""
    previewer, wanted = here(), here().state()
    built = previewer.build(name, wanted)
    if request.args.get("known") == built.id:
        return Response(status=204)
    return _parts(previewer, name, wanted, built)


def _values(previewer: Previewer, name: str, state: State) -> Mapping[str, Any]:
    """What the frame of the page needs; the script keeps it as it is."""
    workspace = previewer.workspace
    catalogue = _or_empty(workspace, "catalogue")
    return {
        "campaign": name,
        "campaigns": workspace.campaign_names(),
        "profiles": workspace.profile_names(),
        "viewports": workspace.config.viewports,
        "state": state,
        "locales": sorted({workspace.config.locale, *catalogue}),
        "sources": list(workspace.config.sources),
        "providers": sorted(workspace.registry.providers),
        "zone": workspace.config.timezone,
    }


def _or_empty(workspace: Workspace, part: str) -> list[str]:
    try:
        return list(getattr(workspace, part).texts)
    except MailweaveError:
        return []


def _parts(previewer: Previewer, name: str, state: State, built: Built) -> dict[str, Any]:
    """The fragments of the page that depend on the state."""
    workspace = previewer.workspace
    slot = request.args.get("slot") or None
    shown = replace(built, slot=slot)
    panels = {panel.name: panel for panel in previewer.panels}
    panel = panels.get(request.args.get("tab", ""), previewer.panels[0])
    moment = (state.at or previewer.moment).astimezone(zones.zone(workspace.config.timezone))
    return {
        "id": built.id,
        "ok": built.message is not None,
        "version": previewer.live.version,
        "at": moment.strftime("%Y-%m-%dT%H:%M"),
        "locale": built.message.locale if built.message else "",
        "slots": render("slots.html", shown=shown, campaign=built.campaign, state=state),
        "inbox": render("inbox.html", shown=shown, lines=list(lines(built.message)) if built.message else []),
        "status": render("status.html", previewer=previewer, built=built, clip=CLIP),
        "trouble": "mailweave.yaml can't be read; this is how it was" if previewer.live.problems else "This message can't be built",
        "problems": render("problems.html", problems=wrong) if (wrong := previewer.live.problems or built.problems) else "",
        "edit": _edit(workspace, state),
        "tab": panel.name,
        "tabs": [{"name": one.name, "title": one.title, "badge": _badge(previewer, one, shown)} for one in previewer.panels],
        "panel": _body(previewer, panel, shown),
    }


def _edit(workspace: Workspace, state: State) -> str:
    """The state's edit without what says nothing: a field that was put back isn't edited any more."""
    try:
        base = profile_named(workspace, state.profile).data if state.profile else {}
    except MailweaveError:
        base = {}
    return replace(state, edit=difference(base, merge(base, state.edit))).edit_text


def _badge(previewer: Previewer, panel: Panel, shown: Shown) -> str:
    return str(blame(_owner(previewer, panel), f"panel '{panel.name}'", lambda: panel.badge(shown)))


def _body(previewer: Previewer, panel: Panel, shown: Shown) -> str:
    """A panel's HTML, or why it failed: one plugin's fault must not take the page away."""
    try:
        return str(blame(_owner(previewer, panel), f"panel '{panel.name}'", lambda: panel.body(shown)))
    except MailweaveError as error:
        return render("problems.html", problems=error.problems)


def _owner(previewer: Previewer, panel: Panel) -> str:
    return previewer.engine.registry.plugin_of.get(("panels", panel.name), panel.name)
