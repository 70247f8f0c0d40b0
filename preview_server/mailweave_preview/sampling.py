"""A block's sample as the block library shows it: with parameters typed into a form, or made weird."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mailweave.alone import sample_of
from mailweave.blocks import Block
from mailweave.declarations import Parameter
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.source import Source
from mailweave.workspace import Workspace
from mailweave.yamlfile import Document, parse, plain_scalar
from mailweave.yamlwrite import dump
from mailweave_preview.given import cut
from mailweave_preview.oddities import samples

# Before the names of parameters in an address.
PREFIX: Final = "p."
_TEXT: Final = ("string", "url", "color")


@dataclass(frozen=True)
class Field:
    """A parameter as the form shows it. `kind` is "text", "long", "number", "truth", "choice", "color" or "yaml"; `text` what stands in it,
    `known` what the sample or the default says."""

    name: str
    parameter: Parameter
    kind: str
    text: str
    known: str


def fields(block: Block, sample: Mapping[str, Any], given: Mapping[str, str]) -> Iterator[Field]:
    """Every parameter of a block; `given` is what was typed, by name."""
    set_ = sample.get("parameters") or {}
    for name, parameter in block.parameters.items():
        known = _written(set_.get(name, parameter.default))
        text = given.get(name, known)
        yield Field(name, parameter, _kind(parameter, text), text, known)


def _kind(parameter: Parameter, text: str) -> str:
    if parameter.one_of:
        return "choice"
    kinds = {"boolean": "truth", "integer": "number", "number": "number", "color": "color", "list": "yaml", "object": "yaml"}
    return kinds.get(parameter.type) or ("long" if len(text) > 40 else "text")


def _written(value: Any) -> str:
    """A value as the form holds it; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return dump(value).rstrip("\n")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def base_of(workspace: Workspace, block: Block) -> Mapping[str, Any]:
    """The sample as its file says; empty without one."""
    if block.sample is None:
        return {}
    value = sample_of(workspace, block).value
    return value if isinstance(value, Mapping) else {}


def document(workspace: Workspace, block: Block, given: Mapping[str, str], weird: str) -> Document | None:
    """The sample to render with; None for the file's own.

    Raises:
        MailweaveError: there is no such weird sample, or what was typed is no YAML.
    """
    if not given and not weird and block.sample:
        return None
    sample = base_of(workspace, block)
    if weird:
        known = samples(block, sample)
        if weird not in known:
            raise MailweaveError(Problem(f"there is no weird sample '{cut(weird)}'", did_you_mean(cut(weird), known), code="unknown-sample"))
        sample = known[weird]
    typed = {name: _value(block, name, text) for name, text in given.items()}
    return parse(Source("the form", dump({**sample, "parameters": {**(sample.get("parameters") or {}), **typed}})))


def _value(block: Block, name: str, text: str) -> Any:
    """What a text of the form means. A name that is no parameter's is kept: the block says what is wrong with it."""
    parameter = block.parameters.get(name)
    if parameter is None or (parameter.type in _TEXT and not (text == "" and not parameter.required and parameter.default is None)):
        return text
    if text.strip() == "":
        return None
    if parameter.type in ("list", "object"):
        return parse(Source(f"the form, {name}", text)).value
    return plain_scalar(text.strip())
