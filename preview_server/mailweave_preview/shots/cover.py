"""Pick few messages that together show everything there is to see."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import combinations

from mailweave_preview.shots.subject import Subject

Shown = tuple[tuple[str, str], ...]


def cover(subjects: Sequence[Subject], size: int, first: Container[str] = ()) -> list[Subject]:
    """A small part of the subjects, in their order, that shows each variant of each slot and each locale (`size` 1), or each two of them
    that any subject has together (2).

    Those with a digest in `first` are taken as long as they show something: what is approved stays, though a smaller set may have become
    possible. Then each time the one that shows most that no picked one shows yet (Chvátal, 1979).
    """
    missing = {shown for subject in subjects for shown in _shows(subject, size)}
    known, picked = [subject for subject in subjects if subject.digest in first], []
    while missing:
        # `max` takes the first of equals, so the result doesn't depend on chance.
        best = known.pop(0) if known else max(subjects, key=lambda subject: len(missing.intersection(_shows(subject, size))))
        if missing.intersection(_shows(best, size)):
            missing.difference_update(_shows(best, size))
            picked.append(best)
    return [subject for subject in subjects if subject in picked]


def _shows(subject: Subject, size: int) -> Iterator[Shown]:
    yield from combinations([("", subject.locale), *sorted(subject.choice.items())], size)
