"""What an answer of the solver means: the customer that it describes, and what to learn when the engine chooses otherwise for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mailweave.alternatives import Picks, paths_of
from mailweave.errors import MailweaveError
from mailweave.patch import Patch, patched
from mailweave.profiles import without_blanks
from mailweave.reach.model import Dials, Model
from mailweave.samples import Members

# So many entries are added to a list one by one before all are.
_MOST_ADDED: Final = 12
# In a list of more entries none are left out again.
_MOST_LEFT_OUT: Final = 60


class Held:
    """The variables that hold in an answer."""

    def __init__(self, literals: set[int], before: int = 0) -> None:
        """`before` is what was added to every variable."""
        self._held = {literal - before for literal in literals if literal > before}

    def __contains__(self, literal: int) -> bool:
        return literal in self._held if literal > 0 else -literal not in self._held

    def literals(self, dials: Dials) -> list[int]:
        """What says of a field what it is."""
        if dials.made is None or dials.made not in self:
            return [literal for literal in dials.values if literal in self]
        return [dials.made, *(literal if literal in self else -literal for literal in dials.reached.values())]


def patch_of(model: Model, held: Held) -> Patch | list[int]:
    """The change that an answer describes; where nothing can be put together as it says, the literals that say so."""
    patch: dict[str, Any] = {}
    for dials in model.dials.values():
        value = _value(model, dials, held)
        if value is None or not (dials.made is None or dials.made not in held or model.trial.fits(str(dials.field.key), value)):
            return held.literals(dials)
        patch |= {path: one for path, one in dials.field.patch(value).items() if path in dials.field.changes(value)}
    return patch


def _value(model: Model, dials: Dials, held: Held) -> Any:
    made = dials.field.made
    if made is None or dials.made is None or dials.made not in held:
        return next(value for literal, value in zip(dials.values, dials.field.values, strict=True) if literal in held)
    levels = {dial: sum(dials.reached[dial, one] in held for one in thresholds) for dial, thresholds in made.dials.items()}
    return made.build(levels, dials.field.values[0])


def agrees(model: Model, held: Held, picks: Picks) -> bool:
    """Whether the engine chooses as an answer says."""
    return all(model.picks[one] in held for one in picks)


def lessons(model: Model, held: Held, profile: Mapping[str, Any]) -> Iterator[tuple[list[int], bool]]:
    """Clauses for what an answer says wrongly of a profile, and whether each is certain: what a rule decides for values that weren't tabulated
    is; that such a profile can't be made, or that a rule read no more than it noted, is not."""
    filled = without_blanks(profile)
    for leaf, literal in model.leaves.items():
        said = [one for key in leaf.domain for one in held.literals(model.dials[key])]
        try:
            decided = model.decide(leaf, filled)
        except MailweaveError:
            yield [-one for one in said], False
            continue
        if decided.matched is (literal in held):
            continue
        right = literal if decided.matched else -literal
        yield [*(-one for one in said), right, -model.trust[leaf]], leaf in model.learnt
        names = {entry.name for entry in decided.inputs}
        read = [one for key in leaf.domain if names.intersection(paths_of(key)) for one in held.literals(model.dials[key])]
        if read and len(read) < len(said):
            yield [*(-one for one in read), right], False


def gentler(model: Model, patch: Patch, picks: Picks) -> Patch:
    """The same change, in which lists are added to rather than replaced where that does the same: a customer's past can't be undone."""
    for path, now in _lists(model, patch):
        value = patch[path]
        for number in (*range(1, min(len(value), _MOST_ADDED)), len(value)) if now and value[: len(now)] != now else ():
            longer: Patch = {**patch, path: [*now, *value[:number]]}
            if _same(model, longer, picks):
                patch = longer
                break
    return patch


def same_members(model: Model, patch: Patch, picks: Picks) -> Patch:
    """The same change, in which lists keep the members that they have now, and get no new ones, where that does the same."""
    for dials in model.dials.values():
        path, now = dials.field.key, dials.field.values[0]
        if not (isinstance(path, str) and path in patch and isinstance(dials.field.made, Members)):
            continue
        kept = now if isinstance(now, list) else []
        for one in [one for one in kept if one not in _listed(patch[path])]:
            value = _listed(patch[path])
            back = [*(other for other in kept if other in value or other == one), *(other for other in value if other not in kept)]
            patch = _if_same(model, patch, path, back, picks)
        for one in [one for one in _listed(patch[path]) if one not in kept]:
            patch = _if_same(model, patch, path, [other for other in patch[path] if other != one], picks)
    return patch


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _if_same(model: Model, patch: Patch, path: str, value: list[Any], picks: Picks) -> Patch:
    other: Patch = {**patch, path: value}
    return other if value and _same(model, other, picks) else patch


def shorter(model: Model, patch: Patch, picks: Picks) -> Patch:
    """The same change without those entries that were put into a list and make no difference."""
    for path, now in _lists(model, patch):
        kept = len(now) if patch[path][: len(now)] == now else 0
        for index in range(len(patch[path]) - 1, kept - 1, -1) if len(patch[path]) - kept <= _MOST_LEFT_OUT else ():
            less: Patch = {**patch, path: [*patch[path][:index], *patch[path][index + 1 :]]}
            if less[path] and _same(model, less, picks):
                patch = less
    return patch


def _lists(model: Model, patch: Patch) -> Iterator[tuple[str, list[Any]]]:
    """The paths of a change with lists that were put together entry by entry, and what is there now."""
    for dials in model.dials.values():
        path, now = dials.field.key, dials.field.values[0]
        if isinstance(path, str) and dials.made and not isinstance(dials.field.made, Members) and isinstance(patch.get(path), list):
            yield path, now if isinstance(now, list) else []


def _same(model: Model, patch: Patch, picks: Picks) -> bool:
    try:
        return model.trial.picks_of(patched(model.profile, patch)) == picks
    except MailweaveError:
        return False
