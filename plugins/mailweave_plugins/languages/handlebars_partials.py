"""Partials: where their texts come from, and what a name means where it is called.

The rules are those of Handlebars.js 4.7 (lib/handlebars/runtime.js, `invokePartial`; lib/handlebars/decorators/inline.js). A partial's name is
looked for among the inline partials in view (those of the program, of the ones around it, and of whatever called this file), then among the files.
What stands inside a partial block, and an inline partial, sees the partials that its own file sees at the moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import Call, Partial, PartialBlock, Program

# How a partial names what stands inside the block that called it.
PARTIAL_BLOCK: Final = "@partial-block"


@dataclass(frozen=True, eq=False)
class Definition:
    """A program with a name: a whole file (`home` is None), an inline partial, or the inside of a partial block.

    `home` is the use of a file in which it is declared, `view` what names mean there, and `block` (for the inside of a partial block) what
    `@partial-block` means there.
    """

    source: Source
    program: Program
    home: Home | None = None
    view: Any = None
    block: Definition | None = None
    inline: bool = False


@dataclass
class Home:
    """One use of a file, with the partials that it sees at the moment."""

    source: Source
    partials: Mapping[str, Definition]


def partial_name(call: Call) -> str | None:
    """The name that a partial's tag calls, or None when it is computed."""
    return None if isinstance(call.callee, Call) else call.name


class Calls:
    """Follows the calls of partials through the files: which file one is in, and what `@partial-block` is there."""

    def __init__(self, source: Source, files: Mapping[str, Definition]) -> None:
        self.home = Home(source, files)
        self.held: Definition | None = None

    @contextmanager
    def declaring(self, program: Program, view: Any) -> Iterator[None]:
        """While a program is gone through: its inline partials are in view. They see `view`, what its surroundings see."""
        home, before = self.home, self.home.partials
        home.partials = {**before, **self.declared(program, view)}
        try:
            yield
        finally:
            home.partials = before

    def declared(self, program: Program, view: Any) -> dict[str, Definition]:
        """The inline partials of a program itself."""
        return {name: Definition(self.home.source, inner, self.home, view, inline=True) for name, inner in program.inlines}

    def target(self, name: str) -> Definition | None:
        """What a name means here."""
        return self.held if name == PARTIAL_BLOCK else self.home.partials.get(name)

    @contextmanager
    def inside(self, statement: Partial | PartialBlock, name: str, view: Any) -> Iterator[Definition | None]:
        """While a called partial is gone through; None when there is none of that name. `view` is what the caller sees."""
        home, block = self.home, self.held
        target, seen, given = self.target(name), home.partials, block
        if isinstance(statement, PartialBlock) and statement.program:
            given = Definition(home.source, statement.program, home, view, block)
            seen = {**seen, **self.declared(statement.program, view)}
            target = target or given
        if target is not None:
            self.home = target.home or Home(target.source, seen)
            self.held = given if target.home is None or target.inline else target.block
        try:
            yield target
        finally:
            self.home, self.held = home, block
