"""python-liquid's comparisons, ranges and `case`, with `liquid_compare`'s meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from liquid import RenderContext
from liquid.builtin.expressions.logical import (
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LtExpression,
    NeExpression,
)
from liquid.builtin.expressions.primitive import Blank, Empty, FloatLiteral, IntegerLiteral, Literal, RangeLiteral
from liquid.builtin.tags.case_tag import _AnyExpression
from liquid.exceptions import LiquidTypeError
from liquid.expression import Expression

from mailweave.described import described
from mailweave.work import OverLimit
from mailweave_plugins.languages import liquid_compare as compare
from mailweave_plugins.languages.liquid_limits import OverLimitError
from mailweave_plugins.languages.liquid_text import leading_whole, whole
from mailweave_plugins.languages.liquid_values import is_gone

# Ranges are counted with machine words.
_FARTHEST: Final = 10**18
_SIZED: Final = (str, list, tuple, Mapping)
Compare = Callable[[Any, Any], bool]


def _compared(base: type[Any], test: Compare) -> type[Expression]:
    def evaluate(self: Any, context: RenderContext) -> bool:
        left, right = self.left.evaluate(context), self.right.evaluate(context)
        try:
            if isinstance(left, _SIZED) or isinstance(right, _SIZED):
                cast("Any", context).run.work.compare(left, right, inside=test is compare.contains)
            return test(left, right)
        except OverLimit as over:
            raise OverLimitError(over, self.token) from over
        except ValueError as error:
            raise LiquidTypeError(str(error), token=self.token) from error

    return type(base.__name__, (base,), {"__slots__": (), "evaluate": evaluate, "compare": staticmethod(test)})


class When(_AnyExpression):
    """The values of a `when`."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> list[bool]:
        """Which of them equal the value of `case`."""
        left = self.left.evaluate(context)
        return [_equal(context, left, right.evaluate(context)) for right in self.expressions]


def _equal(context: RenderContext, left: Any, right: Any) -> bool:
    if isinstance(left, _SIZED):
        try:
            cast("Any", context).run.work.compare(left, right, inside=False)
        except OverLimit as over:
            raise OverLimitError(over) from over
    return compare.equal(left, right)


class WholeRange(RangeLiteral):
    """`(1..n)`."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> range:
        """The numbers."""
        try:
            return whole_range(self.start.evaluate(context), self.stop.evaluate(context))
        except ValueError as error:
            raise LiquidTypeError(str(error), token=self.token) from error


def whole_range(start: Any, stop: Any) -> range:
    """The whole numbers from one to another; a missing end is 0, and a text the number that it begins with, as in Ruby.

    Raises:
        ValueError: an end is neither.
    """
    first, last = _end(start), _end(stop)
    if max(abs(first), abs(last)) >= _FARTHEST:
        raise ValueError(f"a range to {described(first if abs(first) > abs(last) else last)} – use a shorter one")
    return range(first, last + 1) if first <= last else range(0)


def _end(value: Any) -> int:
    if is_gone(value):
        return 0
    return leading_whole(value) if isinstance(value, str) else whole(value)


class Nothing(Blank):
    """`blank` or `empty` where it isn't compared: a text of nothing."""

    __slots__ = ()

    def evaluate(self, _: RenderContext) -> Any:
        """The text."""
        return ""


class NothingAtAll(Empty):
    """See `Nothing`."""

    __slots__ = ()

    def evaluate(self, _: RenderContext) -> Any:
        """The text."""
        return ""


COMPARISONS: Final[dict[type[Expression], type[Expression]]] = {
    EqExpression: _compared(EqExpression, compare.equal),
    NeExpression: _compared(NeExpression, compare.unequal),
    LtExpression: _compared(LtExpression, compare.less),
    GtExpression: _compared(GtExpression, compare.greater),
    LeExpression: _compared(LeExpression, compare.at_most),
    GeExpression: _compared(GeExpression, compare.at_least),
    ContainsExpression: _compared(ContainsExpression, compare.contains),
}
_OTHERS: Final[dict[type[Expression], type[Expression]]] = {_AnyExpression: When, RangeLiteral: WholeRange, Blank: Nothing, Empty: NothingAtAll}


def _cut(end: Any) -> Any:
    return IntegerLiteral(end.token, int(end.value)) if isinstance(end, FloatLiteral) else end


def settle(expression: Expression) -> None:
    """Give an expression, with all in it, our meaning."""
    ours = COMPARISONS.get(type(expression)) or _OTHERS.get(type(expression))
    if ours:
        expression.__class__ = ours
    if isinstance(expression, WholeRange):
        ends = expression.start, expression.stop
        if all(isinstance(end, Literal) for end in ends):
            # Ruby cuts off the decimals of ends that are both written out, and refuses all others.
            expression.start, expression.stop = map(_cut, ends)
    compared = isinstance(expression, (*COMPARISONS, When))
    for child in expression.children():
        # Beside a comparison's sign they are words of their own.
        if not (compared and type(child) in (Blank, Empty)):
            settle(child)
