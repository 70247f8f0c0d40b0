"""What of a workspace can be read, for whoever can do without the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from mailweave.errors import MailweaveError

T = TypeVar("T")


def readable(names: Iterable[str], read: Callable[[str], T]) -> Iterator[T]:
    """The profiles, campaigns or blocks of these names, without those that have mistakes; where to mend them is said elsewhere."""
    for name in names:
        try:
            yield read(name)
        except MailweaveError:
            continue
