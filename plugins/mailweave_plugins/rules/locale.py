"""The rule `locale`: the customer's language and region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, RootModel

from mailweave import Decision, Domain, Facts, Rule, Samples, hookimpl, match, no_match
from mailweave.config import check_locale
from mailweave_plugins.rules.given import one_or_more
from mailweave_plugins.rules.words import apart

# Languages of which one is likely to be none of those given.
_OTHERS: Final = ("ja", "en", "fi", "sw", "vi", "hu", "ta", "eu", "cy", "mn", "ka", "is")


def _tags(value: Any) -> Any:
    if value in ({}, [], "", None):
        raise ValueError("no locale is named – write `locale: de`, or a list")
    return one_or_more(value)


Tag = Annotated[str, AfterValidator(check_locale)]


class LocaleSettings(RootModel[Annotated[tuple[Tag, ...], BeforeValidator(_tags)]], frozen=True):
    """One BCP 47 tag or a list of them."""


class LocaleRule(Rule[LocaleSettings]):
    """The customer's locale: `de` takes every German one, `de-AT` only Austria's.

    Example:
        when: {locale: [de, fr-CH]}
    """

    name = "locale"
    Settings = LocaleSettings

    def decide(self, settings: LocaleSettings, facts: Facts) -> Decision:
        """A match when the customer's locale, or the workspace's when the profile has none, is one of those given or a part of it.

        Upper and lower case are the same, and so are hyphen and underscore.
        """
        locale = facts.locale
        wanted = next((tag for tag in settings.root if covers(tag, locale)), None)
        if wanted is None:
            said, names = apart(locale, settings.root, lambda one, tag: covers(tag, one))
            return no_match(f"the locale is {said}, not {' or '.join(names)}")
        return match(f"the locale is {locale}" if _normal(wanted) == _normal(locale) else f"the locale is {locale}, which {wanted} takes in")

    def domain(self, settings: LocaleSettings, at: datetime) -> Domain:
        """Each tag given and everything that it is a part of (de-AT: de), and another language."""
        return {"locale": Samples(tuple(part for tag in settings.root for part in _parts(tag)), spares=_OTHERS)}


def _parts(tag: str) -> Iterator[str]:
    """The tag and what it is a part of: a locale that one tag takes in and a longer one doesn't is the shorter one itself."""
    yield tag
    keys = tag.strip().replace("_", "-").split("-")
    yield from ("-".join(keys[:length]) for length in range(len(keys) - 1, 0, -1))


def covers(tag: str, locale: str) -> bool:
    """Whether a locale is the tag or more precise than it.

    Example:
        >>> covers("de", "de_AT"), covers("de-AT", "de"), covers("de", "den")
        (True, False, False)
    """
    wanted, parts = _normal(tag).split("-"), _normal(locale).split("-")
    return parts[: len(wanted)] == wanted


def _normal(tag: str) -> str:
    return tag.strip().replace("_", "-").lower()


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [LocaleRule]
