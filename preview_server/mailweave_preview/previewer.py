"""The previewer that an app serves: what its pages have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.previewer import Page, Panel
from mailweave.workspace import Workspace
from mailweave_preview.audits import Audits
from mailweave_preview.building import Builder, Built
from mailweave_preview.kept import Kept
from mailweave_preview.live import Live
from mailweave_preview.markup import render
from mailweave_preview.run_folders import RunFolders
from mailweave_preview.security import Guard, new_token
from mailweave_preview.state import State, state_of

EXTENSION = "mailweave"


@dataclass(frozen=True)
class Options:
    """What a person chose on the command line. `at` is the moment of messages (aware), None for now; `smtp` is HOST:PORT for tests.

    `runs` are folders of bulk runs, or folders that hold some.
    """

    host: str = "127.0.0.1"
    read_only: bool = False
    at: datetime | None = None
    smtp: str | None = None
    runs: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Previewer:
    """What is previewed. Get it with `here()` in a view."""

    live: Live
    options: Options = field(default_factory=Options)
    token: str = field(default_factory=new_token, repr=False)

    @cached_property
    def engine(self) -> Engine:
        return self.live.engine

    @cached_property
    def guard(self) -> Guard:
        return Guard(self.options.host, self.token)

    @cached_property
    def builder(self) -> Builder:
        return Builder(self.engine, self.live.version)

    @cached_property
    def kept(self) -> Kept:
        """What pages found out and may be asked for again."""
        return Kept()

    @cached_property
    def runs(self) -> RunFolders:
        """The bulk runs that are shown."""
        return RunFolders(self.options.runs)

    @cached_property
    def audits(self) -> Audits:
        return Audits(self.live, lambda: self.moment)

    @property
    def workspace(self) -> Workspace:
        """The workspace as its files are now.

        Raises:
            MailweaveError: there is none yet: every mistake in its mailweave.yaml.
        """
        if self.live.workspace is None:
            raise MailweaveError(*self.live.problems)
        return self.live.workspace

    @property
    def moment(self) -> datetime:
        """The moment of messages whose address names none: aware, UTC, in whole minutes, so that a message stays the same for a while."""
        return self.options.at or datetime.now(UTC).replace(second=0, microsecond=0)

    @property
    def pages(self) -> list[Page]:
        """Every page, in the order of the navigation."""
        return sorted(self.engine.registry.pages.values(), key=lambda page: (page.order, page.title))

    @property
    def panels(self) -> list[Panel]:
        """Every panel, in the order of the tabs."""
        return sorted(self.engine.registry.panels.values(), key=lambda panel: (panel.order, panel.title))

    def state(self) -> State:
        """What the request's query says. Raises MailweaveError as `state_of`."""
        query = request.args.to_dict(flat=False)
        return state_of(query, self.workspace.config.timezone)

    def build(self, campaign: str, state: State) -> Built:
        """What there is to show of a campaign in a state. Raises MailweaveError only when the workspace itself can't be read."""
        return self.builder.build(self.workspace, campaign, state, self.moment)

    def page(self, template: str, *, active: str = "", **values: Any) -> Markup:
        """A page from one of the previewer's templates, with what its frame needs. `active` is the name of the page in the navigation."""
        return render(template, previewer=self, active=active, **values)

    def frame(self, name: str, title: str, html: str) -> Markup:
        """A page of a plugin: HTML (escaped already) in the previewer's frame. `name` is the page's."""
        return self.page("plain.html", active=name, title=title, html=Markup(html))


def here() -> Previewer:
    """The previewer of the app that answers this request."""
    previewer: Previewer = current_app.extensions[EXTENSION]
    return previewer


def first_campaign(page: str) -> ResponseReturnValue:
    """Where a page that is about one campaign begins: with the first, or on the start page when there is none."""
    names = here().workspace.campaign_names()
    return redirect(f"/{page}/{names[0]}" if names else "/campaigns/")


def refuse_writing() -> None:
    """End the request when nothing may be written."""
    if here().options.read_only:
        abort(403, "This previewer was started with --read-only.")
