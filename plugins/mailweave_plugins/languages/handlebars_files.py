"""Read a Handlebars template with every file that it may call as a partial."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mailweave.errors import MailweaveError, Problem
from mailweave.languages import Filter
from mailweave.partials import Partials
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import Partial, PartialBlock, Program, walk
from mailweave_plugins.languages.handlebars_checks import check
from mailweave_plugins.languages.handlebars_parser import parse
from mailweave_plugins.languages.handlebars_partials import Definition, partial_name


@dataclass
class Files:
    """A template's tree, and the files that it and they may call by name.

    `known`: every name that there is, when one isn't found. `calls`: the template calls a partial. `computed`: a name is computed somewhere,
    so that any file may be called.
    """

    program: Program
    files: dict[str, Definition] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    known: tuple[str, ...] = ()
    calls: bool = False
    computed: bool = False


def read_files(source: Source, partials: Partials, filters: Mapping[str, Filter], suffix: str) -> Files:
    """The template and its files, each parsed and checked by itself.

    Raises:
        MailweaveError: the template's own mistakes of syntax.
    """
    found = Files(parse(source))
    found.problems += check(source, found.program, filters)
    waiting = [found.program]
    while waiting:
        for name in _wanted(waiting.pop(), found, partials, suffix):
            if name in found.files:
                continue
            try:
                file = partials.load(name, suffix)
                if file is None:
                    found.known = tuple(partials.names(suffix))
                    continue
                program = parse(file)
            except MailweaveError as error:
                found.problems += (problem for problem in error.problems if problem not in found.problems)
                continue
            found.problems += check(file, program, filters)
            found.files[name] = Definition(file, program)
            waiting.append(program)
    return found


def _wanted(program: Program, found: Files, partials: Partials, suffix: str) -> Iterable[str]:
    """The names that a program calls; all there are when it computes one."""
    calls = [partial_name(statement.call) for statement in walk(program) if isinstance(statement, Partial | PartialBlock)]
    found.calls |= bool(calls)
    found.computed |= None in calls
    return partials.names(suffix) if None in calls else [name for name in calls if name]
