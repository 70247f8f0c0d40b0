"""Build one block by itself, filled with its sample.yaml, in the workspace's base layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from mailweave.blocks import Block
from mailweave.campaign import Campaign, Entry, Slot
from mailweave.errors import MailweaveError, Problem
from mailweave.facts import Situation
from mailweave.parameters import ParameterReader, ParameterValues
from mailweave.plugged import Settings
from mailweave.profiles import Profile, without_blanks
from mailweave.render import Rendering
from mailweave.source import Source
from mailweave.templates import DEFAULT_LANGUAGE, parse_template
from mailweave.validation import validate
from mailweave.workspace import Workspace
from mailweave.yamlfile import Document, load

LAYOUT = "base"


class Sample(Settings, extra="allow"):
    """sample.yaml: a customer, the block's parameters, and whatever else templates see, by its name (`recommendations: […]`)."""

    customer: dict[str, Any] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class _Sampled:
    """A block's sample, read."""

    document: Document
    customer: Profile
    content: Mapping[str, Any]
    parameters: ParameterValues


def render_block(
    workspace: Workspace,
    block: Block,
    variant: str,
    at: datetime,
    *,
    asset_base: str | None = None,
    marked: bool = False,
    sample: Document | None = None,
) -> str:
    """The HTML of a message that holds nothing but one variant of a block. `asset_base` and `marked` as for `Engine.render`.

    `sample` stands in for the block's own sample.yaml.

    Raises:
        MailweaveError: the block has no sample, or it can't be built with it; every reason with its place.
    """
    sampled = _sample(workspace, block, sample or sample_of(workspace, block))
    entry = Entry(None, block, block.variant(variant).name, sampled.parameters, sampled.document.place(()))
    subject = parse_template(Source(f"{block.name} / {variant}", f"{block.name} / {variant}"), DEFAULT_LANGUAGE, workspace.registry, "text")
    layout = workspace.layout(LAYOUT)
    slots = (Slot(block.name, (entry,)),)
    campaign = Campaign("sample", sampled.document, "", subject, None, layout, slots, workspace.config.variables, {})
    config = workspace.config
    sources = {**workspace.sources, **sampled.content}
    data = without_blanks(sampled.customer.data)
    situation = Situation(data, at.astimezone(UTC), workspace.registry, sources, config.locale, config.timezone).with_content(sampled.content)
    base = config.assets if asset_base is None else asset_base
    _, _, html = Rendering(workspace, campaign, sampled.customer, situation, base, marked).parts
    return html


def sample_of(workspace: Workspace, block: Block) -> Document:
    """A block's sample.yaml.

    Raises:
        MailweaveError: it has none, or it is no YAML.
    """
    if block.sample is None:
        place = block.document.place(())
        raise MailweaveError(Problem(f"block '{block.name}' has no sample.yaml", "write one beside its block.yaml", place, code="no-sample"))
    return load(block.sample, workspace.folders.shown(block.sample))


def _sample(workspace: Workspace, block: Block, document: Document) -> _Sampled:
    sample = validate(Sample, document)
    reader = ParameterReader(document, DEFAULT_LANGUAGE, workspace.registry)
    given = {name: (("parameters", name), value) for name, value in sample.parameters.items()}
    parameters = reader.read(block, given, ())
    if reader.problems:
        raise MailweaveError(*reader.problems)
    return _Sampled(document, Profile("sample", sample.customer, document, ("customer",)), dict(sample.model_extra or {}), parameters)
