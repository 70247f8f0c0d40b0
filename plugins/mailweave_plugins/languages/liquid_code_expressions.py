"""Liquid's expressions as Python code; see `liquid_code`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.filtered import Filter as Piped
from liquid.builtin.expressions.logical import (
    BooleanExpression,
    LogicalAndExpression,
    LogicalNotExpression,
    LogicalOrExpression,
)
from liquid.builtin.expressions.primitive import Blank, Empty, Literal, Nil, RangeLiteral
from liquid.expression import Expression

from mailweave.compiled.emitter import Emitter
from mailweave.compiled.purity import Same
from mailweave.compiled.residue import Code, Known, Record, Scoped, Value, is_known, plain_value
from mailweave.languages import CannotCompile
from mailweave.work import CALL, LIGHT, LIGHT_COMPARED, compared, weight
from mailweave_plugins.languages import liquid_compare as compare
from mailweave_plugins.languages import liquid_runtime as runtime
from mailweave_plugins.languages.liquid_conditions import Nothing, NothingAtAll, whole_range
from mailweave_plugins.languages.liquid_environment import LiquidEnvironment
from mailweave_plugins.languages.liquid_limits import times
from mailweave_plugins.languages.liquid_values import is_true, item

NOTHING: Final = Known(None)
# A known text that is compared with any other in no time.
_SHORT: Final = 100
_SPECIAL: Final = ("size", "first", "last")
# How Python variables begin that hold what a template assigns.
VARIABLE: Final = "L_"


@dataclass(kw_only=True)
class LiquidExpressions:
    """Writes expressions. `roots`: what names mean from outside; `locals`: what was assigned; `loops`: what the loops around name."""

    emitter: Emitter
    env: LiquidEnvironment
    scoped: Scoped
    roots: Mapping[str, Value]
    locals: dict[str, Value] = field(default_factory=dict)
    loops: list[dict[str, Value]] = field(default_factory=list)

    def local(self, name: str) -> Value:
        return self.locals.get(name) or self.roots.get(name) or NOTHING

    def value(self, expression: Expression) -> Value:
        """An expression's value."""
        if isinstance(expression, Literal):
            return Known(expression.value)
        if isinstance(expression, Nil):
            return NOTHING
        if isinstance(expression, Nothing | NothingAtAll):
            return Known("")
        if isinstance(expression, Empty | Blank):
            return Known(expression)
        if isinstance(expression, Path):
            return self.path(expression)
        if isinstance(expression, FilteredExpression):
            return self.filtered(expression)
        if isinstance(expression, RangeLiteral):
            return self.called(whole_range, [self.value(expression.start), self.value(expression.stop)])
        return self.logic(expression)

    def path(self, path: Path) -> Value:
        root, *rest = path.path
        if not isinstance(root, str):
            return NOTHING if not isinstance(root, Path) else self._unknown_root()
        value = self.named(root)
        for segment in rest:
            value = self.inside(value, segment)
        return value

    def _unknown_root(self) -> Value:
        raise CannotCompile("a name that is only known at run time isn't compiled")

    def named(self, name: str) -> Value:
        for scope in reversed(self.loops):
            if name in scope:
                return scope[name]
        return self.local(name)

    def inside(self, value: Value, segment: Any) -> Value:
        if isinstance(segment, Path):
            key = self.path(segment)
            if not is_known(key):
                return self.called(item, [value, key])
            segment = plain_value(key)
        if isinstance(value, Record):
            if isinstance(segment, str) and segment in value.fields:
                return value.fields[segment]
            if segment not in _SPECIAL:
                return NOTHING
        if is_known(value):
            return Known(item(plain_value(value), segment))
        whole = self.emitter.code(value)
        name = whole if whole.isidentifier() else self.emitter.let(whole).text
        other = f"{self.emitter.bind(item)}({name}, {segment!r})"
        simple = isinstance(segment, str) and segment not in _SPECIAL
        code = f"{name}.get({segment!r}) if {name}.__class__ is dict else {other}" if simple else other
        # What a name stands for that was assigned may have changed since.
        return Code(f"({code})") if name.startswith(VARIABLE) else self.emitter.found(code)

    def called(self, function: Callable[..., Any], values: list[Value]) -> Value:
        """What a function without effects gives; it takes None for missing values."""
        if all(map(is_known, values)):
            try:
                return Known(function(*map(plain_value, values)))
            except Exception:
                return self.emitter.bail()
        return self.emitter.let(f"{self.emitter.bind(function)}({', '.join(map(self.emitter.code, values))})")

    def filtered(self, expression: FilteredExpression) -> Value:
        value = self.value(expression.left)
        plain_nil = isinstance(expression.left, Nil)
        for piped in expression.filters or ():
            if plain_nil:
                raise CannotCompile("a filter of nil isn't compiled")
            value = self.piped(piped, value)
        return value

    def piped(self, piped: Piped, value: Value) -> Value:
        """A value through one filter. What is missing stays so, but for `default`."""
        arguments = [(getattr(argument, "name", None), self.value(argument.value), argument.value) for argument in piped.args]
        if any(isinstance(written, Nil) for _, _, written in arguments):
            raise CannotCompile("a filter with nil isn't compiled")
        values = [value, *(given for name, given, _ in arguments if not name)]
        named = {name: given for name, given, _ in arguments if name}
        if piped.name == "default":
            # It gives one of its values as it is; only here are long ones no reason to end.
            self.emitter.cost(2 * CALL)
            return self.called(partial(runtime.default, self.env.filters["default"], tuple(named)), [*values, *named.values()])
        if any(is_known(given) and plain_value(given) is None for given in (*values, *named.values())):
            return NOTHING
        values, named = [self.simple(given) for given in values], {name: self.simple(given) for name, given in named.items()}
        unsure = [given.text for given in (*values, *named.values()) if isinstance(given, Code)]
        if not unsure:
            return self.applied(piped.name, values, named)
        result = self.emitter.let("None").text
        with self.emitter.block(f"if {' and '.join(f'{code} is not None' for code in dict.fromkeys(unsure))}:"):
            self.emitter.line(f"{result} = {self.emitter.code(self.applied(piped.name, values, named))}")
        return Code(result)

    def simple(self, value: Value) -> Value:
        """The value, as a name if it is code."""
        return self.emitter.let(value.text) if isinstance(value, Code) and not value.text.isidentifier() else value

    def applied(self, name: str, values: list[Value], named: dict[str, Value]) -> Value:
        if name in self.env.shared:
            return self.emitter.filtered(self.env.shared[name], self.scoped, values, named)
        own = partial(runtime.own_filter, self.env, self.scoped.static.limits, name, tuple(named))
        given = [*values, *named.values()]
        if not all(map(is_known, given)):
            self.emitter.cost(2 * CALL + times(name) * LIGHT)
            return self.emitter.remembered(Same(own), given)
        self.emitter.cost(CALL + times(name) * sum(weight(plain_value(value)) for value in given))
        result = self.called(own, given)
        return self.emitter.known(plain_value(result)) if is_known(result) else result

    # Conditions

    def truth(self, expression: Expression) -> Value:
        """Whether an expression is true: an expression that is True or False."""
        value = self.value(expression)
        if is_known(value):
            return Known(is_true(plain_value(value)))
        if isinstance(value, Record) or (isinstance(value, Code) and value.is_text):
            return Known(True)
        if isinstance(expression, BooleanExpression | LogicalAndExpression | LogicalOrExpression | LogicalNotExpression) or _is_test(expression):
            return value
        name = self.simple(value)
        assert isinstance(name, Code)
        return Code(f"({name.text} is not None and {name.text} is not False)")

    def logic(self, expression: Expression) -> Value:
        """Comparisons and what joins them."""
        if isinstance(expression, BooleanExpression):
            return self.truth(expression.expression)
        if isinstance(expression, LogicalNotExpression):
            return negated(self.truth(expression.right))
        if isinstance(expression, LogicalAndExpression):
            return self.joined(expression, "and")
        if isinstance(expression, LogicalOrExpression):
            return self.joined(expression, "or")
        test = getattr(expression, "compare", None)
        if test is None:
            raise CannotCompile(f"`{expression}` isn't compiled")
        left, right = self.value(expression.left), self.value(expression.right)  # type: ignore[attr-defined]
        return self.compared(test, left, right)

    def compared(self, test: Callable[[Any, Any], bool], left: Value, right: Value) -> Value:
        sign = _SIGNS.get(test)
        if is_known(left) and is_known(right):
            self.emitter.cost(1 + compared(plain_value(left), plain_value(right), inside=test is compare.contains))
            return self.called(test, [left, right])
        self.emitter.cost(LIGHT_COMPARED)
        checked = runtime.light(test)
        if sign is None or is_known(left) or not isinstance(right, Known) or type(right.value) not in (int, str) or len(str(right.value)) > _SHORT:
            return self.called(checked, [left, right])
        # Values of one kind compare as in Python, and as fast: they differ before the shorter one ends, or are as short.
        name, other = self.simple(left), self.emitter.code(right)
        kind = type(right.value).__name__
        called = f"{self.emitter.bind(checked)}({self.emitter.code(name)}, {other})"
        return Code(f"({self.emitter.code(name)} {sign} {other} if {self.emitter.code(name)}.__class__ is {kind} else {called})")

    def joined(self, expression: LogicalAndExpression | LogicalOrExpression, word: str) -> Value:
        """`and`, `or`: the right side is only looked at when the left one doesn't decide."""
        left = self.truth(expression.left)
        decides = word == "or"
        if is_known(left):
            return Known(decides) if bool(plain_value(left)) is decides else self.truth(expression.right)
        result = self.emitter.let(self.emitter.code(left)).text
        with self.emitter.block(f"if {'not ' if decides else ''}{result}:"):
            self.emitter.line(f"{result} = {self.emitter.code(self.truth(expression.right))}")
        return Code(result)


def _is_test(expression: Expression) -> bool:
    return hasattr(expression, "compare")


def negated(value: Value) -> Value:
    if is_known(value):
        return Known(not plain_value(value))
    assert isinstance(value, Code)
    return Code(f"(not {value.text})")


_SIGNS: Final[dict[Callable[[Any, Any], bool], str]] = {
    compare.equal: "==",
    compare.unequal: "!=",
    compare.less: "<",
    compare.greater: ">",
    compare.at_most: "<=",
    compare.at_least: ">=",
}
