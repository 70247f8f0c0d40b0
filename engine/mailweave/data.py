"""What templates see, and what stands in for what a profile lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mailweave.campaign import Campaign
from mailweave.declarations import Variable, type_error
from mailweave.errors import MailweaveError, Problem
from mailweave.facts import MISSING, Facts, Situation, look_up
from mailweave.languages import Template
from mailweave.profiles import Profile
from mailweave.workspace import Workspace


def template_data(workspace: Workspace, campaign: Campaign, situation: Situation, templates: Iterable[Template]) -> dict[str, Any]:
    """All that templates of this message may read; providers' content only when one of `templates` names it."""
    facts = Facts(situation)
    names = {use.path.split(".", 1)[0] for template in templates for use in template.uses}
    return {
        **situation.sources,
        **{name: situation.content(name) for name in sorted(workspace.registry.providers) if name in names},
        "customer": situation.profile,
        "brand": workspace.brand,
        "campaign": {"name": campaign.name, "locale": facts.locale},
        "segment": dict.fromkeys(situation.profile.get("segments", ()), True),
        "at": situation.at,
        "locale": facts.locale,
    }


def with_fallbacks(data: Mapping[str, Any], variables: Mapping[str, Variable], profile: Profile, used_by: str) -> dict[str, Any]:
    """The same data with the fallbacks of declared merge variables where a value is missing.

    Raises:
        MailweaveError: every value that isn't of its declared type.
    """
    filled = dict(data)
    problems = []
    for path, variable in variables.items():
        value = look_up(data, path)
        wrong = type_error(variable.type, value) if value is not MISSING else None
        if wrong:
            problems.append(_ill_typed(path, wrong, profile, used_by))
        if value is MISSING and variable.fallback is not None:
            _put(filled, path.split("."), variable.fallback)
    if problems:
        raise MailweaveError(*problems)
    return filled


def _ill_typed(path: str, wrong: str, profile: Profile, used_by: str) -> Problem:
    root, _, rest = path.partition(".")
    remedy = f"{used_by} declares it so"
    if root != "customer":
        return Problem(f"{path} {wrong}", remedy, code="bad-type")
    return profile.document.problem((*profile.within, *rest.split(".")), f"{path} {wrong}", remedy, code="bad-type")


def _put(data: dict[str, Any], keys: list[str], value: Any) -> None:
    """Set a nested key; each mapping on the way is copied, so that the profile itself stays as it is."""
    inner = data.get(keys[0])
    if len(keys) == 1:
        data[keys[0]] = value
        return
    data[keys[0]] = dict(inner) if isinstance(inner, Mapping) else {}
    _put(data[keys[0]], keys[1:], value)
