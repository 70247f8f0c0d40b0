"""Addresses of the workbench."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final
from urllib.parse import quote, urlencode

from mailweave.workspace import Workspace
from mailweave_preview.patches import difference
from mailweave_preview.readable import readable
from mailweave_preview.state import State

# How many preview profiles a made-up customer is compared with to find a short address.
_MOST: Final = 24


def workbench(campaign: str, state: State, **more: str) -> str:
    """The address of a campaign's workbench in a state; `more` are keys that its script knows, like `slot`."""
    return f"/campaigns/{quote(campaign)}?" + urlencode([*state.query(), *more.items()])


def as_edit(workspace: Workspace, data: Mapping[str, Any]) -> State:
    """The state that shows a made-up customer: the preview profile that is most like it, edited."""
    profiles = islice(readable(workspace.profile_names(), workspace.profile), _MOST)
    edits = [(profile.name, difference(profile.data, data)) for profile in profiles]
    name, edit = min(edits, key=lambda pair: len(json.dumps(pair[1], default=str)), default=("", dict(data)))
    return State(profile=name, edit=edit)
