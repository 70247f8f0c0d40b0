"""Open a workspace again after some of its files changed, without reading again what doesn't depend on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from mailweave.attachments import ASSETS
from mailweave.blocks import Block
from mailweave.campaign import Campaign, Layout
from mailweave.config import FILE_NAME
from mailweave.errors import MailweaveError
from mailweave.folders import BLOCKS, CAMPAIGNS, LAYOUTS, MESSAGES, PROFILES
from mailweave.workspace import Workspace

# Folder → the kind of part that its files belong to.
_KINDS: Final = {CAMPAIGNS: "campaign", PROFILES: "profile", LAYOUTS: "layout", BLOCKS: "block"}


def reopen(workspace: Workspace, changed: Iterable[Path]) -> Workspace:
    """The workspace as its files are now, when no other than the `changed` ones (absolute paths) did.

    What is kept is in `parts` of the new workspace; what isn't is read when it is asked for.

    Raises:
        MailweaveError: every mistake in mailweave.yaml.
    """
    fresh = Workspace(workspace.root, workspace.registry, workspace.folders.base)
    paths = [path.relative_to(workspace.root).as_posix() for path in changed if path.is_relative_to(workspace.root)]
    if FILE_NAME in paths or fresh.document.source.text != workspace.document.source.text:
        return fresh
    # Rules and settings that were read belong to the registry they were read with.
    fresh.registry = workspace.registry
    fresh.parts.update(_kept(workspace, set(filter(None, map(_part, paths))), paths))
    spared = [*(["sources"] if _spares_sources(workspace, paths) else []), *(["catalogue"] if not _below(MESSAGES, paths) else [])]
    for name in ("links", "headers", *spared):
        if name in vars(workspace):
            vars(fresh)[name] = vars(workspace)[name]
    return fresh


def _kept(workspace: Workspace, touched: set[tuple[str, str]], paths: Sequence[str]) -> Iterator[tuple[tuple[str, str], Any]]:
    sound = {key: part for key, part in workspace.parts.items() if key not in touched and not isinstance(part, MailweaveError)}
    for key, part in sound.items():
        if not isinstance(part, Campaign) or (_stands(part, sound, workspace) and not part.files & set(paths)):
            yield key, part


def _stands(campaign: Campaign, sound: dict[tuple[str, str], Any], workspace: Workspace) -> bool:
    """Whether everything that a campaign names is still what it was."""
    parts: list[Block | Layout] = [*campaign.blocks, campaign.layout]
    kinds = ("block" if isinstance(part, Block) else "layout" for part in parts)
    return all(sound.get((kind, part.name)) is part for kind, part in zip(kinds, parts, strict=True))


def _part(path: str) -> tuple[str, str] | None:
    """The part of a workspace that a file belongs to: ("block", "hero") for content_blocks/hero/default.mjml."""
    folder, _, rest = path.partition("/")
    if folder not in _KINDS or not rest:
        return None
    return _KINDS[folder], rest.partition("/")[0].partition(".")[0]


def _below(folder: str, paths: list[str]) -> bool:
    return any(path.startswith(f"{folder}/") for path in paths)


def _spares_sources(workspace: Workspace, paths: list[str]) -> bool:
    """Whether no connected source can have changed: files outside of the known folders, and those that mailweave.yaml names, may feed one."""
    known = (*_KINDS, MESSAGES, ASSETS)
    return all(path.partition("/")[0] in known and path not in workspace.document.source.text for path in paths)
