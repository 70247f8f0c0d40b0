"""mailweave: the content-rule engine for personalised email."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mailweave.errors import MailweaveError, Place, Problem
    from mailweave.facts import MISSING, Facts
    from mailweave.hookspecs import hookimpl
    from mailweave.plugged import Settings
    from mailweave.rules import Decision, Domain, Parts, Rule, match, no_match
    from mailweave.samples import Known, Made, Samples

__all__ = [
    "MISSING",
    "Decision",
    "Domain",
    "Facts",
    "Known",
    "Made",
    "MailweaveError",
    "Parts",
    "Place",
    "Problem",
    "Rule",
    "Samples",
    "Settings",
    "hookimpl",
    "match",
    "no_match",
]

_MODULES: Final = {
    **dict.fromkeys(("MailweaveError", "Place", "Problem"), "errors"),
    **dict.fromkeys(("MISSING", "Facts"), "facts"),
    **dict.fromkeys(("Decision", "Domain", "Parts", "Rule", "match", "no_match"), "rules"),
    **dict.fromkeys(("Known", "Made", "Samples"), "samples"),
    "hookimpl": "hookspecs",
    "Settings": "plugged",
}


def __getattr__(name: str) -> Any:
    """What plugins need, each from its module when it is first asked for (PEP 562): the commands begin before pydantic is there."""
    if name not in _MODULES:
        raise AttributeError(f"module 'mailweave' has no attribute '{name}'")
    value = globals()[name] = getattr(import_module(f"mailweave.{_MODULES[name]}"), name)
    return value
