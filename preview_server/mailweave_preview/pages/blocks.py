"""The block library: every block alone, its parameters as a form, where it is used, and the weird set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from mailweave.alone import render_block
from mailweave.blocks import Block
from mailweave.errors import MailweaveError, Problem
from mailweave.preheader import in_head
from mailweave.workspace import Workspace
from mailweave_preview.busy import busy
from mailweave_preview.links import workbench
from mailweave_preview.oddities import samples
from mailweave_preview.pages.messages import local
from mailweave_preview.previewer import here
from mailweave_preview.readable import readable
from mailweave_preview.sampling import PREFIX, base_of, document, fields
from mailweave_preview.schemes import SCHEMES, in_scheme
from mailweave_preview.security import message_policy
from mailweave_preview.state import State

blueprint = Blueprint("blocks", __name__)

_FRAME: Final = "<style>html{overflow:hidden}</style>"


@dataclass(frozen=True)
class Entry:
    """A block in the list; `block` is None when it can't be read, and `problems` say why. `uses` are (campaign, slot)."""

    name: str
    block: Block | None
    uses: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Use:
    """A slot of a campaign that may show the block: which variants, and the address of the workbench."""

    campaign: str
    slot: str
    variants: tuple[str, ...]
    href: str


@blueprint.get("/")
def library() -> str:
    """Every block, the workspace's own first."""
    previewer = here()
    workspace = previewer.workspace
    entries = sorted(_entries(workspace), key=lambda entry: (entry.block is not None and entry.block.stock, entry.name))
    return str(previewer.page("blocks.html", active="blocks", entries=entries))


@blueprint.get("/<name>")
def page(name: str) -> str:
    """One block: its variants, its form, its uses."""
    previewer = here()
    workspace = previewer.workspace
    block = workspace.block(name)
    sample = base_of(workspace, block)
    weird = request.args.get("weird", "")
    values = {
        "block": block,
        "fields": list(fields(block, sample, _given())),
        "uses": list(uses(workspace, block)),
        "oddities": list(samples(block, sample)),
        "weird": weird,
        "viewports": workspace.config.viewports,
        "variant": request.args.get("variant", ""),
        "place": block.document.place(()).path,
    }
    return str(previewer.page("block.html", active="blocks", **values))


@blueprint.get("/<name>/<variant>/message.html")
def html(name: str, variant: str) -> Response:
    """One variant alone, as a document for a frame."""
    previewer = here()
    workspace = previewer.workspace
    block = workspace.block(name)
    busy(f"the block '{name}', variant '{variant}'")
    found = document(workspace, block, _given(), request.args.get("weird", ""))
    rendered = local(render_block(workspace, block, variant, previewer.state().at or previewer.moment, sample=found), workspace)
    scheme = request.args.get("scheme", "light")
    body = in_scheme(rendered, scheme if scheme in SCHEMES else "light")
    response = Response(in_head(body, _FRAME), mimetype="text/html")
    response.headers["Content-Security-Policy"] = message_policy(request.args.get("images", ""))
    return response


def _given() -> Mapping[str, str]:
    """What was typed into the form, by parameter."""
    return {key.removeprefix(PREFIX): value.replace("\r\n", "\n") for key, value in request.args.items() if key.startswith(PREFIX)}


def _entries(workspace: Workspace) -> Iterator[Entry]:
    for name in workspace.block_names():
        try:
            block = workspace.block(name)
        except MailweaveError as error:
            yield Entry(name, None, 0, error.problems)
            continue
        yield Entry(name, block, sum(1 for _ in uses(workspace, block)))


def uses(workspace: Workspace, block: Block) -> Iterator[Use]:
    """Every slot of a campaign that can be read in which a block may stand."""
    for campaign in readable(workspace.campaign_names(), workspace.campaign):
        for slot in campaign.slots:
            variants = dict.fromkeys(entry.variant or "" for entry in slot.entries if entry.block and entry.block.name == block.name)
            if variants:
                yield Use(campaign.name, slot.name, tuple(variants), workbench(campaign.name, State(), slot=slot.name))
