"""The names of columns, as every reader checks them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from mailweave import MailweaveError, Place, Problem
from mailweave.errors import raise_all

# A profile holds a field for each; with more of them each message takes a second and more.
MOST: Final = 10_000
_SHOWN: Final = 20


def check_names(names: Sequence[str], place: Place) -> None:
    """Check that each column can be told from the others.

    Raises:
        MailweaveError: there are too many, or the first of those that are wrong.
    """
    if len(names) > MOST:
        what = f"there are {len(names):,} columns, and a run takes {MOST:,} at most"
        remedy = "leave out those that no message uses; a query can choose: select id, email, … from FILE"
        raise MailweaveError(Problem(what, remedy, place, code="too-wide"))
    raise_all(islice(_wrong(names, place), _SHOWN))


def _wrong(names: Sequence[str], place: Place) -> Iterator[Problem]:
    counts = Counter(names)
    told = set[str]()
    for number, name in enumerate(names, 1):
        if not name.strip():
            yield Problem(f"column {number} has no name", "name it in the first line, or remove the column", place, code="columns")
        elif name != name.strip():
            yield Problem(f"the name of column {number}, {name!r}, has blanks around it", f"write it as '{name.strip()}'", place, code="columns")
        elif "\0" in name:
            yield Problem(f"the name of column {number} holds a NUL character", "correct it", place, code="columns")
        elif counts[name] > 1 and name not in told:
            told.add(name)
            often = "twice" if counts[name] == 2 else f"{counts[name]:,} times"
            yield Problem(f"the column '{name}' stands here {often}", "rename one", place, code="columns")
