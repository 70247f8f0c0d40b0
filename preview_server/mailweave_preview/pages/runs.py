"""Bulk runs, live: how far each is, what failed and why, and what is next. Only looked at, never changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, abort
from markupsafe import Markup

from mailweave.zones import zone
from mailweave_preview.answers import api
from mailweave_preview.busy import busy
from mailweave_preview.previewer import here
from mailweave_preview.run_lists import first_lines

if TYPE_CHECKING:
    from mailweave_plugins.bulk.sight.state import RunState

blueprint = Blueprint("runs", __name__)

# Outcome → how it is shown: well, waits for another try, failed, or neither.
KINDS: Final = {"written": "well", "sent": "well", "deferred": "waits", "in doubt": "doubt", "rejected": "failed", "refused": "failed"}
_WIDTH: Final = 1000


@dataclass(frozen=True)
class Bar:
    """A piece of the progress bar, in thousandths of its width."""

    kind: str
    x: float
    width: float


@blueprint.get("/")
def page() -> Markup:
    """Every run."""
    previewer = here()
    busy("the list of runs")
    states, more = previewer.runs.states()
    live = any(state.status in ("running", "preparing") or not state.complete for _, state in states)
    return previewer.page("runs.html", active="runs", states=states, more=more, live=live, folders=previewer.options.runs, **_words())


@blueprint.get("/state")
@api
def states() -> dict[str, Any]:
    """Every run, as `mailweave runs --json` has it, each with its id."""
    found, more = here().runs.states()
    return {"runs": [{"id": name, **state.json()} for name, state in found], "more": more}


@blueprint.get("/<name>")
def one(name: str) -> Markup:
    """One run."""
    state = _state(name)
    live = state.status in ("running", "preparing") or not state.complete
    return here().page("run.html", active="runs", name=name, state=state, live=live, **_words())


@blueprint.get("/<name>/state")
@api
def one_state(name: str) -> dict[str, Any]:
    """The same for scripts."""
    return {"id": name, **_state(name).json()}


@blueprint.get("/<name>/lists/<file>")
def lists(name: str, file: str) -> Response:
    """The first lines of a list of messages to look at, as text."""
    state = _state(name)
    text = first_lines(state.folder, file) if file in state.lists else None
    if text is None:
        abort(404, "This run has no such list now.")
    return Response(text, mimetype="text/plain")


def _state(name: str) -> RunState:
    busy("the page of a run")
    state = here().runs.state(name)
    if state is None:
        abort(404, "There is no such run in the folders of --runs any more.")
    return state


def _words() -> dict[str, Any]:
    """What the templates say things with."""
    from mailweave_plugins.bulk.progress import rate_words, span

    return {"span": span, "rate_words": rate_words, "when": _when, "bars": lambda state: list(_bars(state)), "kinds": KINDS, "share": _share}


def _when(seconds: float | None) -> str:
    """A moment in the workspace's time zone."""
    if seconds is None:
        return "–"
    workspace = here().live.workspace
    try:
        moment = datetime.fromtimestamp(seconds, zone(workspace.config.timezone if workspace else "UTC"))
    except (OverflowError, OSError, ValueError):
        return "–"
    return f"{moment.day} {moment:%b %Y, %H:%M:%S %Z}"


def _share(part: int, whole: int) -> str:
    """A share in per cent; what is neither none nor all never reads so."""
    if not whole:
        return "–"
    share = 100 * part / whole
    return "< 0.1 %" if 0 < share < 0.1 else f"{min(share, 99.9) if part < whole else share:.1f} %"


def _bars(state: RunState) -> Iterator[Bar]:
    """The outcomes that the bar shows, one after the other."""
    x = 0.0
    for kind in dict.fromkeys((*KINDS.values(), "else")):
        count = sum(number for outcome, number in state.outcomes.items() if KINDS.get(outcome, "else") == kind)
        width = _WIDTH * count / state.total if state.total else 0
        # A single failure among a million must be seen.
        width = min(max(width, 6.0 if count else 0.0), _WIDTH - x)
        if width > 0:
            yield Bar(kind, round(x, 2), round(width, 2))
            x += width
