"""What would have to change in the profile for each other alternative of a slot. Asked for by the panel Why, as it may take a second."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from mailweave.alternatives import Alternative, Trial
from mailweave.campaign import Campaign
from mailweave.choose import label_of
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.facts import MISSING
from mailweave.nearest import Change, Nearest, nearest, searching
from mailweave.profiles import Profile
from mailweave.reach.solver import HOW_TO_INSTALL, available
from mailweave_preview.answers import api
from mailweave_preview.building import profile_of
from mailweave_preview.given import cut
from mailweave_preview.markup import render, shown
from mailweave_preview.patches import difference
from mailweave_preview.previewer import Previewer, here
from mailweave_preview.state import State

blueprint = Blueprint("nearest", __name__)

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
# More other slots than this are counted, not named.
_MOST_NAMED: Final = 3


@dataclass(frozen=True)
class _Told:
    """One change in words: a field, what it is, and what it would have to be."""

    path: str
    now: str
    then: str


@blueprint.get("/campaigns/<name>/nearest")
@api
def changes(name: str) -> ResponseReturnValue:
    """For each alternative of the slot asked for, by its number, HTML that says what would have to change."""
    previewer, state = here(), here().state()
    workspace = previewer.workspace
    campaign = workspace.campaign(name)
    slot = request.args.get("slot", "")
    slots = {one.name: one for one in campaign.slots}
    if slot not in slots:
        raise MailweaveError(Problem(f"the campaign '{name}' has no slot '{cut(slot)}'", did_you_mean(cut(slot), slots), code="unknown-slot"))
    built = previewer.build(name, state)
    found = previewer.kept.get(("nearest", built.id, slot), (), lambda: _found(previewer, campaign, state, slot))
    return {"slot": slot, "alternatives": found}


def _found(previewer: Previewer, campaign: Campaign, state: State, slot: str) -> list[str]:
    workspace = previewer.workspace
    profile = profile_of(workspace, state)
    base = workspace.profile(state.profile) if state.profile else Profile.from_data({})
    trial = Trial(workspace, campaign, state.at or previewer.moment)
    search = searching(trial, profile.data)
    wanted = [Alternative(slot, index) for index in range(len(next(one for one in campaign.slots if one.name == slot).entries))]
    return [_html(trial, base, nearest(search, one)) for one in wanted]


def _html(trial: Trial, base: Profile, near: Nearest) -> Markup:
    if near.status != "found":
        return render("panels/nearest.html", near=near, solver=None if available() else HOW_TO_INSTALL)
    named = [f"{one.slot} becomes {label_of(trial.entry(one))}" for one in near.also]
    also = ", ".join(named[:_MOST_NAMED]) + (f", and {len(named) - _MOST_NAMED} more slots change" if len(named) > _MOST_NAMED else "")
    edit = State(edit=difference(base.data, near.profile.data)).edit_text
    return render("panels/nearest.html", near=near, changes=list(_told(near.changes)), also=also, edit=edit)


def _told(changes: tuple[Change, ...]) -> Iterator[_Told]:
    for change in changes:
        yield _Told(change.path, _value(change.now), _grown(change.now, change.then) or _value(change.then))


def _value(value: Any) -> str:
    if isinstance(value, list) and 0 < len(value) <= 4 and not any(isinstance(one, list | dict) for one in value):
        return ", ".join(map(str, value))
    text = "missing" if value is MISSING else shown(value)
    # A moment to the minute is enough to be told by.
    return text[:16].replace("T", " ") if _MOMENT.match(text) else text


def _grown(now: Any, then: Any) -> str:
    """What is added to a list, when nothing else of it changes."""
    if not (isinstance(now, list) and isinstance(then, list) and now and then[: len(now)] == now):
        return ""
    added = then[len(now) :]
    days = sorted({str(one["at"])[:10] for one in added if isinstance(one, dict) and "at" in one})
    if days:
        return f"{len(added)} more, of {days[0]}" + (f" to {days[-1]}" if len(days) > 1 else "")
    return f"also {_value(added)}"
