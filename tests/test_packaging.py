"""pyproject.toml names every package and every plugin module; both are lists that are easily forgotten."""

from __future__ import annotations

import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

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
    owners = ("mailweave_plugins", "mailweave_preview")
    modules = [(owner, path) for owner in owners for path in (ROOT / FOLDERS[owner]).rglob("*.py") if "@hookimpl" in path.read_text()]
    dotted = {".".join((owner, *path.relative_to(ROOT / FOLDERS[owner]).with_suffix("").parts)) for owner, path in modules}
    assert dotted == {name.removesuffix(".__init__") for name in PROJECT["project"]["entry-points"]["mailweave"].values()}


def test_the_installed_entry_points_are_those_of_pyproject():
    installed = {point.name: point.value for point in entry_points(group="mailweave") if point.dist and point.dist.name == "mailweave"}
    assert installed == PROJECT["project"]["entry-points"]["mailweave"], "run `make setup`"


@pytest.mark.parametrize("path", sorted(path for folder in (*FOLDERS.values(), "content_blocks") for path in (ROOT / folder).rglob("*.py")), ids=str)
def test_modules_say_what_they_are_for(path):
    text = path.read_text()
    assert not text.strip() or text.startswith('"""')
