"""Permutations: every alternative that anybody can get, who shows it, and made-up customers for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mailweave import zones
from mailweave.alternatives import Alternative
from mailweave.campaign import Entry
from mailweave.choose import label_of
from mailweave.coverage import Coverage, coverage
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.folders import PROFILES
from mailweave.permutations import Exploration, Made, Permutation, covering, explore
from mailweave.profiles import Profile
from mailweave.reach.solver import HOW_TO_INSTALL, available
from mailweave.workspace import Workspace
from mailweave.yamlwrite import dump
from mailweave_preview.answers import api
from mailweave_preview.given import cut, posted
from mailweave_preview.links import as_edit, workbench
from mailweave_preview.markup import render
from mailweave_preview.oddities import customers
from mailweave_preview.panels.why import snippet
from mailweave_preview.patches import difference
from mailweave_preview.previewer import Previewer, first_campaign, here, refuse_writing
from mailweave_preview.readable import readable
from mailweave_preview.state import State
from mailweave_preview.writing import write

blueprint = Blueprint("permutations", __name__)

# Profiles that are named for one alternative before the rest is folded away.
NAMED: Final = 6
_SETS: Final = ("missing", "all", "pairs")


@dataclass(frozen=True)
class Finding:
    """What was found out of a campaign. `unread` are profiles that can't be read, which show nothing."""

    found: Exploration
    covered: Coverage
    unread: Sequence[str]

    def sets(self, which: str) -> Made:
        """A set of made-up customers: "missing", "all" or "pairs"."""
        return self.covered.missing if which == "missing" else covering(self.found, pairs=which == "pairs")


@dataclass(frozen=True)
class Row:
    """One alternative: its entry, the profiles that show it as (name, address), the made-up customer that would, and whether nobody can."""

    slot: str
    entry: Entry
    shown: Sequence[tuple[str, str]]
    made: tuple[str, str] | None
    line: str
    nobody: bool

    @property
    def what(self) -> str:
        """What it puts in."""
        return label_of(self.entry)


@blueprint.get("/")
def first() -> ResponseReturnValue:
    """The first campaign's."""
    return first_campaign("permutations")


@blueprint.get("/<name>")
def page(name: str) -> ResponseReturnValue:
    """The page; what takes long to find out is asked for by its script."""
    previewer, state = here(), here().state()
    workspace = previewer.workspace
    workspace.campaign(name)
    moment = (state.at or previewer.moment).astimezone(zones.zone(workspace.config.timezone))
    values = {"campaign": name, "campaigns": workspace.campaign_names(), "zone": workspace.config.timezone}
    return str(previewer.page("permutations.html", active="permutations", at=moment.strftime("%Y-%m-%dT%H:%M"), state=state, **values))


@blueprint.get("/<name>/found")
@api
def found(name: str) -> ResponseReturnValue:
    """What was found, as HTML."""
    previewer, at = here(), _at()
    finding = finding_of(previewer, name, at)
    missing, everybody = (_people(previewer, finding, which, at) for which in ("missing", "all"))
    values = {
        "campaign": name,
        "covered": finding.covered,
        "unread": finding.unread,
        "slots": _slots(finding, missing.people, at),
        "missing": missing,
        "all": everybody,
        "solver": None if available() else HOW_TO_INSTALL,
        "weird": _weird(previewer.workspace, name, at),
        "named": NAMED,
        "read_only": previewer.options.read_only,
    }
    return {"html": render("permutations_found.html", **values)}


@blueprint.get("/<name>/pairs")
@api
def pairs(name: str) -> ResponseReturnValue:
    """The made-up customers that show every pair of variants of different slots, as HTML."""
    previewer, at = here(), _at()
    people = _people(previewer, finding_of(previewer, name, at), "pairs", at)
    return {"html": render("permutations_people.html", made=people, pairs=sum(person["count"] for person in people.people))}


@blueprint.post("/<name>/create")
@api
def create(name: str) -> ResponseReturnValue:
    """Write a set of made-up customers as preview profiles; what they hold is found out again here, not taken from the request."""
    previewer = here()
    refuse_writing()
    which = posted({"set": str})["set"]
    if which not in _SETS:
        raise MailweaveError(Problem(f"there is no set '{cut(which)}'", did_you_mean(which, _SETS), code="bad-request"))
    workspace = previewer.workspace
    finding = finding_of(previewer, name, _at())
    paths = [write(workspace.root, file, text) for file, text in _files(workspace, name, finding.sets(which).people)]
    previewer.live.changed(paths)
    return {"written": [path.relative_to(workspace.root).as_posix() for path in paths]}


