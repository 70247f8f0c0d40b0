"""The rule `attribute`: any field of the profile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, RootModel, model_validator

from mailweave import MISSING, Decision, Domain, Facts, Rule, Settings, hookimpl, match, no_match
from mailweave.times import parse_moment, parse_span

Scalar = str | bool | int | float
Number = Annotated[float, Field(strict=False, allow_inf_nan=False)]


def _one_or_more(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Scalars = Annotated[tuple[Scalar, ...], BeforeValidator(_one_or_more), Field(min_length=1)]


def _moment(value: Any) -> Any:
    """A date, or a span before the message ("30 days ago")."""
    text = str(value)
    if text.endswith(" ago"):
        parse_span(text.removesuffix(" ago"))
    else:
        from zoneinfo import ZoneInfo

        if parse_moment(text, ZoneInfo("UTC")) is None:
            raise ValueError(f"'{value}' is no date – write it like 2026-11-23, or like '30 days ago'")
    return text


Moment = Annotated[str, BeforeValidator(_moment)]


class Tests(Settings):
    """What is asked of one field; several mean all of them."""

    equals: Scalar | None = None
    not_: Scalar | None = Field(default=None, alias="not")
    in_: Scalars | None = Field(default=None, alias="in")
    not_in: Scalars | None = None
    greater: Number | None = None
    at_least: Number | None = None
    less: Number | None = None
    at_most: Number | None = None
    between: tuple[Number, Number] | None = None
    contains: Scalar | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    before: Moment | None = None
    after: Moment | None = None
    exists: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return data if isinstance(data, dict) else {"in": data} if isinstance(data, list) else {"equals": data}

    @model_validator(mode="after")
    def _asked(self) -> Tests:
        if not self.model_fields_set:
            raise ValueError("nothing is asked of the field – write a value, or a test like `{at_least: 3}`")
        return self


class AttributeSettings(RootModel[dict[str, Tests]], frozen=True):
    """Profile path → tests."""

    @model_validator(mode="after")
    def _named(self) -> AttributeSettings:
        if not self.root:
            raise ValueError("no field is named – write `attribute: {plan: gold}`")
        return self


class Attribute(Rule[AttributeSettings]):
    """Any field of the profile, compared.

    Example:
        when: {attribute: {plan: [gold, silver], points: {at_least: 100}, nickname: {exists: false}}}
    """

    name = "attribute"
    Settings = AttributeSettings

    def decide(self, settings: AttributeSettings, facts: Facts) -> Decision:
        """A match when every test of every field holds. A missing field fails every test but `exists: false`.

        Text compares as it is written, numbers as numbers; `true` isn't 1. A test of numbers or dates fails for a value that is none.
        """
        reasons = []
        for path, tests in settings.root.items():
            value = facts.read(path)
            failed, reason = _judge(path, value, tests, facts)
            if failed:
                return no_match(reason)
            reasons.append(reason)
        return match(" and ".join(reasons))

    def domain(self, settings: AttributeSettings, at: datetime) -> Domain:
        """Per field: values on both sides of every test."""
        return {path: _values(tests, at) for path, tests in settings.root.items()}


def _judge(path: str, value: Any, tests: Tests, facts: Facts) -> tuple[bool, str]:
    """Whether a field fails, and the clause that says why it does or doesn't."""
    if tests.exists is not None:
        said = f"{path} is {'missing' if value is MISSING else 'there'}"
        if (value is not MISSING) != tests.exists or len(tests.model_fields_set) == 1:
            return (value is not MISSING) != tests.exists, said
    if value is MISSING:
        return True, f"the profile has no {path}"
    for name in sorted(tests.model_fields_set - {"exists"}, key=list(_HOLDS).index):
        if not _HOLDS[name](value, getattr(tests, name), facts):
            return True, f"{path} is {_shown(value)}, {_WORDS[name].format(_wanted(name, getattr(tests, name)))}"
    return False, f"{path} is {_shown(value)}"


