"""Which choices of a campaign anybody can get, and the fewest made-up customers that show them.

Rules state the values that make a difference to them (`Rule.domain`). Combining those slot by slot reaches every alternative that a rule's
domain can reach; customers for several slots at once are merged greedily, each merge checked by choosing again (greedy set cover, Chvátal 1979).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import combinations
from typing import Any, Final

from mailweave.campaign import Campaign, Entry
from mailweave.choose import choose_slot
from mailweave.declarations import Variable, VariableType, type_error
from mailweave.domains import Patch, Values, patched, patches, slot_values
from mailweave.facts import MISSING, Situation
from mailweave.profiles import Profile, without_blanks
from mailweave.render import situation_of
from mailweave.workspace import Workspace

# How many made-up customers are tried for a slot, and how many ways to an alternative are kept.
MOST_TRIED: Final = 4000
_MOST_WAYS: Final = 8

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


Goal = frozenset[Alternative]
Picks = tuple[Alternative, ...]


@dataclass(frozen=True)
class Permutation:
    """A made-up customer that shows something no one before showed. `shows` are the alternatives, or pairs of them, that are new."""

    name: str
    profile: Profile
    picks: Picks
    shows: tuple[Goal, ...]


@dataclass
class Exploration:
    """What of a campaign can be reached at a moment (aware).

    `ways`: for each alternative, patches that reach it, those with the fewest values first; none when no made-up customer got it.
    """

    workspace: Workspace
    campaign: Campaign
    at: datetime
    ways: dict[Alternative, list[Patch]] = field(default_factory=dict)

    @cached_property
    def values(self) -> Mapping[str, Values]:
        """Slot → the profile values that make a difference to it, as far as they are of the types that templates declare."""
        known = [self.workspace.profile(name).data for name in self.workspace.profile_names()]
        return {slot.name: self._typed(slot_values(slot, self.at, known)) for slot in self.campaign.slots}

    def _typed(self, values: Values) -> Values:
        return {path: [value for value in some if self._fits(f"customer.{path}", value)] for path, some in values.items()}

    def _fits(self, path: str, value: Any) -> bool:
        return value is MISSING or not any(type_error(kind, value) for kind in self.types.get(path, ()))

    @cached_property
    def declared(self) -> list[tuple[str, Variable]]:
        """Every merge variable that the campaign or one of its blocks declares."""
        some = [self.workspace.config.variables, self.campaign.variables, *(block.variables for block in self.campaign.blocks)]
        return [(path, variable) for variables in some for path, variable in variables.items()]

    @cached_property
    def types(self) -> Mapping[str, set[VariableType]]:
        """Merge variable → the types it is declared with."""
        return {path: {one.type for name, one in self.declared if name == path} for path, _ in self.declared}

    @cached_property
    def base(self) -> dict[str, Any]:
        """What every made-up customer has: a name, an address, and the merge variables without a fallback; nothing that a rule reads."""
        required = {path: one for path, one in self.declared if one.fallback is None and path.startswith("customer.")}
        samples = {path.partition(".")[2]: _SAMPLES[one.type](self.at) for path, one in required.items()}
        read = dict.fromkeys((path for values in self.values.values() for path in values), MISSING)
        return patched({}, {**samples, "first_name": "Sam", "last_name": "Example", "email": "sam@example.com", **read})

    @cached_property
    def _situation(self) -> Situation:
        return situation_of(self.workspace, self.campaign, Profile.from_data({}), self.at)

    def situation(self, profile: Mapping[str, Any]) -> Situation:
        """The situation of a customer."""
        return replace(self._situation, profile=without_blanks(profile), _contents={}, _notes={})

    def pick(self, slot: str, situation: Situation) -> Alternative:
        """The alternative of one slot."""
        found = next(one for one in self.campaign.slots if one.name == slot)
        entry = choose_slot(found, situation).entry
        return Alternative(slot, next(index for index, one in enumerate(found.entries) if one is entry))

    def picks(self, patch: Patch) -> Picks:
        """The alternatives that the made-up customer with a patch gets."""
        return self.picks_of(patched(self.base, patch))

    def picks_of(self, profile: Mapping[str, Any]) -> Picks:
        """The alternatives that a customer gets, slot by slot."""
        situation = self.situation(profile)
        return tuple(self.pick(slot.name, situation) for slot in self.campaign.slots)

    def entry(self, alternative: Alternative) -> Entry:
        """The campaign's entry."""
        slot = next(one for one in self.campaign.slots if one.name == alternative.slot)
        return slot.entries[alternative.index]


