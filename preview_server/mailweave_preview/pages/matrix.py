"""The matrix: profiles × slots with what each gets, and profiles × viewports with how it looks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from mailweave.campaign import Slot
from mailweave.choose import label, label_of
from mailweave.errors import MailweaveError
from mailweave_preview.answers import api
from mailweave_preview.previewer import Previewer, first_campaign, here
from mailweave_preview.state import State

blueprint = Blueprint("matrix", __name__)

# Rows of one request: enough to fill a screen, few enough to answer at once.
_ROWS = 40


@blueprint.get("/")
def first() -> ResponseReturnValue:
    """The matrix of the first campaign."""
    return first_campaign("matrix")


@blueprint.get("/<name>")
def matrix(name: str) -> ResponseReturnValue:
    """The page; its rows are asked for when they come into view."""
    previewer = here()
    workspace = previewer.workspace
    campaign = workspace.campaign(name)
    slots = [{"name": slot.name, "options": list(dict.fromkeys(_options(slot)))} for slot in campaign.slots]
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
@api
def rows(name: str) -> ResponseReturnValue:
    """The choices of the profiles asked for (`p`, several), in the state of the query: slot → one of its options, and why."""
    previewer, state = here(), here().state()
    wanted = request.args.getlist("p")[:_ROWS]
    return {"rows": [_row(previewer, name, replace(state, profile=profile)) for profile in wanted]}


def _row(previewer: Previewer, name: str, state: State) -> dict[str, Any]:
    try:
        choice = previewer.builder.choice(previewer.workspace, name, state, previewer.moment)
    except MailweaveError as error:
        return {"profile": state.profile, "problem": error.problems[0].sentence}
    slots = previewer.workspace.campaign(name).slots
    return {
        "profile": state.profile,
        "choice": {slot.name: _options(slot)[slot.entries.index(choice[slot.name].entry)] for slot in slots},
        "why": {slot: chosen.because for slot, chosen in choice.items()},
    }


def _options(slot: Slot) -> list[str]:
    """What each entry of a slot puts in; entries that share a variant, and give it other parameters, are told apart by their number."""
    labels = list(map(label_of, slot.entries))
    shared = {text for text, count in Counter(labels).items() if count > 1 and text != label(None, None)}
    return [f"{text} · {number}" if text in shared else text for number, text in enumerate(labels, 1)]
