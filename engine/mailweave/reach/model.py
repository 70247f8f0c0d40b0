"""A campaign's choices as clauses, linear in the size of its rules.

For each field there is a variable for each value that it can hold, or for each threshold of what puts its value together; for each question (leaf)
one that says whether it holds, tied by what the rule really decides for the values of its own fields; conditions are Tseitin's encoding
of those; and an entry is chosen when its condition holds and no earlier one of its slot does.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import prod
from typing import Any, Final, NamedTuple

from mailweave.alternatives import Alternative, Trial, paths_of
from mailweave.conditions import Outcome
from mailweave.errors import MailweaveError
from mailweave.patch import Patch, patched
from mailweave.profiles import without_blanks
from mailweave.reach.fields import Field, fields_of, incomplete
from mailweave.reach.leaves import Key, Leaf, Leaves
from mailweave.reach.solver import Clauses
from mailweave.samples import Made, Samples

# A leaf with more combinations of its fields' values isn't tabulated; what of it matters is learnt from answers that turn out wrong.
MOST_ROWS: Final = 4000


class _Option(NamedTuple):
    """One thing that a field of a leaf can be: the literals that say so, and the change that makes it so."""

    literals: tuple[int, ...]
    patch: Patch


@dataclass
class Dials:
    """The variables of one field."""

    field: Field
    values: Sequence[int]
    made: int | None
    reached: Mapping[tuple[Hashable, Any], int]


@dataclass
class Model:
    """The clauses, and what their variables mean. `profile` is the customer whose fields are changed.

    `usual` holds when nothing out of the ordinary is made, such as orders of negative worth; `own` when no whole list of a real customer is taken
    where one can be made; `guessed` when what couldn't be made is taken to be impossible, and what rules say of their fields to be all.
    `decisions` counts how often a rule was asked.
    """

    trial: Trial
    profile: Mapping[str, Any]
    others: Sequence[Mapping[str, Any]] = ()
    clauses: Clauses = field(default_factory=Clauses)
    decisions: int = 0

    def __post_init__(self) -> None:
        self._filled = without_blanks(self.profile)
        leaves = Leaves(self.trial)
        slots = {slot.name: [leaves.formula(entry.condition) for entry in slot.entries] for slot in self.trial.campaign.slots}
        self.usual, self.own, self.guessed, self.always = (self.clauses.new() for _ in range(4))
        self.clauses.add(self.always)
        self.fields = {one.key: one for one in fields_of(self.trial, leaves.all, self.profile, self.others)}
        self.dials = {key: self._dials(one) for key, one in self.fields.items()}
        self.leaves = {leaf: self.clauses.new() for leaf in leaves.all}
        self.trust = {leaf: self.clauses.new() for leaf in leaves.all}
        for trust in self.trust.values():
            self.clauses.add(-self.guessed, trust)
        self.learnt = {leaf for leaf, literal in self.leaves.items() if not self._tabulate(leaf, literal)}
        self.picks: dict[Alternative, int] = {}
        for name, formulas in slots.items():
            self._slot(name, formulas)
        self._formulas = slots
        self.changed = self._changed()

    def trusted(self, goals: Iterable[Alternative]) -> list[int]:
        """What to assume for a proof about some alternatives: of the leaves that decide about them, those that say all that makes a difference.

        The others may hold or not, as it comes.
        """
        asked = [leaf for goal in goals for formula in self._formulas[goal.slot][: goal.index + 1] for leaf in _leaves(formula)]
        known = [leaf for leaf in dict.fromkeys(asked) if not incomplete([leaf]) and not any(self.fields[key].doubtful for key in leaf.domain)]
        apart = incomplete(known)
        return [self.trust[leaf] for leaf in known if not apart.intersection(leaf.domain)]

    @property
    def manners(self) -> list[list[int]]:
        """What to assume, the best first; the last is nothing."""
        usual = [self.usual] if any(-self.usual in clause for clause in self.clauses.clauses) else []
        own = [self.own] if any(one.borrowed for one in self.fields.values()) else []
        return [list(one) for one in dict.fromkeys([(*usual, *own), tuple(usual), ()])]

    @property
    def preferred(self) -> Iterator[int]:
        """What to try first: the profile as it is."""
        for dials in self.dials.values():
            yield dials.values[0]
            yield from (-literal for literal in dials.reached.values())

    def _dials(self, one: Field) -> Dials:
        clauses, made = self.clauses, one.made
        values = [clauses.new() for _ in one.values]
        if made is None:
            clauses.exactly_one(values)
            return Dials(one, values, None, {})
        literal = clauses.new()
        clauses.exactly_one([*values, literal])
        for borrowed in one.borrowed:
            clauses.add(-values[borrowed], -self.own)
        reached = {(dial, threshold): clauses.new() for dial, thresholds in made.dials.items() for threshold in thresholds}
        for dial, thresholds in made.dials.items():
            for low, high in pairwise(thresholds):
                clauses.add(-reached[dial, high], reached[dial, low])
        for parts, usual in made.clauses():
            known = [reached[dial, threshold] * (1 if holds else -1) for dial, threshold, holds in parts]
            clauses.add(-literal, *known, *([-self.usual] if usual else []))
        return Dials(one, values, literal, reached)

    def _tabulate(self, leaf: Leaf, literal: int) -> bool:
        """Tie a leaf to what its rule decides. False when there are too many rows, and what its fields hold says all the same what it decides."""
        options = [self._options(leaf, self.dials[key]) for key in leaf.domain]
        if prod(map(len, options)) > MOST_ROWS:
            return not all(self.dials[key].made is None or self._mine(leaf, key) for key in leaf.domain)
        refused: list[MailweaveError] = []
        rows = list(product(*options))
        for row in rows:
            literals = [one for option in row for one in option.literals]
            try:
                held = self.decide(leaf, patched(self._filled, {path: value for option in row for path, value in option.patch.items()})).matched
            except MailweaveError as error:
                # A rule may refuse a value that another asks for; nobody has it, then. A plugin's own fault is told.
                if any(problem.code == "plugin-failed" for problem in error.problems):
                    raise
                refused.append(error)
                self.clauses.add(*(-one for one in literals))
            else:
                self.clauses.add(*(-one for one in literals), literal if held else -literal, -self.trust[leaf])
        if len(refused) == len(rows):
            raise refused[0]
        return True

    def decide(self, leaf: Leaf, profile: Mapping[str, Any]) -> Outcome:
        """What the rule really decides for a profile without blanks."""
        self.decisions += 1
        return leaf.condition.test(self.trial.situation(profile))

    def _options(self, leaf: Leaf, dials: Dials) -> list[_Option]:
        samples = leaf.domain[dials.field.key]
        values = list(zip(dials.values, dials.field.values, strict=True))
        alike = getattr(samples, "alike", None) if len(leaf.domain) > 1 else None
        options = [_Option((literal,), dials.field.patch(value)) for literal, value in (self._alike(values, alike) if alike else values)]
        if dials.made is None:
            return options
        mine = self._mine(leaf, dials.field.key)
        return [*options, *(self._made(dials, mine) if mine else self._unread(dials, isinstance(samples, Samples)))]

    def _mine(self, leaf: Leaf, key: Key) -> Made | None:
        """A leaf's own dials of a field."""
        samples = leaf.domain[key]
        mine = samples.made if isinstance(samples, Samples) else samples
        return mine if isinstance(mine, Made) and type(mine) is type(self.fields[key].made) else None

    def _alike(self, values: Sequence[tuple[int, Any]], alike: Any) -> list[tuple[int, Any]]:
        """One value for all that are the same to a leaf, with a variable that holds when one of them does."""
        groups: dict[Hashable, list[tuple[int, Any]]] = {}
        for literal, value in values:
            groups.setdefault(alike(value), []).append((literal, value))
        found = []
        for group in groups.values():
            literal = group[0][0] if len(group) == 1 else self.clauses.any_of([one for one, _ in group])
            found.append((literal, group[0][1]))
        return found

    def _made(self, dials: Dials, mine: Made) -> Iterator[_Option]:
        """What a leaf's own dials can be turned to."""
        assert dials.made
        for levels in mine.levels():
            value = mine.build(levels)
            if value is None:
                continue
            yield _Option((dials.made, *_turned(dials, mine, levels)), dials.field.patch(value))

    def _unread(self, dials: Dials, alike: bool) -> Iterator[_Option]:
        """For a leaf that reads what is made but has no dial of it: the least. It stands for all when they are `alike` to the leaf."""
        assert dials.made
        assert dials.field.made
        value = dials.field.made.build(dict.fromkeys(dials.field.made.dials, 0))
        if value is not None:
            levels = [] if alike else [-literal for literal in dials.reached.values()]
            yield _Option((dials.made, *levels), dials.field.patch(value))

    def _slot(self, name: str, formulas: Sequence[Any]) -> None:
        clauses = self.clauses
        free: int | None = None
        for index, formula in enumerate(formulas):
            holds = self._formula(formula) if formula is not None else None
            parts = [one for one in (free, holds) if one is not None]
            self.picks[Alternative(name, index)] = clauses.all_of(parts or [self.always])
            # Behind an entry that always holds none is reached.
            free = -self.always if holds is None else clauses.all_of([-holds] if free is None else [free, -holds])

    def _formula(self, formula: Any) -> int:
        if isinstance(formula, Leaf):
            return self.leaves[formula]
        how, parts = formula
        literals = [self._formula(part) for part in parts]
        if how == "not":
            return -literals[0]
        return self.clauses.all_of(literals) if how == "all" else self.clauses.any_of(literals)

    def _changed(self) -> list[int]:
        """For each path a variable that holds when its value isn't the one now."""
        found: dict[str, int] = {}
        for dials in self.dials.values():
            one = dials.field
            paths = [(literal, path) for literal, value in zip(dials.values, one.values, strict=True) for path in one.changes(value)]
            for literal, path in (*paths, *((dials.made, path) for path in paths_of(one.key) if dials.made)):
                if path not in found:
                    found[path] = self.clauses.new()
                self.clauses.add(-literal, found[path])
        return list(found.values())


def _turned(dials: Dials, made: Made, levels: Mapping[Hashable, int]) -> list[int]:
    """The literals of dials at some levels."""
    return [
        dials.reached[dial, threshold] * (1 if number < levels[dial] else -1)
        for dial, thresholds in made.dials.items()
        for number, threshold in enumerate(thresholds)
    ]


def _leaves(formula: Any) -> Iterator[Leaf]:
    if isinstance(formula, Leaf):
        yield formula
    elif formula is not None:
        for part in formula[1]:
            yield from _leaves(part)
