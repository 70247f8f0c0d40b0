"""Limits of single receivers, such as Gmail: how many messages in a time, and how many at once. They come from a YAML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, RootModel, model_validator

from mailweave import MailweaveError, Problem
from mailweave.addresses import ascii_domain
from mailweave.errors import did_you_mean
from mailweave.plugged import Given
from mailweave.source import Source
from mailweave.validation import validate
from mailweave.yamlfile import Document, load, parse
from mailweave_plugins.bulk.pace.rates import Rate

# The name of the file that comes with mailweave.
BUILTIN: Final = "builtin"
# Every other receiver's limits, each domain for itself.
_OTHERS: Final = "others"


def _domain(name: object) -> str:
    text = str(name).strip().lower().removeprefix("@").removesuffix(".")
    try:
        return ascii_domain(f"x@{text}")
    except MailweaveError as error:
        raise ValueError(f"'{name}' is not a valid domain – write it like gmail.com") from error


Domain = Annotated[str, BeforeValidator(_domain)]


class _Receiver(Given):
    model_config = {"arbitrary_types_allowed": True}

    domains: tuple[Domain, ...] = Field(default=(), min_length=1)
    rate: Annotated[Rate, BeforeValidator(Rate.parse)] | None = None
    connections: Annotated[int, Field(ge=1, le=1000)] | None = None
    source: str = ""
    date: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _limits(self) -> _Receiver:
        if self.rate is None and self.connections is None:
            raise ValueError("this limits nothing – add `rate: 100/min` or `connections: 5`")
        return self


class _File(RootModel[dict[str, _Receiver]]):
    pass


@dataclass(frozen=True)
class Limit:
    """A receiver's limits: seconds between two messages, and messages that are under way at once."""

    interval: float | None = None
    connections: int | None = None


_NONE: Final = Limit()


@dataclass(frozen=True)
class Limits:
    """Receivers by name, and the names by domain."""

    receivers: Mapping[str, Limit]
    domains: Mapping[str, str]

    @classmethod
    def read(cls, name: str) -> Limits:
        """The limits of a file, or those that come with mailweave (`builtin`).

        Raises:
            MailweaveError: every mistake of the file, each with its place.
        """
        document = _builtin() if name == BUILTIN else load(Path(name), name)
        if not isinstance(document.value, dict) or not document.value:
            what = "this holds no limits"
            raise MailweaveError(document.problem((), what, "write receivers like `Gmail: {domains: [gmail.com], rate: 100/min}`", code="bad-value"))
        found = validate(_File, document).root
        domains: dict[str, str] = {}
        problems = list(_name_domains(document, found, domains))
        if problems:
            raise MailweaveError(*problems)
        return cls({name: Limit(each.rate.interval if each.rate else None, each.connections) for name, each in found.items()}, domains)

    def receiver(self, domain: str) -> str:
        """The name of the receiver of a domain's mail: the domain itself where the file has none."""
        return self.domains.get(domain, domain)

    def of(self, receiver: str) -> Limit:
        """A receiver's limits."""
        return self.receivers.get(receiver) or (self.receivers.get(_OTHERS, _NONE) if receiver else _NONE)


def _name_domains(document: Document, found: Mapping[str, _Receiver], domains: dict[str, str]) -> Iterator[Problem]:
    """Fill in the receivers' names by domain: a domain of two receivers is a mistake, and a receiver without domains."""
    for name, receiver in found.items():
        if bool(receiver.domains) == (name == _OTHERS):
            what = f"'domains' is missing, so that nobody is limited by '{name}'" if name != _OTHERS else "'others' are all domains that aren't named"
            remedy = "add `domains: [gmail.com]`" if name != _OTHERS else "leave `domains` out, or give this receiver another name"
            yield document.problem((name,), what, remedy, code="missing-key", key=True)
        for number, domain in enumerate(receiver.domains):
            if domain in domains:
                what = f"'{domain}' is also among the domains of '{domains[domain]}'"
                yield document.problem((name, "domains", number), what, "leave one of them out", code="twice")
            else:
                domains[domain] = name


def _builtin() -> Document:
    name = "limits.yaml"
    return parse(Source(f"mailweave_plugins/bulk/pace/{name}", files(__package__ or __name__).joinpath(name).read_text(encoding="utf-8")))


def check_name(name: str) -> None:
    """Whether there can be such limits. Raises ValueError."""
    if name != BUILTIN and not Path(name).is_file():
        remedy = did_you_mean(name, [BUILTIN]) if "." not in name and "/" not in name else "name a YAML file, or `builtin` for those of mailweave"
        raise ValueError(f"there is no file '{name}' – {remedy}")
