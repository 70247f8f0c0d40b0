"""What a person supposes while looking at a message: another choice, other content, a source that gives nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class WhatIf:
    """Suppositions for looking at a message, never for sending it.

    `forced`: slot → which of its entries to take, counted from 0, whatever the rules say. `content`: what providers give, by their name,
    instead of being asked. `sources`: what connected sources hold, by their name, instead of what was fetched.
    """

    forced: Mapping[str, int] = field(default_factory=dict)
    content: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Any] = field(default_factory=dict)


# Nothing is supposed: the message as it is sent.
ACTUAL: Final = WhatIf()
