"""pyproject.toml names every package and every plugin module; both are lists that are easily forgotten."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution, entry_points
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
FOLDERS = {"mailweave": "engine/mailweave", "mailweave_plugins": "plugins/mailweave_plugins", "mailweave_preview": "preview_server/mailweave_preview"}


def packages():
    for name, folder in FOLDERS.items():
        for path in sorted((ROOT / folder).rglob("__init__.py")):
            yield ".".join((name, *path.parent.relative_to(ROOT / folder).parts))


def test_every_package_is_in_the_wheel():
    assert {*packages(), "mailweave.content_blocks"} == set(PROJECT["tool"]["setuptools"]["packages"])


def test_every_plugin_module_is_an_entry_point():
    roots = [(name, ROOT / FOLDERS[name]) for name in ("mailweave_plugins", "mailweave_preview")]
    modules = [(name, path.relative_to(root)) for name, root in roots for path in root.rglob("*.py") if "@hookimpl" in path.read_text()]
    dotted = {".".join((name, *path.with_suffix("").parts)) for name, path in modules}
    assert dotted == {name.removesuffix(".__init__") for name in PROJECT["project"]["entry-points"]["mailweave"].values()}


def test_the_installed_entry_points_are_those_of_pyproject():
    installed = {point.name: point.value for point in entry_points(group="mailweave") if point.dist and point.dist.name == "mailweave"}
    assert installed == PROJECT["project"]["entry-points"]["mailweave"], "run `make setup`"


@pytest.mark.parametrize("path", sorted(path for folder in (*FOLDERS.values(), "content_blocks") for path in (ROOT / folder).rglob("*.py")), ids=str)
def test_modules_say_what_they_are_for(path):
    text = path.read_text()
    assert not text.strip() or text.startswith('"""')


def needed(name, extras, seen):
    """Everything that a distribution with these extras needs here, by canonical name."""
    for text in distribution(name).requires or ():
        wanted = Requirement(text)
        there = wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *extras))
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if there and key not in seen:
            seen.add(key)
            needed(wanted.name, wanted.extras, seen)
    return {found for found, _ in seen}


def test_constraints_name_a_version_of_everything_that_is_installed():
    """A fresh machine gets what these tests passed with, on any day."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.!+]*", line)] == []
    named = {canonicalize_name(line.split("==")[0]) for line in lines}
    assert needed("mailweave", ["dev"], set()) | {"setuptools"} <= named
