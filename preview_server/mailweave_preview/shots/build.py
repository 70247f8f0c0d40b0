"""Build what is taken: the finished document of a subject, and hashes of all that its picture depends on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from mailweave.alone import LAYOUT, render_block
from mailweave.config import FILE_NAME
from mailweave.engine import Engine
from mailweave.folders import CAMPAIGNS, MESSAGES, Folders
from mailweave.profiles import Profile
from mailweave.workspace import Workspace
from mailweave_preview.shots.assets import Assets
from mailweave_preview.shots.masks import masks_of
from mailweave_preview.shots.scene import ASSETS, Frame, Mask
from mailweave_preview.shots.subject import Subject, blocks_of

# Goes into the hash of inputs: raise it when pictures are taken in another way.
_METHOD: Final = "1"


class Builder:
    """Builds the subjects of a workspace at a moment."""

    def __init__(self, engine: Engine, workspace: Workspace, at: datetime) -> None:
        self.engine = engine
        self.workspace = workspace
        self.at = at
        self.assets = Assets(workspace.root / "assets", workspace.config.assets)
        self._url = re.compile(f"(?:{'|'.join(map(re.escape, self.assets.bases))})[^\\s\"'()<>&]+")
        self._shown = Folders(workspace.root, workspace.root)

    def html(self, subject: Subject) -> str:
        """The finished document, its slots marked.

        Raises:
            MailweaveError: it can't be built.
        """
        if subject.kind == "blocks":
            block = self.workspace.block(subject.of)
            return render_block(self.workspace, block, subject.name, self.at, asset_base=ASSETS, marked=True)
        profile = Profile.from_data(dict(subject.data))
        return self.engine.render(self.workspace, subject.of, profile, self.at, asset_base=ASSETS, marked=True).html

    def masks(self, subject: Subject) -> tuple[Mask, ...]:
        """The masks that hold in a subject's pictures."""
        everywhere = self.workspace.config.shots.masks
        if subject.kind == "campaigns":
            return masks_of(everywhere, subject.entries)
        block = self.workspace.block(subject.of)
        return (*(Mask(one) for one in everywhere), *(Mask(one, block.name, block.name) for one in block.masks))

    def inputs(self, html: str, masks: Sequence[Mask], frame: Frame, *tools: str) -> str:
        """A hash of all that a picture depends on: document, assets, frame, masks, and the tools (browser, fonts)."""
        digest = hashlib.sha256(repr((_METHOD, frame, masks, tools)).encode() + html.encode())
        for url in sorted(set(self._url.findall(html))):
            path = self.assets.file(url)
            digest.update(f"{url}={_hash_of(path) if path else ''}\n".encode())
        return digest.hexdigest()[:20]

    def files(self, subject: Subject, html: str) -> dict[str, str]:
        """Hashes of the files that a subject is made from, by path as messages show it."""
        paths = {*self._files(subject), *(path for url in self._url.findall(html) if (path := self.assets.file(url)))}
        return {self._shown.shown(path): _hash_of(path)[:8] for path in sorted(paths)}

    def _files(self, subject: Subject) -> Iterator[Path]:
        root, folders = self.workspace.root, self.workspace.folders
        yield root / FILE_NAME
        layout = LAYOUT
        if subject.kind == "campaigns":
            yield root / CAMPAIGNS / f"{subject.of}.yaml"
            layout = self.workspace.campaign(subject.of).layout.name
        yield folders.layout_files()[layout]
        for block in blocks_of(subject.choice):
            folder = folders.block_folders()[block]
            yield from (path for path in folder.rglob("*") if path.is_file() and path.suffix in (".mjml", ".html", ".yaml"))
        yield from (root / MESSAGES).glob("*.yaml")
        yield from _named_in(self.workspace.config.sources, root)


def _named_in(settings: Any, root: Path) -> Iterator[Path]:
    """The files that some settings name."""
    if isinstance(settings, dict):
        for value in settings.values():
            yield from _named_in(value, root)
    elif isinstance(settings, str) and settings and (root / settings).is_file():
        yield root / settings


def _hash_of(path: Path) -> str:
    status = path.stat()
    return _hash(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _hash(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
