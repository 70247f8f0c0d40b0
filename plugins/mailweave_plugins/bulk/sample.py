"""Which messages of a run are compared with the reference before anything of their part is handed over."""

from __future__ import annotations

from math import ceil
from random import Random
from typing import Final

from mailweave_plugins.bulk.amount import Amount

DEFAULT: Final = Amount("0.01%")
# A share of a small run would be next to nothing.
_FEWEST: Final = 20
# The reference way costs as much as hundreds of messages, so a larger share would be little else.
_ONE_IN: Final = 10


def sample_size(total: int, wanted: Amount = DEFAULT) -> int:
    """How many messages of so many are compared: a share is 20 at least, and nothing is more than one in ten.

    Example:
        >>> sample_size(300_000), sample_size(1_000), sample_size(50), sample_size(50, Amount("3"))
        (30, 20, 5, 3)
    """
    size = ceil(wanted.of(total))
    fewest = _FEWEST if size and wanted.is_share else 0
    return min(max(fewest, size), total // _ONE_IN)


def sampled(run: str, total: int, size: int) -> list[int]:
    """The rows that are compared, sorted: the same for the same run, number of rows and size."""
    return sorted(Random(run).sample(range(total), size))
