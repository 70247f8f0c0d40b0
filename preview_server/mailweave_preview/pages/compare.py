"""Compare: one campaign for two profiles, at two moments, or as it was at a git revision, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from mailweave import zones
from mailweave.assets import with_assets
from mailweave.choose import SlotChoice, label
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.workspace import Workspace
from mailweave_preview import revisions
from mailweave_preview.answers import api
from mailweave_preview.building import Built
from mailweave_preview.differences import Row, compared, words
from mailweave_preview.given import cut
from mailweave_preview.links import workbench
from mailweave_preview.pages.assets import FOLDER
from mailweave_preview.pictures import Shot, asset_base, compare_pictures
from mailweave_preview.previewer import Previewer, first_campaign, here
from mailweave_preview.state import AT, EDIT, FORCE, LOCALE, PROFILE, WITHOUT, State, state_of

blueprint = Blueprint("compare", __name__)

REVISION: Final = "rev"
# A key with this behind it is the right side's; without one the right side has the left one's.
RIGHT: Final = "2"
_KEYS: Final = (PROFILE, EDIT, AT, LOCALE, WITHOUT, FORCE)


@dataclass(frozen=True)
class Side:
    """One side: what was asked for, the workspace it comes from (None when it can't be had), and what was built."""

    state: State
    revision: str
    at: str
    workspace: Workspace | None
    built: Built


@dataclass(frozen=True)
class SlotPair:
    """A slot on both sides; None where it isn't there."""

    name: str
    left: SlotChoice | None
    right: SlotChoice | None

    @property
    def same(self) -> bool:
        """Whether both show the same block and variant with the same entry of the campaign's."""
        return self.left is not None and self.right is not None and _entry(self.left) == _entry(self.right)


@blueprint.get("/")
def first() -> ResponseReturnValue:
    """The first campaign's."""
    return first_campaign("compare")


@blueprint.get("/<name>")
def page(name: str) -> ResponseReturnValue:
    """Both sides, and all that differs but the pictures."""
    previewer = here()
    workspace = previewer.workspace
    if name not in workspace.campaign_names():
        workspace.campaign(name)
    left, right = sides(previewer, name)
    values = {
        "campaign": name,
        "campaigns": workspace.campaign_names(),
        "profiles": workspace.profile_names(),
        "viewports": workspace.config.viewports,
        "zone": workspace.config.timezone,
        "recent": previewer.kept.get(("recent",), (previewer.live.version,), lambda: revisions.recent(workspace.root)),
        "sides": [("", left), (RIGHT, right)],
        "links": [workbench(name, side.state) for side in (left, right)],
    }
    both = left.built.message is not None and right.built.message is not None
    return str(previewer.page("compare.html", active="compare", **values, both=both, found=_found(left.built, right.built) if both else None))


@blueprint.get("/<name>/pictures")
@api
def pictures(name: str) -> ResponseReturnValue:
    """The pictures of both sides at a viewport (`viewport`, by name) in a colour scheme (`scheme`: light or dark)."""
    previewer = here()
    viewports = previewer.workspace.config.viewports
    wanted = request.args.get("viewport") or next(iter(viewports))
    if wanted not in viewports:
        raise MailweaveError(Problem(f"there is no viewport '{cut(wanted)}'", did_you_mean(cut(wanted), viewports), code="unknown-viewport"))
    scheme = "dark" if request.args.get("scheme") == "dark" else "light"
    left, right = sides(previewer, name)
    key = ("pictures", left.built.id, right.built.id, left.revision, right.revision, wanted, scheme)
    return previewer.kept.get(key, (), lambda: compare_pictures(_shot(left), _shot(right), viewports[wanted], scheme))


def sides(previewer: Previewer, name: str) -> tuple[Side, Side]:
    """Both sides as the address says; without profiles in it, the first two.

    Raises:
        MailweaveError: what of the address can't be understood.
    """
    query = request.args.to_dict(flat=False)
    names = previewer.workspace.profile_names()
    if not query.get(PROFILE) and names:
        query = {PROFILE: names[:1], PROFILE + RIGHT: names[1:2], **query} if not query else {PROFILE: names[:1], **query}
    left = {key: query[key] for key in _KEYS if key in query}
    right = {key: query.get(key + RIGHT, query.get(key, [])) for key in _KEYS if key + RIGHT in query or key in query}
    return _side(previewer, name, left, query.get(REVISION, [""])[0]), _side(previewer, name, right, query.get(REVISION + RIGHT, [""])[0])


def _side(previewer: Previewer, name: str, query: Mapping[str, list[str]], revision: str) -> Side:
    zone = previewer.workspace.config.timezone
    state = state_of(query, zone)
    at = state.at.astimezone(zones.zone(zone)).strftime("%Y-%m-%dT%H:%M") if state.at else ""
    try:
        if not revision.strip():
            return Side(state, "", at, previewer.workspace, previewer.build(name, state))
        was = at_revision(previewer, revision.strip())
        built = was.builder.build(was.workspace, name, state, previewer.moment)
        return Side(state, revision.strip(), at, was.workspace, built)
    except MailweaveError as error:
        return Side(state, revision.strip(), at, None, Built(previewer.workspace, problems=error.problems))


def at_revision(previewer: Previewer, revision: str) -> revisions.Revision:
    """The workspace at a revision, kept as long as it is asked for. Raises MailweaveError as `revisions.take`."""
    root = previewer.live.root
    commit = revisions.commit_of(root, revision)
    return previewer.kept.get(("revision", commit), (), lambda: revisions.take(previewer.engine, root, commit))


def _shot(side: Side) -> Shot:
    if side.built.message is None or side.workspace is None:
        raise MailweaveError(*side.built.problems)
    base = side.workspace.config.assets
    html = side.built.marked if base else with_assets(side.built.marked, asset_base())
    return Shot(html, side.workspace.root / FOLDER, base)


def _found(left: Built, right: Built) -> dict[str, Any]:
    """Everything that differs between two messages."""
    assert left.message is not None
    assert right.message is not None
    text = compared(left.message.text, right.message.text)
    slots = _slots(left, right)
    return {
        "slots": slots,
        "differing": sum(not slot.same for slot in slots),
        "inbox": _inbox(left, right),
        "text": text,
        "gone": _count(text, "left"),
        "added": _count(text, "right"),
        "sizes": (left.message.size, right.message.size),
        "same": left.message.html == right.message.html,
    }


def _inbox(left: Built, right: Built) -> list[tuple[str, Any, Any]]:
    """What stands in the inbox, in pieces."""
    one, other = left.message, right.message
    assert one is not None
    assert other is not None
    pairs = {"Subject": (one.subject, other.subject), "Preheader": (one.preheader, other.preheader), "Locale": (one.locale, other.locale)}
    return [(name, *words(*pair)) for name, pair in pairs.items()]


def _slots(left: Built, right: Built) -> list[SlotPair]:
    before, after = left.choice or {}, right.choice or {}
    return [SlotPair(name, before.get(name), after.get(name)) for name in dict.fromkeys([*after, *before])]


def _entry(slot: SlotChoice) -> tuple[str, int, bool]:
    """What a choice is, wherever in the file it stands: its content, how many alternatives lost before it, and whether it was forced."""
    return label(slot.block, slot.variant), len(slot.tried), slot.forced


def _count(rows: list[Row], side: str) -> int:
    return sum(row.kind == "changed" and getattr(row, side) is not None for row in rows)
