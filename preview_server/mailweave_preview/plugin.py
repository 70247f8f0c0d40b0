"""The previewer as a plugin: its command, its pages and its panels. What each needs is imported when it is used."""

from __future__ import annotations

from functools import partial
from importlib import import_module
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
        Page("campaigns", "Campaigns", partial(_blueprint, "start"), 10),
        Page("matrix", "Matrix", partial(_blueprint, "matrix"), 20),
        Page("permutations", "Permutations", partial(_blueprint, "permutations"), 30),
        Page("compare", "Compare", partial(_blueprint, "compare"), 40),
        Page("blocks", "Blocks", partial(_blueprint, "blocks"), 50),
        Page("pictures", "Pictures", partial(_blueprint, "pictures"), 60),
        Page("runs", "Runs", partial(_blueprint, "runs"), 70),
        Page("plugins", "Plugins", partial(_blueprint, "plugins"), 90),
    ]


@hookimpl
def register_panels() -> list[type[Panel]]:
    return [WhyPanel, DataPanel, ProblemsPanel, SourcePanel, TextPanel]


def _blueprint(module: str) -> Any:
    return import_module(f"mailweave_preview.pages.{module}").blueprint
