"""The engine: plugins loaded, ready to open workspaces and build messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mailweave.campaign import Campaign
from mailweave.choose import Choice, choose
from mailweave.compiled.program import Kept, Program
from mailweave.message import Message
from mailweave.pipeline import Inlining
from mailweave.plugins import components, installed, manager
from mailweave.profiles import Profile
from mailweave.registry import Registry
from mailweave.render import Rendering, render, situation_of
from mailweave.what_if import ACTUAL, WhatIf
from mailweave.workspace import Workspace

# Compiled campaigns that an engine keeps for each workspace.
PROGRAMS: Final = 32


class Engine:
    """Builds messages. The previewer, the command line, tests and bulk runs all call `render`.

    Example:
        engine = Engine()
        shop = engine.open("examples/storefront")
        message = engine.render(shop, "spring", "ann", at=datetime(2026, 11, 23, 10, tzinfo=UTC))
    """

    def __init__(self, plugins: Iterable[tuple[str, Any]] | None = None) -> None:
        """Make an engine with the plugins given as (name, plugin), or with every installed one.

        Raises:
            MailweaveError: plugins that can't be loaded, clash or implement a hook wrongly.
        """
        self.plugins = list(installed() if plugins is None else plugins)
        self.registry: Registry = components(manager(self.plugins))

    def open(self, folder: str | Path, *, base: str | Path | None = None) -> Workspace:
        """A workspace; messages name its files from `base` (default: from the workspace).

        Raises:
            MailweaveError: every mistake in its mailweave.yaml.
        """
        return Workspace(Path(folder), self.registry, Path(base) if base else None)

    def render(
        self,
        workspace: Workspace,
        campaign: str | Campaign,
        profile: str | Profile | Mapping[str, Any],
        at: datetime,
        *,
        asset_base: str | None = None,
        marked: bool = False,
        reference: bool = False,
        what_if: WhatIf = ACTUAL,
    ) -> Message:
        """The finished message of a campaign for a profile at a moment (aware).

        What comes up again is compiled; with `reference` nothing is. Both give the same bytes. `asset_base` replaces the workspace's `assets`.
        `marked` is for looking at a message, not for sending it: the outermost elements of each slot carry its name in `data-mailweave-slot`;
        `mailweave.marks.without_marks` gives exactly the bytes that are sent. `what_if` is for looking, too: it forces choices
        and replaces content and sources.

        Raises:
            MailweaveError: it can't be built; every reason that was found, with its place.
        """
        found, person = _campaign(workspace, campaign), _profile(workspace, profile)
        if reference or what_if.sources:
            return render(workspace, found, person, at, asset_base=asset_base, marked=marked, what_if=what_if)
        return self._program(workspace, found, asset_base, marked).render(person, at, what_if)

    def _program(self, workspace: Workspace, campaign: Campaign, asset_base: str | None, marked: bool) -> Program:
        """The program of a campaign, kept with the workspace that it belongs to."""
        programs: Kept[Program] = workspace.derived.setdefault(Program, Kept(PROGRAMS))
        key = (id(campaign), asset_base, marked)
        program = programs.used(key)
        if program is None:
            base = workspace.config.assets if asset_base is None else asset_base
            program = programs.put(key, Program(workspace, campaign, base, patient=True, marked=marked))
        return program

    def compile(self, workspace: Workspace, campaign: str | Campaign, *, asset_base: str | None = None) -> Program:
        """A campaign as a program that builds messages at full speed: for many messages at once.

        Raises:
            MailweaveError: the campaign can't be read.
        """
        return Program(workspace, _campaign(workspace, campaign), workspace.config.assets if asset_base is None else asset_base)

    def choose(
        self,
        workspace: Workspace,
        campaign: str | Campaign,
        profile: str | Profile | Mapping[str, Any],
        at: datetime,
        *,
        what_if: WhatIf = ACTUAL,
    ) -> Choice:
        """Only the choice of each slot with its reasons: the first step of `render`, also when the rest fails.

        Raises:
            MailweaveError: as `render`, for the campaign, the profile and its rules.
        """
        found = _campaign(workspace, campaign)
        return choose(found, situation_of(workspace, found, _profile(workspace, profile), at, what_if), what_if.forced)

    def inlining(self, workspace: Workspace, campaign: str | Campaign, profile: str | Profile | Mapping[str, Any], at: datetime) -> Inlining:
        """Which inliner takes the message, and why.

        Raises:
            MailweaveError: the message can't be filled or compiled.
        """
        found, reader = _campaign(workspace, campaign), _profile(workspace, profile)
        return Rendering(workspace, found, reader, situation_of(workspace, found, reader, at), workspace.config.assets).inlining()


def _campaign(workspace: Workspace, campaign: str | Campaign) -> Campaign:
    return workspace.campaign(campaign) if isinstance(campaign, str) else campaign


def _profile(workspace: Workspace, profile: str | Profile | Mapping[str, Any]) -> Profile:
    if isinstance(profile, str):
        return workspace.profile(profile)
    return profile if isinstance(profile, Profile) else Profile.from_data(profile)
