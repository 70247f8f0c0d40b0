"""Which alternatives of a campaign the preview profiles show, and made-up customers for those that they don't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from mailweave.alternatives import Alternative
from mailweave.permutations import Exploration, Made, covering
from mailweave.profiles import Profile
from mailweave.reach.search import Status


@dataclass(frozen=True)
class Coverage:
    """For each alternative, the names of the preview profiles that show it.

    `missing` shows what no preview profile does and a made-up customer can. Of the rest, `nobody` is proved to be reached by nobody, and of what
    is `not_found` nothing is known.
    """

    shown: Mapping[Alternative, Sequence[str]]
    missing: Made
    nobody: Sequence[Alternative]
    not_found: Sequence[Alternative]

    @property
    def covered(self) -> int:
        """How many alternatives the preview profiles show."""
        return sum(bool(names) for names in self.shown.values())


def coverage(found: Exploration, profiles: Sequence[Profile]) -> Coverage:
    """How the profiles cover an explored campaign.

    Raises:
        MailweaveError: a rule fails for one of the profiles.
    """
    shown: dict[Alternative, list[str]] = {one: [] for one in found.answers}
    for profile in profiles:
        for one in found.picks_of(profile.data):
            shown[one].append(profile.name)
    needed = [one for one, names in shown.items() if not names]
    left: dict[Status, list[Alternative]] = {status: [one for one in needed if found.answers[one].status == status] for status in get_args(Status)}
    return Coverage(shown, covering(found, only=left["found"]), left["nobody"], left["not found"])
