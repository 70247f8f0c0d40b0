"""Partials: pieces of template in files of their own, which templates of the same language put in by name.

They stand in `partials/<name><suffix of the language>` of a block's folder, of the workspace, and of the stock blocks; the first that has one wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from mailweave.folders import Folders
from mailweave.paths import is_file
from mailweave.source import Source
from mailweave.yamlfile import TEMPLATE, read_text

PARTIALS: Final = "partials"
# A name is a path below `partials/` and never leads out of it.
_NAME: Final = re.compile(r"[\w-][\w .-]*(?:/[\w-][\w .-]*)*\Z")


class Partials(Protocol):
    """Where a language finds the partials that a template names. `suffix` is the language's own (".liquid")."""

    def load(self, name: str, suffix: str) -> Source | None:
        """The partial of that name, or None when there is none."""

    def names(self, suffix: str) -> Iterable[str]:
        """Every name there is, for "did you mean"."""


class NoPartials:
    """A template that stands alone."""

    def load(self, name: str, suffix: str) -> Source | None:
        """None."""
        return None

    def names(self, suffix: str) -> Iterable[str]:
        """No names."""
        return ()


NO_PARTIALS: Final = NoPartials()


@dataclass(frozen=True)
class FolderPartials:
    """The partials in `partials/` of each of some folders, the first first."""

    roots: tuple[Path, ...]
    folders: Folders

    def within(self, folder: Path) -> FolderPartials:
        """The same, with a folder's own in front."""
        return FolderPartials(tuple(dict.fromkeys((folder, *self.roots))), self.folders)

    def load(self, name: str, suffix: str) -> Source | None:
        """The partial of that name, or None; see `Partials`.

        Raises:
            MailweaveError: its file isn't UTF-8 text.
        """
        if not _NAME.match(name):
            return None
        for folder in self.roots:
            path = folder / PARTIALS / f"{name}{suffix}"
            # A link may not lead out of the workspace either.
            if is_file(path) and path.resolve().is_relative_to(folder.resolve()):
                shown = self.folders.shown(path)
                return Source(shown, read_text(path, shown, TEMPLATE))
        return None

    def names(self, suffix: str) -> Iterable[str]:
        """Every name there is; see `Partials`."""
        found = {path.relative_to(folder / PARTIALS).as_posix() for folder in self.roots for path in (folder / PARTIALS).rglob(f"*{suffix}")}
        return sorted(name.removesuffix(suffix) for name in found)
