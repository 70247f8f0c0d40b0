"""The rule `locale`: the customer's language and region."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, RootModel

from mailweave import MISSING, Decision, Domain, Facts, Rule, hookimpl, match, no_match
from mailweave.config import check_locale


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Tag = Annotated[str, AfterValidator(check_locale)]


class LocaleSettings(RootModel[Annotated[tuple[Tag, ...], BeforeValidator(_as_list)]], frozen=True):
    """One BCP 47 tag or a list of them."""


class LocaleRule(Rule[LocaleSettings]):
    """The customer's locale: `de` takes every German one, `de-AT` only Austria's.

    Example:
        when: {locale: [de, fr-CH]}
    """

    name = "locale"
    Settings = LocaleSettings

    def decide(self, settings: LocaleSettings, facts: Facts) -> Decision:
        """A match when the customer's locale, or the workspace's when the profile has none, is one of those given or a part of it."""
        locale = facts.locale
        wanted = next((tag for tag in settings.root if covers(tag, locale)), None)
        if wanted is None:
            return no_match(f"the locale is {locale}, not {' or '.join(settings.root)}")
        return match(f"the locale is {locale}" if _normal(wanted) == _normal(locale) else f"the locale is {locale}, which {wanted} takes in")

    def domain(self, settings: LocaleSettings, at: datetime) -> Domain:
        """Each tag given, an unlike one, and none."""
        return {"locale": [*settings.root, "ja" if not covers("ja", settings.root[0]) else "en", MISSING]}


def covers(tag: str, locale: str) -> bool:
    """Whether a locale is the tag or more precise than it.

    Example:
        >>> covers("de", "de_AT"), covers("de-AT", "de"), covers("de", "den")
        (True, False, False)
    """
    wanted, parts = _normal(tag).split("-"), _normal(locale).split("-")
    return parts[: len(wanted)] == wanted


def _normal(tag: str) -> str:
    return tag.replace("_", "-").lower()


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [LocaleRule]
