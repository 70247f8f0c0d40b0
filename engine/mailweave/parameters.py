"""The values that a campaign gives a block's parameters; text among them may be templates of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mailweave.blocks import Block
from mailweave.declarations import Parameter
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.languages import Escaping, Scope, Template
from mailweave.registry import Registry
from mailweave.templates import parse_template
from mailweave.validation import Loc
from mailweave.yamlfile import Document

# What tells a template from plain text, in every language that we know.
_OPENERS: Final = ("{{", "{%")


@dataclass(frozen=True)
class ParameterValues:
    """A block's parameters, complete: plain data in which a templated text is a `Template`."""

    values: Mapping[str, Any]

    def fill(self, data: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
        """Plain data, templates filled."""
        return {name: _fill(value, data, scope) for name, value in self.values.items()}

    def templates(self) -> Iterator[Template]:
        """Every template among the values."""
        return _templates(self.values)


def _fill(value: Any, data: Mapping[str, Any], scope: Scope) -> Any:
    if isinstance(value, Template):
        return value.render(data, scope)
    if isinstance(value, Mapping):
        return {key: _fill(inner, data, scope) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, data, scope) for inner in value]
    return value


def _templates(value: Any) -> Iterator[Template]:
    if isinstance(value, Template):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _templates(inner)


class ParameterReader:
    """Reads parameters of one campaign file, collecting problems."""

    def __init__(self, document: Document, language: str, registry: Registry) -> None:
        self.document = document
        self.language = language
        self.registry = registry
        self.problems: list[Problem] = []

    def read(self, block: Block, given: Mapping[str, tuple[Loc, Any]], at: Loc) -> ParameterValues:
        """The parameters of a block: those given (with their places) over the defaults. `at`: where a missing one is reported."""
        for name, (loc, _) in given.items():
            if name not in block.parameters:
                what = f"block '{block.name}' has no parameter '{name}'"
                self._problem(loc, what, did_you_mean(name, block.parameters), "unknown-parameter", key=True)
        values = {name: self._value(block, name, parameter, given.get(name), at) for name, parameter in block.parameters.items()}
        return ParameterValues(values)

    def _value(self, block: Block, name: str, parameter: Parameter, given: tuple[Loc, Any] | None, at: Loc) -> Any:
        if given is None:
            if parameter.required:
                what = f"block '{block.name}' needs the parameter '{name}'"
                self._problem(at, what, f"add `parameters: {{{name}: …}}`{_about(parameter)}", "missing-parameter")
            return parameter.default
        loc, raw = given
        value = self._parsed(loc, raw, "url" if parameter.type == "url" else "text")
        wrong = None if isinstance(value, Template) and parameter.type in ("string", "url") else parameter.error(raw)
        if wrong:
            what, _, remedy = wrong.partition(" – ")
            self._problem(loc, f"'{name}' {what}", remedy, "bad-parameter")
        return value

    def _parsed(self, loc: Loc, value: Any, escaping: Escaping) -> Any:
        if isinstance(value, Mapping):
            return {key: self._parsed((*loc, key), inner, escaping) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._parsed((*loc, index), inner, escaping) for index, inner in enumerate(value)]
        if not isinstance(value, str) or not any(opener in value for opener in _OPENERS):
            return value
        try:
            return parse_template(self.document.text_source(loc), self.language, self.registry, escaping)
        except MailweaveError as error:
            self.problems += error.problems
            return ""

    def _problem(self, loc: Loc, what: str, remedy: str, code: str, *, key: bool = False) -> None:
        self.problems.append(self.document.problem(loc, what, remedy, code=code, key=key))


def _about(parameter: Parameter) -> str:
    return f" ({parameter.description.rstrip('.')})" if parameter.description else ""
