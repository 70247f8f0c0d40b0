"""The matrix: profiles × slots with what each gets, and profiles × viewports with how it looks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from mailweave.choose import Choice
from mailweave.errors import MailweaveError
from mailweave.explain import label
from mailweave_preview.previewer import Previewer, here
from mailweave_preview.state import State

blueprint = Blueprint("matrix", __name__)

# Rows of one request: enough to fill a screen, few enough to answer at once.
_ROWS = 40


@blueprint.get("/")
def first() -> ResponseReturnValue:
    """The matrix of the first campaign."""
    names = here().workspace.campaign_names()
    if not names:
        return redirect("/campaigns/")
    return redirect(f"/matrix/{names[0]}")


@blueprint.get("/<name>")
def matrix(name: str) -> ResponseReturnValue:
    """The page; its rows are asked for when they come into view."""
    previewer = here()
    workspace = previewer.workspace
    campaign = workspace.campaign(name)
    slots = [{"name": slot.name, "options": _options(slot.entries)} for slot in campaign.slots]
    return str(
        previewer.page(
            "matrix.html",
            active="matrix",
            campaign=name,
            campaigns=workspace.campaign_names(),
            profiles=workspace.profile_names(),
            slots=slots,
            viewports=workspace.config.viewports,
            state=previewer.state(),
        )
    )


@blueprint.get("/<name>/rows")
def rows(name: str) -> ResponseReturnValue:
    """The choices of the profiles asked for (`p`, several), in the state of the query: slot → a number, as the page counts its options."""
    previewer, state = here(), here().state()
    wanted = request.args.getlist("p")[:_ROWS]
    return {"rows": [_row(previewer, name, replace(state, profile=profile)) for profile in wanted]}


def _row(previewer: Previewer, name: str, state: State) -> dict[str, Any]:
    try:
        choice = previewer.builder.choice(previewer.workspace, name, state, previewer.moment)
    except MailweaveError as error:
        return {"profile": state.profile, "problem": error.problems[0].sentence}
    return {"profile": state.profile, "choice": _labels(choice)}


def _labels(choice: Choice) -> dict[str, str]:
    return {slot.slot: label(slot.block, slot.variant) for slot in choice.values()}


def _options(entries: Any) -> list[str]:
    """What can stand in a slot, in the order of its entries, each once."""
    return list(dict.fromkeys(label(entry.block.name if entry.block else None, entry.variant) for entry in entries))
