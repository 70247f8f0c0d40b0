"""Every template of a workspace with what it may read: what the checks walk over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mailweave.blocks import Block
from mailweave.declarations import Variable
from mailweave.languages import Template
from mailweave.workspace import Workspace


class Text(NamedTuple):
    """A template, the merge variables declared for it, and its block when it belongs to one."""

    template: Template
    variables: Mapping[str, Variable]
    block: Block | None = None


def texts(workspace: Workspace) -> Iterator[Text]:
    """Every template: of the workspace's own blocks and those that campaigns use, of campaigns, layouts, links and headers."""
    common = workspace.config.variables
    campaigns = [workspace.campaign(name) for name in workspace.campaign_names()]
    used = {block.name: block for campaign in campaigns for block in campaign.blocks}
    blocks = used | {block.name: block for block in map(workspace.block, workspace.block_names()) if not block.stock}
    for block in blocks.values():
        variants = [*block.variants.values(), *([block.head] if block.head else [])]
        yield from (Text(variant.template, {**common, **block.variables}, block) for variant in variants)
    for campaign in campaigns:
        own = [campaign.subject, *([campaign.preheader] if campaign.preheader else []), campaign.layout.template, *campaign.headers.values()]
        given = [template for slot in campaign.slots for entry in slot.entries for template in entry.parameters.templates()]
        yield from (Text(template, campaign.variables) for template in [*own, *given])
    yield from (Text(template, common) for template in [*workspace.links.values(), *workspace.headers.values()])
