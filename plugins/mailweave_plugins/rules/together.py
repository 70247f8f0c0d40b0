"""One decision from several parts that must all hold."""

from __future__ import annotations

from collections.abc import Iterable

from mailweave import Decision, match, no_match

# Whether a part holds, and the clause that says why it does or doesn't.
Part = tuple[bool, str]


def together(parts: Iterable[Part]) -> Decision:
    """A match when all hold, because of all; else no match, because of the first that fails. What comes after it isn't computed.

    Example:
        >>> together([(True, "country is US"), (True, "region is Oregon")]).because
        'country is US and region is Oregon'
        >>> together([(True, "country is US"), (False, "region is Ohio, not Oregon")]).because
        'region is Ohio, not Oregon'
    """
    reasons = []
    for held, because in parts:
        if not held:
            return no_match(because)
        reasons.append(because)
    return match(" and ".join(reasons))
