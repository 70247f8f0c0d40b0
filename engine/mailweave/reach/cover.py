"""The fewest customers that together show all of some goals: one solver over as many copies of the model as there may be customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from mailweave.alternatives import Alternative
from mailweave.reach.answers import Held
from mailweave.reach.search import MOST_WRONG, Answer, Search
from mailweave.reach.solver import Solver, available

# Alternatives that a customer gets together.
Goal = frozenset[Alternative]
# With more goals than this the fewest customers aren't sought: those found one by one are taken.
MOST_EXACT: Final = 30


@dataclass(frozen=True)
class Cover:
    """Customers that show all goals. `fewest`: it is proved that fewer can't."""

    answers: tuple[Answer, ...]
    fewest: bool


def pairs_of(search: Search, some: Sequence[Alternative]) -> list[Goal]:
    """Every pair of alternatives of different slots that some customer gets, of those given."""
    seen: set[Goal] = set()
    for one, other in combinations(some, 2):
        if one.slot != other.slot and frozenset((one, other)) not in seen:
            answer = search.anybody([one, other])
            seen |= {frozenset(pair) for pair in combinations(answer.picks, 2)}
    wanted = set(some)
    return sorted((goal for goal in seen if goal <= wanted), key=sorted)


def cover(search: Search, goals: Sequence[Goal]) -> Cover:
    """Customers that show goals, each of which can be reached: the fewest, up to `MOST_EXACT` goals, else few."""
    if not goals or not available():
        return Cover((), not goals)
    answers = list(_one_by_one(search, goals))
    bound = _bound(goals)
    if len(answers) <= bound:
        return Cover(_told(search, goals, answers), True)
    proved = len(goals) <= MOST_EXACT
    for number in range(bound, len(answers)) if proved else ():
        fewer = _at_once(search, goals, number)
        if isinstance(fewer, list):
            return Cover(_told(search, goals, fewer), proved)
        proved = proved and fewer
    return Cover(_told(search, goals, answers), proved)


def _bound(goals: Sequence[Goal]) -> int:
    """A customer gets one alternative of a slot, so there are at least as many customers as different ones are wanted of the same slots."""
    return max(Counter(tuple(sorted(one.slot for one in goal)) for goal in goals).values())


def _one_by_one(search: Search, goals: Sequence[Goal]) -> Iterator[Answer]:
    """Customers each of whom shows as many more goals as go together with the first that is left."""
    left = list(goals)
    while left:
        answer = search.anybody(left[0])
        together = set(left[0])
        for goal in left[1:]:
            slots = {one.slot: one for one in together}
            if any(slots.get(one.slot, one) != one for one in goal):
                continue
            more = answer if goal <= set(answer.picks) else search.anybody(sorted(together | goal))
            if more.status == "found":
                answer = more
                together |= goal
        yield answer
        left = [goal for goal in left[1:] if not goal <= set(answer.picks)]


def _at_once(search: Search, goals: Sequence[Goal], number: int) -> list[Answer] | bool:
    """That many customers that show all goals together; else whether it is certain that there are none."""
    for _ in range(MOST_WRONG):
        size = search.model.clauses.variables
        solver = Solver(list(_copies(search, goals, number)))
        solver.prefer(_moved(literal, copy * size) for copy in range(number) for literal in search.model.preferred)
        found = solver.solve(search.model.guessed + copy * size for copy in range(number))
        search.calls += solver.calls
        if isinstance(found, bool):
            return not found and _certainly_not(search, goals, number, solver)
        answers = [search.read(Held(found, copy * size)) for copy in range(number)]
        if all(answers):
            return [answer for answer in answers if answer]
    return False


def _certainly_not(search: Search, goals: Sequence[Goal], number: int, solver: Solver) -> bool:
    """Whether so few customers can't show the goals, however the rules decide that don't say all that makes a difference to them."""
    size, trusted = search.model.clauses.variables, search.model.trusted(one for goal in goals for one in goal)
    return solver.solve(_moved(literal, copy * size) for copy in range(number) for literal in trusted) is False


def _moved(literal: int, before: int) -> int:
    return literal + before if literal > 0 else literal - before


def _copies(search: Search, goals: Sequence[Goal], number: int) -> Iterator[list[int]]:
    """The model once for each customer, and for each goal that one of them shows it."""
    clauses, size, picks = search.model.clauses, search.model.clauses.variables, search.model.picks
    for copy in range(number):
        yield from ([_moved(literal, copy * size) for literal in clause] for clause in clauses.clauses)
    most = Counter(tuple(sorted(one.slot for one in goal)) for goal in goals).most_common(1)[0][0]
    apart = 0
    shown = number * size
    for goal in goals:
        if tuple(sorted(one.slot for one in goal)) == most:
            # No two of these go together, so the customers can be named after them.
            yield from ([_moved(picks[one], apart * size)] for one in goal)
            apart += 1
            continue
        yield list(range(shown + 1, shown + number + 1))
        for copy in range(number):
            shown += 1
            yield from ([-shown, _moved(picks[one], copy * size)] for one in sorted(goal))


def _told(search: Search, goals: Sequence[Goal], answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The same customers with no more in their profiles than what they are the first to show needs, in the order of the goals."""
    left = list(goals)
    found = []
    while left:
        answer = next(one for one in answers if left[0] <= set(one.picks))
        shows = [goal for goal in left if goal <= set(answer.picks)]
        least = search.plainest(sorted({one for goal in shows for one in goal}))
        found.append(least if least.status == "found" else answer)
        left = [goal for goal in left if not goal <= set(found[-1].picks)]
    return tuple(found)