def _same(value: Any, wanted: Any) -> bool:
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _compared(test: Callable[[float, Any], bool]) -> Callable[[Any, Any, Facts], bool]:
    return lambda value, wanted, facts: (number := _number(value)) is not None and test(number, wanted)


def _dated(test: Callable[[datetime, datetime], bool]) -> Callable[[Any, Any, Facts], bool]:
    def holds(value: Any, wanted: str, facts: Facts) -> bool:
        moment = parse_moment(value, facts.zone) if isinstance(value, str) else None
        return moment is not None and test(moment, _limit(wanted, facts))

    return holds


def _limit(text: str, facts: Facts) -> datetime:
    if text.endswith(" ago"):
        return facts.at - parse_span(text.removesuffix(" ago"))
    moment = parse_moment(text, facts.zone)
    assert moment is not None
    return moment


def _contains(value: Any, wanted: Any, facts: Facts) -> bool:
    if isinstance(value, list | tuple):
        return any(_same(entry, wanted) for entry in value)
    return isinstance(value, str) and str(wanted).casefold() in value.casefold()


def _text(test: Callable[[str, str], bool]) -> Callable[[Any, Any, Facts], bool]:
    return lambda value, wanted, facts: isinstance(value, str) and test(value.casefold(), wanted.casefold())


_HOLDS: Final[dict[str, Callable[[Any, Any, Facts], bool]]] = {
    "equals": lambda value, wanted, facts: _same(value, wanted),
    "not_": lambda value, wanted, facts: not _same(value, wanted),
    "in_": lambda value, wanted, facts: any(_same(value, one) for one in wanted),
    "not_in": lambda value, wanted, facts: not any(_same(value, one) for one in wanted),
    "greater": _compared(lambda value, wanted: value > wanted),
    "at_least": _compared(lambda value, wanted: value >= wanted),
    "less": _compared(lambda value, wanted: value < wanted),
    "at_most": _compared(lambda value, wanted: value <= wanted),
    "between": _compared(lambda value, wanted: wanted[0] <= value <= wanted[1]),
    "contains": _contains,
    "starts_with": _text(str.startswith),
    "ends_with": _text(str.endswith),
    "before": _dated(lambda value, wanted: value < wanted),
    "after": _dated(lambda value, wanted: value > wanted),
}
# How a failed test goes on after "plan is gold".
_WORDS: Final = {
    "equals": "not {}",
    "not_": "which is left out",
    "in_": "not {}",
    "not_in": "which is left out",
    "greater": "not greater than {}",
    "at_least": "not at least {}",
    "less": "not less than {}",
    "at_most": "not at most {}",
    "between": "not between {}",
    "contains": "without {}",
    "starts_with": "which doesn't begin with {}",
    "ends_with": "which doesn't end with {}",
    "before": "not before {}",
    "after": "not after {}",
}


def _wanted(name: str, value: Any) -> str:
    if isinstance(value, tuple):
        return (" and " if name == "between" else " or ").join(map(_shown, value))
    return _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "empty"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(tests: Tests, at: datetime) -> list[Any]:
    found: list[Any] = [MISSING]
    for name in sorted(tests.model_fields_set - {"exists"}):
        found += _sides(name, getattr(tests, name), at)
    return found if len(found) > 1 else [MISSING, "anything"]


def _sides(name: str, wanted: Any, at: datetime) -> list[Any]:
    """Values that pass and fail one test."""
    if name in ("in_", "not_in"):
        return [*wanted, "something else"]
    if name == "between":
        return [wanted[0], wanted[1], wanted[0] - 1, wanted[1] + 1]
    if name in ("before", "after"):
        return [(at - timedelta(days=36500)).isoformat(), (at + timedelta(days=36500)).isoformat()]
    if name in ("greater", "at_least", "less", "at_most"):
        return [wanted, wanted - 1, wanted + 1]
    return [wanted, not wanted if isinstance(wanted, bool) else "something else"]


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Attribute]
