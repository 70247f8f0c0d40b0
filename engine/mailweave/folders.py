"""Where a workspace's files are, and how messages name them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from mailweave.config import FILE_NAME
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.paths import path_complaint
from mailweave.yamlfile import Document, load

BLOCKS, LAYOUTS, CAMPAIGNS, PROFILES, MESSAGES = "content_blocks", "layouts", "campaigns", "profiles", "messages"


def stock() -> Path:
    """The folder of the stock blocks and layouts that come with mailweave."""
    return Path(str(files("mailweave.content_blocks")))


def find_root(start: Path) -> Path:
    """The nearest folder upwards that has a mailweave.yaml.

    Raises:
        MailweaveError: there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    remedy = "go to a workspace's folder, name it with --workspace, or make one with `mailweave new DIR`"
    raise MailweaveError(Problem(f"there is no {FILE_NAME} in {start} or above it", remedy, code="no-workspace"))


def file_within(root: Path, name: str) -> Path:
    """The file of that name, links resolved, which must be below a folder.

    Raises:
        MailweaveError: it is outside, or there is no such file.
    """
    try:
        if complaint := path_complaint(name):
            raise ValueError(complaint)
        path = (root / name).resolve()
        inside, there = path.is_relative_to(root.resolve()), path.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        raise MailweaveError(Problem(f"'{name[:60]}' is not a valid path of a file", "check its characters and links", code="no-file")) from error
    if not inside:
        raise MailweaveError(Problem(f"'{name}' is outside the workspace", "copy the file into it", code="outside"))
    if not there:
        siblings = [entry.name for entry in path.parent.glob("*") if entry.is_file()] if path.parent.is_dir() else []
        remedy = did_you_mean(path.name, siblings) if siblings else "there is no such folder, or it is empty"
        raise MailweaveError(Problem(f"there is no file '{name}'", remedy, code="no-file"))
    return path


@dataclass(frozen=True)
class Folders:
    """A workspace's root; `base` is the folder that messages name files from."""

    root: Path
    base: Path

    def shown(self, path: Path) -> str:
        """A file's path as messages print it: from `base` when it lies below, else from the root, else `mailweave:` for a stock file."""
        for start in (self.base, self.root):
            if path.is_relative_to(start):
                return path.relative_to(start).as_posix()
        if path.is_relative_to(stock()):
            return "mailweave:" + path.relative_to(stock().parent).as_posix()
        return os.fspath(path)

    def yaml(self, path: Path) -> Document:
        """A YAML file of the workspace."""
        return load(path, self.shown(path))

    def names(self, folder: str) -> list[str]:
        """The names of the YAML files in a folder of the workspace, sorted."""
        return sorted(path.stem for path in (self.root / folder).glob("*.yaml") if path.is_file())

    def named(self, folder: str, name: str, kind: str) -> Path:
        """The YAML file of that name in a folder.

        Raises:
            MailweaveError: there is none; the remedy names the nearest.
        """
        if name not in self.names(folder):
            remedy = did_you_mean(name, self.names(folder))
            raise MailweaveError(Problem(f"there is no {kind} '{name}' in {folder}/", remedy, code=f"unknown-{kind}"))
        return self.root / folder / f"{name}.yaml"

    def block_folders(self) -> dict[str, Path]:
        """Every block's folder by name, sorted: the stock ones, and the workspace's own, which win."""
        found = {path.parent.name: path.parent for base in (stock(), self.root / BLOCKS) for path in _block_files(base)}
        return dict(sorted(found.items()))

    def layout_files(self) -> dict[str, Path]:
        """Every layout's file by name, sorted: the stock ones, and the workspace's own, which win."""
        found: dict[str, Path] = {}
        for folder in (stock() / LAYOUTS, self.root / LAYOUTS):
            found |= {path.name.split(".", 1)[0]: path for path in sorted(folder.glob("*.*")) if path.suffix in (".mjml", ".html")}
        return dict(sorted(found.items()))


def _block_files(base: Path) -> Iterator[Path]:
    yield from sorted(base.glob("*/block.yaml"))
