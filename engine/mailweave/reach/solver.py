"""Clauses, and the solver that satisfies them (python-sat, from the extra `solve`; loaded when it is first needed)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import Any, Final

# Conflicts after which one question to the solver is given up: a number, so that every machine gives up at the same place.
MOST_CONFLICTS: Final = 20_000
_FEW: Final = 6
HOW_TO_INSTALL: Final = "install the solver: pip install 'mailweave[solve]'"


def available() -> bool:
    """Whether the solver is installed."""
    try:
        import pysat.solvers  # noqa: F401
    except ImportError:
        return False
    return True


class Clauses:
    """Clauses over variables that are numbers from 1; a negative number is the opposite."""

    def __init__(self) -> None:
        self.variables = 0
        self.clauses: list[list[int]] = []

    def new(self) -> int:
        """A variable."""
        self.variables += 1
        return self.variables

    def add(self, *literals: int) -> None:
        """One of these must hold."""
        self.clauses.append(list(literals))

    def all_of(self, parts: Sequence[int]) -> int:
        """A variable that holds when all parts do (Tseitin 1968)."""
        if len(parts) == 1:
            return parts[0]
        found = self.new()
        for part in parts:
            self.add(-found, part)
        self.add(found, *(-part for part in parts))
        return found

    def any_of(self, parts: Sequence[int]) -> int:
        """A variable that holds when one part does."""
        return -self.all_of([-part for part in parts])

    def exactly_one(self, literals: Sequence[int]) -> None:
        """One of these holds, and no other (many: by a ladder, Gent and Nightingale 2004)."""
        self.add(*literals)
        if len(literals) <= _FEW:
            for one, other in combinations(literals, 2):
                self.add(-one, -other)
            return
        before = [self.new() for _ in literals]
        for literal, here in zip(literals, before, strict=True):
            self.add(-literal, here)
        for (here, after), literal in zip(pairwise(before), literals[1:], strict=True):
            self.add(-here, after)
            self.add(-here, -literal)


class Solver:
    """Clauses that grow, and questions to them. `calls` counts the questions."""

    def __init__(self, clauses: Iterable[Sequence[int]] = (), most: int = MOST_CONFLICTS) -> None:
        from pysat.solvers import Glucose4

        self._solver: Any = Glucose4(bootstrap_with=clauses)
        self._most = most
        self.calls = 0

    def add(self, *literals: int) -> None:
        """One of these must hold."""
        self._solver.add_clause(list(literals))

    def prefer(self, literals: Iterable[int]) -> None:
        """Try these first, as far as nothing speaks against it."""
        self._solver.set_phases(list(literals))

    def solve(self, assumed: Iterable[int] = ()) -> set[int] | bool:
        """The literals that hold in an answer; False when there is none, True when it was given up."""
        self.calls += 1
        self._solver.conf_budget(self._most)
        found = self._solver.solve_limited(assumptions=list(assumed))
        return True if found is None else set(self._solver.get_model()) if found else False

    @property
    def work(self) -> int:
        """Conflicts and decisions so far: how much it did, the same on every machine."""
        counts = self._solver.accum_stats()
        return int(counts["conflicts"] + counts["decisions"])

    def close(self) -> None:
        """Give its memory back."""
        self._solver.delete()


class Counter:
    """How many of some literals hold, as bounds that a question can assume (totalizer, Bailleux and Boufkhad 2003)."""

    def __init__(self, clauses: Clauses, literals: Sequence[int]) -> None:
        from pysat.card import ITotalizer

        self.size = len(literals)
        self._bounds: list[int] = list(literals)
        if self.size > 1:
            made: Any = ITotalizer(list(literals), self.size - 1, clauses.variables)
            clauses.variables = max(clauses.variables, made.top_id)
            clauses.clauses += made.cnf.clauses
            self._bounds = list(made.rhs)
            made.delete()

    def at_most(self, number: int) -> list[int]:
        """What to assume for no more than a number of them to hold."""
        return [-self._bounds[number]] if number < self.size else []