def alternatives(campaign: Campaign) -> list[Alternative]:
    """Every alternative of a campaign, in its order."""
    return [Alternative(slot.name, index) for slot in campaign.slots for index in range(len(slot.entries))]


def explore(workspace: Workspace, campaign: Campaign, at: datetime) -> Exploration:
    """Find ways to every alternative of a campaign at a moment.

    Raises:
        MailweaveError: a rule fails.
    """
    found = Exploration(workspace, campaign, at, {one: [] for one in alternatives(campaign)})
    for slot, values in found.values.items():
        for patch in patches(values, MOST_TRIED):
            kept = {path: value for path, value in patch.items() if value is not MISSING}
            ways = found.ways[found.pick(slot, found.situation(patched(found.base, kept)))]
            ways.append(kept)
    for ways in found.ways.values():
        ways.sort(key=_weight)
        del ways[_MOST_WAYS:]
    return found


def _weight(patch: Patch) -> tuple[int, int]:
    return len(patch), sum(len(value) for value in patch.values() if isinstance(value, list))


def covering(found: Exploration, *, pairs: bool = False, only: Iterable[Alternative] | None = None) -> list[Permutation]:
    """Few customers that show every alternative that can be reached (or those of `only`), or every pair of them in different slots."""
    wanted = found.ways if only is None else {one: found.ways[one] for one in only}
    left = _pairs(found) if pairs else {frozenset([one]): ways[0] for one, ways in wanted.items() if ways}
    made: list[Permutation] = []
    while left:
        patch = _filled(found, next(iter(left.values())), left, pairs)
        picks = found.picks(patch)
        shows = tuple(goal for goal in left if goal <= set(picks))
        # A way to a goal gets it by construction, so each turn takes at least one.
        for goal in shows or [next(iter(left))]:
            del left[goal]
        name = _name(found, shows, [one.name for one in made])
        data = {**patched(found.base, patch), "id": name}
        made.append(Permutation(name, Profile.from_data(data, name), picks, shows))
    return made


def _filled(found: Exploration, patch: Patch, left: Mapping[Goal, Patch], pairs: bool) -> Patch:
    """A patch with others merged into it, as long as that shows more of what is left."""
    best, shown = patch, _count(found.picks(patch), left, pairs)
    for goal, way in left.items():
        if goal <= set(found.picks(best)):
            continue
        for candidate in _ways(found, goal, way):
            merged = merge(best, candidate)
            count = _count(found.picks(merged), left, pairs) if merged is not None else 0
            if merged is not None and count > shown:
                best, shown = merged, count
                break
    return best


def _ways(found: Exploration, goal: Goal, way: Patch) -> Sequence[Patch]:
    return found.ways[next(iter(goal))] if len(goal) == 1 else [way]


def _count(picks: Picks, left: Mapping[Goal, Patch], pairs: bool) -> int:
    return sum(frozenset(goal) in left for goal in combinations(picks, 2 if pairs else 1))


def _pairs(found: Exploration) -> dict[Goal, Patch]:
    """Every pair of alternatives of different slots that some customer gets, with a way to it."""
    reached: dict[Goal, Patch] = {}
    for one, other in combinations(found.ways, 2):
        goal = frozenset((one, other))
        if one.slot == other.slot or goal in reached:
            continue
        for patch in _merged(found.ways[one], found.ways[other]):
            picks = found.picks(patch)
            for pair in combinations(picks, 2):
                reached.setdefault(frozenset(pair), patch)
            if goal in reached:
                break
    return {goal: reached[goal] for goal in sorted(reached, key=sorted)}


def _merged(some: Iterable[Patch], others: Sequence[Patch]) -> Iterator[Patch]:
    return (merged for one in some for other in others if (merged := merge(one, other)) is not None)


def merge(one: Patch, other: Patch) -> Patch | None:
    """A patch with the values of two; lists are joined. None when they contradict each other."""
    merged = dict(one)
    for path, value in other.items():
        known = merged.get(path, MISSING)
        if known is MISSING or repr(known) == repr(value):
            merged[path] = value
        elif isinstance(known, list) and isinstance(value, list):
            merged[path] = [*known, *(entry for entry in value if entry not in known)]
        else:
            return None
    return merged


def _name(found: Exploration, shows: Sequence[Goal], taken: Sequence[str]) -> str:
    """A name after what a customer is the first to show: "greeting-loyal"."""
    entry = min(shows[0]) if shows else Alternative("customer", 0)
    name = f"{entry.slot}-{found.entry(entry).variant or 'nothing'}" if shows else entry.slot
    numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)
