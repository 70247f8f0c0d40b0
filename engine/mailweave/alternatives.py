"""The alternatives of a campaign's slots, and what a customer, real or made up, gets of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from mailweave.campaign import Campaign, Entry, Slot
from mailweave.choose import choose_slot
from mailweave.declarations import Variable, VariableType, type_error
from mailweave.errors import MailweaveError
from mailweave.facts import MISSING, Situation
from mailweave.patch import patched
from mailweave.profiles import Profile, without_blanks
from mailweave.render import situation_of
from mailweave.workspace import Workspace

_SAMPLES: Final[Mapping[VariableType, Callable[[datetime], Any]]] = {
    "string": lambda at: "Sample",
    "number": lambda at: 1.5,
    "integer": lambda at: 1,
    "boolean": lambda at: True,
    "date": lambda at: at.date().isoformat(),
    "datetime": lambda at: at.isoformat(),
    "url": lambda at: "https://example.com/",
    "list": lambda at: [],
    "object": lambda at: {},
}


@dataclass(frozen=True, order=True)
class Alternative:
    """One entry of a slot, which a message has or hasn't. `index` counts from 0, in the campaign's order."""

    slot: str
    index: int


Picks = tuple[Alternative, ...]


def alternatives(campaign: Campaign) -> list[Alternative]:
    """Every alternative of a campaign, in its order."""
    return [Alternative(slot.name, index) for slot in campaign.slots for index in range(len(slot.entries))]


@dataclass
class Trial:
    """A campaign at a moment (aware), for trying customers on."""

    workspace: Workspace
    campaign: Campaign
    at: datetime

    @cached_property
    def declared(self) -> list[tuple[str, Variable]]:
        """Every merge variable that the campaign or one of its blocks declares."""
        some = [self.workspace.config.variables, self.campaign.variables, *(block.variables for block in self.campaign.blocks)]
        return [(path, variable) for variables in some for path, variable in variables.items()]

    @cached_property
    def types(self) -> Mapping[str, set[VariableType]]:
        """Merge variable → the types it is declared with."""
        return {path: {one.type for name, one in self.declared if name == path} for path, _ in self.declared}

    def fits(self, path: str, value: Any) -> bool:
        """Whether a profile can hold a value at a path: it is of the type that templates and mailweave itself expect there."""
        if value is MISSING:
            return True
        if any(type_error(kind, value) for kind in self.types.get(f"customer.{path}", ())):
            return False
        try:
            Profile.from_data(patched({}, {path: value}))
        except MailweaveError:
            return False
        return True

    @cached_property
    def base(self) -> dict[str, Any]:
        """What every made-up customer has: a name, an address, and the merge variables without a fallback; nothing that a rule reads."""
        required = {path: one for path, one in self.declared if one.fallback is None and path.startswith("customer.")}
        samples = {path.partition(".")[2]: _SAMPLES[one.type](self.at) for path, one in required.items()}
        read = dict.fromkeys(self.read, MISSING)
        return patched({}, {**samples, "first_name": "Sam", "last_name": "Example", "email": "sam@example.com", **read})

    @cached_property
    def read(self) -> list[str]:
        """The profile paths that the rules' domains name, in order."""
        found: dict[str, None] = {}
        for slot in self.campaign.slots:
            for entry in slot.entries:
                for one in entry.condition.rules() if entry.condition else ():
                    found |= {path: None for key in one.rule.domain(one.settings, self.at) for path in paths_of(key)}
        return list(found)

    @cached_property
    def _situation(self) -> Situation:
        return situation_of(self.workspace, self.campaign, Profile.from_data({}), self.at)

    def situation(self, profile: Mapping[str, Any]) -> Situation:
        """The situation of a customer whose data hold no blanks."""
        return self._situation.of(profile)

    def picks_of(self, profile: Mapping[str, Any]) -> Picks:
        """The alternatives that a customer gets, slot by slot.

        Raises:
            MailweaveError: a rule fails for the customer.
        """
        situation = self.situation(without_blanks(profile))
        return tuple(self._pick(slot, situation) for slot in self.campaign.slots)

    def _pick(self, slot: Slot, situation: Situation) -> Alternative:
        entry = choose_slot(slot, situation).entry
        return Alternative(slot.name, next(index for index, one in enumerate(slot.entries) if one is entry))

    def entry(self, alternative: Alternative) -> Entry:
        """The campaign's entry."""
        slot = next(one for one in self.campaign.slots if one.name == alternative.slot)
        return slot.entries[alternative.index]


def paths_of(key: str | tuple[str, ...]) -> tuple[str, ...]:
    """The profile paths that a key of a domain names: one, or several that only mean something together."""
    return key if isinstance(key, tuple) else (key,)
