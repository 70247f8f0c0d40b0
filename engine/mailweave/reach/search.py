"""Who gets some alternatives, and with how few fields changed. Every answer is checked by choosing again; what was wrong is learnt from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Literal

from mailweave.alternatives import Alternative, Picks, Trial
from mailweave.errors import MailweaveError
from mailweave.patch import Patch, patched
from mailweave.reach.answers import Held, agrees, gentler, lessons, patch_of, same_members, shorter
from mailweave.reach.model import Model
from mailweave.reach.solver import Counter, Solver, available

# Answers that turn out wrong before one question is given up.
MOST_WRONG: Final = 100
Status = Literal["found", "nobody", "not found"]


@dataclass(frozen=True)
class Answer:
    """Whether somebody gets what was asked for, and if so who: a profile, what was changed in it, and all that it gets.

    "nobody" is proved; "not found" says that nothing is known. `least`: it is proved that no fewer fields would do.
    """

    status: Status
    patch: Patch
    profile: Mapping[str, Any]
    picks: Picks
    least: bool = False


NOBODY: Final = Answer("nobody", {}, {}, ())
NOT_FOUND: Final = Answer("not found", {}, {}, ())


class Search:
    """Searches who a customer would have to be. `others` are real customers, whose values stand in where a rule can't know any."""

    def __init__(self, trial: Trial, profile: Mapping[str, Any], others: Sequence[Mapping[str, Any]] = ()) -> None:
        self.trial, self.profile, self._others = trial, profile, others
        self.calls = 0

    @cached_property
    def model(self) -> Model:
        """The model of the campaign, with this customer's values. Raises MailweaveError when a rule fails."""
        return Model(self.trial, self.profile, self._others)

    @cached_property
    def _changed(self) -> Counter:
        return Counter(self.model.clauses, self.model.changed)

    @cached_property
    def solver(self) -> Solver:
        """The solver with the model's clauses."""
        assert self._changed
        solver = Solver(self.model.clauses.clauses)
        solver.prefer(self.model.preferred)
        return solver

    @cached_property
    def _manners(self) -> list[list[int]]:
        return self.model.manners

    def anybody(self, goals: Iterable[Alternative]) -> Answer:
        """Somebody who gets all of some alternatives."""
        return self._asked(list(goals), [], self._manners) if available() else NOT_FOUND

    def least(self, goals: Iterable[Alternative], keep: Picks = ()) -> Answer:
        """Who gets them with the fewest fields changed; of as few, who keeps most of the alternatives `keep`, one after the other."""
        return self._fewest(list(goals), keep, self._manners) if available() else NOT_FOUND

    def plainest(self, goals: Iterable[Alternative]) -> Answer:
        """Who gets them with the fewest fields, and with nothing out of the ordinary even if that took fewer."""
        wanted = list(goals)
        for manner in self._manners if available() else ():
            answer = self._fewest(wanted, (), [manner])
            if answer.status == "found":
                return answer
        return NOT_FOUND

    def _fewest(self, wanted: Sequence[Alternative], keep: Picks, manners: Sequence[Sequence[int]]) -> Answer:
        answer = self._asked(wanted, [], manners)
        if answer.status != "found":
            return answer
        fewest, proved = len(answer.patch), True
        for number in range(fewest):
            fewer = self._asked(wanted, self._changed.at_most(number), manners)
            if fewer.status == "found":
                answer, fewest = fewer, number
                break
            proved = proved and fewer.status == "nobody"
        answer = self._keeping(answer, wanted, self._changed.at_most(fewest), keep)
        patch = answer.patch
        for polish in (gentler, shorter, same_members):
            patch = polish(self.model, patch, answer.picks)
        return replace(answer, patch=patch, profile=patched(self.profile, patch), least=proved)

    def _keeping(self, answer: Answer, wanted: Sequence[Alternative], assumed: Sequence[int], keep: Picks) -> Answer:
        kept = list(wanted)
        for one in keep:
            if one not in answer.picks:
                other = self._asked([*kept, one], assumed, self._manners)
                if other.status != "found":
                    continue
                answer = other
            kept.append(one)
        return answer

    def _asked(self, goals: Sequence[Alternative], assumed: Sequence[int], manners: Sequence[Sequence[int]]) -> Answer:
        """An answer; what is out of the ordinary is tried when nothing else is left."""
        literals = [*(self.model.picks[goal] for goal in goals), *assumed]
        for manner in manners:
            answer = self._answer([*literals, *manner, self.model.guessed])
            if answer.status != "nobody":
                return answer
        return NOBODY if self._solved([*literals, *self.model.trusted(goals)]) is False else NOT_FOUND

    def _answer(self, assumed: Sequence[int]) -> Answer:
        for _ in range(MOST_WRONG):
            found = self._solved(assumed)
            if isinstance(found, bool):
                return NOT_FOUND if found else NOBODY
            answer = self.read(Held(found))
            if answer is not None:
                return answer
        return NOT_FOUND

    def _solved(self, assumed: Iterable[int]) -> set[int] | bool:
        self.calls += 1
        return self.solver.solve(assumed)

    def read(self, held: Held) -> Answer | None:
        """The customer whom the solver means, when the engine chooses for them as it says. Else None, and the model knows better."""
        patch = patch_of(self.model, held)
        if isinstance(patch, list):
            self._learn([-literal for literal in patch], False)
            return None
        profile = patched(self.profile, patch)
        try:
            picks: Picks | None = self.trial.picks_of(profile)
        except MailweaveError:
            picks = None
        if picks is None or not agrees(self.model, held, picks):
            for clause, certain in list(lessons(self.model, held, profile)):
                self._learn(clause, certain)
            return None
        return Answer("found", patch, profile, picks)

    def _learn(self, clause: list[int], certain: bool) -> None:
        whole = clause if certain else [*clause, -self.model.guessed]
        self.model.clauses.add(*whole)
        self.solver.add(*whole)
