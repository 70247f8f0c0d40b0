"""Which declarations may stand in an element's `style` without changing how it looks where its style sheets are read, too.

An inlined declaration beats every unimportant one of a style sheet. So it's left in the sheet when something there has to beat it: a rule in a
media query, `:hover`, or a rule whose elements aren't known for sure. A declaration in a media query that is `!important` wins anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from mailweave_plugins.stages.css import Declaration, declarations
from mailweave_plugins.stages.selectors import Specificity

# First words of families in which properties with different names set the same thing: `border-top` and `border-color`.
_FAMILIES: Final = frozenset({"border", "grid", "flex", "place", "column", "columns", "inset", "scroll", "overflow"})
# Properties whose name starts others' without being their shorthand: `color` and `color-scheme`.
_ALONE: Final = frozenset({"color", "content", "clip", "position"})
_LOGICAL: Final = frozenset({"inline", "block", "start", "end"})
_SAME: Final = frozenset(
    frozenset(pair)
    for pair in [
        ("font", "line-height"),
        ("word-wrap", "overflow-wrap"),
        ("width", "inline-size"),
        ("width", "block-size"),
        ("height", "inline-size"),
        ("height", "block-size"),
    ]
)
_PREFIXES: Final = ("-webkit-", "-moz-", "-ms-", "-o-")

# Where a declaration stands in the cascade, weakest first: specificity and number of its rule.
Rank = tuple[Specificity, int]
ABOVE_ALL: Final[Specificity] = (10**9, 0, 0)


class Ranked(NamedTuple):
    """A declaration of a style sheet for one element. `fixed` says that it has to stay in the sheet."""

    declaration: Declaration
    rank: Rank
    fixed: bool = False


def overlap(one: str, other: str) -> bool:
    """Whether two properties may set the same thing. In doubt they do.

    Example:
        >>> overlap("margin", "margin-top"), overlap("border-top", "border-color"), overlap("margin-top", "margin-left")
        (True, True, False)
    """
    one, other = _unprefixed(one), _unprefixed(other)
    if one.startswith("--") or other.startswith("--"):
        return one == other
    if "all" in (one, other) or one == other:
        return True
    if {one, other} & _ALONE:
        return False
    if one.startswith(f"{other}-") or other.startswith(f"{one}-"):
        return True
    words, others = one.split("-"), other.split("-")
    same_family = words[0] == others[0] and (words[0] in _FAMILIES or bool(_LOGICAL & {*words, *others}))
    return same_family or frozenset((one, other)) in _SAME


def inlined(ranked: Iterable[Ranked]) -> tuple[list[Ranked], list[Ranked]]:
    """The declarations to inline, weakest first, and those that have to stay behind though they could stand there."""
    ordered = sorted((one for one in ranked if not one.declaration.important), key=lambda one: one.rank)
    taken: list[Ranked] = []
    kept: list[Ranked] = []
    for one in reversed(ordered):
        # What stays in the sheet keeps everything there that it beats.
        stays = one.fixed or any(overlap(one.declaration.name, above.declaration.name) for above in kept)
        (kept if stays else taken).append(one)
    return _by_rank(taken), [one for one in kept if not one.fixed]


def important(ranked: Iterable[Ranked]) -> list[Ranked]:
    """The important declarations that may be repeated in the `style`, weakest first; there they lose the flag, as the sheet still has it."""
    return _by_rank(one for one in ranked if one.declaration.important and not one.fixed)


def additions(style: str, normal: Sequence[Ranked], strong: Sequence[Ranked]) -> tuple[str, str]:
    """What to put before an element's own `style`, the sheets' declarations, and what to put behind it, their important ones."""
    own = declarations(style)
    named = {declaration.name for declaration in own}
    before = _last_of_each([one for one in normal if one.declaration.name not in named])
    after = [str(one.declaration) for one in _last_of_each(strong)]
    # They are there already when the document was inlined before.
    done = bool(after) and [str(declaration) for declaration in own[-len(after) :]] == after
    return "; ".join(str(one.declaration) for one in before), "" if done else "; ".join(after)


def _last_of_each(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Without what a later rule sets again; a rule's own fallbacks (`display:block;display:flex`) stay together."""
    last = {one.declaration.name: one.rank for one in ranked}
    return [one for one in ranked if one.rank == last[one.declaration.name]]


def _by_rank(ranked: Iterable[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda one: (one.rank, one.declaration.index))


def _unprefixed(name: str) -> str:
    return next((name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)), name)
