"""Profiles: a customer's data, from a preview profile's file or handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from mailweave.config import Email, LocaleTag, ZoneName
from mailweave.errors import MailweaveError
from mailweave.source import Source
from mailweave.times import date_remedy, parse_day, parse_moment
from mailweave.validation import Loc, validate
from mailweave.yamlfile import Document

_LEAVES: Final = frozenset({str, float, bool})
# As in YAML files (`mailweave.yamlfile`), for whoever hands in data of another kind. Python neither follows nor writes what is far beyond.
_DEEPEST: Final = 60
_MOST_DIGITS: Final = 400
_HUGE: Final = 10**_MOST_DIGITS
_LISTS: Final = (list, tuple)


def _moment(text: str) -> str:
    if parse_moment(text, UTC) is None:
        raise ValueError(f"'{text}' is no date – {date_remedy(text)}")
    return text


def _birthday(text: str) -> str:
    # A day without its year: checked in a leap year, so that 29 February passes.
    if parse_day(f"2024-{text[2:]}" if text.startswith("--") else text) is None:
        how = date_remedy(text, "write it like 1992-02-29, or --02-29 when the year is unknown")
        raise ValueError(f"'{text}' is no birthday – {how}")
    return text


Moment = Annotated[str, AfterValidator(_moment)]
Birthday = Annotated[str, AfterValidator(_birthday)]


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True, hide_input_in_errors=True, defer_build=True)

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_missing(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value


class Address(_Open):
    """Where a customer lives. `country` is ISO 3166 alpha-2; coordinates are in degrees."""

    country: str | None = None
    region: str | None = None
    city: str | None = None
    postal_code: str | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90, strict=False)
    longitude: float | None = Field(default=None, ge=-180, le=180, strict=False)


class Order(_Open):
    """One order. `total` is in the workspace's currency."""

    id: str | None = None
    at: Moment
    total: float | None = Field(default=None, strict=False)
    items: list[dict[str, Any] | str] | None = None


class KnownFields(_Open):
    """What mailweave itself understands of a profile; every other key is the team's own. Times are ISO text."""

    id: str | None = None
    email: Email | None = None
    first_name: str | None = None
    last_name: str | None = None
    locale: LocaleTag | None = None
    timezone: ZoneName | None = None
    address: Address | None = None
    signed_up_at: Moment | None = None
    last_engaged_at: Moment | None = None
    birthday: Birthday | None = None
    orders: list[Order] | None = None
    visits: list[Moment] | None = None
    clicks: list[Moment] | None = None
    segments: list[str] | None = None
    recommendations: list[str] | None = None


@dataclass(frozen=True)
class Profile:
    """A customer: plain data, checked. `document` says where each value stands, when it came from a file; `within` where in it."""

    name: str
    data: Mapping[str, Any]
    document: Document = field(repr=False)
    within: Loc = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any], name: str = "profile") -> Profile:
        """A profile handed in as plain data.

        Raises:
            MailweaveError: values that mailweave understands and that are wrong.
        """
        return read_profile(Document(Source(name, ""), dict(data), None), name)


def read_profile(document: Document, name: str, within: Loc = ()) -> Profile:
    """A profile from a document, or from a place in it.

    Raises:
        MailweaveError: it is no mapping, or values that mailweave understands are wrong.
    """
    data = document.at(within)
    if not isinstance(data, Mapping):
        raise MailweaveError(document.problem(within, "a profile must be a mapping (key: value)", "write `first_name: Ann`", code="bad-value"))
    validate(KnownFields, document, within)
    return Profile(name, data, document, within)


def filled_in(profile: Profile) -> Any:
    """A profile's data `without_blanks`.

    Raises:
        MailweaveError: a value is nested too deep or has too many digits; with its key.
    """
    try:
        return without_blanks(profile.data)
    except ValueError as error:
        key, said = _culprit(profile.data) or ("", str(error))
        what, _, remedy = said.partition(" – ")
        where = f"the profile's `{str(key)[:60]}`: " if key else "the profile: "
        raise MailweaveError(profile.document.problem((*profile.within, key), where + what, remedy, code="bad-value")) from error


def _culprit(data: Mapping[str, Any]) -> tuple[str, str] | None:
    for key, value in data.items():
        try:
            _without_blanks(value, 1)
        except ValueError as error:
            return key, str(error)
    return None


def without_blanks(value: Any) -> Any:
    """The same data without keys that are null or blank text: to templates and rules, blank is missing.

    Example:
        >>> without_blanks({"first_name": " ", "address": {"city": None, "country": "NO"}})
        {'address': {'country': 'NO'}}

    Raises:
        ValueError: it is nested too deep, or holds a number of too many digits; with the remedy.
    """
    return _without_blanks(value, 0)


def check_shape(value: Any) -> None:
    """Refuse data that is nested too deep or holds a number of too many digits. Raises ValueError, with the remedy."""
    without_blanks(value)


def _without_blanks(value: Any, depth: int) -> Any:
    if value.__class__ is dict or isinstance(value, Mapping):
        return _filled(value, _deeper(depth))
    if value.__class__ is list or isinstance(value, _LISTS):
        depth = _deeper(depth)
        return [inner if inner.__class__ in _LEAVES else _without_blanks(inner, depth) for inner in value]
    if isinstance(value, int) and not -_HUGE < value < _HUGE:
        raise ValueError(f"a number of more than {_MOST_DIGITS} digits – shorten it, or give it as a text")
    return value


def _deeper(depth: int) -> int:
    if depth >= _DEEPEST:
        raise ValueError(f"lists and objects are nested more than {_DEEPEST} deep – make it flatter")
    return depth + 1


def _filled(data: Mapping[Any, Any], depth: int) -> dict[Any, Any]:
    # Every message looks through its whole profile: what nearly all values are is asked first, and by their class alone.
    found = {}
    for key, value in data.items():
        kind = value.__class__
        if kind is str:
            if value and not value.isspace():
                found[key] = value
        elif kind in _LEAVES:
            found[key] = value
        elif value is not None and not (isinstance(value, str) and not value.strip()):
            found[key] = _without_blanks(value, depth)
    return found
