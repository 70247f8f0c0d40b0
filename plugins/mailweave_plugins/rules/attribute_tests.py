"""The tests of the rule `attribute`: how they are written, and what each compares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from math import isfinite
from operator import eq
from typing import Annotated, Any, Final, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from mailweave import Facts
from mailweave.times import date_remedy, parse_moment, parse_span, read_iso
from mailweave_plugins.rules.contradictions import contradiction
from mailweave_plugins.rules.given import Given, Name, one_or_more
from mailweave_plugins.rules.words import apart, odd, shown


def _meant(value: Any) -> Any:
    """A value that a field can have: blank is missing, and not-a-number isn't even itself."""
    if isinstance(value, str) and not value.strip():
        raise ValueError("a blank text is a missing value – write `{exists: false}` for that, else a text")
    return _finite(value)


def _part(value: Any) -> Any:
    """What a text or list may contain; a blank between two words is something."""
    if value == "":
        raise ValueError("every text contains the empty one – write a text, or `{exists: true}`")
    return _finite(value)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{value} is no number – write one with digits")
    return value


Scalar = Annotated[str | bool | int | float, AfterValidator(_meant)]
Contained = Annotated[str | bool | int | float, AfterValidator(_part)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Scalars = Annotated[tuple[Scalar, ...], BeforeValidator(one_or_more), Field(min_length=1)]
# The longest span that `… ago` takes: a hundred years.
_LONGEST: Final = timedelta(days=36525)


@dataclass(frozen=True)
class Limit:
    """A moment as the user wrote it: a date, or a span before the message ("30 days ago")."""

    words: str
    moment: datetime | timedelta

    def __str__(self) -> str:
        return self.words

    def distance(self, moment: datetime, facts: Facts) -> timedelta:
        """How long after the limit a moment is; negative before it. What names no offset is read by the customer's clock."""
        if isinstance(self.moment, timedelta):
            return self.moment - (facts.at - moment)
        return moment - (self.moment if self.moment.tzinfo else self.moment.replace(tzinfo=facts.zone))


def _limit(value: Any) -> Limit:
    text = str(value).strip()
    if text.endswith(" ago"):
        span = parse_span(text.removesuffix(" ago"))
        if span > _LONGEST:
            raise ValueError(f"'{text}' is more than a hundred years – write a date, like 2026-11-23")
        return Limit(text, span)
    try:
        return Limit(text, read_iso(text))
    except ValueError:
        remedy = date_remedy(value, "write it like 2026-11-23, or like '30 days ago'")
        raise ValueError(f"'{value}' is no date – {remedy}") from None


Moment = Annotated[Limit, BeforeValidator(_limit)]


class FieldTests(Given):
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
    contains: Contained | None = None
    starts_with: Name | None = None
    ends_with: Name | None = None
    before: Moment | None = None
    after: Moment | None = None
    exists: Annotated[bool, Field(strict=True)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        if data is None:
            raise ValueError("nothing is asked of the field – write a value, or `{exists: false}` for a missing one")
        return data if isinstance(data, dict) else {"in": data} if isinstance(data, list) else {"equals": data}

    @model_validator(mode="after")
    def _asked(self) -> FieldTests:
        if not self.model_fields_set:
            raise ValueError("nothing is asked of the field – write a value, or a test like `{at_least: 3}`")
        if self.between and self.between[0] > self.between[1]:
            raise ValueError(f"between {shown(self.between[0])} and {shown(self.between[1])} is nothing – swap them")
        if self.exists is False and self.comparisons:
            raise ValueError("a missing field can't be compared – leave out `exists: false`, or the other tests")
        wrong = contradiction(self.comparisons, _holds)
        if wrong:
            raise ValueError(wrong)
        return self

    @cached_property
    def comparisons(self) -> dict[str, Any]:
        """The tests that compare a value: name → what is wanted, in the order above."""
        return {name: getattr(self, name) for name in COMPARISONS if name in self.model_fields_set}

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        """The same tests, ready to be asked."""
        return tuple(COMPARISONS[name].against(wanted) for name, wanted in self.comparisons.items())


# What to say of a value that fails a test ("gold, not silver"), or nothing when the test holds.
Failure = Callable[[Any, Facts], str]


class Comparison(NamedTuple):
    """One kind of test.

    `read` gives the value as the test needs it, None for a value that is `no_such`. `words` go on after "plan is gold, " when it fails. `seems`:
    whether what a person sees of value and wanted looks as if it held.
    """

    holds: Callable[[Any, Any, Facts], bool]
    words: str
    read: Callable[[Any, Facts], Any] = lambda value, facts: value
    no_such: str = ""
    glue: str = " or "
    seems: Callable[[str, str], bool] = lambda value, wanted: False

    def against(self, wanted: Any) -> Failure:
        """The test of what is wanted."""
        return partial(self._failure, wanted)

    def _failure(self, wanted: Any, value: Any, facts: Facts) -> str:
        known = self.read(value, facts)
        if known is None:
            return f"{odd(value, self.no_such)}, which is {self.no_such}"
        if self.holds(known, wanted, facts):
            return ""
        said, names = apart(value, wanted if isinstance(wanted, tuple) else (wanted,), self.seems)
        return f"{said}, {self.words.format(self.glue.join(names))}"


def _holds(name: str, value: Any, wanted: Any) -> bool | None:
    """Whether a test holds for a value by itself; None for tests of dates, which need a customer's clock."""
    if isinstance(wanted, Limit):
        return None
    nobody: Any = None
    known = COMPARISONS[name].read(value, nobody)
    return known is not None and COMPARISONS[name].holds(known, wanted, nobody)


def _same(value: Any, wanted: Any) -> bool:
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


def _is_one(value: Any, wanted: tuple[Any, ...]) -> bool:
    return any(_same(value, one) for one in wanted)


def _contains(value: Any, wanted: Any) -> bool:
    return _is_one(wanted, tuple(value)) if isinstance(value, list | tuple) else str(wanted).casefold() in value.casefold()


def _number(words: str, test: Callable[[Any, Any], bool], glue: str = " or ") -> Comparison:
    return Comparison(lambda value, wanted, facts: test(value, wanted), words, _as_number, "no number", glue)


def _text(words: str, test: Callable[[str, str], bool]) -> Comparison:
    def holds(value: str, wanted: str, facts: Facts) -> bool:
        return test(value.casefold(), wanted.casefold())

    return Comparison(holds, words, _as_text, "no text", seems=lambda value, wanted: test(value.casefold(), wanted.casefold()))


def _date(words: str, test: Callable[[timedelta], bool]) -> Comparison:
    return Comparison(lambda value, wanted, facts: test(wanted.distance(value, facts)), words, _as_moment, "no date")


def _as_number(value: Any, facts: Facts) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _as_text(value: Any, facts: Facts) -> Any:
    return value if isinstance(value, str) else None


def _as_text_or_list(value: Any, facts: Facts) -> Any:
    return value if isinstance(value, str | list | tuple) else None


def _as_moment(value: Any, facts: Facts) -> Any:
    return parse_moment(value, facts.zone) if isinstance(value, str) else None


_NONE: Final = timedelta()
COMPARISONS: Final[dict[str, Comparison]] = {
    "equals": Comparison(lambda value, wanted, facts: _same(value, wanted), "not {}", seems=eq),
    "not_": Comparison(lambda value, wanted, facts: not _same(value, wanted), "which is left out"),
    "in_": Comparison(lambda value, wanted, facts: _is_one(value, wanted), "not {}", seems=eq),
    "not_in": Comparison(lambda value, wanted, facts: not _is_one(value, wanted), "which is left out"),
    "greater": _number("not greater than {}", lambda value, wanted: value > wanted),
    "at_least": _number("not at least {}", lambda value, wanted: value >= wanted),
    "less": _number("not less than {}", lambda value, wanted: value < wanted),
    "at_most": _number("not at most {}", lambda value, wanted: value <= wanted),
    "between": _number("not between {}", lambda value, wanted: wanted[0] <= value <= wanted[1], " and "),
    "contains": Comparison(
        lambda value, wanted, facts: _contains(value, wanted),
        "without {}",
        _as_text_or_list,
        "neither text nor a list",
        seems=lambda value, wanted: wanted.casefold() in value.casefold(),
    ),
    "starts_with": _text("which doesn't begin with {}", str.startswith),
    "ends_with": _text("which doesn't end with {}", str.endswith),
    "before": _date("not before {}", lambda distance: distance < _NONE),
    "after": _date("not after {}", lambda distance: distance > _NONE),
}
