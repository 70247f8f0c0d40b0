"""The check `unescaped`: places where a template puts a value in as it is, on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailweave.checks import Check
from mailweave.errors import Problem
from mailweave.hookspecs import hookimpl
from mailweave.workspace import Workspace
from mailweave_plugins.checks.texts import texts


class Unescaped(Check):
    """Values that go out unescaped (`| safe`, `{{{ }}}`) are listed, so that somebody looks at each."""

    name = "unescaped"

    def run(self, workspace: Workspace) -> Iterator[Problem]:
        """A warning for each place."""
        for text in texts(workspace):
            source = text.template.source
            for place in text.template.raw:
                what, remedy = "this value isn't escaped", "make sure that it can't hold a customer's own text, or escape it"
                yield source.problem(source.offset_of(place), what, remedy, code="unescaped", level="warning")


@hookimpl
def register_checks() -> Iterable[type[Check]]:
    return [Unescaped]
