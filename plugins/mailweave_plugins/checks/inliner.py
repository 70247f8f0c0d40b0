"""The check `inliner`: style sheets whose messages another inliner than the workspace's takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailweave.checks import Check
from mailweave.errors import Problem
from mailweave.hookspecs import hookimpl
from mailweave.languages import Template
from mailweave.pipeline import inlining_of
from mailweave.tags import tags
from mailweave.workspace import Workspace
from mailweave_plugins.checks.texts import texts


class OtherInliner(Check):
    """Style sheets that the workspace's inliner can't take are listed, with the inliner that takes their messages."""

    name = "inliner"

    def run(self, workspace: Workspace) -> Iterator[Problem]:
        """A warning for each sheet."""
        wanted = workspace.config.inliner
        templates = {id(text.template): text.template for text in texts(workspace)}
        for template in templates.values():
            for offset, css in _sheets(template):
                found = inlining_of(workspace.registry.inliners, wanted, f"<style>{css}</style>")
                if found.name != wanted:
                    what = f"{found.because}, so {found.name} inlines the messages with this style sheet"
                    remedy = f"say `inliner: {found.name}` in mailweave.yaml to use it for every message"
                    yield template.source.problem(offset, what, remedy, code="inliner", level="warning")


def _sheets(template: Template) -> Iterator[tuple[int, str]]:
    """Where each style sheet of a template starts, and its text with fillers for template tags."""
    opened = None
    for tag in tags(template.masked):
        if tag.name not in ("style", "mj-style"):
            continue
        if tag.closing and opened:
            yield opened.start, template.masked[opened.end : tag.start]
        opened = None if tag.closing or tag.empty else tag


@hookimpl
def register_checks() -> Iterable[type[Check]]:
    return [OtherInliner]
