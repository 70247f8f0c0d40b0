"""Which choices of a campaign anybody can get, and the fewest made-up customers that show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from mailweave.alternatives import Alternative, Picks, Trial, alternatives
from mailweave.campaign import Campaign
from mailweave.profiles import Profile
from mailweave.reach.cover import Goal, cover, pairs_of
from mailweave.reach.search import Answer, Search
from mailweave.workspace import Workspace


@dataclass(frozen=True)
class Permutation:
    """A made-up customer that shows something no one before showed. `shows` are the alternatives, or pairs of them, that are new."""

    name: str
    profile: Profile
    picks: Picks
    shows: tuple[Goal, ...]


@dataclass(frozen=True)
class Made:
    """Made-up customers. `fewest`: it is proved that fewer can't show as much; otherwise they are near."""

    people: tuple[Permutation, ...] = ()
    fewest: bool = True


@dataclass
class Exploration(Trial):
    """What of a campaign can be reached at a moment (aware), and by whom."""

    answers: dict[Alternative, Answer] = field(default_factory=dict)

    @cached_property
    def search(self) -> Search:
        """The search for made-up customers. Where a rule can't know the values, those of the preview profiles stand in."""
        known = [self.workspace.profile(name).data for name in self.workspace.profile_names()]
        return Search(self, self.base, known)

    @property
    def reached(self) -> list[Alternative]:
        """The alternatives that some made-up customer gets."""
        return [one for one, answer in self.answers.items() if answer.status == "found"]


def explore(workspace: Workspace, campaign: Campaign, at: datetime) -> Exploration:
    """Find out of every alternative of a campaign at a moment whether a customer can get it, and who does with the fewest values.

    Raises:
        MailweaveError: a rule fails.
    """
    found = Exploration(workspace, campaign, at)
    found.answers = {one: found.search.anybody([one]) for one in alternatives(campaign)}
    return found


def covering(found: Exploration, *, pairs: bool = False, only: Iterable[Alternative] | None = None) -> Made:
    """The fewest customers that show every alternative that can be reached (or those of `only`), or every pair of them in different slots."""
    wanted = [one for one in (found.answers if only is None else only) if found.answers[one].status == "found"]
    goals = pairs_of(found.search, wanted) if pairs else [frozenset([one]) for one in wanted]
    covered = cover(found.search, goals)
    made: list[Permutation] = []
    left = dict.fromkeys(goals)
    for answer in covered.answers:
        shows = tuple(goal for goal in left if goal <= set(answer.picks))
        for goal in shows:
            del left[goal]
        if shows:
            name = _name(found, shows, [one.name for one in made])
            made.append(Permutation(name, Profile.from_data({**answer.profile, "id": name}, name), answer.picks, shows))
    return Made(tuple(made), covered.fewest)


def _name(found: Exploration, shows: Sequence[Goal], taken: Sequence[str]) -> str:
    """A name after what a customer is the first to show: "greeting-loyal"."""
    entry = min(shows[0])
    name = f"{entry.slot}-{found.entry(entry).variant or 'nothing'}"
    numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)
