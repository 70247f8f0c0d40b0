"""What a profile can hold in each field: the values of all rules that read it, put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from mailweave.alternatives import Trial, paths_of
from mailweave.facts import MISSING, look_up
from mailweave.patch import Patch
from mailweave.reach.leaves import Key, Leaf, is_known, says_nothing
from mailweave.samples import Known, Made, Samples

# Plain lists of more entries than this aren't joined, and no more than so many joined lists are tried.
_LONGEST: Final = 50
_MOST_JOINED: Final = 200


@dataclass(frozen=True, eq=False)
class Field:
    """One field, or several that only mean something together.

    `values` are what it can hold as it stands, the one that the profile holds now first; `borrowed` says which of them are lists of real
    customers. What `made` puts together is beside them. `doubtful`: the field has a form of its own, and what was made up to be another value, or
    a text with some parts, doesn't have it.
    """

    key: Key
    values: Sequence[Any]
    made: Made | None
    borrowed: Sequence[int] = ()
    doubtful: bool = False

    def patch(self, value: Any) -> Patch:
        """The change that puts a value there."""
        return dict(zip(self.key, value, strict=True)) if isinstance(self.key, tuple) else {self.key: value}

    def changes(self, value: Any) -> list[str]:
        """The paths in which a value differs from the one now."""
        now = self.patch(self.values[0])
        return [path for path, one in self.patch(value).items() if repr(one) != repr(now[path])]


def fields_of(trial: Trial, leaves: Sequence[Leaf], profile: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[Field]:
    """The fields that leaves read. `profile` is whose fields they are; where a rule can't know the values, those of `others` stand in."""
    found = []
    for key, said in _said(leaves).items():
        joined, plain = _joined(said)
        made = next((one for one in (*joined, *(one.made for one in joined if isinstance(one, Samples))) if isinstance(one, Made)), None)
        borrowed = _plain(plain, key, others)
        now = _now(profile, key)
        known = [value for one in joined for value in (*one.beside(now), *_single(one, made))]
        values = [_missing(key), *borrowed, *known]
        fitting = [value for value in values if _fits(trial, key, value)]
        spare = [value for one in joined if isinstance(one, Samples) for value in one.others if _fits(trial, key, value)]
        values = _new([now, *fitting, *spare[:1]])
        names = {repr(value) for value in borrowed if value is not MISSING}
        own = [index for index, value in enumerate(values) if index and made and repr(value) in names]
        texts = [text for one in joined if isinstance(one, Samples) for text in one.texts]
        formed = not all(_fits(trial, key, text) for text in texts) and not _fits(trial, key, [])
        found.append(Field(key, values, made, own, formed or (not spare and any(one.others for one in joined if isinstance(one, Samples)))))
    return found


def incomplete(leaves: Sequence[Leaf]) -> set[Key]:
    """The fields whose values aren't all that make a difference to these leaves: their rules don't say all, or in ways that can't be joined."""
    said = _said(leaves)
    found = set()
    for key, some in said.items():
        joined, plain = _joined(some)
        if plain or len(joined) > 1 or not all(map(is_known, joined)) or _overlaps(key, said):
            found.add(key)
    return found


def _said(leaves: Sequence[Leaf]) -> dict[Key, list[Sequence[Any]]]:
    said: dict[Key, list[Sequence[Any]]] = {}
    for leaf in leaves:
        for key, samples in leaf.domain.items():
            said.setdefault(key, []).append(samples)
    return said


def _joined(said: Sequence[Sequence[Any]]) -> tuple[list[Known], list[Sequence[Any]]]:
    """What rules say of a field, joined class by class; and their plain lists."""
    kinds: dict[type[Known], list[Any]] = {}
    plain = []
    for samples in said:
        if not isinstance(samples, Known):
            plain.append(samples)
        elif not says_nothing(samples):
            kinds.setdefault(type(samples), []).append(samples)
    return [some[0].joined(some[1:]) for some in kinds.values()], plain


def _single(known: Known, made: Made | None) -> Sequence[Any]:
    """The values to try as they stand: those that nothing else puts together."""
    if known is made:
        return []
    return known.single if isinstance(known, Samples) and known.made and isinstance(made, type(known.made)) else _without_spare(known)


def _without_spare(known: Known) -> Sequence[Any]:
    if not isinstance(known, Samples):
        return known.values
    return [*known.single, *(known.made.values if known.made else ())]


def _plain(plain: Sequence[Sequence[Any]], key: Key, others: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Values of plain lists; lists among them are joined, since a customer may need both. Where all is missing, the values of real profiles."""
    missing = _missing(key)
    values: list[Any] = [value for samples in plain for value in samples]
    if any(all(repr(value) == repr(missing) for value in samples) for samples in plain):
        values += [_now(profile, key) for profile in others]
    lists = [value for value in _new(values) if isinstance(value, list) and 0 < len(value) <= _LONGEST]
    pairs = [[*one, *other] for one, other in combinations(lists, 2)] if len(plain) > 1 else []
    return [*values, *pairs[:_MOST_JOINED]]


def _missing(key: Key) -> Any:
    return (MISSING,) * len(key) if isinstance(key, tuple) else MISSING


def _now(profile: Mapping[str, Any], key: Key) -> Any:
    return tuple(look_up(profile, path) for path in key) if isinstance(key, tuple) else look_up(profile, key)


def _fits(trial: Trial, key: Key, value: Any) -> bool:
    return all(trial.fits(path, one) for path, one in zip(paths_of(key), value if isinstance(key, tuple) else (value,), strict=True))


def _overlaps(key: Key, keys: Iterable[Key]) -> bool:
    """Whether another key is about a part of the same, or about what this is a part of."""
    mine = paths_of(key)
    theirs = [path for other in keys if other != key for path in paths_of(other)]
    return any(one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.") for one in mine for other in theirs)


def _new(values: Iterable[Any]) -> list[Any]:
    """The values, each once; lists and mappings can't be hashed, and 1 isn't True here."""
    found: dict[str, Any] = {}
    for value in values:
        found.setdefault(repr(value), value)
    return list(found.values())
