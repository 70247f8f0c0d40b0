"""The tests of the rule `attribute`: how they are written, and what each compares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from mailweave import Facts
from mailweave.times import parse_moment, parse_span
from mailweave_plugins.rules.given import Given, Name, one_or_more
from mailweave_plugins.rules.words import shown

Scalar = str | bool | int | float
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
        return Limit(text, datetime.fromisoformat(text))
    except ValueError:
        raise ValueError(f"'{value}' is no date – write it like 2026-11-23, or like '30 days ago'") from None


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
    contains: Scalar | None = None
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
        return self

    @cached_property
    def comparisons(self) -> dict[str, Any]:
        """The tests that compare a value: name → what is wanted, in the order above."""
        return {name: getattr(self, name) for name in COMPARISONS if name in self.model_fields_set}

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        """The same tests, ready to be asked."""
        return tuple(COMPARISONS[name].against(wanted) for name, wanted in self.comparisons.items())


# Why a value fails a test, or nothing when the test holds.
Failure = Callable[[Any, Facts], str]


class Comparison(NamedTuple):
    """One kind of test.

    `read` gives the value as the test needs it, None for a value that is `no_such`. `words` go on after "plan is gold, " when it fails.
    """

    holds: Callable[[Any, Any, Facts], bool]
    words: str
    read: Callable[[Any, Facts], Any] = lambda value, facts: value
    no_such: str = ""
    glue: str = " or "

    def against(self, wanted: Any) -> Failure:
        """The test of what is wanted."""
        said = self.glue.join(map(shown, wanted)) if isinstance(wanted, tuple) else shown(wanted)
        return partial(self._failure, wanted, self.words.format(said))

    def _failure(self, wanted: Any, words: str, value: Any, facts: Facts) -> str:
        known = self.read(value, facts)
        if known is None:
            return f"which is {self.no_such}"
        return "" if self.holds(known, wanted, facts) else words


def _same(value: Any, wanted: Any) -> bool:
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


def _is_one(value: Any, wanted: tuple[Any, ...]) -> bool:
    return any(_same(value, one) for one in wanted)


def _contains(value: Any, wanted: Any) -> bool:
    return _is_one(wanted, tuple(value)) if isinstance(value, list | tuple) else str(wanted).casefold() in value.casefold()


def _number(words: str, test: Callable[[Any, Any], bool], glue: str = " or ") -> Comparison:
    return Comparison(lambda value, wanted, facts: test(value, wanted), words, _as_number, "no number", glue)


def _text(words: str, test: Callable[[str, str], bool]) -> Comparison:
    return Comparison(lambda value, wanted, facts: test(value.casefold(), wanted.casefold()), words, _as_text, "no text")


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
    "equals": Comparison(lambda value, wanted, facts: _same(value, wanted), "not {}"),
    "not_": Comparison(lambda value, wanted, facts: not _same(value, wanted), "which is left out"),
    "in_": Comparison(lambda value, wanted, facts: _is_one(value, wanted), "not {}"),
    "not_in": Comparison(lambda value, wanted, facts: not _is_one(value, wanted), "which is left out"),
    "greater": _number("not greater than {}", lambda value, wanted: value > wanted),
    "at_least": _number("not at least {}", lambda value, wanted: value >= wanted),
    "less": _number("not less than {}", lambda value, wanted: value < wanted),
    "at_most": _number("not at most {}", lambda value, wanted: value <= wanted),
    "between": _number("not between {}", lambda value, wanted: wanted[0] <= value <= wanted[1], " and "),
    "contains": Comparison(lambda value, wanted, facts: _contains(value, wanted), "without {}", _as_text_or_list, "neither text nor a list"),
    "starts_with": _text("which doesn't begin with {}", str.startswith),
    "ends_with": _text("which doesn't end with {}", str.endswith),
    "before": _date("not before {}", lambda distance: distance < _NONE),
    "after": _date("not after {}", lambda distance: distance > _NONE),
}
