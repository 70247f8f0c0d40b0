"""Runs the code that Liquid writes for a template, by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailweave.compiled.emitter import Emitter
from mailweave.compiled.purity import Person, StaticScope
from mailweave.compiled.residue import Scoped
from mailweave.compiled.values import Bail
from mailweave.languages import CannotCompile, Scope, Template


def compiled(template: Template, data: Mapping[str, Any], scope: Scope) -> str | None:
    """What the code of a template of plain text gives; None where it can't be written or gives up, for the reference way is taken then."""
    emitter = Emitter({}, path=template.source.path)
    roots = {name: emitter.let(f"R.customer.get({name!r})") for name in data}
    try:
        with emitter.string() as result:
            template.write_code(emitter, roots, Scoped(StaticScope(scope.locale, scope.currency, scope.translate, scope.asset, scope.limits)))
    except CannotCompile:
        return None
    emitter.line(f"return {emitter.code(result())}")
    names = {**emitter.names, "bail": _bail}
    exec(compile(f"def fill(R):\n{emitter.source(traced=False)}\n", "<compiled>", "exec"), names)
    try:
        text: str = names["fill"](Person(data, scope.at, scope.zone, dict))
    except (Bail, ValueError):
        return None
    return text


def _bail() -> None:
    raise Bail