def finding_of(previewer: Previewer, name: str, at: datetime | None) -> Finding:
    """What was found out of a campaign at a moment (None: the previewer's own), as long as nothing that it depends on changes.

    Raises:
        MailweaveError: the campaign can't be read, or a rule fails.
    """
    workspace, moment = previewer.workspace, at or previewer.moment
    campaign = workspace.campaign(name)
    profiles, unread = _profiles(workspace)
    parts = (workspace.registry, campaign, workspace.sources, *profiles)
    return previewer.kept.get(("permutations", name, moment), parts, lambda: _find(workspace, name, moment, profiles, unread))


def _find(workspace: Workspace, name: str, at: datetime, profiles: list[Profile], unread: list[str]) -> Finding:
    exploration = explore(workspace, workspace.campaign(name), at)
    return Finding(exploration, coverage(exploration, profiles), unread)


def _profiles(workspace: Workspace) -> tuple[list[Profile], list[str]]:
    names = workspace.profile_names()
    read = list(readable(names, workspace.profile))
    known = {profile.name for profile in read}
    return read, [name for name in names if name not in known]


def _at() -> datetime | None:
    return here().state().at


def _slots(finding: Finding, missing: Sequence[dict[str, Any]], at: datetime | None) -> list[tuple[str, list[Row]]]:
    slots: dict[str, list[Row]] = {}
    for one, names in finding.covered.shown.items():
        entry = finding.found.entry(one)
        campaign = finding.found.campaign.name
        shown = [(name, workbench(campaign, State(profile=name, at=at), slot=one.slot)) for name in names]
        made = next(((person["name"], person["href"]) for person in missing if frozenset([one]) in person["goals"]), None)
        line = " ".join(text.strip() for _, text in snippet(finding.found.campaign, entry.place)).removeprefix("- ")
        slots.setdefault(one.slot, []).append(Row(one.slot, entry, shown, made, line, one in finding.covered.nobody))
    return list(slots.items())


@dataclass(frozen=True)
class People:
    """Made-up customers as the page shows them; `fewest`: it is proved that fewer won't do."""

    people: Sequence[dict[str, Any]]
    fewest: bool


def _people(previewer: Previewer, finding: Finding, which: str, at: datetime | None) -> People:
    """The customers of a set: who they are, what they are the first to show, and where to look at them."""
    key = ("people", finding.found.campaign.name, finding.found.at, which)
    sets = previewer.kept.get(key, (finding,), lambda: finding.sets(which))
    return People([_person(previewer.workspace, finding.found, one, at) for one in sets.people], sets.fewest)


def _person(workspace: Workspace, found: Exploration, one: Permutation, at: datetime | None) -> dict[str, Any]:
    shows = [" with ".join(_named(found, part) for part in sorted(goal)) for goal in one.shows]
    state = replace(as_edit(workspace, one.profile.data), at=at)
    traits = [f"{key}: {value}" for key, value in _leaves(one.profile.data) if key not in found.base and key != "id"]
    address = workbench(found.campaign.name, state)
    return {"name": one.name, "shows": shows, "count": len(shows), "goals": one.shows, "traits": traits, "href": address}


def _weird(workspace: Workspace, campaign: str, at: datetime | None) -> list[tuple[str, str]]:
    """The weird set as (what is weird, address): the first preview profile, changed."""
    read, _ = _profiles(workspace)
    base = read[0] if read else Profile.from_data({}, "")
    weird = customers(base.data).items()
    return [(what, workbench(campaign, State(profile=base.name, edit=difference(base.data, data), at=at))) for what, data in weird]


def _named(found: Exploration, one: Alternative) -> str:
    entry = found.entry(one)
    return label_of(entry) if entry.block_name == one.slot else f"{one.slot}: {label_of(entry)}"


def _leaves(data: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Dotted path and value of each field, shortly."""
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{before}{key}.")
        else:
            text = f"{len(value)}" if isinstance(value, list) and (not value or isinstance(value[0], dict)) else value
            yield f"{before}{key}", ", ".join(map(str, text)) if isinstance(text, list) else str(text)


def _files(workspace: Workspace, campaign: str, people: Sequence[Permutation]) -> Iterator[tuple[str, str]]:
    """File name and text of each new preview profile, under a name that no other has."""
    taken = set(workspace.profile_names())
    for one in people:
        wanted = re.sub(r"[^a-z0-9_-]+", "-", one.name.lower()).strip("-_") or "customer"
        name = next(free for number in range(1, len(taken) + 2) if (free := wanted if number == 1 else f"{wanted}-{number}") not in taken)
        taken.add(name)
        comment = f"# Made in the previewer from the rules of the campaign '{campaign}'.\n"
        yield f"{PROFILES}/{name}.yaml", comment + dump({"id": name, **{key: value for key, value in one.profile.data.items() if key != "id"}})
