"""Which alternatives of a campaign the preview profiles show, and made-up customers for those that they don't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailweave.permutations import Alternative, Exploration, Permutation, covering
from mailweave.profiles import Profile


@dataclass(frozen=True)
class Coverage:
    """For each alternative, the names of the preview profiles that show it.

    `missing` shows what no preview profile does and a made-up customer can; what nobody got at all is in `unreached`.
    """

    shown: Mapping[Alternative, Sequence[str]]
    missing: Sequence[Permutation]
    unreached: Sequence[Alternative]

    @property
    def covered(self) -> int:
        """How many alternatives the preview profiles show."""
        return sum(bool(names) for names in self.shown.values())


def coverage(found: Exploration, profiles: Sequence[Profile]) -> Coverage:
    """How the profiles cover an explored campaign.

    Raises:
        MailweaveError: a rule fails for one of the profiles.
    """
    shown: dict[Alternative, list[str]] = {one: [] for one in found.ways}
    for profile in profiles:
        for one in found.picks_of(profile.data):
            shown[one].append(profile.name)
    needed = [one for one, names in shown.items() if not names]
    missing = covering(found, only=needed)
    return Coverage(shown, missing, [one for one in needed if not found.ways[one]])
