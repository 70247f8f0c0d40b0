"""The previewer as a plugin: its command, its pages and its panels. What each needs is imported when it is used."""

from __future__ import annotations

from typing import Any

import click

from mailweave.hookspecs import hookimpl
from mailweave.previewer import Page, Panel
from mailweave_preview.command import preview
from mailweave_preview.panels.data import DataPanel
from mailweave_preview.panels.problems import ProblemsPanel
from mailweave_preview.panels.source import SourcePanel
from mailweave_preview.panels.text import TextPanel
from mailweave_preview.panels.why import WhyPanel


@hookimpl
def register_commands() -> list[click.Command]:
    return [preview]


@hookimpl
def register_pages() -> list[Page]:
    return [
        Page("campaigns", "Campaigns", _start, 10),
        Page("matrix", "Matrix", _matrix, 20),
        Page("permutations", "Permutations", _permutations, 30),
        Page("compare", "Compare", _compare, 40),
        Page("blocks", "Blocks", _blocks, 50),
        Page("plugins", "Plugins", _plugins, 90),
    ]


@hookimpl
def register_panels() -> list[type[Panel]]:
    return [WhyPanel, DataPanel, ProblemsPanel, SourcePanel, TextPanel]


def _start() -> Any:
    from mailweave_preview.pages.start import blueprint

    return blueprint


def _matrix() -> Any:
    from mailweave_preview.pages.matrix import blueprint

    return blueprint


def _permutations() -> Any:
    from mailweave_preview.pages.permutations import blueprint

    return blueprint


def _compare() -> Any:
    from mailweave_preview.pages.compare import blueprint

    return blueprint


def _blocks() -> Any:
    from mailweave_preview.pages.blocks import blueprint

    return blueprint


def _plugins() -> Any:
    from mailweave_preview.pages.plugins import blueprint

    return blueprint
