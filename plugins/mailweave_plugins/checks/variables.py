"""The check `variables`: names in templates that nothing gives, and merge variables that nobody declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mailweave.checks import Check
from mailweave.errors import Problem, as_warning, did_you_mean
from mailweave.facts import MISSING, look_up
from mailweave.hookspecs import hookimpl
from mailweave.languages import Use
from mailweave.setup import RESERVED
from mailweave.workspace import Workspace
from mailweave_plugins.checks.texts import Text, texts


class Variables(Check):
    """Templates read only names that exist; what they put out of a profile is declared or guarded by an `if`."""

    name = "variables"

    def run(self, workspace: Workspace) -> Iterator[Problem]:
        """Problems with the names that templates read."""
        known = _known(workspace)
        for text in texts(workspace):
            for use in text.template.uses:
                problem = _problem(use, text, known)
                if problem:
                    yield problem


def _known(workspace: Workspace) -> Mapping[str, Any]:
    """Name → what is known of its inside; None where anything may be in it."""
    free = [*workspace.config.sources, *workspace.registry.providers, *RESERVED]
    return {
        **dict.fromkeys(free),
        "brand": workspace.config.brand.model_dump(exclude_none=True),
        "campaign": {"name": "", "locale": ""},
        "links": dict(workspace.config.links),
    }


def _problem(use: Use, text: Text, known: Mapping[str, Any]) -> Problem | None:
    root, _, rest = use.path.partition(".")
    if root not in known:
        return _at(use, text, f"nothing is called '{root}'", did_you_mean(root, known), "unknown-variable")
    if root == "customer":
        return _undeclared(use, text) if rest and not use.guarded else None
    if root == "block":
        return _parameter(use, text, rest.split(".")[0])
    inside = known[root]
    if not rest or use.guarded or inside is None:
        return None
    return _inside(use, text, inside)


def _inside(use: Use, text: Text, inside: Mapping[str, Any]) -> Problem | None:
    """A fixed mapping's key that isn't there; the remedy looks at the level where the path leaves it."""
    path = use.path.split(".")
    for depth in range(2, len(path) + 1):
        if _found(inside, path[1:depth]) is MISSING:
            above = _found(inside, path[1 : depth - 1]) if depth > 2 else inside
            options = above if isinstance(above, Mapping) else ()
            what = f"'{'.'.join(path[: depth - 1])}' has no '{path[depth - 1]}'"
            return _at(use, text, what, did_you_mean(path[depth - 1], options), "unknown-variable")
    return None


def _found(inside: Mapping[str, Any], keys: list[str]) -> Any:
    """Blank values of mailweave.yaml exist all the same."""
    parent = look_up(inside, keys[:-1]) if keys[:-1] else inside
    return parent[keys[-1]] if isinstance(parent, Mapping) and keys[-1] in parent else look_up(inside, keys)


def _parameter(use: Use, text: Text, name: str) -> Problem | None:
    if text.block is None:
        return _at(use, text, "only a block's own templates see `block`", "use `campaign`, `brand` or `customer` here", "unknown-variable")
    if not name or name in text.block.parameters:
        return None
    return _at(use, text, f"block '{text.block.name}' has no parameter '{name}'", did_you_mean(name, text.block.parameters), "unknown-variable")


def _undeclared(use: Use, text: Text) -> Problem | None:
    if any(_covers(declared, use.path) for declared in text.variables):
        return None
    remedy = f"add `{use.path}: {{type: …, fallback: …}}` under `variables`, or put an `if` around it"
    return _at(use, text, f"'{use.path}' isn't declared", remedy, "undeclared-variable", warning=True)


def _covers(declared: str, path: str) -> bool:
    """A declared list or object covers what is inside it; a declared inside covers reading its parent."""
    return path == declared or path.startswith(f"{declared}.") or declared.startswith(f"{path}.")


def _at(use: Use, text: Text, what: str, remedy: str, code: str, *, warning: bool = False) -> Problem:
    offset = text.template.source.offset_of(use.place)
    problem = text.template.source.problem(offset, what, remedy, code=code, length=len(use.path))
    return as_warning(problem) if warning else problem


@hookimpl
def register_checks() -> Iterable[type[Check]]:
    return [Variables]
