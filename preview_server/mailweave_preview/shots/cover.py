"""Pick few messages that together show everything there is to see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from mailweave_preview.shots.subject import Subject

Shown = tuple[tuple[str, str], ...]


def cover(subjects: Sequence[Subject], size: int) -> list[Subject]:
    """A small part of the subjects, in their order, that shows each variant of each slot and each locale (`size` 1), or each two of them
    that any subject has together (2): each time the one that shows most that no picked one shows yet (Chvátal, 1979)."""
    missing = {shown for subject in subjects for shown in _shows(subject, size)}
    picked = []
    while missing:
        # `max` takes the first of equals, so the result doesn't depend on chance.
        best = max(subjects, key=lambda subject: len(missing.intersection(_shows(subject, size))))
        missing.difference_update(_shows(best, size))
        picked.append(best)
    return [subject for subject in subjects if subject in picked]


def _shows(subject: Subject, size: int) -> Iterator[Shown]:
    yield from combinations([("", subject.locale), *sorted(subject.choice.items())], size)
