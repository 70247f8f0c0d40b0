"""The name of a strategy in a user's file."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from mailweave.errors import did_you_mean


def _known(name: str, info: ValidationInfo) -> str:
    known = info.context["registry"].recommenders if info.context else {}
    if known and name not in known:
        raise ValueError(f"there is no strategy '{name}' – {did_you_mean(name, known)}")
    return name


# A settings field of this type takes only names that some plugin registered.
StrategyName = Annotated[str, AfterValidator(_known)]
