"""The start page: every campaign, and what is wrong in the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint
from markupsafe import Markup

from mailweave.campaign import Campaign
from mailweave.choose import label_of
from mailweave.errors import MailweaveError, Problem
from mailweave.workspace import Workspace
from mailweave_preview.previewer import here

blueprint = Blueprint("start", __name__)


@dataclass(frozen=True)
class Row:
    """A campaign in the list; `campaign` is None when it can't be read, and `problems` say why."""

    name: str
    campaign: Campaign | None
    problems: tuple[Problem, ...] = ()

    @property
    def variants(self) -> int:
        """How many different contents its slots can have."""
        slots = self.campaign.slots if self.campaign else ()
        return sum(len(set(map(label_of, slot.entries))) for slot in slots)


@blueprint.get("/")
def start() -> Markup:
    """Every campaign with what it is for."""
    previewer = here()
    workspace = previewer.workspace
    return previewer.page("start.html", active="campaigns", rows=list(_rows(workspace)), profiles=len(workspace.profile_names()))


def _rows(workspace: Workspace) -> Iterator[Row]:
    for name in workspace.campaign_names():
        try:
            yield Row(name, workspace.campaign(name))
        except MailweaveError as error:
            yield Row(name, None, error.problems)
